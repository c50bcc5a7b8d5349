//! Byte strings in JSON.
//!
//! HSL strings are bytes. Valid UTF-8 travels as a JSON string, anything else as
//! `{"b64":"…"}` with padded standard base64 (RFC 4648 §4).
//!
//! Invariants: decoding what was encoded gives the same bytes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A byte string that is readable in JSON whenever it can be.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Vec<u8>);

/// The two spellings on the wire.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Wire<S> {
    Plain(S),
    Encoded { b64: S },
}

impl Text {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The text, if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

/// Bytes outside UTF-8 are shown as `\xNN`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_str() {
            Some(text) => Wire::Plain(text).serialize(serializer),
            None => Wire::Encoded { b64: STANDARD.encode(&self.0).as_str() }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Wire::<String>::deserialize(deserializer)? {
            Wire::Plain(text) => Ok(Self::from(text)),
            Wire::Encoded { b64 } => {
                STANDARD.decode(b64).map(Self).map_err(serde::de::Error::custom)
            }
        }
    }
}

impl JsonSchema for Text {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "UTF-8 as a string, other bytes as base64.",
            "anyOf": [
                { "type": "string" },
                { "type": "object", "properties": { "b64": { "type": "string" } }, "required": ["b64"] }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn readable_when_utf8_and_base64_when_not() {
        insta::assert_snapshot!(serde_json::to_string(&Text::from("grün")).unwrap(), @r#""grün""#);
        let bytes = Text::from(&b"a\xff"[..]);
        insta::assert_snapshot!(serde_json::to_string(&bytes).unwrap(), @r#"{"b64":"Yf8="}"#);
        insta::assert_snapshot!(bytes, @r"a\xff");
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let json = serde_json::to_string(&Text::from(bytes.clone())).unwrap();
            let back: Text = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(back.into_bytes(), bytes);
        }
    }
}
