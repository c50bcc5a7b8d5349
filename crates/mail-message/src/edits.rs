//! Changes to immutable bytes.
//!
//! The changed text is a list of pieces, each a range of the received bytes or bytes that were put
//! in. One primitive, [`Edits::splice`], works on positions of the changed text; everything else
//! builds on it, and [`Edits::patches`] says the result against the received bytes. The list is a tree
//! (`edits/pieces`), so that the thousandth change costs little more than the first.
//!
//! What belongs to a place of the received text whatever else is put there (a part beside a part)
//! carries a [`Mark`], so that it is found again and never mistaken for content.
//!
//! *Invariants.* Received ranges never move past each other, so patches are sorted and do not
//! overlap. A clone shares all inserted bytes.

#[cfg(test)]
mod agreement;
mod pieces;

use std::io;
use std::ops::Range;
use std::sync::Arc;

use pieces::Pieces;

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

/// What inserted bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Text of whatever surrounds them.
    Content,
    /// Parts before a part, and what opens it.
    Before(usize),
    /// Parts after a part, and what closes it.
    After(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Received(Range<u64>),
    Put(Arc<[u8]>, Range<usize>, Mark),
}

impl Piece {
    fn size(&self) -> u64 {
        match self {
            Self::Received(range) => range.end - range.start,
            Self::Put(_, range, _) => range.len() as u64,
        }
    }

    /// The parts before and after a position inside the piece.
    fn split(&self, at: u64) -> (Self, Self) {
        match self {
            Self::Received(range) => {
                let middle = range.start + at;
                (Self::Received(range.start..middle), Self::Received(middle..range.end))
            }
            Self::Put(bytes, range, mark) => {
                let middle = range.start + at as usize;
                let first = Self::Put(bytes.clone(), range.start..middle, *mark);
                (first, Self::Put(bytes.clone(), middle..range.end, *mark))
            }
        }
    }

    fn received(&self) -> Option<&Range<u64>> {
        if let Self::Received(range) = self { Some(range) } else { None }
    }

    fn mark(&self) -> Option<Mark> {
        if let Self::Put(_, _, mark) = self { Some(*mark) } else { None }
    }
}

fn put(data: &[u8], mark: Mark) -> Option<Piece> {
    (!data.is_empty()).then(|| Piece::Put(data.into(), 0..data.len(), mark))
}

/// A changed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits {
    received: u64,
    pieces: Pieces,
}

impl Edits {
    /// No change to a text of this many bytes.
    pub fn new(received: u64) -> Self {
        let mut pieces = Pieces::default();
        pieces.splice(0..0, (received > 0).then_some(Piece::Received(0..received)));
        Self { received, pieces }
    }

    /// Size of the changed text in bytes.
    pub fn size(&self) -> u64 {
        self.pieces.sum().size
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
        self.pieces.splice(first..last, put(data, Mark::Content));
        Ok(())
    }

    /// Whether nothing was changed.
    pub(crate) fn is_unchanged(&self) -> bool {
        let sum = self.pieces.sum();
        sum.added == 0 && sum.size == self.received
    }

    /// Bytes that were put in.
    pub(crate) fn added(&self) -> u64 {
        self.pieces.sum().added
    }

    /// Makes a piece begin at a position of the received text, if that position is still there;
    /// answers how many received pieces end before it or there.
    fn cut_received(&mut self, offset: u64) -> usize {
        let place = self.pieces.find(|sum| sum.end > offset);
        let ended = place.before.received;
        let Some((piece, range)) = place.piece.and_then(|piece| Some((piece, piece.received()?)))
        else {
            return ended;
        };
        if range.start >= offset {
            return ended;
        }
        let (before, after) = piece.split(offset - range.start);
        let at = place.before.count;
        self.pieces.splice(at..at + 1, [before, after]);
        ended + 1
    }

    /// Index of the piece after the received bytes before an offset.
    pub(crate) fn after(&mut self, offset: u64) -> usize {
        let ended = self.cut_received(offset);
        if ended == 0 {
            return 0;
        }
        self.pieces.find(|sum| sum.received >= ended).before.count + 1
    }

    /// Index of the first piece from an index on that is received from an offset on, or whose mark
    /// is neither content nor of `ours`.
    pub(crate) fn until(&mut self, from: usize, offset: u64, ours: impl Fn(Mark) -> bool) -> usize {
        let ended = self.cut_received(offset);
        let before = self.pieces.before(from);
        let passed = ended.max(before.received);
        let end = self.pieces.find(|sum| sum.received > passed).before.count;
        let mut marked = before.marked;
        loop {
            let place = self.pieces.find(|sum| sum.marked > marked);
            let at = place.before.count.min(end);
            let mark = place.piece.and_then(Piece::mark).filter(|_| at < end);
            match mark {
                Some(mark) if ours(mark) => marked += 1,
                Some(_) => return at,
                None => return end,
            }
        }
    }

    /// Replaces the pieces of an index range.
    pub(crate) fn replace(&mut self, pieces: Range<usize>, data: &[u8], mark: Mark) {
        self.pieces.splice(pieces, put(data, mark));
    }

    /// The pieces with this mark, which lie together and are no content.
    pub(crate) fn marked(&self, mark: Mark) -> Option<Range<usize>> {
        self.pieces.marked(mark)
    }

    /// Position of a piece in the changed text.
    pub(crate) fn position(&self, index: usize) -> u64 {
        self.pieces.before(index).size
    }

    /// The bytes of the pieces of an index range.
    ///
    /// # Errors
    /// The source failed.
    pub(crate) fn read(&self, source: &dyn Source, pieces: Range<usize>) -> io::Result<Vec<u8>> {
        let range = self.position(pieces.start)..self.position(pieces.end);
        let mut out = Vec::with_capacity((range.end - range.start) as usize);
        self.chunks(source, range, &mut |bytes| out.extend_from_slice(bytes))?;
        Ok(out)
    }

    /// Hands out a range of the changed text in chunks.
    ///
    /// # Errors
    /// The source failed.
    pub(crate) fn chunks(
        &self,
        source: &dyn Source,
        range: Range<u64>,
        out: &mut dyn FnMut(&[u8]),
    ) -> io::Result<()> {
        self.pieces.visit(&range, |start, piece| {
            let (from, to) = (range.start.max(start), range.end.min(start + piece.size()));
            match piece {
                Piece::Put(bytes, at, _) => {
                    let first = at.start + (from - start) as usize;
                    out(&bytes[first..first + (to - from) as usize]);
                    Ok(())
                }
                Piece::Received(at) => {
                    let first = at.start + (from - start);
                    read_chunks(source, first..first + (to - from), out)
                }
            }
        })
    }

    /// Makes a piece begin at a position; answers its index.
    pub(crate) fn cut(&mut self, position: u64) -> usize {
        let place = self.pieces.find(|sum| sum.size > position);
        let (at, inside) = (place.before.count, position - place.before.size);
        let Some(piece) = place.piece.filter(|_| inside > 0) else { return at };
        let (before, after) = piece.split(inside);
        self.pieces.splice(at..at + 1, [before, after]);
        at + 1
    }

    /// The changes against the received bytes, sorted.
    pub fn patches(&self) -> Vec<Patch> {
        let mut patches = Vec::new();
        let mut inserted = Vec::new();
        let mut done = 0;
        for piece in self
            .pieces
            .to_list()
            .into_iter()
            .chain([&Piece::Received(self.received..self.received)])
        {
            match piece {
                Piece::Put(bytes, range, _) => inserted.extend_from_slice(&bytes[range.clone()]),
                Piece::Received(range) => {
                    if range.start > done || !inserted.is_empty() {
                        let insert = std::mem::take(&mut inserted).into();
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
        let mut written = Ok(());
        self.chunks(source, 0..self.size(), &mut |bytes| {
            if written.is_ok() {
                written = out.write_all(bytes);
            }
        })?;
        written
    }
}

/// Hands out received bytes: as they lie in memory, or in chunks of bounded size.
fn read_chunks(
    source: &dyn Source,
    range: Range<u64>,
    out: &mut dyn FnMut(&[u8]),
) -> io::Result<()> {
    const CHUNK: u64 = 64 * 1024;
    if let Some(all) = source.as_slice() {
        let bytes = all.get(range.start as usize..range.end as usize);
        out(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        return Ok(());
    }
    let mut buffer = Vec::new();
    let mut at = range.start;
    while at < range.end {
        buffer.resize((range.end - at).min(CHUNK) as usize, 0);
        source.read_at(at, &mut buffer)?;
        out(&buffer);
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
            let mut read = vec![0; rendered.len()];
            let changed = crate::Changed::new(std::rc::Rc::new(source), edits);
            changed.read_at(0, &mut read).unwrap();
            prop_assert_eq!(read, rendered);
        }
    }
}
