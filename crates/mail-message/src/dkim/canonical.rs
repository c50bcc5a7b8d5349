//! Header fields in canonical form.
//!
//! `mail-auth` makes the form of fields as the standard has them. Others, which mail has as well, are
//! brought into such a shape first.
//!
//! *Sources.* RFC 6376 §3.4.1 and §3.4.2, §5.4.2.

use std::iter;
use std::ops::Range;

use super::Canonicalization;
use crate::header::{is_name, places};

/// The fields of a header block, to be looked up by name.
///
/// Most of the fields of a block are not signed, and most that a signature could name are not there. So
/// names are compared only where two letters are alike.
pub(super) struct Index<'f> {
    block: &'f [u8],
    places: Vec<Range<usize>>,
    keys: Vec<u16>,
    /// A bit for each key, of which some share one.
    present: u64,
}

/// Bytes of a usual field, to make room once.
const USUAL: usize = 32;
const FORM_FEED: u8 = 0x0c;

impl<'f> Index<'f> {
    /// The fields of a block.
    pub(super) fn new(block: &'f [u8]) -> Self {
        let room = block.len() / USUAL + 1;
        let (mut found, mut keys) = (Vec::with_capacity(room), Vec::with_capacity(room));
        let mut present = 0;
        for place in places(block) {
            let key = key(&block[place.clone()]);
            present |= bit(key);
            keys.push(key);
            found.push(place);
        }
        Self { block, places: found, keys, present }
    }

    /// Places of the fields of a name, in order. There are none of what is no name.
    fn places(&self, name: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
        let wanted = key(name);
        let keys = self.keys.iter().enumerate();
        let alike = keys.filter(move |(_, key)| **key == wanted).map(|(at, _)| at);
        alike.filter(move |at| self.is_named(*at, name))
    }

    fn is_named(&self, at: usize, name: &[u8]) -> bool {
        let line = &self.block[self.places[at].clone()];
        let Some((start, rest)) = line.split_at_checked(name.len()) else { return false };
        start.eq_ignore_ascii_case(name)
            && rest.trim_ascii_start().starts_with(b":")
            && !name.is_empty()
            && name.iter().all(|byte| is_name(*byte))
    }

    /// How many fields have this name.
    pub(super) fn count(&self, name: &str) -> usize {
        match self.present & bit(key(name.as_bytes())) {
            0 => 0,
            _ => self.places(name.as_bytes()).count(),
        }
    }

    /// Appends the fields of a list of names in canonical form: of each name the last that was not
    /// used yet; one that is not there gives nothing.
    pub(super) fn selected<'n>(
        &self,
        names: impl Iterator<Item = &'n [u8]>,
        form: Canonicalization,
        out: &mut Vec<u8>,
    ) {
        let mut used = vec![false; self.places.len()];
        for name in names {
            if let Some(at) = self.places(name).rev().find(|at| !used[*at]) {
                used[at] = true;
                field(self.raw(at), form, out);
            }
        }
    }

    /// A field without its last line end.
    fn raw(&self, at: usize) -> &'f [u8] {
        let text = &self.block[self.places[at].clone()];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.strip_suffix(b"\r").unwrap_or(text)
    }
}

/// The first two letters of a name, in one case; a line begins with its name.
fn key(line: &[u8]) -> u16 {
    let letter =
        |at: usize| line.get(at).map_or(0, |byte| if is_name(*byte) { byte | 0x20 } else { 0 });
    u16::from_be_bytes([letter(0), letter(1)])
}

/// The bit of a key: 6 bits of its product with a number that spreads small ones.
fn bit(key: u16) -> u64 {
    1 << (u32::from(key).wrapping_mul(0x9e37_79b1) >> 26)
}

/// Appends a field in canonical form with its line break.
pub(super) fn field(raw: &[u8], form: Canonicalization, out: &mut Vec<u8>) {
    bare(raw, form, out);
    out.extend_from_slice(b"\r\n");
}

/// Appends a field in canonical form without line break.
pub(super) fn bare(raw: &[u8], form: Canonicalization, out: &mut Vec<u8>) {
    let colon = memchr::memchr(b':', raw).unwrap_or(raw.len());
    let (name, value) = raw.split_at(colon);
    let value = value.strip_prefix(b":").unwrap_or(value);
    if is_regular(value) {
        return form.canonicalize_headers(iter::once((name, value)), out);
    }
    match form {
        Canonicalization::Simple => {
            form.canonicalize_headers(iter::once((name, &with_line_breaks(value)[..])), out);
        }
        Canonicalization::Relaxed => {
            let start = out.len();
            form.canonicalize_headers(iter::once((name, &escaped(value)[..])), out);
            unescape(out, start);
        }
    }
}

/// Whether line breaks in a value are CRLF before a blank, and nothing in it is a blank to `mail-auth`
/// that is none in the standard. Without branches, so that the compiler looks at many bytes at once.
fn is_regular(value: &[u8]) -> bool {
    if value.first() == Some(&b'\n') || matches!(value.last(), Some(&(b'\r' | b'\n' | FORM_FEED))) {
        return false;
    }
    let pairs = value.iter().zip(value.get(1..).unwrap_or_default());
    !pairs.fold(false, |strange, (&a, &b)| {
        let broken = (a == b'\r') != (b == b'\n');
        let unfolded = (a == b'\n') & (b != b' ') & (b != b'\t');
        strange | broken | unfolded | (a == FORM_FEED)
    })
}

/// A value whose lone LFs are the line breaks that they are on the wire.
fn with_line_breaks(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 16);
    for (at, line) in value.split(|&b| b == b'\n').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
    out
}

/// A value with blanks for line breaks, and in which a form feed, which is no blank, has another shape.
fn escaped(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 16);
    for byte in value {
        match byte {
            b'\r' | b'\n' => out.push(b' '),
            &FORM_FEED => out.extend_from_slice(b"\0f"),
            0 => out.extend_from_slice(b"\0\0"),
            byte => out.push(*byte),
        }
    }
    out
}

/// Undoes the shapes of [`escaped`] behind `start`.
fn unescape(out: &mut Vec<u8>, start: usize) {
    let mut bytes = out.split_off(start).into_iter();
    while let Some(byte) = bytes.next() {
        let escaped = if byte == 0 { bytes.next() } else { None };
        out.push(if escaped == Some(b'f') { FORM_FEED } else { byte });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 6376 §3.4.2, step by step, with a CR or LF that stands alone as white space.
    fn plain(raw: &str) -> String {
        let (name, value) = raw.split_once(':').unwrap_or((raw, ""));
        let words = value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
        let name = name.to_ascii_lowercase();
        format!("{}:{}", name.trim_ascii_end(), words.collect::<Vec<_>>().join(" "))
    }

    proptest! {
        #[test]
        fn relaxed_is_what_the_rules_say(name in "[A-Za-z-]{1,9}[ \t]{0,2}", value in "[ab \t\r\n\x0c\0]{0,60}") {
            let raw = format!("{name}:{value}");
            let mut out = Vec::new();
            bare(raw.as_bytes(), Canonicalization::Relaxed, &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), plain(&raw));
        }

        #[test]
        fn simple_changes_nothing_but_line_breaks(name in "[A-Za-z-]{1,9}[ \t]{0,2}", value in "[ab \t\r\n\x0c\0]{0,60}") {
            let raw = format!("{name}:{value}");
            let mut out = Vec::new();
            bare(raw.as_bytes(), Canonicalization::Simple, &mut out);
            let expected = raw.strip_suffix('\r').unwrap_or(&raw).replace("\r\n", "\n").replace('\n', "\r\n");
            prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
        }

        #[test]
        fn the_index_finds_the_fields(lines in proptest::collection::vec("[aBX-]{0,3}[ \t]{0,2}[: \r]?[ab]{0,2}\r?\n", 0..30)) {
            let block = lines.concat();
            let index = Index::new(block.as_bytes());
            let fields: Vec<_> = crate::header::fields(block.as_bytes()).collect();
            for name in ["a", "b", "ab", "x-", "X-a", "bB", "", "a ", "from"] {
                let there = fields.iter().enumerate().filter(|(_, field)| field.is(name));
                let there: Vec<_> = there.map(|(at, _)| at).collect();
                prop_assert_eq!(index.count(name), there.len());
                prop_assert_eq!(index.places(name.as_bytes()).collect::<Vec<_>>(), there);
            }
        }
    }
}
