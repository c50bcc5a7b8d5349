//! Where certain words stand in a text, so that a walk can pass over nodes that hold none.

use std::ops::Range;

use diagnostics::Span;
use memchr::memmem;

/// Places of words, in order.
#[derive(Debug)]
pub(crate) struct Marks(Vec<usize>);

impl Marks {
    /// Every place in a piece of a text where one of these words begins, as a word or inside one.
    pub(crate) fn of<'w>(
        text: &[u8],
        piece: Span,
        words: impl IntoIterator<Item = &'w [u8]>,
    ) -> Self {
        let piece = piece.range(text.len());
        let mut places = Vec::new();
        for word in words {
            let found = memmem::find_iter(&text[piece.clone()], word);
            places.extend(found.map(|at| piece.start + at));
        }
        places.sort_unstable();
        Self(places)
    }

    /// Whether a word begins in this range.
    pub(crate) fn within(&self, range: Range<usize>) -> bool {
        self.behind(range.start).is_some_and(|at| at < range.end)
    }

    /// Where the first word begins that does not begin before a place.
    pub(crate) fn behind(&self, start: usize) -> Option<usize> {
        let first = self.0.partition_point(|at| *at < start);
        self.0.get(first).copied()
    }
}
