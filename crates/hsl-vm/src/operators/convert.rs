//! Conversion to boolean, number and string, and what counts as which.
//!
//! *Sources*: language reference, 4.1 to 4.3.

use super::{dump, number};
use crate::value::{Str, Value};

impl Value {
    /// Truth.
    #[inline]
    pub fn truthy(&self) -> bool {
        match self {
            Self::None | Self::Unset => false,
            Self::Boolean(b) => *b,
            Self::Number(n) => *n != 0.0,
            Self::String(s) => !s.is_empty(),
            Self::Array(a) => !a.is_empty(),
            _ => true,
        }
    }

    /// The result of `number(x)`.
    pub fn to_number(&self) -> f64 {
        match self {
            Self::Number(n) => *n,
            Self::Boolean(b) => f64::from(u8::from(*b)),
            Self::String(s) => number::parse_number(s).unwrap_or(0.0),
            _ => 0.0,
        }
    }

    /// The result of `string(x)`.
    pub fn to_text(&self) -> Str {
        match self {
            Self::String(s) => s.clone(),
            other => {
                let mut out = Vec::new();
                other.write_text(&mut out);
                out.into()
            }
        }
    }

    /// Appends the text of the value.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        match self {
            Self::String(s) => out.extend_from_slice(s),
            other => dump::write(out, other),
        }
    }

    /// The value as it appears inside the text of an array: strings in quotes.
    pub fn dump(&self) -> Vec<u8> {
        let mut out = Vec::new();
        dump::write(&mut out, self);
        out
    }
}
