//! Byte offsets and positions in the unit that the editor counts in.
//!
//! *Sources.* Language Server Protocol 3.18, "Position".

use std::cell::Cell;

use diagnostics::{LineCol, LineIndex, Span};
use gen_lsp_types::{Position, PositionEncodingKind, Range};

/// The unit of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the default of the protocol.
    Utf16,
    /// Code points.
    Utf32,
}

impl Encoding {
    /// UTF-8 when the editor knows it, else the first that it names and we know.
    pub(crate) fn choose(offered: &[PositionEncodingKind]) -> Self {
        let known = |kind: &PositionEncodingKind| match kind {
            PositionEncodingKind::UTF8 => Some(Self::Utf8),
            PositionEncodingKind::UTF16 => Some(Self::Utf16),
            PositionEncodingKind::UTF32 => Some(Self::Utf32),
            PositionEncodingKind::Custom(_) => None,
        };
        let mut all = offered.iter().filter_map(known);
        let first = all.clone().next();
        all.find(|one| *one == Self::Utf8).or(first).unwrap_or(Self::Utf16)
    }

    /// The name of the unit in the protocol.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }
}

/// A text with its lines, ready to convert.
pub(crate) struct Lines<'t> {
    text: &'t [u8],
    index: LineIndex,
    encoding: Encoding,
    /// The last offset that was converted, with its place. What is asked in the order of the text is
    /// counted on from there: a line may be as long as a file.
    last: Cell<(u32, LineCol)>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t [u8], encoding: Encoding) -> Self {
        let last = Cell::new((0, LineCol { line: 0, col: 0 }));
        Self { text, index: LineIndex::of_editor(text), encoding, last }
    }

    /// The offset of a position; positions past the end of a line give its end.
    pub(crate) fn offset(&self, at: Position) -> usize {
        let place = LineCol { line: at.line, col: at.character };
        let offset = match self.encoding {
            Encoding::Utf8 => self.index.offset(place),
            Encoding::Utf16 => self.index.offset_utf16(self.text, place),
            Encoding::Utf32 => self.offset_utf32(place),
        };
        offset as usize
    }

    /// The position of an offset.
    pub(crate) fn position(&self, offset: u32) -> Position {
        let at = match self.encoding {
            Encoding::Utf8 => self.index.line_col(offset),
            Encoding::Utf16 | Encoding::Utf32 => self.counted(offset),
        };
        Position { line: at.line, character: at.col }
    }

    /// The range of a span.
    pub(crate) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end) }
    }

    /// The place of an offset, counted on from the last one where that is on the same line.
    fn counted(&self, offset: u32) -> LineCol {
        let begins = self.text.get(offset as usize).is_none_or(|byte| byte & 0xC0 != 0x80);
        let bytes = self.index.line_col(offset);
        let target = self.index.line_start(bytes.line) + bytes.col;
        let (seen, place) = self.last.get();
        // Inside of a character there is nothing to count on from.
        if !begins || target != offset || place.line != bytes.line || target < seen {
            let found = self.counted_afresh(offset);
            if begins && target == offset {
                self.last.set((offset, found));
            }
            return found;
        }
        let between = self.text.get(seen as usize..target as usize).unwrap_or_default();
        let units = |length: usize| u32::from(self.encoding == Encoding::Utf16 && length == 4);
        let more: u32 = code_points(between).map(|length| 1 + units(length)).sum();
        let found = LineCol { line: place.line, col: place.col + more };
        self.last.set((offset, found));
        found
    }

    fn counted_afresh(&self, offset: u32) -> LineCol {
        match self.encoding {
            Encoding::Utf16 => self.index.utf16(self.text, offset),
            _ => self.utf32(offset),
        }
    }

    fn utf32(&self, offset: u32) -> LineCol {
        let at = self.index.line_col(offset);
        let start = self.index.line_start(at.line) as usize;
        let before = self.text.get(start..start + at.col as usize).unwrap_or_default();
        LineCol { line: at.line, col: code_points(before).count() as u32 }
    }

    fn offset_utf32(&self, at: LineCol) -> u32 {
        let start = self.index.line_start(at.line);
        let end = self.index.line_end(at.line);
        let line = self.text.get(start as usize..end as usize).unwrap_or_default();
        start + code_points(line).take(at.col as usize).sum::<usize>() as u32
    }
}

/// The length in bytes of each code point; bytes that are not UTF-8 count one each.
fn code_points(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.utf8_chunks().flat_map(|chunk| {
        let valid = chunk.valid().chars().map(char::len_utf8);
        valid.chain(chunk.invalid().iter().map(|_| 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_on_is_counting_from_the_start() {
        let text = b"a\xc3\xa5\xf0\x9d\x84\x9eb \xff\xe2( c\n\xe2\x82\xacx\r\n\nz";
        for encoding in [Encoding::Utf16, Encoding::Utf32] {
            let on = Lines::new(text, encoding);
            let ends = 0..text.len() as u32 + 1;
            for offset in ends.clone().chain(ends.rev()) {
                let fresh = Lines::new(text, encoding);
                let at = fresh.counted_afresh(offset);
                let expected = Position { line: at.line, character: at.col };
                assert_eq!(on.position(offset), expected, "{encoding:?} {offset}");
            }
        }
    }

    #[test]
    fn each_unit_counts_its_own_way() {
        let text = "a\nå𝄞b\n".as_bytes();
        let b = 2 + 2 + 4;
        for (encoding, character) in
            [(Encoding::Utf8, 6), (Encoding::Utf16, 3), (Encoding::Utf32, 2)]
        {
            let lines = Lines::new(text, encoding);
            let at = Position { line: 1, character };
            assert_eq!(lines.position(b), at, "{encoding:?}");
            assert_eq!(lines.offset(at), b as usize, "{encoding:?}");
            assert_eq!(lines.offset(Position { line: 1, character: 99 }), 9, "{encoding:?}");
            assert_eq!(lines.offset(Position { line: 9, character: 0 }), 10, "{encoding:?}");
        }
    }

    #[test]
    fn utf8_is_preferred_and_utf16_is_the_default() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::choose(&[]), Encoding::Utf16);
        assert_eq!(Encoding::choose(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::choose(&[Kind::UTF32, Kind::UTF16]), Encoding::Utf32);
        assert_eq!(Encoding::choose(&[Kind::Custom("x".into())]), Encoding::Utf16);
    }
}
