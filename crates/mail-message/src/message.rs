//! A received message with its changes.
//!
//! Reading shows what was received; changes show in [`Message::render`] and
//! [`Message::patches`] only, so that a policy sees the same message in each of its rules.
//!
//! *Invariants.* The base changes, such as our own trace field, survive [`Message::reset`].

use std::io;
use std::rc::Rc;

use crate::edits::{Edits, OutOfRange, Patch};
use crate::field::{self, FieldError, Written};
use crate::header::{Field, fields};
use crate::{Source, encoded_word};

/// Which fields of a name are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// All of them.
    All,
    /// One, counted from the top from 0.
    At(usize),
}

#[derive(Clone, Debug)]
struct State {
    edits: Edits,
    /// How many changes a script made.
    changes: usize,
}

/// A received message.
pub struct Message {
    header: Vec<u8>,
    source: Rc<dyn Source>,
    base: Edits,
    state: State,
    snapshots: Vec<State>,
}

impl Message {
    /// A message of its header block and all its bytes.
    pub fn new(header: Vec<u8>, source: Rc<dyn Source>) -> Self {
        let base = Edits::new(source.size());
        let state = State { edits: base.clone(), changes: 0 };
        Self { header, source, base, state, snapshots: Vec::new() }
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

    /// The received fields.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        fields(&self.header)
    }

    /// The received fields of a name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Field<'a>> {
        self.fields().filter(move |field| field.is(name))
    }

    /// The value of a received field on one line, with encoded words decoded when asked.
    pub fn value(&self, field: &Field<'_>, decode: bool) -> Vec<u8> {
        let value = field.unfolded();
        if decode { encoded_word::decode(&value) } else { value }
    }

    /// The received bytes of a field without its last line end.
    pub fn raw(&self, field: &Field<'_>) -> &[u8] {
        let text = &self.header[field.range.clone()];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    /// Puts a field on top.
    ///
    /// # Errors
    /// The name or the value cannot be written.
    pub fn add(&mut self, name: &str, value: &[u8], written: Written) -> Result<(), FieldError> {
        let field = field::write(name, value, written)?;
        self.edit(&[(0, 0)], &field);
        Ok(())
    }

    /// Replaces fields of a name where they stand; a name that does not occur is added on top.
    /// Answers how many fields were written.
    ///
    /// # Errors
    /// The name or the value cannot be written.
    pub fn set(
        &mut self,
        name: &str,
        value: &[u8],
        which: Occurrence,
        written: Written,
    ) -> Result<usize, FieldError> {
        let field = field::write(name, value, written)?;
        let mut places = self.places(name, which);
        if places.is_empty() && which == Occurrence::All {
            places.push((0, 0));
        }
        self.edit(&places, &field);
        Ok(places.len())
    }

    /// Removes fields of a name; answers how many.
    pub fn delete(&mut self, name: &str, which: Occurrence) -> usize {
        let places = self.places(name, which);
        self.edit(&places, b"");
        places.len()
    }

    /// Renames all fields of a name; answers how many.
    ///
    /// # Errors
    /// The new name cannot be written.
    pub fn rename(&mut self, name: &str, to: &str) -> Result<usize, FieldError> {
        field::write(to, b"", Written::Verbatim)?;
        let head = self.state.edits.head(&self.header);
        let names = fields(&head).filter(|field| field.is(name));
        let places: Vec<_> = names.map(|f| (f.range.start as u64, f.name.len() as u64)).collect();
        self.edit(&places, to.as_bytes());
        Ok(places.len())
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

    /// Places of fields in the message as changed so far.
    fn places(&self, name: &str, which: Occurrence) -> Vec<(u64, u64)> {
        let head = self.state.edits.head(&self.header);
        let named = fields(&head).filter(|field| field.is(name));
        let place = |field: Field<'_>| (field.range.start as u64, field.range.len() as u64);
        match which {
            Occurrence::All => named.map(place).collect(),
            Occurrence::At(index) => named.skip(index).take(1).map(place).collect(),
        }
    }

    /// Replaces each place, from the last so that the others stay where they are.
    fn edit(&mut self, places: &[(u64, u64)], data: &[u8]) {
        for &(start, count) in places.iter().rev() {
            // The places were just read from this text.
            if self.modify(start, count, data).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HeaderScanner, MemorySource};

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
        assert_eq!(message.set("a", b"x", Occurrence::All, Written::Encoded), Ok(2));
        assert_eq!(message.set("B", b"y", Occurrence::At(0), Written::Encoded), Ok(1));
        assert_eq!(message.set("B", b"y", Occurrence::At(1), Written::Encoded), Ok(0));
        assert_eq!(rendered(&message), "a: x\r\nB: y\r\nbroken\r\na: x\r\n\r\nbody\r\n");
        assert_eq!(message.named("A").map(|f| f.unfolded()).collect::<Vec<_>>(), [b"1", b"3"]);
    }

    #[test]
    fn fields_are_added_on_top_and_seen_by_later_changes() {
        let mut message = message(TEXT);
        message.add("X", b"1", Written::Encoded).unwrap();
        assert_eq!(message.set("New", b"2", Occurrence::All, Written::Encoded), Ok(1));
        assert_eq!(message.delete("x", Occurrence::All), 1);
        assert_eq!(message.rename("A", "Z"), Ok(2));
        assert!(
            rendered(&message).starts_with("New: 2\r\nZ: 1\r\nB: 2\r\n fold\r\nbroken\r\nZ: 3")
        );
    }

    #[test]
    fn snapshots_and_reset_bring_changes_back() {
        let mut message = message(TEXT);
        message.stamp(b"Received: here\r\n");
        message.add("X", b"1", Written::Encoded).unwrap();
        let id = message.snapshot();
        message.delete("A", Occurrence::All);
        assert!(message.restore(id) && !message.restore(id + 1));
        assert!(rendered(&message).starts_with("X: 1\r\nReceived: here\r\nA: 1"));
        assert_eq!(message.reset(), 1);
        assert_eq!(rendered(&message), format!("Received: here\r\n{TEXT}"));
    }

    #[test]
    fn a_message_without_header_or_body_takes_fields() {
        for text in ["\r\nbody", "", "body without header"] {
            let mut message = message(text);
            message.add("X", b"1", Written::Encoded).unwrap();
            assert_eq!(rendered(&message), format!("X: 1\r\n{text}"));
        }
    }
}
