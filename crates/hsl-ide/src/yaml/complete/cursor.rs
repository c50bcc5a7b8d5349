//! The word at the cursor, and the text with a mark in its place.

use std::ops::Range;

/// What stands for the word; no file of a user has it.
pub(super) const MARK: &str = "\u{1F4CD}mark";

/// Where somebody writes in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// The word, with its quotes.
    pub(super) word: Range<usize>,
    /// Whether a key may stand there.
    pub(super) is_key: bool,
    /// Whether it is between brackets.
    pub(super) is_flow: bool,
    /// Whether the colon of the key is there.
    pub(super) has_colon: bool,
    /// Columns before the word.
    pub(super) column: usize,
    /// Brackets that the line leaves open before the word.
    open: Vec<u8>,
    line: Range<usize>,
}

impl Cursor {
    /// The cursor at an offset; none in a comment, or where nothing can be told.
    pub(super) fn at(text: &[u8], offset: usize) -> Option<Self> {
        let offset = offset.min(text.len());
        let start = text[..offset].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let ends = text[offset..].iter().position(|b| matches!(b, b'\n' | b'\r'));
        let line = start..ends.map_or(text.len(), |at| offset + at);
        let word = word(text, &line, offset);
        let head = Head::read(text.get(line.start..word.start)?)?;
        let rest = text[word.end..line.end].trim_ascii_start();
        Some(Self {
            is_key: head.wants_key,
            is_flow: !head.open.is_empty(),
            has_colon: rest.starts_with(b":"),
            column: word.start - line.start,
            open: head.open,
            word,
            line,
        })
    }

    /// The text with the mark.
    pub(super) fn marked(&self, text: &[u8]) -> Vec<u8> {
        let mut marked = self.before(text);
        marked.extend_from_slice(&text[self.word.end..]);
        marked
    }

    /// The text up to the mark, with the brackets of its line closed.
    pub(super) fn marked_last(&self, text: &[u8]) -> Vec<u8> {
        let mut marked = self.before(text);
        marked.extend(self.open.iter().rev().map(|open| if *open == b'{' { b'}' } else { b']' }));
        marked.push(b'\n');
        marked
    }

    fn before(&self, text: &[u8]) -> Vec<u8> {
        let mut marked = text[..self.word.start].to_vec();
        marked.extend_from_slice(MARK.as_bytes());
        if self.is_key && !self.has_colon {
            marked.extend_from_slice(b": ");
        }
        marked
    }
}

/// What stands before the word in its line.
struct Head {
    wants_key: bool,
    open: Vec<u8>,
}

impl Head {
    fn read(head: &[u8]) -> Option<Self> {
        let mut open = Vec::new();
        let mut quote = None;
        let mut last = b' ';
        for byte in head {
            match (quote, byte) {
                (Some(end), byte) if end == *byte => quote = None,
                (Some(_), _) => {}
                (None, b'#') if last == b' ' => return None,
                (None, b'"' | b'\'') if last == b' ' => quote = Some(*byte),
                (None, b'{' | b'[') if last == b' ' || !open.is_empty() => open.push(*byte),
                (None, b'}' | b']') => _ = open.pop(),
                (None, _) => {}
            }
            last = *byte;
        }
        let said = head.trim_ascii();
        let wants_key = match (open.last(), said.last()) {
            (Some(b'{'), Some(b'{' | b',')) => true,
            (Some(b'{'), Some(b':')) => false,
            (Some(b'['), Some(b'[' | b',')) => false,
            (Some(_), _) => return None,
            (None, _) if said.iter().all(|byte| matches!(byte, b'-' | b' ')) => true,
            (None, Some(b':')) if head.ends_with(b" ") => false,
            (None, _) => return None,
        };
        (quote.is_none()).then_some(Self { wants_key, open })
    }
}

/// The word around an offset, with its quotes if it has some.
fn word(text: &[u8], line: &Range<usize>, offset: usize) -> Range<usize> {
    let is_word =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./@".contains(byte) || *byte >= 0x80;
    let before = text[line.start..offset].iter().rev().take_while(|byte| is_word(byte)).count();
    let after = text[offset..line.end].iter().take_while(|byte| is_word(byte)).count();
    let mut word = offset - before..offset + after;
    // A dash of a list is no part of a word.
    if text[word.clone()].starts_with(b"-") && before == 1 {
        word.start = offset;
    }
    let quote = word.start.checked_sub(1).filter(|at| *at >= line.start).map(|at| text[at]);
    if let Some(quote) = quote.filter(|byte| matches!(byte, b'"' | b'\'')) {
        word.start -= 1;
        if text.get(word.end) == Some(&quote) {
            word.end += 1;
        }
    }
    word
}
