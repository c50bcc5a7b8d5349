//! Header fields of a message and its parts.

use std::io;
use std::ops::Range;

use super::{Message, PartIndex};
use crate::Source;
use crate::field::{self, FieldError, Written};
use crate::header::{Field, fields};
use crate::mime::Node;
use crate::source::read_slice;

/// Which fields of a name are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// All of them.
    All,
    /// One, counted from the top from 0.
    At(usize),
}

/// Why a header was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The field cannot be written.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The message cannot be read.
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// A replacement in a header block.
type Change = (Range<usize>, Vec<u8>);

impl Message {
    /// The received fields of the message.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        fields(&self.header)
    }

    /// The received fields of a name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Field<'a>> {
        self.fields().filter(move |field| field.is(name))
    }

    /// Puts a field on top of a part's header.
    ///
    /// # Errors
    /// The name or the value cannot be written, or the message not read.
    pub fn add(
        &mut self,
        part: PartIndex,
        name: &str,
        value: &[u8],
        written: Written,
    ) -> Result<(), EditError> {
        let field = field::write(name, value, written)?;
        self.change(part, name, |_| vec![(0..0, field)])?;
        Ok(())
    }

    /// Replaces fields of a name where they stand; a name that does not occur is added on top.
    /// Answers how many fields were written.
    ///
    /// # Errors
    /// The name or the value cannot be written, or the message not read.
    pub fn set(
        &mut self,
        part: PartIndex,
        name: &str,
        value: &[u8],
        which: Occurrence,
        written: Written,
    ) -> Result<usize, EditError> {
        let field = field::write(name, value, written)?;
        self.change(part, name, |block| {
            let mut places = places(block, name, which);
            if places.is_empty() && which == Occurrence::All {
                places.push(0..0);
            }
            places.into_iter().map(|place| (place, field.clone())).collect()
        })
    }

    /// Removes fields of a name; answers how many.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn delete(
        &mut self,
        part: PartIndex,
        name: &str,
        which: Occurrence,
    ) -> Result<usize, EditError> {
        self.change(part, name, |block| {
            places(block, name, which).into_iter().map(|place| (place, Vec::new())).collect()
        })
    }

    /// Renames all fields of a name; answers how many.
    ///
    /// # Errors
    /// The new name cannot be written, or the message not read.
    pub fn rename(&mut self, part: PartIndex, name: &str, to: &str) -> Result<usize, EditError> {
        field::write(to, b"", Written::Verbatim)?;
        self.change(part, name, |block| {
            let named = fields(block).filter(|field| field.is(name));
            let place = |f: Field<'_>| f.range.start..f.range.start + f.name.len();
            named.map(|field| (place(field), to.as_bytes().to_vec())).collect()
        })
    }

    /// Changes the header of a part as it is now; answers how many places.
    fn change(
        &mut self,
        part: PartIndex,
        name: &str,
        wanted: impl FnOnce(&[u8]) -> Vec<Change>,
    ) -> Result<usize, EditError> {
        if self.state.gone.contains(&part) {
            return Ok(0);
        }
        if part == 0 && is_content_field(name.as_bytes()) && self.wrap_mut().is_some() {
            return Ok(self.change_inner(wanted)?);
        }
        let (start, block) = self.header_now(part)?;
        let changes = wanted(&block);
        for (place, data) in changes.iter().rev() {
            // The places were just read from this text, and go from the last to the first.
            _ = self.modify(start + place.start as u64, place.len() as u64, data);
        }
        Ok(changes.len())
    }

    /// Changes the header of the part that the body of the message became.
    fn change_inner(&mut self, wanted: impl FnOnce(&[u8]) -> Vec<Change>) -> io::Result<usize> {
        let Some(wrap) = self.wrap_mut() else { return Ok(0) };
        let changes = wanted(&wrap.inner);
        for (place, data) in changes.iter().rev() {
            wrap.inner.splice(place.clone(), data.iter().copied());
        }
        self.state.changes += changes.len();
        self.rebuild(0)?;
        Ok(changes.len())
    }

    /// Position and bytes of the header of a part as it is now, without its blank line where
    /// that was received.
    pub(super) fn header_now(&mut self, part: PartIndex) -> io::Result<(u64, Vec<u8>)> {
        let node = if part == 0 { self.top() } else { self.node(part)?.clone() };
        let pieces = self.header_pieces(&node);
        let start = self.state.edits.position(pieces.start);
        let known = Head { header: &self.header, source: &*self.source };
        let text = self.state.edits.read(if part == 0 { &known } else { &*self.source }, pieces)?;
        Ok((start, text))
    }

    fn header_pieces(&mut self, node: &Node) -> Range<usize> {
        let edits = &mut self.state.edits;
        let start = if node.start == 0 { 0 } else { edits.after(node.start) };
        let end = edits.after(node.body).max(start);
        // Where nothing received ends the header, what was put in stands behind what is there.
        let content = |mark| mark == crate::edits::Mark::Content;
        let end = if node.blank { end } else { edits.until(end, node.end, content) };
        let start = if node.start == 0 { 0 } else { edits.after(node.start) };
        start..end
    }
}

/// Whether a field describes the content of a part, and not the message.
pub(super) fn is_content_field(name: &[u8]) -> bool {
    name.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
}

fn places(block: &[u8], name: &str, which: Occurrence) -> Vec<Range<usize>> {
    let named = fields(block).filter(|field| field.is(name)).map(|field| field.range);
    match which {
        Occurrence::All => named.collect(),
        Occurrence::At(index) => named.skip(index).take(1).collect(),
    }
}

/// The header of the message, which is known without its source.
struct Head<'a> {
    header: &'a [u8],
    source: &'a dyn Source,
}

impl Source for Head<'_> {
    fn size(&self) -> u64 {
        self.source.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match read_slice(self.header, offset, buffer) {
            Ok(()) => Ok(()),
            Err(_) => self.source.read_at(offset, buffer),
        }
    }
}
