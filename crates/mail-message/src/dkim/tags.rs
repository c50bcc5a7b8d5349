//! Lists of tags and values.
//!
//! *Sources.* RFC 6376 §3.2.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The tags of a list, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<(Vec<u8>, Vec<u8>)>);

impl Tags {
    /// Reads a list; none when it is malformed or has a tag twice.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut tags: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let text = text.trim_ascii();
        let text = text.strip_suffix(b";").unwrap_or(text);
        for tag in text.split(|&b| b == b';') {
            let equals = memchr::memchr(b'=', tag)?;
            let (name, value) = (tag[..equals].trim_ascii(), tag[equals + 1..].trim_ascii());
            let is_name = name.first().is_some_and(u8::is_ascii_alphabetic)
                && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_');
            if !is_name || tags.iter().any(|(known, _)| known == name) {
                return None;
            }
            tags.push((name.to_vec(), unfolded(value)));
        }
        Some(Self(tags))
    }

    /// The value of a tag, without line breaks.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| &value[..])
    }

    /// The value of a tag without any white space.
    pub(super) fn dense(&self, name: &str) -> Option<Vec<u8>> {
        let value = self.get(name)?;
        Some(value.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect())
    }

    /// The value of a tag that is a number.
    pub(super) fn number(&self, name: &str) -> Option<Option<u64>> {
        let value = self.get(name)?;
        let digits =
            std::str::from_utf8(value).ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
        Some(digits.and_then(|text| text.parse().ok()))
    }

    /// The tags of these names, for a reader that takes more names for them than there are.
    pub(super) fn only(&self, names: &[&str]) -> Vec<u8> {
        let tags = names.iter().filter_map(|name| Some((name, self.get(name)?)));
        let texts = tags.map(|(name, value)| [name.as_bytes(), b"=", value].concat());
        texts.collect::<Vec<_>>().join(&b';')
    }

    /// Whether a tag is there and its value is base64 with all of its padding.
    pub(super) fn is_base64(&self, name: &str) -> bool {
        self.dense(name).is_some_and(|text| STANDARD.decode(text).is_ok())
    }

    /// Every tag with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(name, value)| (&name[..], &value[..]))
    }
}

fn unfolded(value: &[u8]) -> Vec<u8> {
    value.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect()
}

/// Removes the value of the tag `b` from a signature field (RFC 6376 §3.5).
pub(super) fn without_signature(field: &[u8]) -> Vec<u8> {
    let colon = memchr::memchr(b':', field).map_or(0, |colon| colon + 1);
    let mut out = field[..colon].to_vec();
    for (at, tag) in field[colon..].split(|&b| b == b';').enumerate() {
        if at > 0 {
            out.push(b';');
        }
        let equals = memchr::memchr(b'=', tag);
        match equals.filter(|&equals| tag[..equals].trim_ascii() == b"b") {
            Some(equals) => out.extend_from_slice(&tag[..=equals]),
            None => out.extend_from_slice(tag),
        }
    }
    out
}
