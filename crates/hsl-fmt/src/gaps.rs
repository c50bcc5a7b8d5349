//! The whitespace between the pieces of two texts that differ in nothing else.

use std::ops::Range;

use diagnostics::Span;
use hsl_syntax::{Edit, Parse};

use crate::tree::Tree;

/// The line end that the file uses: that of its first line.
pub(crate) fn line_end(source: &Parse) -> &'static [u8] {
    let first = memchr::memchr(b'\n', &source.text);
    let before = first.and_then(|at| source.text.get(at.checked_sub(1)?));
    if before == Some(&b'\r') { b"\r\n" } else { b"\n" }
}

/// What to replace in the text of `old` to get `new`; none when they differ in more than whitespace.
pub(crate) fn between(old: &Tree<'_>, new: &Parse) -> Option<Vec<Edit>> {
    if !new.errors.is_empty() {
        return None;
    }
    let new = Tree::of(new);
    let (mut olds, mut news) = (old.tokens.pieces(), new.tokens.pieces());
    let (old, new) = (old.tokens.text(), new.tokens.text());
    let mut edits = Vec::new();
    let mut behind = (0, 0);
    loop {
        let (a, b) = match (olds.next(), news.next()) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => break,
            _ => return None,
        };
        if a.comment != b.comment || old[a.start..a.end] != new[b.start..b.end] {
            return None;
        }
        edits.extend(replace((old, behind.0..a.start), &new[behind.1..b.start]));
        behind = (a.end, b.end);
    }
    edits.extend(replace((old, behind.0..old.len()), &new[behind.1..]));
    Some(edits)
}

/// The replacement of a gap, if it differs.
pub(crate) fn replace((old, gap): (&[u8], Range<usize>), new: &[u8]) -> Option<Edit> {
    let span = Span::new(gap.start, gap.end);
    (old[gap] != *new).then(|| Edit { span, text: new.to_vec() })
}
