//! The whitespace between the pieces of two texts that differ in nothing else.

use diagnostics::Span;
use hsl_syntax::{Edit, Parse};

use crate::tokens::{Piece, pieces};

/// The line end that the file uses: that of its first line.
pub(crate) fn line_end(source: &Parse) -> &'static [u8] {
    let first = memchr::memchr(b'\n', &source.text);
    let before = first.and_then(|at| source.text.get(at.checked_sub(1)?));
    if before == Some(&b'\r') { b"\r\n" } else { b"\n" }
}

/// What to replace in `old`, of which the pieces are known, to get `new`; none when they differ in
/// more than whitespace.
pub(crate) fn between((old, old_pieces): (&Parse, &[Piece]), new: &Parse) -> Option<Vec<Edit>> {
    let new_pieces = pieces(new);
    let same = |(a, b): (&Piece, &Piece)| {
        a.comment == b.comment && old.text[a.start..a.end] == new.text[b.start..b.end]
    };
    let matches = new.errors.is_empty()
        && old_pieces.len() == new_pieces.len()
        && old_pieces.iter().zip(&new_pieces).all(same);
    matches.then(|| {
        let old_gaps = gaps(old, old_pieces);
        old_gaps
            .zip(gaps(new, &new_pieces))
            .filter_map(|(a, b)| replace((old, a), (new, b)))
            .collect()
    })
}

/// Ranges before, between and behind the pieces.
fn gaps(text: &Parse, pieces: &[Piece]) -> impl Iterator<Item = (usize, usize)> {
    let ends = std::iter::once(0).chain(pieces.iter().map(|piece| piece.end));
    let starts = pieces.iter().map(|piece| piece.start).chain([text.text.len()]);
    ends.zip(starts)
}

fn replace((old, a): (&Parse, (usize, usize)), (new, b): (&Parse, (usize, usize))) -> Option<Edit> {
    let text = &new.text[b.0..b.1];
    (old.text[a.0..a.1] != *text).then(|| Edit { span: Span::new(a.0, a.1), text: text.to_vec() })
}
