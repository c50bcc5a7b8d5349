//! Received bytes that are not used yet.
//!
//! *Invariants.* A command line that exceeds the limit is reported once, at the same place in the
//! stream however it was split, and never kept.

use std::mem;

/// The outcome of looking for a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line without its end.
    Whole(Vec<u8>),
    /// A line beyond the limit; it is skipped.
    TooLong,
}

/// A buffer with a read position.
#[derive(Debug)]
pub(super) struct Input {
    bytes: Vec<u8>,
    at: usize,
    max_line: usize,
    /// The rest of a line that was too long is still to come.
    skipping: bool,
}

impl Input {
    pub(super) fn new(max_line: usize) -> Self {
        Self { bytes: Vec::new(), at: 0, max_line, skipping: false }
    }

    /// Adds received bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..mem::take(&mut self.at));
        self.bytes.extend_from_slice(bytes);
    }

    /// What is not used yet.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Marks bytes as used.
    pub(super) fn advance(&mut self, count: usize) {
        self.at = (self.at + count).min(self.bytes.len());
    }

    /// The next line; none when its end was not received.
    ///
    /// A line may end in a lone LF: commands have no dot that could be smuggled.
    pub(super) fn line(&mut self) -> Option<Line> {
        loop {
            let rest = self.rest();
            let Some(end) = memchr::memchr(b'\n', rest) else {
                return self.unfinished();
            };
            let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]).to_vec();
            self.advance(end + 1);
            if mem::take(&mut self.skipping) {
                continue;
            }
            return Some(if end < self.max_line { Line::Whole(line) } else { Line::TooLong });
        }
    }

    fn unfinished(&mut self) -> Option<Line> {
        let length = self.rest().len();
        if !self.skipping && length < self.max_line {
            return None;
        }
        self.advance(length);
        (!mem::replace(&mut self.skipping, true)).then_some(Line::TooLong)
    }
}
