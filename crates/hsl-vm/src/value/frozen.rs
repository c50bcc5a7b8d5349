//! Frozen values: those that may cross threads, and the constants of programs.
//!
//! *Invariants*: equal values hash alike; numbers are compared by their bits, so that `0` and `-0`
//! stay different constants and `nan` equals itself; objects are equal to themselves only. No constant
//! holds an object: each run of a program must get its own.
//!
//! *Not here*: making them (`freezer`), reading large ones often (`recall`).

mod freezer;
mod recall;

use std::hash::{Hash, Hasher};
use std::rc::Rc;
use std::sync::Arc;

pub use freezer::Freezer;

use super::{Array, Key, Pattern, Regex, Value};
use crate::native::NativeObject;

/// A value without a thread.
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
    Regex(Arc<Pattern>),
    /// An object of the library.
    Object(Arc<dyn FrozenObject>),
}

/// An object of the library while it belongs to no thread.
///
/// It never changes. Objects that thaw from it share what it holds and copy that at their first
/// change, so that reading a large one costs nothing in proportion to its size.
pub trait FrozenObject: std::fmt::Debug + Send + Sync {
    /// The object on this thread.
    fn thaw(self: Arc<Self>) -> Rc<dyn NativeObject>;

    /// Bytes that it holds, about.
    fn bytes(&self) -> usize;

    /// Whether objects that thaw from it never change, so that programs may hold it as a constant.
    fn is_constant(&self) -> bool {
        false
    }
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

    /// A regular expression.
    pub fn regex(pattern: &[u8], modifiers: &str) -> Self {
        Self::Regex(Arc::new(Pattern::new(pattern, modifiers)))
    }

    /// A list.
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        let pairs = values.into_iter().enumerate();
        Self::Array(pairs.map(|(at, value)| (FrozenKey::Int(at as i64), value)).collect())
    }

    /// Whether an object is in it: each value that thaws from it has one of its own.
    pub fn holds_object(&self) -> bool {
        match self {
            Self::Array(pairs) => pairs.iter().any(|(key, value)| {
                matches!(key, FrozenKey::Other(key) if key.holds_object()) || value.holds_object()
            }),
            Self::Object(_) => true,
            _ => false,
        }
    }

    /// Bytes that it holds, about.
    pub fn bytes(&self) -> usize {
        let own = match self {
            Self::None | Self::Boolean(_) | Self::Number(_) => 0,
            Self::String(text) => text.len(),
            Self::Array(pairs) => {
                pairs.iter().map(|(key, value)| key.bytes() + value.bytes()).sum()
            }
            Self::Regex(pattern) => pattern.text().len() + pattern.modifiers().len(),
            Self::Object(object) => object.bytes(),
        };
        size_of::<Self>() + own
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
            Self::Regex(pattern) => Value::Regex(Rc::new(Regex::known(Arc::clone(pattern)))),
            Self::Object(object) => Value::native(Arc::clone(object).thaw()),
        }
    }
}

impl FrozenKey {
    fn bytes(&self) -> usize {
        let own = match self {
            Self::Int(_) => 0,
            Self::String(text) => text.len(),
            Self::Other(value) => value.bytes(),
        };
        size_of::<Self>() + own
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
            (Self::Regex(a), Self::Regex(b)) => {
                a.text() == b.text() && a.modifiers() == b.modifiers()
            }
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
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
            Self::Regex(pattern) => (pattern.text(), pattern.modifiers()).hash(state),
            Self::Object(object) => Arc::as_ptr(object).addr().hash(state),
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
