//! Keys of typed collections, and the types that a collection is declared with.

use hsl_vm::{Str, Thrown, Value};

/// Bytes of the table of a collection with so many entries of so many bytes, without the texts of
/// keys and values. Nodes have room for 11 entries and are half full at least.
pub(super) const fn table_bytes(entries: usize, entry: usize) -> usize {
    entries.div_ceil(6) * (11 * entry + 4 * size_of::<usize>())
}

/// A key. Numbers are ordered by value, with not-a-number last, and zero has one sign.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Boolean(bool),
    Number(Total),
    Text(Str),
}

/// A number with a total order.
#[derive(Clone, Copy)]
pub(super) struct Total(f64);

impl PartialEq for Total {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Total {}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Total {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Key {
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Boolean(flag) => Value::boolean(*flag),
            Self::Number(Total(number)) => Value::number(*number),
            Self::Text(text) => Value::string(text.clone()),
        }
    }
}

/// A declared type: the name that `type_name` gives, or any.
#[derive(Clone, Copy)]
pub(super) struct Kind(&'static str);

impl Kind {
    /// The type of keys that a script names.
    pub(super) fn of_key(class: &str, name: &[u8]) -> Result<Self, Thrown> {
        Self::among(class, name, &["string", "number", "boolean"])
    }

    /// The type of values that a script names.
    pub(super) fn of_value(class: &str, name: &[u8]) -> Result<Self, Thrown> {
        let kinds = ["string", "number", "boolean", "array", "function", "object", "any"];
        Self::among(class, name, &kinds)
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
    pub(super) fn key(self, class: &str, value: &Value) -> Result<Key, Thrown> {
        self.check(class, value)?;
        match value {
            Value::Boolean(flag) => Ok(Key::Boolean(*flag)),
            Value::Number(number) => Ok(Key::Number(Total(number + 0.0))),
            Value::String(text) => Ok(Key::Text(text.clone())),
            other => Err(Thrown::Error(format!("{class}: {} is no key", other.type_name()))),
        }
    }
}
