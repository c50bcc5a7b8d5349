//! Header fields in canonical form.
//!
//! *Sources.* RFC 6376 §3.4.1 and §3.4.2, §5.4.2.

use super::Canonicalization;
use crate::header::Field;

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
    let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    for (at, word) in value.split(is_blank).filter(|word| !word.is_empty()).enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// Appends the fields of a list of names in canonical form: of each name the last that was not used
/// yet; one that is not there gives nothing.
pub(super) fn selected<'n>(
    block: &[u8],
    fields: &[Field<'_>],
    names: impl Iterator<Item = &'n [u8]>,
    mode: Canonicalization,
    out: &mut Vec<u8>,
) {
    let mut used = vec![false; fields.len()];
    for name in names {
        let unused = |at: &usize| !used[*at] && fields[*at].name.eq_ignore_ascii_case(name);
        let found = (0..fields.len()).rev().find(unused).filter(|_| !name.is_empty());
        if let Some(at) = found {
            used[at] = true;
            field(fields[at].raw(block), mode, out);
        }
    }
}
