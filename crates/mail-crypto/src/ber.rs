//! BER to DER: what mail programs send is often encoded without lengths, in pieces.
//!
//! *Invariants*: the result has definite, shortest lengths; texts in pieces are joined. Elements that
//! are deeper than [`DEPTH`] are refused.
//!
//! *Not here*: texts in pieces under a tag of their own (`encryptedContent`), which only the reader of
//! the structure can tell from other elements.
//!
//! *Sources*: X.690 §8.1.3.6, §8.7.3.

use std::borrow::Cow;

use crate::tlv::{OCTETS, node};

/// Most levels of elements.
const DEPTH: u32 = 24;
const CONSTRUCTED: u8 = 0x20;

/// The DER of one BER element at the beginning of the input; none for anything else.
pub(crate) fn normalise(input: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut rest = input;
    let indefinite = input.get(1) == Some(&0x80);
    if !indefinite && is_definite(input, DEPTH).is_some() {
        return Some(Cow::Borrowed(input));
    }
    element(&mut rest, DEPTH).map(Cow::Owned)
}

/// Whether no element inside has an indefinite length or is a text in pieces.
fn is_definite(input: &[u8], depth: u32) -> Option<()> {
    let mut rest = input;
    while !rest.is_empty() {
        let (tag, length, after) = head(rest)?;
        let length = length?;
        let content = after.get(..length)?;
        if tag == OCTETS | CONSTRUCTED {
            return None;
        }
        if tag & CONSTRUCTED != 0 {
            is_definite(content, depth.checked_sub(1)?)?;
        }
        rest = &after[length..];
    }
    Some(())
}

fn element(rest: &mut &[u8], depth: u32) -> Option<Vec<u8>> {
    let depth = depth.checked_sub(1)?;
    let (tag, length, after) = head(rest)?;
    if tag & CONSTRUCTED == 0 {
        let length = length?;
        let content = after.get(..length)?;
        *rest = &after[length..];
        return Some(node(tag, &[content]));
    }
    let mut children = match length {
        Some(length) => {
            *rest = after.get(length..)?;
            all(&after[..length], depth)?
        }
        None => {
            *rest = after;
            until_end(rest, depth)?
        }
    };
    if tag != OCTETS | CONSTRUCTED {
        let parts: Vec<&[u8]> = children.iter().map(Vec::as_slice).collect();
        return Some(node(tag, &parts));
    }
    let texts = children.iter_mut().map(|child| content_of(child, OCTETS));
    Some(node(OCTETS, &texts.collect::<Option<Vec<_>>>()?))
}

fn all(mut rest: &[u8], depth: u32) -> Option<Vec<Vec<u8>>> {
    let mut children = Vec::new();
    while !rest.is_empty() {
        children.push(element(&mut rest, depth)?);
    }
    Some(children)
}

fn until_end(rest: &mut &[u8], depth: u32) -> Option<Vec<Vec<u8>>> {
    let mut children = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix(b"\0\0") {
            *rest = after;
            return Some(children);
        }
        children.push(element(rest, depth)?);
    }
}

fn content_of(element: &[u8], tag: u8) -> Option<&[u8]> {
    crate::tlv::Reader(element).expect(tag)
}

/// Tag, length (none: indefinite) and what follows.
fn head(bytes: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    let count = usize::from(first & 0x7f);
    match first {
        0x80 if tag & CONSTRUCTED == 0 => None,
        0x80 => Some((*tag, None, rest)),
        0..0x80 => Some((*tag, Some(count), rest)),
        _ if count > 4 || rest.len() < count => None,
        _ => {
            let (digits, rest) = rest.split_at(count);
            Some((*tag, Some(digits.iter().fold(0, |n, b| n << 8 | usize::from(*b))), rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_joined_and_lengths_written() {
        let ber = b"\x30\x80\x24\x80\x04\x02ab\x04\x01c\0\0\x02\x01\x05\0\0";
        let der = normalise(ber).expect("is BER");
        assert_eq!(&*der, b"\x30\x08\x04\x03abc\x02\x01\x05");
    }

    #[test]
    fn der_stays_as_it_is() {
        let der = b"\x30\x03\x02\x01\x05";
        assert!(matches!(normalise(der), Some(Cow::Borrowed(_))));
    }

    #[test]
    fn endless_and_bottomless_elements_are_refused() {
        assert_eq!(normalise(b"\x30\x80\x02\x01\x05"), None);
        assert_eq!(normalise(&b"\x30\x80".repeat(100_000)), None);
        assert_eq!(normalise(b"\x24\x80\x30\x00\0\0"), None);
    }
}
