//! That the tree of pieces does what a plain list of them does, and in how many steps.

use std::ops::Range;

use proptest::prelude::*;

use super::{Edits, Mark, Piece, put};

/// The pieces in a list, looked through from the start.
struct Plain(Vec<Piece>);

impl Plain {
    fn cut(&mut self, position: u64) -> usize {
        let mut start = 0;
        for at in 0..self.0.len() {
            let size = self.0[at].size();
            if position < start + size {
                if position == start {
                    return at;
                }
                let (before, after) = self.0[at].split(position - start);
                self.0.splice(at..=at, [before, after]);
                return at + 1;
            }
            start += size;
        }
        self.0.len()
    }

    fn cut_received(&mut self, offset: u64) {
        let inside =
            |piece: &Piece| piece.received().is_some_and(|r| r.start < offset && offset < r.end);
        if let Some(at) = self.0.iter().position(inside) {
            let start = self.0[at].received().map_or(0, |range| range.start);
            let (before, after) = self.0[at].split(offset - start);
            self.0.splice(at..=at, [before, after]);
        }
    }

    fn after(&mut self, offset: u64) -> usize {
        self.cut_received(offset);
        let before = |piece: &Piece| piece.received().is_some_and(|range| range.end <= offset);
        self.0.iter().rposition(before).map_or(0, |at| at + 1)
    }

    fn until(&mut self, from: usize, offset: u64, ours: impl Fn(Mark) -> bool) -> usize {
        self.cut_received(offset);
        let ends = |piece: &Piece| match piece {
            Piece::Received(range) => range.start >= offset,
            Piece::Put(_, _, mark) => *mark != Mark::Content && !ours(*mark),
        };
        let rest = self.0.get(from..).unwrap_or_default();
        rest.iter().position(ends).map_or(self.0.len(), |at| from + at)
    }

    fn marked(&self, mark: Mark) -> Option<Range<usize>> {
        let is = |piece: &Piece| piece.mark() == Some(mark);
        let first = self.0.iter().position(is)?;
        Some(first..self.0.iter().rposition(is)? + 1)
    }
}

#[derive(Clone, Debug)]
enum Step {
    Splice(u64, u64, Vec<u8>),
    Replace(u64, u64, Vec<u8>, Mark),
    Between(usize, u64, Mark),
}

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![
        Just(Mark::Content),
        (0usize..3).prop_map(Mark::Before),
        (0usize..3).prop_map(Mark::After),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let data = || proptest::collection::vec(any::<u8>(), 0..4);
    prop_oneof![
        (0u64..200, 0u64..9, data())
            .prop_map(|(start, count, data)| Step::Splice(start, count, data)),
        (0u64..100, 0u64..9, data(), mark())
            .prop_map(|(at, n, data, m)| Step::Replace(at, n, data, m)),
        (0usize..40, 0u64..110, mark())
            .prop_map(|(from, offset, m)| Step::Between(from, offset, m)),
    ]
}

proptest! {
    #[test]
    fn a_tree_of_pieces_is_a_list_of_pieces(
        received in 0u64..100,
        steps in proptest::collection::vec(step(), 0..80),
    ) {
        let mut tree = Edits::new(received);
        let mut plain = Plain(put_received(received));
        let (before, kept) = (tree.clone(), plain.0.clone());
        for step in steps {
            match step {
                Step::Splice(start, count, data) => {
                    let start = start.min(tree.size());
                    let count = count.min(tree.size() - start);
                    tree.splice(start, count, &data).unwrap();
                    let (first, last) = (plain.cut(start), plain.cut(start + count));
                    plain.0.splice(first..last, put(&data, Mark::Content));
                }
                Step::Replace(offset, count, data, mark) => {
                    let (first, same) = (tree.after(offset), plain.after(offset));
                    prop_assert_eq!(first, same);
                    let last = tree.until(first, offset + count, |of| of == mark);
                    prop_assert_eq!(last, plain.until(first, offset + count, |of| of == mark));
                    tree.replace(first..last, &data, mark);
                    plain.0.splice(first..last, put(&data, mark));
                }
                Step::Between(from, offset, mark) => {
                    let found = tree.until(from, offset, |of| of == mark);
                    // From beyond the end everything is behind the end.
                    let same = plain.until(from, offset, |of| of == mark);
                    prop_assert_eq!(found, same);
                    prop_assert_eq!(tree.marked(Mark::Before(1)), plain.marked(Mark::Before(1)));
                    let sizes = plain.0.iter().take(from).map(Piece::size);
                    prop_assert_eq!(tree.position(from), sizes.sum::<u64>());
                }
            }
            prop_assert_eq!(tree.pieces.to_list(), plain.0.iter().collect::<Vec<_>>());
            let added = plain.0.iter().filter(|piece| piece.received().is_none()).map(Piece::size);
            prop_assert_eq!(tree.added(), added.sum::<u64>());
        }
        prop_assert_eq!(before.pieces.to_list(), kept.iter().collect::<Vec<_>>());
    }
}

fn put_received(received: u64) -> Vec<Piece> {
    (received > 0).then_some(Piece::Received(0..received)).into_iter().collect()
}

/// Each change walks a few ways of at most the depth of the tree.
#[test]
fn the_tree_of_many_pieces_is_not_deep() {
    const CHANGES: u64 = 20_000;
    let forwards = |at: u64| 3 * at;
    let backwards = |at: u64| 3 * (CHANGES - at);
    let at_the_start = |_| 0;
    let scattered = |at: u64| at * 7919 % (2 * CHANGES);
    let orders: [&dyn Fn(u64) -> u64; 4] = [&forwards, &backwards, &at_the_start, &scattered];
    for order in orders {
        let mut edits = Edits::new(4 * CHANGES);
        for at in 0..CHANGES {
            edits.splice(order(at), 1, b"xy").unwrap();
        }
        let count = edits.pieces.sum().count as f64;
        assert!(count > 1000.0, "{count} pieces");
        // A random tree is about three times as deep as a balanced one.
        let most = 4.0 * count.log2();
        assert!((edits.pieces.depth() as f64) < most, "{} for {count}", edits.pieces.depth());
    }
}
