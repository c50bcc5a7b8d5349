//! Tag, length, value: the grain of DER, read and written.
//!
//! *Invariants*: only definite lengths and tags of one byte; a reader never leaves its input.
//!
//! *Sources*: X.690 §8.1, §10.1.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]` around other elements.
pub(crate) const CONTEXT_0: u8 = 0xa0;
/// `[0]` in place of the tag of a text.
pub(crate) const PLAIN_0: u8 = 0x80;
pub(crate) const CONTEXT_1: u8 = 0xa1;

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tlv<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    /// With tag and length.
    pub(crate) whole: &'a [u8],
}

/// Reads elements one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element; none at the end and for what is no element.
    pub(crate) fn element(&mut self) -> Option<Tlv<'a>> {
        let (tag, rest) = self.0.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (length, rest) = length(rest)?;
        let content = rest.get(..length)?;
        let size = self.0.len() - rest.len() + length;
        let (whole, rest) = self.0.split_at(size);
        self.0 = rest;
        Some(Tlv { tag: *tag, content, whole })
    }

    /// The content of the next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.element().filter(|found| found.tag == tag).map(|found| found.content)
    }

    /// The content of the next element, if it has this tag; else nothing is read.
    pub(crate) fn optional(&mut self, tag: u8) -> Option<&'a [u8]> {
        if self.0.first() == Some(&tag) { self.expect(tag) } else { None }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The content of a text that is one element with this tag and nothing more.
pub(crate) fn only(der: &[u8], tag: u8) -> Option<Reader<'_>> {
    let mut reader = Reader(der);
    let content = reader.expect(tag)?;
    reader.is_empty().then_some(Reader(content))
}

fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 || rest.len() < count {
        return None;
    }
    let (digits, rest) = rest.split_at(count);
    Some((digits.iter().fold(0, |n, byte| n << 8 | usize::from(*byte)), rest))
}

/// An element around the joined parts.
pub(crate) fn node(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let digits = length.to_be_bytes();
        let digits = &digits[digits.iter().take_while(|byte| **byte == 0).count()..];
        out.push(0x80 | digits.len() as u8);
        out.extend_from_slice(digits);
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// A set: its elements in the order of their bytes, as DER asks (X.690 §11.6).
pub(crate) fn set(tag: u8, mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    node(tag, &elements.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let content = vec![7; length];
            let written = node(OCTETS, &[&content]);
            let mut reader = Reader(&written);
            assert_eq!(reader.expect(OCTETS), Some(&content[..]));
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn lengths_beyond_the_input_are_refused() {
        for bytes in
            [&b"\x04"[..], b"\x04\x02a", b"\x04\x80", b"\x04\x85\0\0\0\0\x01a", b"\x1f\x01a"]
        {
            assert_eq!(Reader(bytes).element(), None, "{bytes:x?}");
        }
    }
}
