//! Changing the content of a part.

use std::io;
use std::ops::Range;

use super::{Message, Occurrence, PartIndex};
use crate::edits::Mark;
use crate::field::Written;
use crate::header::{fields, fields_end};
use crate::mime::transfer::{canonical_text, has_boundary};
use crate::mime::{Encoding, parameters};

impl Message {
    /// Replaces the content of a part, its parts included; without an encoding one that suits is
    /// chosen. False when the part is gone, or the data would end it.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn set_body(
        &mut self,
        part: PartIndex,
        data: &[u8],
        encoding: Option<Encoding>,
    ) -> io::Result<bool> {
        if self.state.gone.contains(&part) {
            return Ok(false);
        }
        let kind = self.kind_now(part)?;
        let is_text = kind.as_ref().is_none_or(|kind| kind.starts_with(b"text"));
        let data = if is_text && encoding.is_none() { canonical_text(data) } else { data.into() };
        let boundaries = self.boundaries_around(part)?;
        let chosen = encoding.unwrap_or_else(|| match kind {
            Some(kind) if kind.starts_with(b"multipart/") => unencoded(&data),
            _ => Encoding::suiting(&data, &boundaries),
        });
        let Some(encoded) = chosen.encode(&data, &boundaries) else { return Ok(false) };
        self.put_body(part, &encoded)?;
        self.declare(part, chosen)?;
        let inner = self.descendants(part)?;
        self.state.gone.extend(inner);
        Ok(true)
    }

    /// The content type that a part has by now, in lower case.
    fn kind_now(&mut self, part: PartIndex) -> io::Result<Option<Vec<u8>>> {
        if part == 0 && self.wrap_mut().is_some() {
            return self.kind(part);
        }
        let (_, header) = self.header_now(part)?;
        let field = fields(&header).find(|field| field.is("Content-Type"));
        Ok(field.map(|field| parameters::parse(field.value).value))
    }

    /// Names the encoding in the header; the one that needs no field gets none.
    fn declare(&mut self, part: PartIndex, encoding: Encoding) -> io::Result<()> {
        const FIELD: &str = "Content-Transfer-Encoding";
        let name = encoding.name().as_bytes();
        let done = match encoding {
            Encoding::SevenBit => self.delete(part, FIELD, Occurrence::All),
            _ => self.set(part, FIELD, name, Occurrence::All, Written::Verbatim),
        };
        match done {
            Err(super::EditError::Read(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// Replaces the text before the first boundary; false when there is none.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn set_preamble(&mut self, part: PartIndex, data: &[u8]) -> io::Result<bool> {
        let node = self.node(part)?.clone();
        let Some((line, end)) = node.multipart.as_ref().and_then(|m| m.first) else {
            return Ok(false);
        };
        if self.state.gone.contains(&part) || self.would_end(part, data)? {
            return Ok(false);
        }
        let (start, lead) = self.body_start(part)?;
        let stop = self.state.edits.until(start, end, |mark| mark == Mark::Content);
        let mut text = lead;
        text.extend_from_slice(data);
        if line == end && !data.is_empty() {
            text.extend_from_slice(b"\r\n");
        }
        self.put(start..stop, &text);
        Ok(true)
    }

    /// Replaces the text after the last boundary; false when there is none.
    ///
    /// # Errors
    /// The message cannot be read.
    pub fn set_epilogue(&mut self, part: PartIndex, data: &[u8]) -> io::Result<bool> {
        let node = self.node(part)?.clone();
        let Some((_, close, _)) = node.multipart.as_ref().and_then(|m| m.close) else {
            return Ok(false);
        };
        if self.state.gone.contains(&part) || self.would_end(part, data)? {
            return Ok(false);
        }
        let start = self.state.edits.after(close);
        let stop = self.state.edits.until(start, node.end, |mark| mark == Mark::Content);
        let text = match data.is_empty() && part != 0 {
            true => Vec::new(),
            false => [b"\r\n", data].concat(),
        };
        self.put(start..stop, &text);
        Ok(true)
    }

    /// Whether text inside a part has a boundary of it or of a part around it.
    fn would_end(&self, part: PartIndex, text: &[u8]) -> io::Result<bool> {
        let mut boundaries = self.boundaries_around(part)?;
        boundaries.extend(self.node(part)?.multipart.as_ref().map(|m| m.boundary.clone()));
        Ok(has_boundary(text, &boundaries))
    }

    /// Boundaries of the parts around a part, those that were put around it included.
    pub(super) fn boundaries_around(&self, part: PartIndex) -> io::Result<Vec<Vec<u8>>> {
        let mut boundaries = Vec::new();
        let mut at = self.node(part)?.parent;
        while let Some(parent) = at {
            let node = self.node(parent)?;
            boundaries.extend(node.multipart.as_ref().map(|m| m.boundary.clone()));
            at = node.parent;
        }
        let wrap = self.state.around.get(&0).and_then(|around| around.wrap.as_ref());
        boundaries.extend(wrap.map(|wrap| wrap.boundary.clone().into_bytes()));
        Ok(boundaries)
    }

    /// Replaces the encoded body of a part.
    pub(super) fn put_body(&mut self, part: PartIndex, encoded: &[u8]) -> io::Result<()> {
        let node = self.node(part)?.clone();
        let (start, lead) = self.body_start(part)?;
        let stop = self.state.edits.until(start, node.end, inside(part, node.last));
        let tail: &[u8] = if node.is_tight() { b"\r\n" } else { b"" };
        self.put(start..stop, &[&lead, encoded, tail].concat());
        Ok(())
    }

    pub(super) fn put(&mut self, pieces: Range<usize>, text: &[u8]) {
        self.state.edits.replace(pieces, text, Mark::Content);
        self.state.changes += 1;
    }

    /// Index of the piece where the body of a part begins, and what has to be put before it so that
    /// it does.
    pub(super) fn body_start(&mut self, part: PartIndex) -> io::Result<(usize, Vec<u8>)> {
        let is_wrapped = self.wrap_mut().is_some();
        if part == 0
            && is_wrapped
            && let Some(front) = self.state.edits.marked(Mark::Before(0))
        {
            return Ok((front.end, Vec::new()));
        }
        let node = if part == 0 { self.top() } else { self.node(part)?.clone() };
        if node.blank {
            return Ok((self.state.edits.after(node.body), Vec::new()));
        }
        let (start, text) = self.header_now(part)?;
        let fields = fields_end(&text);
        let blank = [&b"\r\n"[..], b"\n"].into_iter().find(|b| text[fields..].starts_with(b));
        let end = fields + blank.map_or(0, <[u8]>::len);
        let missing: &[u8] = match (blank, text.is_empty() || text.ends_with(b"\n")) {
            (Some(_), _) => b"",
            (None, true) => b"\r\n",
            (None, false) => b"\r\n\r\n",
        };
        Ok((self.state.edits.cut(start + end as u64), missing.to_vec()))
    }
}

/// The encoding of a content that is written as it is, as a multipart is (RFC 2045 §6.4).
fn unencoded(data: &[u8]) -> Encoding {
    if data.is_ascii() { Encoding::SevenBit } else { Encoding::EightBit }
}

/// The marks of what lies inside a part.
pub(super) fn inside(part: PartIndex, last: PartIndex) -> impl Fn(Mark) -> bool {
    move |mark| match mark {
        Mark::Content => true,
        Mark::Before(of) | Mark::After(of) => part < of && of < last,
    }
}
