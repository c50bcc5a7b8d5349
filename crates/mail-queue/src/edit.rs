//! A message as its patches make it from the bytes that were received.
//!
//! Ten thousand copies with personal headers share one stored body; each carries only its patches.
//!
//! *Invariants.* Patches are sorted by offset and do not overlap; those at the same offset insert
//! in list order. A patch past the end of the body is cut to it, so no list can break a reader.
//!
//! *Not here.* Deciding what to edit (crate `mail-message`), reading a body ([`crate::Body`]).

use std::sync::Arc;

use mail_message::Patch;

/// A stretch of an edited message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These received bytes, unchanged.
    Original {
        /// First byte.
        start: u64,
        /// One past the last byte.
        end: u64,
    },
    /// Bytes that an edit put in.
    Inserted(Arc<[u8]>),
}

impl Piece {
    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        match self {
            Self::Original { start, end } => end - start,
            Self::Inserted(bytes) => bytes.len() as u64,
        }
    }
}

/// The stretches that make up a body of `size` received bytes after `edits`, in order.
pub fn pieces(size: u64, edits: &[Patch]) -> Vec<Piece> {
    let mut all = Vec::with_capacity(edits.len() * 2 + 1);
    let mut at = 0;
    for edit in edits {
        let offset = edit.offset.clamp(at, size);
        push_original(&mut all, at, offset);
        if !edit.insert.is_empty() {
            all.push(Piece::Inserted(edit.insert.clone()));
        }
        at = offset.saturating_add(edit.delete).min(size);
    }
    push_original(&mut all, at, size);
    all
}

/// The size of a body of `size` received bytes after `edits`.
pub fn edited_size(size: u64, edits: &[Patch]) -> u64 {
    pieces(size, edits).iter().map(Piece::size).sum()
}

fn push_original(all: &mut Vec<Piece>, start: u64, end: u64) {
    if start < end {
        all.push(Piece::Original { start, end });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(offset: u64, delete: u64, insert: &str) -> Patch {
        Patch { offset, delete, insert: insert.as_bytes().into() }
    }

    fn apply(text: &str, edits: &[Patch]) -> String {
        let mut out = String::new();
        for piece in pieces(text.len() as u64, edits) {
            match piece {
                Piece::Original { start, end } => out += &text[start as usize..end as usize],
                Piece::Inserted(bytes) => out += std::str::from_utf8(&bytes).unwrap(),
            }
        }
        out
    }

    #[test]
    fn edits_insert_replace_and_delete() {
        let edits = [patch(0, 0, "X: 1\n"), patch(5, 5, ""), patch(10, 2, "hi")];
        assert_eq!(apply("A: 1\nB: 2\nyo!", &edits), "X: 1\nA: 1\nhi!");
    }

    #[test]
    fn edits_beyond_the_end_are_cut_to_it() {
        let edits = [patch(2, u64::MAX, "z"), patch(1, 1, "q"), patch(99, 1, "!")];
        assert_eq!(apply("abcd", &edits), "abzq!");
        assert_eq!(edited_size(4, &edits), 5);
    }
}
