//! The lines of a file that a finding shows.
//!
//! *Invariants.* A window holds at most [`MOST`] bytes, whatever the file holds, so that a finding
//! costs the same in a file of any size. It begins and ends with a line.

use std::ops::Range;

use diagnostics::{Diagnostic, Label, LineCol, Span};

/// How far before and behind a finding a label is shown in the text, in bytes.
const REACH: usize = 16 << 10;
/// Longer windows are not shown: they hold very long lines.
const MOST: usize = 4 * REACH;

/// Some lines of a file. Bytes that are no UTF-8 become question marks, one each, so that offsets
/// stay what they are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The lines.
    pub(super) text: String,
    /// Number of the first one, from 1.
    pub(super) first_line: usize,
    /// Where the finding lies in it; of a very long one, the first line.
    pub(super) primary: Range<usize>,
    start: usize,
}

impl Window {
    /// The lines of a finding and of its labels that are near it; none if they are very long.
    pub(super) fn around(finding: &Diagnostic, file: &[u8]) -> Option<Self> {
        let primary = first_lines(finding.span, file);
        let near = finding.labels.iter().filter(|label| is_near(label, finding));
        let spans = near.map(|label| label.span).chain([primary]);
        let ranges: Vec<_> = spans.map(|span| span.range(file.len())).collect();
        let start = ranges.iter().map(|range| range.start).min()?;
        let end = ranges.iter().map(|range| range.end).max()?;
        let start = memchr::memrchr(b'\n', &file[..start]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &file[end..]).map_or(file.len(), |at| end + at + 1);
        (end - start <= MOST).then(|| {
            let text = with_question_marks(&file[start..end]);
            let first_line = memchr::memchr_iter(b'\n', &file[..start]).count() + 1;
            let window = Self { text, first_line, primary: 0..0, start };
            Self { primary: window.range(primary), ..window }
        })
    }

    /// Where a span of the file lies in the window.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        let within = |at: u32| (at as usize).saturating_sub(self.start).min(self.text.len());
        let (start, end) = (within(span.start), within(span.end));
        self.text.floor_char_boundary(start)..self.text.ceil_char_boundary(end.max(start))
    }
}

/// Whether a label stands in the text of the finding, not in a note below it.
pub(super) fn is_near(label: &Label, finding: &Diagnostic) -> bool {
    let distance = |at: u32| finding.span.start.abs_diff(at) as usize;
    label.file == finding.file
        && distance(label.span.start) <= REACH
        && distance(label.span.end) <= REACH
}

/// Line and byte column of an offset.
pub(super) fn line_col(file: &[u8], offset: u32) -> LineCol {
    diagnostics::LineIndex::new(file).line_col(offset)
}

/// The span, or the first line of a long one.
fn first_lines(span: Span, file: &[u8]) -> Span {
    let range = span.range(file.len());
    if range.len() <= REACH {
        return span;
    }
    let line = memchr::memchr(b'\n', &file[range.clone()]).unwrap_or(range.len());
    Span::new(range.start, range.start + line)
}

fn with_question_marks(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}
