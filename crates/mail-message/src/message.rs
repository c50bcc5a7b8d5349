//! A received message with its changes.
//!
//! Reading shows what was received; changes show in [`Message::render`] and
//! [`Message::patches`] only, so that a policy sees the same message in each of its rules.
//!
//! *Invariants.* The base changes, such as our own trace field, survive [`Message::reset`]. Bytes
//! outside a change come out as they came in.
//!
//! *Not here.* Header fields (`message/fields`), bodies (`message/body`), parts beside parts
//! (`message/structure`), what was received of a part (`message/part`).

mod body;
mod fields;
mod part;
mod signing;
mod structure;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use crate::edits::{Edits, OutOfRange, Patch};
use crate::header::{HeaderScanner, MAX_HEADER};
use crate::mime::{self, Node};
use crate::source::Changed;
use crate::{Source, header};

pub use fields::{EditError, Occurrence};
pub use structure::Side;

/// A part of a message, by its place among all parts: 0 is the message itself.
pub type PartIndex = usize;

#[derive(Clone, Debug)]
struct State {
    edits: Edits,
    /// How many changes a script made.
    changes: usize,
    around: BTreeMap<PartIndex, Around>,
    /// Parts that were removed or replaced.
    gone: BTreeSet<PartIndex>,
}

/// What was put beside a part.
#[derive(Clone, Debug, Default)]
struct Around {
    before: Vec<Arc<[u8]>>,
    after: Vec<Arc<[u8]>>,
    wrap: Option<Wrap>,
}

/// A multipart around what was the body of the message.
#[derive(Clone, Debug)]
struct Wrap {
    boundary: String,
    /// Header of the part that the body became.
    inner: Vec<u8>,
    /// What ends the header of the message, when nothing received does.
    lead: Vec<u8>,
}

/// A received message.
pub struct Message {
    header: Vec<u8>,
    source: Rc<dyn Source>,
    nodes: OnceCell<Vec<Node>>,
    base: Edits,
    state: State,
    snapshots: Vec<State>,
}

impl Message {
    /// A message of its header block and all its bytes.
    pub fn new(header: Vec<u8>, source: Rc<dyn Source>) -> Self {
        let base = Edits::new(source.size());
        let state = State {
            edits: base.clone(),
            changes: 0,
            around: BTreeMap::new(),
            gone: BTreeSet::new(),
        };
        Self { header, source, nodes: OnceCell::new(), base, state, snapshots: Vec::new() }
    }

    /// A message of all its bytes.
    ///
    /// # Errors
    /// The source failed.
    pub fn read(source: Rc<dyn Source>) -> io::Result<Self> {
        let edits = Edits::new(source.size());
        let header = head(&edits, &*source)?;
        Ok(Self::new(header, source))
    }

    /// Puts a field on top that is not a change of the script's.
    pub fn stamp(&mut self, field: &[u8]) {
        // Position 0 exists in every text.
        if self.state.edits.splice(0, 0, field).is_ok() {
            self.base = self.state.edits.clone();
        }
    }

    /// Size as received, in bytes.
    pub fn size(&self) -> u64 {
        self.source.size()
    }

    /// Size with all changes, in bytes.
    pub fn rendered_size(&self) -> u64 {
        self.state.edits.size()
    }

    /// Bytes that this message holds besides what was received.
    pub fn overhead(&self) -> u64 {
        let nodes = self.nodes.get().map_or(0, Vec::len) * size_of::<Node>();
        let states = self.snapshots.iter().map(|state| state.edits.added());
        self.state.edits.added() + states.sum::<u64>() + (nodes + self.header.len()) as u64
    }

    /// Replaces `count` bytes at `start` of the message as changed so far.
    ///
    /// # Errors
    /// The range is outside the message.
    pub fn modify(&mut self, start: u64, count: u64, data: &[u8]) -> Result<(), OutOfRange> {
        self.state.edits.splice(start, count, data)?;
        self.state.changes += 1;
        Ok(())
    }

    /// Remembers the changes so far; answers the id for [`Message::restore`].
    pub fn snapshot(&mut self) -> usize {
        self.snapshots.push(self.state.clone());
        self.snapshots.len() - 1
    }

    /// Returns to a snapshot; false when there is none of this id.
    pub fn restore(&mut self, id: usize) -> bool {
        let Some(state) = self.snapshots.get(id) else { return false };
        self.state = state.clone();
        true
    }

    /// Drops all changes; answers how many there were.
    pub fn reset(&mut self) -> usize {
        self.state.edits = self.base.clone();
        self.state.around.clear();
        self.state.gone.clear();
        std::mem::take(&mut self.state.changes)
    }

    /// The changes so far against the received bytes.
    pub fn patches(&self) -> Vec<Patch> {
        self.state.edits.patches()
    }

    /// Writes the message with its changes.
    ///
    /// # Errors
    /// The source or the writer failed.
    pub fn render(&self, out: &mut dyn io::Write) -> io::Result<()> {
        self.state.edits.render(&*self.source, out)
    }

    /// The message with its changes as they are now, put together when it is read.
    pub fn changed(&self) -> Changed {
        Changed::new(Rc::clone(&self.source), self.state.edits.clone())
    }

    /// The message as it was received.
    pub fn source(&self) -> &Rc<dyn Source> {
        &self.source
    }

    /// The parts as received, which are found when they are first wanted.
    fn nodes(&self) -> io::Result<&[Node]> {
        if let Some(nodes) = self.nodes.get() {
            return Ok(nodes);
        }
        let nodes = mime::parse(&*self.source)?;
        Ok(self.nodes.get_or_init(|| nodes))
    }

    fn node(&self, part: PartIndex) -> io::Result<&Node> {
        self.nodes()?.get(part).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Header and header end of the message as received, without looking at the parts.
    fn top(&self) -> Node {
        let fields = header::fields_end(&self.header);
        let blank = self.header.len() > fields && self.header[fields..].starts_with(b"\n")
            || self.header[fields..].starts_with(b"\r\n");
        Node {
            body: self.header.len() as u64,
            blank,
            end: self.size(),
            next: self.size(),
            ..Node::default()
        }
    }
}

/// The header block of a changed text with its blank line.
pub(crate) fn head(edits: &Edits, source: &dyn Source) -> io::Result<Vec<u8>> {
    let size = edits.size();
    let mut want = 16 * 1024;
    loop {
        let mut scanner = HeaderScanner::default();
        edits.chunks(source, 0..size.min(want), &mut |bytes| scanner.push(bytes))?;
        if scanner.is_complete() || want >= size || want >= MAX_HEADER as u64 {
            return Ok(scanner.into_bytes());
        }
        want *= 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HeaderScanner, MemorySource, Written};

    const TEXT: &str = "A: 1\r\nB: 2\r\n fold\r\nbroken\r\na: 3\r\n\r\nbody\r\n";

    fn message(text: &str) -> Message {
        let mut scanner = HeaderScanner::default();
        scanner.push(text.as_bytes());
        Message::new(scanner.into_bytes(), Rc::new(MemorySource(text.as_bytes().to_vec())))
    }

    fn rendered(message: &Message) -> String {
        let mut out = Vec::new();
        message.render(&mut out).unwrap();
        assert_eq!(out.len() as u64, message.rendered_size());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_untouched_message_is_byte_exact() {
        let message = message(TEXT);
        assert_eq!(rendered(&message), TEXT);
        assert!(message.patches().is_empty());
    }

    #[test]
    fn fields_are_replaced_where_they_stand() {
        let mut message = message(TEXT);
        assert_eq!(message.set(0, "a", b"x", Occurrence::All, Written::Encoded).unwrap(), 2);
        assert_eq!(message.set(0, "B", b"y", Occurrence::At(0), Written::Encoded).unwrap(), 1);
        assert_eq!(message.set(0, "B", b"y", Occurrence::At(1), Written::Encoded).unwrap(), 0);
        assert_eq!(rendered(&message), "a: x\r\nB: y\r\nbroken\r\na: x\r\n\r\nbody\r\n");
        assert_eq!(message.named("A").map(|f| f.unfolded()).collect::<Vec<_>>(), [b"1", b"3"]);
    }

    #[test]
    fn fields_are_added_on_top_and_seen_by_later_changes() {
        let mut message = message(TEXT);
        message.add(0, "X", b"1", Written::Encoded).unwrap();
        assert_eq!(message.set(0, "New", b"2", Occurrence::All, Written::Encoded).unwrap(), 1);
        assert_eq!(message.delete(0, "x", Occurrence::All).unwrap(), 1);
        assert_eq!(message.rename(0, "A", "Z").unwrap(), 2);
        assert!(
            rendered(&message).starts_with("New: 2\r\nZ: 1\r\nB: 2\r\n fold\r\nbroken\r\nZ: 3")
        );
    }

    #[test]
    fn snapshots_and_reset_bring_changes_back() {
        let mut message = message(TEXT);
        message.stamp(b"Received: here\r\n");
        message.add(0, "X", b"1", Written::Encoded).unwrap();
        let id = message.snapshot();
        message.delete(0, "A", Occurrence::All).unwrap();
        assert!(message.restore(id) && !message.restore(id + 1));
        assert!(rendered(&message).starts_with("X: 1\r\nReceived: here\r\nA: 1"));
        assert_eq!(message.reset(), 1);
        assert_eq!(rendered(&message), format!("Received: here\r\n{TEXT}"));
    }

    #[test]
    fn a_message_without_header_or_body_takes_fields() {
        for text in ["\r\nbody", "", "body without header"] {
            let mut message = message(text);
            message.add(0, "X", b"1", Written::Encoded).unwrap();
            assert_eq!(rendered(&message), format!("X: 1\r\n{text}"));
        }
    }
}
