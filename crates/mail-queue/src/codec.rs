//! Numbered fields inside a record: how structures become bytes and come back.
//!
//! A structure is a list of fields `tag: u8, size: u32, bytes`. A reader skips tags it does not
//! know, so a newer writer can add fields without breaking an older reader.
//!
//! *Invariants.* Little-endian. Reading never panics and never allocates more than the input
//! holds, whatever the bytes are.
//!
//! *Not here.* Which tag means what ([`crate::payload`]), checksums ([`crate::record`]).

use std::sync::Arc;

/// The bytes do not hold what the format says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed field")]
pub(crate) struct Malformed;

/// Appends fields to a buffer.
#[derive(Debug, Default)]
pub(crate) struct FieldWriter(Vec<u8>);

impl FieldWriter {
    pub(crate) fn bytes(&mut self, tag: u8, value: &[u8]) {
        // A field over 4 GiB cannot exist: bodies are not fields, and metadata is capped far below.
        let size = u32::try_from(value.len()).unwrap_or(u32::MAX);
        self.0.push(tag);
        self.0.extend_from_slice(&size.to_le_bytes());
        self.0.extend_from_slice(&value[..size as usize]);
    }

    /// Writes `value` unless it is empty, which readers take as the default.
    pub(crate) fn text(&mut self, tag: u8, value: &str) {
        if !value.is_empty() {
            self.bytes(tag, value.as_bytes());
        }
    }

    pub(crate) fn number(&mut self, tag: u8, value: u64) {
        self.bytes(tag, &value.to_le_bytes());
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Walks over the fields of a structure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldReader<'a>(&'a [u8]);

impl<'a> FieldReader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next field as its tag and bytes; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, Malformed> {
        let Some((&tag, rest)) = self.0.split_first() else { return Ok(None) };
        let (size, rest) = rest.split_first_chunk::<4>().ok_or(Malformed)?;
        let size = u32::from_le_bytes(*size) as usize;
        let value = rest.get(..size).ok_or(Malformed)?;
        self.0 = &rest[size..];
        Ok(Some((tag, value)))
    }
}

pub(crate) fn number(value: &[u8]) -> Result<u64, Malformed> {
    Ok(u64::from_le_bytes(value.try_into().map_err(|_| Malformed)?))
}

pub(crate) fn small(value: &[u8]) -> Result<u32, Malformed> {
    number(value)?.try_into().map_err(|_| Malformed)
}

pub(crate) fn text(value: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(value).map_err(|_| Malformed)
}

pub(crate) fn shared(value: &[u8]) -> Result<Arc<str>, Malformed> {
    text(value).map(Arc::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_in_order() {
        let mut writer = FieldWriter::default();
        writer.text(1, "a");
        writer.text(2, "");
        writer.number(3, 7);
        let bytes = writer.into_bytes();
        let mut reader = FieldReader::new(&bytes);
        assert_eq!(reader.next(), Ok(Some((1, &b"a"[..]))));
        assert_eq!(reader.next().map(|f| f.map(|(t, v)| (t, number(v)))), Ok(Some((3, Ok(7)))));
        assert_eq!(reader.next(), Ok(None));
    }

    #[test]
    fn a_field_that_lies_about_its_size_is_refused() {
        assert_eq!(FieldReader::new(&[1, 9, 0, 0, 0, 5]).next(), Err(Malformed));
        assert_eq!(FieldReader::new(&[1, 9]).next(), Err(Malformed));
    }
}
