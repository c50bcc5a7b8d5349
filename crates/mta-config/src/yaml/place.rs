//! Positions of the YAML scanner to byte offsets.
//!
//! The scanner counts characters and breaks lines at LF, CR LF and CR; findings speak of bytes.
//! Lines are found once, characters are counted only inside lines that are not ASCII.

use saphyr_parser::{Marker, Span as ScannerSpan};

use diagnostics::Span;

/// Where the lines of a text begin, by the scanner's notion of a line.
pub(super) struct Places<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: usize| match bytes[at] {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let mut starts = vec![0];
        starts.extend((0..bytes.len()).filter(|at| ends_line(*at)).map(|at| at + 1));
        Self { text, starts }
    }

    pub(super) fn offset(&self, at: &Marker) -> usize {
        let line = at.line().saturating_sub(1);
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let text = &self.text[start..end];
        if text.is_ascii() {
            return (start + at.col()).min(end);
        }
        start + text.char_indices().nth(at.col()).map_or(text.len(), |(offset, _)| offset)
    }

    /// The span without the blanks and line ends that the scanner includes at its end.
    pub(super) fn span(&self, span: &ScannerSpan) -> Span {
        let start = self.offset(&span.start);
        let end = self.offset(&span.end).max(start);
        let kept = self.text[start..end].trim_end().len();
        Span::new(start, start + kept)
    }

    /// Whether a bracket stands at the beginning of the span.
    pub(super) fn is_bracket(&self, span: Span) -> bool {
        matches!(self.text.as_bytes().get(span.start as usize), Some(b'[' | b'{'))
    }
}
