//! Byte offsets to lines and columns.

/// A zero-based line and the byte offset inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineCol {
    /// Zero-based line.
    pub line: u32,
    /// Zero-based byte inside the line.
    pub col: u32,
}

/// Where the lines of a text begin. Lines end at LF, as the language counts them, or also at CR, as
/// editors do.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Reads the text once.
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        for (at, _) in text.iter().enumerate().filter(|(_, b)| **b == b'\n') {
            starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
        }
        Self { starts, len: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    /// Reads the text once, with lines that end at LF, CR LF and CR (Language Server Protocol,
    /// "Text Documents").
    pub fn of_editor(text: &[u8]) -> Self {
        let mut index = Self::new(text);
        let is_alone = |at: &usize| text[*at] == b'\r' && text.get(at + 1) != Some(&b'\n');
        let alone = (0..text.len()).filter(is_alone);
        let more: Vec<_> = alone.map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)).collect();
        if !more.is_empty() {
            index.starts.extend(more);
            index.starts.sort_unstable();
        }
        index
    }

    /// Line and byte column of an offset; offsets past the end give the end.
    pub fn line_col(&self, offset: u32) -> LineCol {
        let offset = offset.min(self.len);
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        LineCol { line: line as u32, col: offset - self.starts[line] }
    }

    /// Offset of a line and byte column, cut to the end of the line and of the text.
    pub fn offset(&self, at: LineCol) -> u32 {
        let Some(start) = self.starts.get(at.line as usize) else { return self.len };
        start.saturating_add(at.col).min(self.line_end(at.line))
    }

    /// Offset of the first byte of a line; the end of the text for lines that do not exist.
    pub fn line_start(&self, line: u32) -> u32 {
        self.starts.get(line as usize).copied().unwrap_or(self.len)
    }

    /// Offset of the byte that ends the line, of CR LF the LF, or the end of the text.
    pub fn line_end(&self, line: u32) -> u32 {
        self.starts.get(line as usize + 1).map_or(self.len, |next| next - 1)
    }

    /// How many lines there are; at least one.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Line and UTF-16 column, the default unit of LSP. Bytes that are not UTF-8 count one each.
    pub fn utf16(&self, text: &[u8], offset: u32) -> LineCol {
        let at = self.line_col(offset);
        let start = self.line_start(at.line) as usize;
        let before = text.get(start..start + at.col as usize).unwrap_or_default();
        LineCol { line: at.line, col: utf16_len(before) }
    }

    /// Offset of a line and UTF-16 column.
    pub fn offset_utf16(&self, text: &[u8], at: LineCol) -> u32 {
        let start = self.line_start(at.line);
        let line = text.get(start as usize..self.line_end(at.line) as usize).unwrap_or_default();
        let mut units = 0;
        let mut bytes = 0;
        for chunk in line.utf8_chunks() {
            for c in chunk.valid().chars() {
                if units >= at.col {
                    return start + bytes;
                }
                units += c.len_utf16() as u32;
                bytes += c.len_utf8() as u32;
            }
            for _ in chunk.invalid() {
                if units >= at.col {
                    return start + bytes;
                }
                units += 1;
                bytes += 1;
            }
        }
        start + bytes
    }
}

fn utf16_len(bytes: &[u8]) -> u32 {
    let chunk_len = |chunk: std::str::Utf8Chunk<'_>| {
        chunk.valid().chars().map(char::len_utf16).sum::<usize>() + chunk.invalid().len()
    };
    bytes.utf8_chunks().map(chunk_len).sum::<usize>() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_positions_agree() {
        let text = "ab\nå𝄞c\n\n".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.lines(), 4);
        let c = 3 + 2 + 4;
        assert_eq!(index.line_col(c), LineCol { line: 1, col: 6 });
        assert_eq!(index.utf16(text, c), LineCol { line: 1, col: 3 });
        assert_eq!(index.offset_utf16(text, LineCol { line: 1, col: 3 }), c);
        assert_eq!(index.offset(LineCol { line: 0, col: 99 }), 2);
        assert_eq!(index.line_col(999), LineCol { line: 3, col: 0 });
    }

    #[test]
    fn editors_end_lines_at_cr_too() {
        let text = b"a\rb\r\nc\nd\r";
        let index = LineIndex::of_editor(text);
        assert_eq!((index.lines(), LineIndex::new(text).lines()), (5, 3));
        assert_eq!(index.line_col(2), LineCol { line: 1, col: 0 });
        assert_eq!(index.line_col(5), LineCol { line: 2, col: 0 });
        assert_eq!(index.offset(LineCol { line: 0, col: 9 }), 1);
        assert_eq!(index.offset(LineCol { line: 4, col: 0 }), 9);
    }

    #[test]
    fn undecodable_bytes_count_one_each() {
        let text = b"\xff\xfex";
        let index = LineIndex::new(text);
        assert_eq!(index.utf16(text, 2).col, 2);
        assert_eq!(index.offset_utf16(text, LineCol { line: 0, col: 2 }), 2);
    }
}
