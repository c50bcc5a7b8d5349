//! Constants: values that may cross threads and live in programs.
//!
//! *Invariants*: equal constants hash alike; numbers are compared by their bits, so that `0` and `-0`
//! stay different constants and `nan` equals itself.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::{Array, Key, Value, memory};

/// How deep arrays are frozen.
const DEPTH: u32 = 500;

/// A constant.
#[derive(Clone, Debug)]
pub enum Frozen {
    /// No value.
    None,
    /// `true` or `false`.
    Boolean(bool),
    /// Number.
    Number(f64),
    /// Byte string.
    String(Arc<[u8]>),
    /// Pairs in order.
    Array(Arc<[(FrozenKey, Self)]>),
    /// A regular expression.
    Regex {
        /// Text between the delimiters.
        pattern: Arc<[u8]>,
        /// Modifiers.
        modifiers: Arc<str>,
    },
}

/// Key of a frozen array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FrozenKey {
    /// An integer.
    Int(i64),
    /// A string.
    String(Arc<[u8]>),
    /// Anything else that can be a key.
    Other(Box<Frozen>),
}

impl Frozen {
    /// A string constant.
    pub fn string(text: impl Into<Arc<[u8]>>) -> Self {
        Self::String(text.into())
    }

    /// A list.
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        let pairs = values.into_iter().enumerate();
        Self::Array(pairs.map(|(at, value)| (FrozenKey::Int(at as i64), value)).collect())
    }

    /// The constant form of a value; none for functions, objects and resources, and for arrays
    /// nested deeper than data is.
    ///
    /// Arrays share what they hold, a constant does not: one that would need more memory than the
    /// script has left is none either, and ends the script.
    pub fn of(value: &Value) -> Option<Self> {
        Self::of_nested(value, DEPTH, &mut memory::room())
    }

    fn of_nested(value: &Value, depth: u32, room: &mut usize) -> Option<Self> {
        let bytes = if let Value::String(s) = value { s.len() } else { 0 };
        let Some(left) = room.checked_sub(bytes + size_of::<(FrozenKey, Self)>()) else {
            memory::give_up();
            return None;
        };
        *room = left;
        Some(match value {
            Value::None | Value::Unset => Self::None,
            Value::Boolean(b) => Self::Boolean(*b),
            Value::Number(n) => Self::Number(*n),
            Value::String(s) => Self::String(Arc::from(&s[..])),
            Value::Array(array) => {
                let depth = depth.checked_sub(1)?;
                memory::work(array.len() * size_of::<(FrozenKey, Self)>());
                let pairs = array.iter();
                let pairs = pairs.map(|(key, value)| {
                    Some((FrozenKey::of(&key)?, Self::of_nested(value, depth, room)?))
                });
                Self::Array(pairs.collect::<Option<_>>()?)
            }
            Value::Regex(regex) => Self::Regex {
                pattern: Arc::from(regex.pattern()),
                modifiers: Arc::from(regex.modifiers()),
            },
            _ => return None,
        })
    }

    /// The value on this thread. A regular expression that does not compile fails where it is used;
    /// the verifier has refused such programs.
    pub fn thaw(&self) -> Value {
        match self {
            Self::None => Value::None,
            Self::Boolean(b) => Value::Boolean(*b),
            Self::Number(n) => Value::Number(*n),
            Self::String(s) => Value::from(&s[..]),
            Self::Array(pairs) => {
                let pairs = pairs.iter().map(|(key, value)| (key.thaw(), value.thaw()));
                Value::Array(pairs.collect::<Array>())
            }
            Self::Regex { pattern, modifiers } => {
                Value::Regex(std::rc::Rc::new(super::Regex::known(pattern, modifiers)))
            }
        }
    }
}

impl FrozenKey {
    fn of(key: &Key) -> Option<Self> {
        Some(match key {
            Key::Int(n) => Self::Int(*n),
            Key::Str(s) => Self::String(Arc::from(&s[..])),
            Key::Other(value) => Self::Other(Box::new(Frozen::of(value)?)),
        })
    }

    fn thaw(&self) -> Key {
        match self {
            Self::Int(n) => Key::Int(*n),
            Self::String(s) => Key::Str(s[..].into()),
            Self::Other(value) => Key::cast(&value.thaw()),
        }
    }
}

impl PartialEq for Frozen {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (
                Self::Regex { pattern: a, modifiers: m },
                Self::Regex { pattern: b, modifiers: n },
            ) => a == b && m == n,
            _ => false,
        }
    }
}

impl Eq for Frozen {}

impl Hash for Frozen {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Self::None => {}
            Self::Boolean(b) => b.hash(state),
            Self::Number(n) => n.to_bits().hash(state),
            Self::String(s) => s.hash(state),
            Self::Array(pairs) => pairs.hash(state),
            Self::Regex { pattern, modifiers } => (pattern, modifiers).hash(state),
        }
    }
}

impl From<&str> for Frozen {
    fn from(text: &str) -> Self {
        Self::String(Arc::from(text.as_bytes()))
    }
}

impl From<f64> for Frozen {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}

impl From<bool> for Frozen {
    fn from(b: bool) -> Self {
        Self::Boolean(b)
    }
}
