//! New messages and parts.
//!
//! *Invariants.* Header values cannot start another field, and no content holds a boundary of the
//! multiparts around it, whatever a script passed.
//!
//! *Sources.* RFC 2045, RFC 2046, RFC 2183.

use std::sync::Arc;

use crate::field::{self, FieldError, Written};
use crate::format_date;
use crate::mime::transfer::{canonical_text, has_boundary};
use crate::mime::{Encoding, MAX_DEPTH, parameters};

/// A part with the header that describes its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RenderedPart {
    /// Fields with their line ends.
    pub header: Vec<u8>,
    /// Encoded content.
    pub body: Vec<u8>,
}

impl RenderedPart {
    /// Header, blank line and body.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.header[..], b"\r\n", &self.body].concat()
    }
}

/// Why a part cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// RFC 2046 §5.1.1: 1 to 70 letters, digits and `'()+_,-./:=? `, no blank at the end.
    #[error(
        "a boundary has 1 to 70 letters, digits or characters of '()+_,-./:=? and ends with no blank"
    )]
    Boundary,
    /// Parts lie too deep in each other.
    #[error("parts cannot lie more than 64 deep in each other")]
    Depth,
    /// A field cannot be written.
    #[error(transparent)]
    Field(#[from] FieldError),
}

/// A part that is being built.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    /// Signatures, the newest first.
    signatures: Vec<Arc<[u8]>>,
    fields: Vec<(String, Arc<[u8]>)>,
    body: Option<Arc<[u8]>>,
    kind: Option<Vec<u8>>,
    boundary: Option<String>,
    disposition: Option<Vec<u8>>,
    file_name: Option<Vec<u8>>,
    parts: Vec<Builder>,
    depth: usize,
}

impl Builder {
    /// Adds a field after those that are there.
    ///
    /// # Errors
    /// The name or the value cannot be written.
    pub fn add(&mut self, name: &str, value: &[u8], written: Written) -> Result<(), BuildError> {
        self.fields.push((name.to_owned(), field::write(name, value, written)?.into()));
        Ok(())
    }

    /// Adds a part as it is now.
    ///
    /// # Errors
    /// Parts lie too deep.
    pub fn append(&mut self, part: Self) -> Result<(), BuildError> {
        if part.depth + 1 >= MAX_DEPTH {
            return Err(BuildError::Depth);
        }
        self.depth = self.depth.max(part.depth + 1);
        self.parts.push(part);
        Ok(())
    }

    /// Sets the content, or the text before the parts.
    pub fn set_body(&mut self, body: &[u8]) {
        self.body = Some(body.into());
    }

    /// Sets the content type, which may have parameters.
    pub fn set_kind(&mut self, kind: &[u8]) {
        self.kind = Some(kind.trim_ascii().to_vec());
    }

    /// Bytes that it holds, about.
    pub fn bytes(&self) -> usize {
        let fields = self.fields.iter().map(|(name, field)| name.len() + field.len());
        let parts: usize = self.parts.iter().map(Self::bytes).sum();
        size_of::<Self>()
            + fields.sum::<usize>()
            + self.body.as_ref().map_or(0, |b| b.len())
            + parts
    }

    /// Whether a boundary has to be set before it can be rendered.
    pub fn needs_boundary(&self) -> bool {
        self.boundary.is_none() && self.is_multipart()
    }

    /// Sets the boundary between parts.
    ///
    /// # Errors
    /// It is none.
    pub fn set_boundary(&mut self, boundary: &str) -> Result<(), BuildError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&b);
        let usable = (1..=70).contains(&boundary.len()) && !boundary.ends_with(' ');
        if !usable || !boundary.bytes().all(allowed) {
            return Err(BuildError::Boundary);
        }
        self.boundary = Some(boundary.to_owned());
        Ok(())
    }

    /// Sets the date, in seconds since 1970.
    pub fn set_date(&mut self, unix: u64) {
        let field = format!("Date: {}\r\n", format_date(unix)).into_bytes().into();
        match self.fields.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("Date")) {
            Some(date) => date.1 = field,
            None => self.fields.push(("Date".to_owned(), field)),
        }
    }

    /// Sets the file name.
    pub fn set_file_name(&mut self, name: &[u8]) {
        self.file_name = Some(name.to_vec());
    }

    /// Sets the disposition.
    pub fn set_disposition(&mut self, kind: &[u8]) {
        self.disposition = Some(kind.trim_ascii().to_vec());
    }

    /// Puts a signature on top; `value` has its own folds.
    ///
    /// # Errors
    /// The value cannot be written.
    pub fn sign(&mut self, name: &str, value: &[u8]) -> Result<(), BuildError> {
        let field = field::write(name, value, Written::Verbatim)?;
        self.signatures.insert(0, field.into());
        Ok(())
    }

    /// The whole message.
    pub fn render(&self) -> Vec<u8> {
        let rendered = self.part(&mut Vec::new(), true);
        rendered.to_bytes()
    }

    /// The part for use in another message.
    pub fn render_part(&self) -> RenderedPart {
        self.part(&mut Vec::new(), false)
    }

    fn is_multipart(&self) -> bool {
        !self.parts.is_empty()
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    fn part(&self, boundaries: &mut Vec<Vec<u8>>, is_message: bool) -> RenderedPart {
        let mut header: Vec<u8> = self.signatures.iter().flat_map(|f| f.to_vec()).collect();
        header.extend(self.fields.iter().flat_map(|(_, field)| field.to_vec()));
        if is_message && !self.has("MIME-Version") {
            header.extend_from_slice(b"MIME-Version: 1.0\r\n");
        }
        if !self.has("Content-Type") {
            header.extend(folded("Content-Type", &self.content_type()));
        }
        if let Some(disposition) = self.content_disposition() {
            header.extend(folded("Content-Disposition", &disposition));
        }
        let body = match self.is_multipart() {
            true => self.multipart(boundaries),
            false => self.leaf(boundaries, &mut header),
        };
        RenderedPart { header, body }
    }

    fn content_type(&self) -> Vec<u8> {
        let default: &[u8] = if self.is_multipart() { b"multipart/mixed" } else { b"text/plain" };
        let mut kind = self.kind.clone().unwrap_or_else(|| default.to_vec());
        let known = parameters::parse(&kind);
        if known.value.starts_with(b"text/") && known.parameter("charset").is_none() {
            kind.extend_from_slice(b"; charset=utf-8");
        }
        if let Some(boundary) = self.boundary.as_ref().filter(|_| self.is_multipart()) {
            kind.extend(format!("; boundary=\"{boundary}\"").bytes());
        }
        kind
    }

    fn content_disposition(&self) -> Option<Vec<u8>> {
        if self.has("Content-Disposition") {
            return None;
        }
        let mut value = match (&self.disposition, &self.file_name) {
            (None, None) => return None,
            (Some(kind), _) => kind.clone(),
            (None, Some(_)) => b"attachment".to_vec(),
        };
        if let Some(name) = &self.file_name {
            value.extend(parameters::write("filename", name));
        }
        Some(value)
    }

    fn leaf(&self, boundaries: &[Vec<u8>], header: &mut Vec<u8>) -> Vec<u8> {
        let body = self.body.as_deref().unwrap_or_default();
        let given = self
            .fields
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("Content-Transfer-Encoding"));
        if let Some((_, field)) = given {
            let value = field.splitn(2, |&b| b == b':').nth(1).unwrap_or_default();
            let encoding = Encoding::find(value).unwrap_or(Encoding::Binary);
            return encoding.encode(body, boundaries).unwrap_or_default();
        }
        let kind = parameters::parse(&self.content_type()).value;
        let data = if kind.starts_with(b"text/") { canonical_text(body) } else { body.into() };
        let encoding = Encoding::suiting(&data, boundaries);
        if encoding != Encoding::SevenBit {
            header.extend(folded("Content-Transfer-Encoding", encoding.name().as_bytes()));
        }
        // The chosen encoding avoids the boundaries.
        encoding.encode(&data, boundaries).unwrap_or_default()
    }

    fn multipart(&self, boundaries: &mut Vec<Vec<u8>>) -> Vec<u8> {
        let boundary = self.boundary.as_deref().unwrap_or("=_").as_bytes().to_vec();
        boundaries.push(boundary.clone());
        let mut out = Vec::new();
        let preamble = canonical_text(self.body.as_deref().unwrap_or_default());
        if !preamble.is_empty() && !has_boundary(&preamble, boundaries) {
            out.extend_from_slice(&preamble);
            out.extend_from_slice(b"\r\n");
        }
        for part in &self.parts {
            out.extend([b"--", &boundary[..], b"\r\n"].concat());
            out.extend(part.part(boundaries, false).to_bytes());
            out.extend_from_slice(b"\r\n");
        }
        out.extend([b"--", &boundary[..], b"--\r\n"].concat());
        boundaries.pop();
        out
    }
}

/// A field of ours; a value that a script set may hold anything.
fn folded(name: &str, value: &[u8]) -> Vec<u8> {
    field::write(name, value, Written::Encoded).unwrap_or_default()
}
