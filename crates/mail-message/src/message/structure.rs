//! Parts beside parts.
//!
//! What is put beside a part stands before the line of its boundary, or before the line of the next
//! one; the message itself becomes the part of a multipart around it first.

use std::io;
use std::sync::Arc;

use super::body::inside;
use super::fields::is_content_field;
use super::{Message, PartIndex, Wrap};
use crate::builder::RenderedPart;
use crate::edits::Mark;
use crate::header::fields;
use crate::mime::children;

/// On which side of a part another one is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before it.
    Before,
    /// After it.
    After,
}

impl Message {
    /// Puts a part beside another. Where that is the message itself, a multipart of `kind` is put
    /// around its content, with `boundary`, unless it is one already. False when the other part is
    /// gone.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn insert(
        &mut self,
        beside: PartIndex,
        side: Side,
        part: &RenderedPart,
        kind: &[u8],
        boundary: &str,
    ) -> io::Result<bool> {
        if self.state.gone.contains(&beside) {
            return Ok(false);
        }
        let beside = match beside {
            0 => self.make_room(side, kind, boundary)?,
            beside => beside,
        };
        let text: Arc<[u8]> = part.to_bytes().into();
        let around = self.state.around.entry(beside).or_default();
        match side {
            Side::Before => around.before.push(text),
            Side::After => around.after.insert(0, text),
        }
        self.state.changes += 1;
        self.rebuild(beside)?;
        Ok(true)
    }

    /// The part beside which one can be put, so that it becomes the first or last of the message.
    fn make_room(&mut self, side: Side, kind: &[u8], boundary: &str) -> io::Result<PartIndex> {
        if self.wrap_mut().is_some() {
            return Ok(0);
        }
        let wanted = crate::mime::parameters::parse(kind).value;
        let is_kind = self.kind(0)?.is_some_and(|own| own == wanted);
        let mut parts: Vec<_> = children(self.nodes()?, 0).collect();
        parts.retain(|part| !self.state.gone.contains(part));
        let place = if side == Side::Before { parts.first() } else { parts.last() };
        match place.filter(|_| is_kind) {
            Some(&place) => Ok(place),
            None => {
                self.wrap(kind, boundary)?;
                Ok(0)
            }
        }
    }

    pub(super) fn wrap_mut(&mut self) -> Option<&mut Wrap> {
        self.state.around.get_mut(&0)?.wrap.as_mut()
    }

    /// Puts a multipart around the content of the message.
    fn wrap(&mut self, kind: &[u8], boundary: &str) -> io::Result<()> {
        let (_, lead) = self.body_start(0)?;
        let inner = self.take_content_fields()?;
        let field = [b"Content-Type: ", kind, b"; boundary=\"", boundary.as_bytes(), b"\"\r\n"];
        self.append_fields(&field.concat())?;
        let wrap = Wrap { boundary: boundary.to_owned(), inner, lead };
        self.state.around.entry(0).or_default().wrap = Some(wrap);
        Ok(())
    }

    /// Removes the fields that describe the content of the message, and answers them.
    fn take_content_fields(&mut self) -> io::Result<Vec<u8>> {
        let (start, block) = self.header_now(0)?;
        let places: Vec<_> =
            fields(&block).filter(|f| is_content_field(f.name)).map(|f| f.range).collect();
        let mut taken = Vec::new();
        for place in &places {
            taken.extend_from_slice(&block[place.clone()]);
            if !taken.ends_with(b"\n") {
                taken.extend_from_slice(b"\r\n");
            }
        }
        for place in places.iter().rev() {
            // The places were just read from this text.
            _ = self.modify(start + place.start as u64, place.len() as u64, b"");
        }
        Ok(taken)
    }

    /// Puts fields at the end of the header, and the version of MIME if it is missing.
    fn append_fields(&mut self, text: &[u8]) -> io::Result<()> {
        let (start, block) = self.header_now(0)?;
        let end = crate::header::fields_end(&block);
        let mut added = Vec::new();
        if end > 0 && !block[..end].ends_with(b"\n") {
            added.extend_from_slice(b"\r\n");
        }
        if !fields(&block).any(|field| field.is("MIME-Version")) {
            added.extend_from_slice(b"MIME-Version: 1.0\r\n");
        }
        added.extend_from_slice(text);
        _ = self.modify(start + end as u64, 0, &added);
        Ok(())
    }

    /// Writes what stands around a part again.
    pub(super) fn rebuild(&mut self, part: PartIndex) -> io::Result<()> {
        let around = self.state.around.get(&part).cloned().unwrap_or_default();
        let (front, back) = match &around.wrap {
            Some(wrap) => around_message(&around, wrap),
            None => self.around_part(part, &around)?,
        };
        let front_at = match self.state.edits.marked(Mark::Before(part)) {
            Some(pieces) => pieces,
            None => {
                let at = match part {
                    0 => self.body_start(0)?.0,
                    part => {
                        let line = self.node(part)?.line;
                        self.state.edits.until(0, line, |_| true)
                    }
                };
                at..at
            }
        };
        self.state.edits.replace(front_at, &front, Mark::Before(part));
        let back_at = match self.state.edits.marked(Mark::After(part)) {
            Some(pieces) => pieces,
            None => {
                let node = self.node(part)?;
                let to = if self.ends_parent(part)? { node.end } else { node.next };
                let at = self.state.edits.after(to);
                let at = self.state.edits.until(at, to, |mark| mark == Mark::Content);
                at..at
            }
        };
        self.state.edits.replace(back_at, &back, Mark::After(part));
        Ok(())
    }

    fn around_part(
        &self,
        part: PartIndex,
        around: &super::Around,
    ) -> io::Result<(Vec<u8>, Vec<u8>)> {
        let parent = self.node(part)?.parent.unwrap_or_default();
        let boundary = self.node(parent)?.multipart.as_ref().map(|m| m.boundary.clone());
        let line = [b"--", &boundary.unwrap_or_default()[..], b"\r\n"].concat();
        let beside = |parts: &[Arc<[u8]>]| {
            parts.iter().flat_map(|text| [&line, &text[..], b"\r\n"].concat()).collect::<Vec<u8>>()
        };
        let back = match self.ends_parent(part)? {
            true => around.after.iter().flat_map(|t| [b"\r\n", &line[..], t].concat()).collect(),
            false => beside(&around.after),
        };
        Ok((beside(&around.before), back))
    }

    /// Whether no boundary of the parent follows a part.
    fn ends_parent(&self, part: PartIndex) -> io::Result<bool> {
        let node = self.node(part)?;
        let Some(parent) = node.parent else { return Ok(true) };
        let parent = self.node(parent)?;
        Ok(node.last == parent.last && parent.takes_parts())
    }

    /// Removes a part with the line of its boundary; nothing happens to the message itself.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn remove(&mut self, part: PartIndex) -> io::Result<()> {
        if part == 0 || self.state.gone.contains(&part) {
            return Ok(());
        }
        let node = self.node(part)?.clone();
        let to = if self.ends_parent(part)? { node.end } else { node.next };
        let start = self.state.edits.until(0, node.line, |_| true);
        let end = self.state.edits.until(start, to, inside(part, node.last));
        let start = self.state.edits.until(0, node.line, |_| true);
        self.put(start..end, b"");
        self.state.gone.extend(part..node.last);
        Ok(())
    }

    /// Replaces a part. Of the message itself only what describes its content is replaced.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn replace(&mut self, part: PartIndex, by: &RenderedPart) -> io::Result<()> {
        if self.state.gone.contains(&part) {
            return Ok(());
        }
        let node = self.node(part)?.clone();
        if part == 0 {
            self.put_body(0, &by.body)?;
            match self.wrap_mut() {
                Some(wrap) => wrap.inner.clone_from(&by.header),
                None => {
                    self.take_content_fields()?;
                    self.append_fields(&by.header)?;
                }
            }
            self.state.gone.extend(1..node.last);
            return if self.wrap_mut().is_some() { self.rebuild(0) } else { Ok(()) };
        }
        let start = self.state.edits.after(node.start);
        let end = self.state.edits.until(start, node.end, inside(part, node.last));
        let start = self.state.edits.after(node.start).min(end);
        let mut text = by.to_bytes();
        if node.is_tight() {
            text.extend_from_slice(b"\r\n");
        }
        self.put(start..end, &text);
        self.state.gone.extend(part..node.last);
        Ok(())
    }
}

fn around_message(around: &super::Around, wrap: &Wrap) -> (Vec<u8>, Vec<u8>) {
    let line = format!("--{}\r\n", wrap.boundary).into_bytes();
    let beside = |parts: &[Arc<[u8]>]| {
        parts.iter().flat_map(|text| [&line, &text[..], b"\r\n"].concat()).collect::<Vec<u8>>()
    };
    let front = [&wrap.lead[..], &beside(&around.before), &line, &wrap.inner, b"\r\n"].concat();
    let close = format!("--{}--\r\n", wrap.boundary).into_bytes();
    (front, [&b"\r\n"[..], &beside(&around.after), &close].concat())
}
