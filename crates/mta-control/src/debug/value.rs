//! Script values as the client sees them.
//!
//! Invariants: a secret never leaves the server: it is [`Value::Redacted`]. Long strings are cut;
//! `length` tells the whole length.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Text;

/// A named value with, if asked for, what is below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Variable {
    /// Its key in the parent: a variable's name with `$`, or an array key.
    pub key: Key,
    /// The value.
    pub value: Value,
    /// Its first children, when the request had depth 2.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Variable>,
}

/// A key of an array, or the name of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Key {
    /// Whole-number key.
    Int(i64),
    /// Text key.
    Text(Text),
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// A value without what is below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Value {
    /// `none`.
    None {},
    /// A boolean.
    Boolean {
        /// The value.
        value: bool,
    },
    /// A number.
    Number {
        /// The value.
        value: Number,
    },
    /// A byte string.
    String {
        /// The text, cut to what the server shows.
        value: Text,
        /// Bytes of the whole string.
        length: u64,
    },
    /// An array.
    Array {
        /// Number of its entries.
        length: u64,
        /// Whether its keys are 0, 1, 2, …
        list: bool,
    },
    /// A function.
    Function {
        /// Its name, or what stands for it.
        name: Text,
    },
    /// An object.
    Object {
        /// Its class.
        class: Text,
        /// Number of its shown members.
        length: u64,
    },
    /// A value that the server does not show.
    Redacted {
        /// Key it stands under.
        label: Text,
    },
    /// A kind of value of a newer server.
    #[serde(other)]
    Unknown,
}

impl Value {
    /// How many children `vars` would return.
    pub fn children(&self) -> u64 {
        match self {
            Self::Array { length, .. } | Self::Object { length, .. } => *length,
            _ => 0,
        }
    }
}

/// A number; what JSON has no number for is a string (`"NaN"`, `"Infinity"`, `"-Infinity"`).
#[derive(Clone, Copy, Debug)]
pub struct Number(pub f64);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

/// The two spellings on the wire.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Wire {
    Finite(f64),
    Named(String),
}

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = |text: &str| Wire::Named(text.to_owned());
        match self.0 {
            n if n.is_nan() => named("NaN"),
            f64::INFINITY => named("Infinity"),
            f64::NEG_INFINITY => named("-Infinity"),
            n => Wire::Finite(n),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Wire::deserialize(deserializer)? {
            Wire::Finite(n) => Ok(Self(n)),
            Wire::Named(name) => match name.as_str() {
                "NaN" => Ok(Self(f64::NAN)),
                "Infinity" => Ok(Self(f64::INFINITY)),
                "-Infinity" => Ok(Self(f64::NEG_INFINITY)),
                _ => Err(serde::de::Error::custom("not a number")),
            },
        }
    }
}

impl JsonSchema for Number {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Wire::json_schema(generator)
    }
}
