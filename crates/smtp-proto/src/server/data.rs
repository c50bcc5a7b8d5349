//! Message data being received: size, line endings, and reading on after a refusal.
//!
//! *Sources.* RFC 1870 §6.4 for what counts: octets with CRLF, without the dots of stuffing.

use super::input::Input;
use super::{Config, replies};
use crate::Reply;
use crate::body::{DataReader, LineEndings};
use crate::ext;

/// State of the data phase.
#[derive(Debug)]
pub(super) struct Data {
    reader: DataReader,
    reject_bare: bool,
    size: u64,
    max_size: u64,
    refusal: Option<Reply>,
}

/// Result of reading some input.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Decoded bytes to store.
    pub(super) bytes: Vec<u8>,
    /// What was stored is void.
    pub(super) discard: bool,
    /// The end was reached, and what follows.
    pub(super) end: Option<Result<(), Refusal>>,
}

/// Why the message is not taken.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reply: Reply,
    /// The client did not stop: the connection ends without reading on.
    pub(super) leave: bool,
}

impl Data {
    pub(super) fn new(config: &Config, endings: LineEndings) -> Self {
        Self {
            reader: DataReader::new(endings == LineEndings::Normalize),
            reject_bare: endings == LineEndings::Reject,
            size: 0,
            max_size: config.max_size,
            refusal: None,
        }
    }

    /// Refuses the message; the rest of it is read and dropped.
    pub(super) fn fail(&mut self, reply: Reply) {
        self.refusal.get_or_insert(reply);
    }

    pub(super) fn read(&mut self, input: &mut Input) -> Piece {
        let mut piece = Piece::default();
        let used = self.reader.read(input.rest(), &mut piece.bytes);
        input.advance(used);
        self.size = self.size.saturating_add(piece.bytes.len() as u64);
        let stored = self.refusal.is_none();
        self.check();
        if self.refusal.is_some() {
            piece.bytes.clear();
            piece.discard = stored;
        }
        piece.end = self.end();
        piece
    }

    fn check(&mut self) {
        if self.size > self.max_size {
            self.fail(ext::too_large(self.max_size));
        } else if self.reject_bare && self.reader.saw_bare_line_ending() {
            self.fail(replies::bare_line_ending());
        }
    }

    fn end(&mut self) -> Option<Result<(), Refusal>> {
        if self.reader.is_at_end() {
            let refusal = self.refusal.take();
            return Some(refusal.map_or(Ok(()), |reply| Err(Refusal { reply, leave: false })));
        }
        // A client that goes on for a whole limit beyond the limit is not going to stop.
        let endless = self.size > self.max_size.saturating_mul(2).saturating_add(64 << 10);
        let reply = if endless { self.refusal.take()? } else { return None };
        Some(Err(Refusal { reply, leave: true }))
    }
}
