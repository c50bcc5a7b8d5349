//! Changes to immutable bytes.
//!
//! The changed text is a list of pieces, each a range of the received bytes or bytes that were put
//! in. One primitive, [`Edits::splice`], works on positions of the changed text; everything else
//! builds on it, and [`Edits::patches`] says the result against the received bytes.
//!
//! *Invariants.* Received ranges never move past each other, so patches are sorted and do not
//! overlap. A clone shares all inserted bytes.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::Source;

/// Removes `delete` bytes at `offset` of the received bytes and puts `insert` in their place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Patch {
    /// Position in the received bytes.
    pub offset: u64,
    /// Received bytes that disappear.
    pub delete: u64,
    /// What stands there instead.
    pub insert: Arc<[u8]>,
}

/// A position beyond the end of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("position {position} is outside the message of {size} bytes")]
pub struct OutOfRange {
    /// Requested position.
    pub position: u64,
    /// Size of the changed text.
    pub size: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Received(Range<u64>),
    Put(Arc<[u8]>, Range<usize>),
}

impl Piece {
    fn size(&self) -> u64 {
        match self {
            Self::Received(range) => range.end - range.start,
            Self::Put(_, range) => range.len() as u64,
        }
    }

    /// The parts before and after a position inside the piece.
    fn split(&self, at: u64) -> (Self, Self) {
        match self {
            Self::Received(range) => {
                let middle = range.start + at;
                (Self::Received(range.start..middle), Self::Received(middle..range.end))
            }
            Self::Put(bytes, range) => {
                let middle = range.start + at as usize;
                let first = Self::Put(bytes.clone(), range.start..middle);
                (first, Self::Put(bytes.clone(), middle..range.end))
            }
        }
    }
}

/// A changed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits {
    received: u64,
    pieces: Vec<Piece>,
}

impl Edits {
    /// No change to a text of this many bytes.
    pub fn new(received: u64) -> Self {
        let pieces = if received == 0 { Vec::new() } else { vec![Piece::Received(0..received)] };
        Self { received, pieces }
    }

    /// Size of the changed text in bytes.
    pub fn size(&self) -> u64 {
        self.pieces.iter().map(Piece::size).sum()
    }

    /// Replaces `count` bytes at `start` of the changed text.
    ///
    /// # Errors
    /// The range passes the end; nothing is changed.
    pub fn splice(&mut self, start: u64, count: u64, data: &[u8]) -> Result<(), OutOfRange> {
        let size = self.size();
        let end = start.saturating_add(count);
        if end > size {
            return Err(OutOfRange { position: end, size });
        }
        let first = self.cut(start);
        let last = self.cut(end);
        let put = (!data.is_empty()).then(|| Piece::Put(data.into(), 0..data.len()));
        self.pieces.splice(first..last, put);
        Ok(())
    }

    /// Makes a piece begin at a position; answers its index.
    fn cut(&mut self, position: u64) -> usize {
        let mut start = 0;
        for at in 0..self.pieces.len() {
            let size = self.pieces[at].size();
            if position == start {
                return at;
            }
            if position < start + size {
                let (before, after) = self.pieces[at].split(position - start);
                self.pieces.splice(at..=at, [before, after]);
                return at + 1;
            }
            start += size;
        }
        self.pieces.len()
    }

    /// The changes against the received bytes, sorted.
    pub fn patches(&self) -> Vec<Patch> {
        let mut patches = Vec::new();
        let mut put = Vec::new();
        let mut done = 0;
        for piece in self.pieces.iter().chain([&Piece::Received(self.received..self.received)]) {
            match piece {
                Piece::Put(bytes, range) => put.extend_from_slice(&bytes[range.clone()]),
                Piece::Received(range) => {
                    if range.start > done || !put.is_empty() {
                        let insert = std::mem::take(&mut put).into();
                        patches.push(Patch { offset: done, delete: range.start - done, insert });
                    }
                    done = range.end;
                }
            }
        }
        patches
    }

    /// Writes the changed text.
    ///
    /// # Errors
    /// The source or the writer failed.
    pub fn render(&self, source: &dyn Source, out: &mut dyn io::Write) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Put(bytes, range) => out.write_all(&bytes[range.clone()])?,
                Piece::Received(range) => copy(source, range.clone(), out)?,
            }
        }
        Ok(())
    }

    /// The beginning of the changed text as far as `head`, the beginning of the received bytes,
    /// reaches.
    pub(crate) fn head(&self, head: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(head.len());
        for piece in &self.pieces {
            match piece {
                Piece::Put(bytes, range) => out.extend_from_slice(&bytes[range.clone()]),
                Piece::Received(range) => {
                    let end = range.end.min(head.len() as u64);
                    if range.start < end {
                        out.extend_from_slice(&head[range.start as usize..end as usize]);
                    }
                    if end < range.end {
                        break;
                    }
                }
            }
        }
        out
    }
}

fn copy(source: &dyn Source, range: Range<u64>, out: &mut dyn io::Write) -> io::Result<()> {
    const CHUNK: u64 = 64 * 1024;
    let mut buffer = Vec::new();
    let mut at = range.start;
    while at < range.end {
        buffer.resize((range.end - at).min(CHUNK) as usize, 0);
        source.read_at(at, &mut buffer)?;
        out.write_all(&buffer)?;
        at += buffer.len() as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemorySource;
    use proptest::prelude::*;

    fn apply(text: &[u8], patches: &[Patch]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut at = 0;
        for patch in patches {
            out.extend_from_slice(&text[at..patch.offset as usize]);
            out.extend_from_slice(&patch.insert);
            at = (patch.offset + patch.delete) as usize;
        }
        out.extend_from_slice(&text[at..]);
        out
    }

    #[test]
    fn a_splice_beyond_the_end_changes_nothing() {
        let mut edits = Edits::new(3);
        assert_eq!(edits.splice(2, 2, b"x"), Err(OutOfRange { position: 4, size: 3 }));
        assert_eq!(edits.splice(0, u64::MAX, b"x").map_err(|e| e.size), Err(3));
        assert_eq!(edits, Edits::new(3));
    }

    #[test]
    fn patches_join_neighbours() {
        let mut edits = Edits::new(10);
        edits.splice(2, 3, b"ab").unwrap();
        edits.splice(4, 0, b"c").unwrap();
        let insert: Arc<[u8]> = b"abc"[..].into();
        assert_eq!(edits.patches(), [Patch { offset: 2, delete: 3, insert }]);
    }

    proptest! {
        #[test]
        fn patches_and_rendering_agree_with_plain_editing(
            text in "[a-z]{0,30}",
            steps in proptest::collection::vec((0u64..40, 0u64..10, "[A-Z]{0,5}"), 0..12),
        ) {
            let source = MemorySource(text.clone().into_bytes());
            let mut plain = text.clone().into_bytes();
            let mut edits = Edits::new(source.size());
            for (start, count, data) in steps {
                let start = start.min(plain.len() as u64);
                let count = count.min(plain.len() as u64 - start);
                edits.splice(start, count, data.as_bytes()).unwrap();
                plain.splice(start as usize..(start + count) as usize, data.into_bytes());
            }
            let mut rendered = Vec::new();
            edits.render(&source, &mut rendered).unwrap();
            prop_assert_eq!(&rendered, &plain);
            prop_assert_eq!(apply(text.as_bytes(), &edits.patches()), plain);
            prop_assert_eq!(edits.size(), rendered.len() as u64);
            prop_assert_eq!(edits.head(text.as_bytes()), rendered);
        }
    }
}
