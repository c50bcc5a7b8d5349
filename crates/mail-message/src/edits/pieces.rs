//! The pieces of a changed text, in order.
//!
//! They stand in a treap: in order by place, and each above those of a lower rank. Ranks are
//! scrambled serial numbers, so the tree is as deep as a random one whatever the order of changes.
//! Each node knows the [`Sum`] of what is below it, and everything that is looked for is the first
//! piece where a sum from the start reaches something.
//!
//! *Invariants.* No piece is empty. Looking and changing take time in proportion to the depth, which is
//! logarithmic in the number of pieces. Clones share nodes until one of them changes.
//!
//! *Sources.* R. Seidel, C. R. Aragon, "Randomized Search Trees", Algorithmica 16 (1996).

use std::ops::Range;
use std::sync::Arc;

use super::{Mark, Piece};

type Link = Option<Arc<Node>>;

#[derive(Clone, Debug)]
struct Node {
    piece: Piece,
    rank: u64,
    sum: Sum,
    left: Link,
    right: Link,
}

/// What pieces that stand together are as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    /// How many there are.
    pub(super) count: usize,
    /// Their bytes.
    pub(super) size: u64,
    /// How many of them are received.
    pub(super) received: usize,
    /// Where the last received one ends in the received text; 0 without one.
    pub(super) end: u64,
    /// Their bytes that were put in.
    pub(super) added: u64,
    /// How many of them are put in as something else than content.
    pub(super) marked: usize,
    /// Parts that have something before them.
    before: Parts,
    /// Parts that have something after them.
    after: Parts,
}

/// From which part to which other one some parts lie. Nearly all that lie between are among them: marks
/// stand in the order of the parts, but for those behind parts that have parts.
#[derive(Clone, Copy, Debug)]
struct Parts {
    first: usize,
    last: usize,
}

impl Default for Parts {
    fn default() -> Self {
        Self { first: usize::MAX, last: 0 }
    }
}

impl Parts {
    const fn one(part: usize) -> Self {
        Self { first: part, last: part }
    }

    fn and(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }
}

/// Where a search ended.
pub(super) struct Place<'a> {
    /// The pieces before it.
    pub(super) before: Sum,
    /// The piece that was found; none at the end.
    pub(super) piece: Option<&'a Piece>,
}

/// Pieces in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    root: Link,
    /// How many were made so far.
    serial: u64,
}

impl Sum {
    fn of(piece: &Piece) -> Self {
        let (count, size) = (1, piece.size());
        match piece {
            Piece::Received(range) => {
                Self { count, size, received: 1, end: range.end, ..Self::default() }
            }
            Piece::Put(_, _, mark) => {
                let put = Self { count, size, added: size, ..Self::default() };
                match mark {
                    Mark::Content => put,
                    Mark::Before(part) => Self { marked: 1, before: Parts::one(*part), ..put },
                    Mark::After(part) => Self { marked: 1, after: Parts::one(*part), ..put },
                }
            }
        }
    }

    /// Both, in this order.
    fn and(self, after: Self) -> Self {
        Self {
            count: self.count + after.count,
            size: self.size + after.size,
            received: self.received + after.received,
            end: self.end.max(after.end),
            added: self.added + after.added,
            marked: self.marked + after.marked,
            before: self.before.and(after.before),
            after: self.after.and(after.after),
        }
    }

    /// Whether pieces with this mark may be among them.
    fn may_hold(&self, mark: Mark) -> bool {
        let (parts, part) = match mark {
            Mark::Content => return false,
            Mark::Before(part) => (self.before, part),
            Mark::After(part) => (self.after, part),
        };
        (parts.first..=parts.last).contains(&part)
    }
}

impl Node {
    fn update(&mut self) {
        self.sum = sum(&self.left).and(Sum::of(&self.piece)).and(sum(&self.right));
    }
}

fn sum(link: &Link) -> Sum {
    link.as_ref().map_or_else(Sum::default, |node| node.sum)
}

impl Pieces {
    /// All of them.
    pub(super) fn sum(&self) -> Sum {
        sum(&self.root)
    }

    /// The first piece with which the sum from the start reaches something that no empty sum reaches
    /// and that every longer sum reaches too.
    pub(super) fn find(&self, reached: impl Fn(&Sum) -> bool) -> Place<'_> {
        let (mut before, mut link) = (Sum::default(), &self.root);
        while let Some(node) = link {
            let left = before.and(sum(&node.left));
            if reached(&left) {
                link = &node.left;
                continue;
            }
            let with = left.and(Sum::of(&node.piece));
            if reached(&with) {
                return Place { before: left, piece: Some(&node.piece) };
            }
            (before, link) = (with, &node.right);
        }
        Place { before, piece: None }
    }

    /// The pieces before an index.
    pub(super) fn before(&self, index: usize) -> Sum {
        self.find(|sum| sum.count > index).before
    }

    /// From the first to the last piece that has a mark which is not content.
    pub(super) fn marked(&self, mark: Mark) -> Option<Range<usize>> {
        let mut found = None;
        find_marked(&self.root, 0, mark, &mut found);
        found
    }

    /// Puts pieces in the place of those of an index range.
    pub(super) fn splice(&mut self, range: Range<usize>, by: impl IntoIterator<Item = Piece>) {
        let (rest, last) = split(self.root.take(), range.end.max(range.start));
        let (mut all, _) = split(rest, range.start);
        for piece in by {
            all = merge(all, Some(self.node(piece)));
        }
        self.root = merge(all, last);
    }

    fn node(&mut self, piece: Piece) -> Arc<Node> {
        self.serial += 1;
        let sum = Sum::of(&piece);
        Arc::new(Node { piece, rank: scrambled(self.serial), sum, left: None, right: None })
    }

    /// Visits the pieces that lie in a range of the changed text, in order, with the positions where
    /// they begin.
    ///
    /// # Errors
    /// The first one of a visit, which is the last visit.
    pub(super) fn visit<'a, E>(
        &'a self,
        range: &Range<u64>,
        mut visit: impl FnMut(u64, &'a Piece) -> Result<(), E>,
    ) -> Result<(), E> {
        walk(&self.root, 0, range, &mut visit)
    }

    /// All of them in order.
    pub(super) fn to_list(&self) -> Vec<&Piece> {
        let mut list = Vec::with_capacity(self.sum().count);
        let Ok(()) = self.visit(&(0..u64::MAX), |_, piece| {
            list.push(piece);
            Ok::<_, std::convert::Infallible>(())
        });
        list
    }

    /// Longest way from the root to an end.
    #[cfg(test)]
    pub(super) fn depth(&self) -> usize {
        fn depth(link: &Link) -> usize {
            link.as_ref().map_or(0, |node| 1 + depth(&node.left).max(depth(&node.right)))
        }
        depth(&self.root)
    }
}

impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        self.to_list() == other.to_list()
    }
}

impl Eq for Pieces {}

/// A number that looks like chance (the finalizer of SplitMix64).
fn scrambled(serial: u64) -> u64 {
    let n = serial.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ n >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ n >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ n >> 31
}

/// The first `count` pieces, and the others.
fn split(link: Link, count: usize) -> (Link, Link) {
    let Some(mut root) = link else { return (None, None) };
    let node = Arc::make_mut(&mut root);
    let left = sum(&node.left).count;
    if count <= left {
        let (first, rest) = split(node.left.take(), count);
        node.left = rest;
        node.update();
        (first, Some(root))
    } else {
        let (rest, last) = split(node.right.take(), count - left - 1);
        node.right = rest;
        node.update();
        (Some(root), last)
    }
}

/// Some pieces and those behind them.
fn merge(first: Link, last: Link) -> Link {
    let (mut first, mut last) = match (first, last) {
        (None, one) | (one, None) => return one,
        (Some(first), Some(last)) => (first, last),
    };
    if first.rank > last.rank {
        let node = Arc::make_mut(&mut first);
        node.right = merge(node.right.take(), Some(last));
        node.update();
        Some(first)
    } else {
        let node = Arc::make_mut(&mut last);
        node.left = merge(Some(first), node.left.take());
        node.update();
        Some(last)
    }
}

fn find_marked(link: &Link, start: usize, mark: Mark, found: &mut Option<Range<usize>>) {
    let Some(node) = link.as_ref().filter(|node| node.sum.may_hold(mark)) else { return };
    find_marked(&node.left, start, mark, found);
    let at = start + sum(&node.left).count;
    if node.piece.mark() == Some(mark) {
        let first = found.as_ref().map_or(at, |range| range.start);
        *found = Some(first..at + 1);
    }
    find_marked(&node.right, at + 1, mark, found);
}

fn walk<'a, E>(
    link: &'a Link,
    start: u64,
    range: &Range<u64>,
    visit: &mut impl FnMut(u64, &'a Piece) -> Result<(), E>,
) -> Result<(), E> {
    let Some(node) = link else { return Ok(()) };
    if start >= range.end || start + node.sum.size <= range.start {
        return Ok(());
    }
    walk(&node.left, start, range, visit)?;
    let at = start + sum(&node.left).size;
    let end = at + node.piece.size();
    if at < range.end && end > range.start {
        visit(at, &node.piece)?;
    }
    walk(&node.right, end, range, visit)
}
