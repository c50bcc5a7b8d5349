//! The header block: where it ends and which fields it has.
//!
//! *Invariants.* The fields of a block, malformed lines included, cover it without gap.
//!
//! *Sources.* RFC 5322 §2.2 and §2.2.3; lines may end in a lone LF where the server kept it.

use std::ops::Range;

use crate::encoded_word;

/// Most bytes of a header block that are read as such; what follows counts as body.
pub const MAX_HEADER: usize = 1 << 20;

/// A field or a malformed line with its continuation lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Name as written; empty for a line that is no field.
    pub name: &'a [u8],
    /// Everything after the colon, without the last line end; folds included.
    pub value: &'a [u8],
    /// Position of the whole field with its line end.
    pub range: Range<usize>,
}

impl Field<'_> {
    /// The bytes of the field without its last line end; `block` is what it was read from.
    pub fn raw<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        let text = block.get(self.range.clone()).unwrap_or_default();
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    /// The value on one line, with encoded words decoded when asked.
    pub fn text(&self, decode: bool) -> Vec<u8> {
        let value = self.unfolded();
        if decode { encoded_word::decode(&value) } else { value }
    }

    /// Whether it has this name; names ignore case.
    pub fn is(&self, name: &str) -> bool {
        !self.name.is_empty() && self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value on one line: folds become what followed them (RFC 5322 §2.2.3), blanks around go.
    pub fn unfolded(&self) -> Vec<u8> {
        let mut text = self.value.to_vec();
        text.retain(|b| !matches!(b, b'\r' | b'\n'));
        text.trim_ascii().to_vec()
    }
}

/// The fields of the header block at the start of a message.
pub fn fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    places(message).map(|range| field(message, range))
}

/// Where the fields of the header block at the start of a message are. Nothing else is looked at.
pub(crate) fn places(message: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let last = (!message.is_empty() && !message.ends_with(b"\n")).then_some(message.len());
    let mut lines = memchr::memchr_iter(b'\n', message).map(|at| at + 1).chain(last);
    let mut start = 0;
    let next = move || {
        let mut end = lines.next()?;
        if is_blank(&message[start..end]) {
            return None;
        }
        while message.get(end).is_some_and(|b| matches!(b, b' ' | b'\t')) {
            end = lines.next().unwrap_or(message.len());
        }
        Some(std::mem::replace(&mut start, end)..end)
    };
    std::iter::from_fn(next).fuse()
}

/// Position after the last field of a header block.
pub(crate) fn fields_end(header: &[u8]) -> usize {
    places(header).last().map_or(0, |place| place.end)
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\r\n" | b"\n")
}

fn field(message: &[u8], range: Range<usize>) -> Field<'_> {
    let text = &message[range.clone()];
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let name = &text[..text.iter().position(|byte| !is_name(*byte)).unwrap_or(text.len())];
    // Obsolete syntax has blanks before the colon (RFC 5322 §4.5).
    if !name.is_empty()
        && let Some(value) = text[name.len()..].trim_ascii_start().strip_prefix(b":")
    {
        return Field { name, value, range };
    }
    Field { name: &[], value: text, range }
}

/// Whether the name of a field may have this byte (RFC 5322 §2.2).
pub(crate) fn is_name(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~') && byte != b':'
}

/// Finds the end of the header block in a stream and keeps the block, bounded.
#[derive(Debug, Default)]
pub struct HeaderScanner {
    bytes: Vec<u8>,
    complete: bool,
}

impl HeaderScanner {
    /// Adds received bytes; after the end of the block they are ignored.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.complete {
            return;
        }
        let known = self.bytes.len();
        let bytes = &bytes[..bytes.len().min(MAX_HEADER - known)];
        // Most blocks come in one piece, of which the body need not be copied.
        let whole = if known == 0 { block_end(bytes, 0) } else { None };
        self.bytes.extend_from_slice(&bytes[..whole.unwrap_or(bytes.len())]);
        let joined = if known > 0 { block_end(&self.bytes, known.saturating_sub(3)) } else { None };
        if let Some(end) = whole.or(joined) {
            self.bytes.truncate(end);
            self.complete = true;
        }
        self.complete |= self.bytes.len() == MAX_HEADER;
    }

    /// Whether the end of the block was seen, or more does not fit.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The block with the blank line that ends it, if it was seen.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Position after the blank line, which does not end before `from`.
fn block_end(bytes: &[u8], from: usize) -> Option<usize> {
    if bytes.starts_with(b"\r\n") {
        return Some(2);
    }
    if bytes.starts_with(b"\n") {
        return Some(1);
    }
    memchr::memchr_iter(b'\n', &bytes[from..]).find_map(|at| match bytes[from + at + 1..] {
        [b'\n', ..] => Some(from + at + 2),
        [b'\r', b'\n', ..] => Some(from + at + 3),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(message: &str) -> Vec<String> {
        let text = |f: Field<'_>| String::from_utf8_lossy(f.name).into_owned();
        fields(message.as_bytes()).map(text).collect()
    }

    #[test]
    fn folded_fields_are_one() {
        let message = b"Subject: a\r\n b\r\n\tc\r\nTo: x\r\n\r\nbody: no\r\n";
        let all: Vec<_> = fields(message).collect();
        assert_eq!(all.len(), 2);
        assert!(all[0].is("SUBJECT"));
        assert_eq!(all[0].unfolded(), b"a b\tc");
        assert_eq!(all[0].range, 0..20);
    }

    #[test]
    fn malformed_lines_are_kept_without_a_name() {
        assert_eq!(names("From x Mon\r\nA : 1\r\nno colon\r\n : x\r\nB:2"), ["", "A", "", "B"]);
        assert_eq!(names(" leading\r\nA: 1\r\n"), ["", "A"]);
        assert_eq!(names("b\u{e4}d: 1\r\n"), [""]);
    }

    #[test]
    fn a_message_may_have_no_header_or_nothing_else() {
        assert!(names("\r\nbody: 1\r\n").is_empty());
        assert!(names("").is_empty());
        assert_eq!(names("A: 1"), ["A"]);
    }

    #[test]
    fn the_scanner_is_bounded() {
        let mut scanner = HeaderScanner::default();
        for _ in 0..40 {
            scanner.push(&[b'a'; 64 * 1024]);
        }
        assert_eq!(scanner.into_bytes().len(), MAX_HEADER);
    }

    proptest! {
        #[test]
        fn fields_cover_the_block(message in "[ab: \t\r\n]{0,60}") {
            let mut end = 0;
            for field in fields(message.as_bytes()) {
                prop_assert_eq!(field.range.start, end);
                end = field.range.end;
            }
            let rest = &message[end..];
            prop_assert!(rest.is_empty() || rest.starts_with('\n') || rest.starts_with("\r\n"));
        }

        #[test]
        fn any_split_finds_the_same_block(message in "[a:\r\n]{0,40}", cut in 0usize..40) {
            let cut = cut.min(message.len());
            let mut whole = HeaderScanner::default();
            whole.push(message.as_bytes());
            let mut parts = HeaderScanner::default();
            parts.push(&message.as_bytes()[..cut]);
            parts.push(&message.as_bytes()[cut..]);
            let block = whole.into_bytes();
            prop_assert_eq!(&parts.into_bytes(), &block);
            let of_block = fields(&block).count();
            prop_assert_eq!(fields(message.as_bytes()).count(), of_block);
        }
    }
}
