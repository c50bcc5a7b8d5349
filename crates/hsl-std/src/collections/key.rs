//! The types that a collection is declared with.

use std::collections::BTreeMap;

use hsl_vm::{Thrown, Value};

use super::table::{Key, Table};

/// A declared type: the name that `type_name` gives, or any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind(&'static str);

/// Names of the types that keys may have.
pub(super) const KEYS: [&str; 3] = ["string", "number", "boolean"];

/// Names of the types that values may have.
pub(super) const VALUES: [&str; 7] =
    ["string", "number", "boolean", "array", "function", "object", "any"];

impl Kind {
    /// The type of keys that a script names.
    pub(super) fn of_key(class: &str, name: &[u8]) -> Result<Self, Thrown> {
        Self::among(class, name, &KEYS)
    }

    /// The type of values that a script names.
    pub(super) fn of_value(class: &str, name: &[u8]) -> Result<Self, Thrown> {
        Self::among(class, name, &VALUES)
    }

    fn among(class: &str, name: &[u8], kinds: &[&'static str]) -> Result<Self, Thrown> {
        let found = kinds.iter().find(|kind| kind.as_bytes() == name);
        found.map(|kind| Self(kind)).ok_or_else(|| {
            let name = String::from_utf8_lossy(name);
            Thrown::Error(format!("{class}: type \"{name}\" is none of {}", kinds.join(", ")))
        })
    }

    /// Refuses a value of another type.
    pub(super) fn check(self, class: &str, value: &Value) -> Result<(), Thrown> {
        if self.0 == "any" || self.0 == value.type_name() {
            return Ok(());
        }
        Err(Thrown::Error(format!("{class}: wants {}, not {}", self.0, value.type_name())))
    }

    /// The key that a value is.
    pub(super) fn key<'a>(self, class: &str, value: &'a Value) -> Result<Key<'a>, Thrown> {
        self.check(class, value)?;
        match value {
            Value::Boolean(flag) => Ok(Key::Boolean(*flag)),
            Value::Number(number) => Ok(Key::Number(*number)),
            Value::String(text) => Ok(Key::Text(text)),
            other => Err(Thrown::Error(format!("{class}: {} is no key", other.type_name()))),
        }
    }

    /// An empty table with keys of this type.
    pub(super) fn table<V>(self) -> Table<V> {
        match self.0 {
            "boolean" => Table::Booleans(BTreeMap::new()),
            "number" => Table::Numbers(BTreeMap::new()),
            _ => Table::Texts(BTreeMap::new(), 0),
        }
    }
}
