//! Header fields in canonical form.
//!
//! *Sources.* RFC 6376 §3.4.1 and §3.4.2, §5.4.2.

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
        mode: Canonicalization,
        out: &mut Vec<u8>,
    ) {
        let mut used = vec![false; self.places.len()];
        for name in names {
            if let Some(at) = self.places(name).rev().find(|at| !used[*at]) {
                used[at] = true;
                field(self.raw(at), mode, out);
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
pub(super) fn field(raw: &[u8], mode: Canonicalization, out: &mut Vec<u8>) {
    bare(raw, mode, out);
    out.extend_from_slice(b"\r\n");
}

/// Appends a field in canonical form without line break.
pub(super) fn bare(raw: &[u8], mode: Canonicalization, out: &mut Vec<u8>) {
    match mode {
        Canonicalization::Simple => simple(raw, out),
        Canonicalization::Relaxed => relaxed(raw, out),
    }
}

/// As it is; a lone LF becomes the line break that it is on the wire.
fn simple(raw: &[u8], out: &mut Vec<u8>) {
    for (at, line) in raw.split(|&b| b == b'\n').enumerate() {
        if at > 0 {
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
    }
}

fn relaxed(raw: &[u8], out: &mut Vec<u8>) {
    let colon = memchr::memchr(b':', raw).unwrap_or(raw.len());
    let (name, value) = raw.split_at(colon);
    out.extend(name.trim_ascii_end().iter().map(u8::to_ascii_lowercase));
    out.push(b':');
    let value = value.strip_prefix(b":").unwrap_or(value);
    let start = out.len();
    for line in value.split(|byte| *byte == b'\n') {
        words(line, start, out);
    }
}

/// Appends a line of a value without the white space around it, and with one blank for each other.
/// What stands behind `start` already is parted from it by a blank.
fn words(line: &[u8], start: usize, out: &mut Vec<u8>) {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r');
    let Some(first) = line.iter().position(|byte| !is_blank(byte)) else { return };
    let last = line.iter().rposition(|byte| !is_blank(byte)).unwrap_or(first);
    if out.len() > start {
        out.push(b' ');
    }
    let line = &line[first..=last];
    if has_single_blanks(line) {
        return out.extend_from_slice(line);
    }
    let words = line.split(is_blank).filter(|word| !word.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// Whether white space in a line is one blank each time. Without branches, so that the compiler looks
/// at many bytes at once.
fn has_single_blanks(line: &[u8]) -> bool {
    let pairs = line.iter().zip(&line[1..]);
    !pairs.fold(false, |strange, (&a, &b)| {
        strange | ((a == b' ') & (b == b' ')) | (a == b'\t') | (a == b'\r')
    })
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
        fn relaxed_is_what_the_rules_say(name in "[A-Za-z-]{1,9}[ \t]{0,2}", value in "[ab \t\r\n]{0,60}") {
            let raw = format!("{name}:{value}");
            let mut out = Vec::new();
            relaxed(raw.as_bytes(), &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), plain(&raw));
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
