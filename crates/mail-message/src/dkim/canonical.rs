//! Header fields in canonical form.
//!
//! *Sources.* RFC 6376 §3.4.1 and §3.4.2, §5.4.2.

use super::Canonicalization;
use crate::header::{Field, fields};

/// The fields of a header block, to be looked up by name.
///
/// Most of the fields that a signature could name are not there, so each has a key that tells most
/// names apart at one look.
pub(super) struct Index<'f> {
    block: &'f [u8],
    fields: Vec<Field<'f>>,
    keys: Vec<u16>,
}

impl<'f> Index<'f> {
    /// The fields of a block.
    pub(super) fn new(block: &'f [u8]) -> Self {
        let fields: Vec<_> = fields(block).collect();
        let keys = fields.iter().map(|field| key(field.name)).collect();
        Self { block, fields, keys }
    }

    /// Places of the fields of a name, in order. There are none without a name.
    fn places(&self, name: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
        let wanted = if name.is_empty() { None } else { Some(key(name)) };
        let keys = self.keys.iter().enumerate();
        let alike = keys.filter(move |(_, key)| Some(**key) == wanted).map(|(at, _)| at);
        alike.filter(move |at| self.fields[*at].name.eq_ignore_ascii_case(name))
    }

    /// How many fields have this name.
    pub(super) fn count(&self, name: &str) -> usize {
        self.places(name.as_bytes()).count()
    }

    /// Appends the fields of a list of names in canonical form: of each name the last that was not
    /// used yet; one that is not there gives nothing.
    pub(super) fn selected<'n>(
        &self,
        names: impl Iterator<Item = &'n [u8]>,
        mode: Canonicalization,
        out: &mut Vec<u8>,
    ) {
        let mut used = vec![false; self.fields.len()];
        for name in names {
            if let Some(at) = self.places(name).rev().find(|at| !used[*at]) {
                used[at] = true;
                field(self.fields[at].raw(self.block), mode, out);
            }
        }
    }
}

/// Length and first letter of a name.
fn key(name: &[u8]) -> u16 {
    let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
    u16::from_be_bytes([length, name.first().map_or(0, u8::to_ascii_lowercase)])
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
    let (start, mut blank) = (out.len(), false);
    for &byte in value {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => blank = out.len() > start,
            byte => {
                if std::mem::take(&mut blank) {
                    out.push(b' ');
                }
                out.push(byte);
            }
        }
    }
}
