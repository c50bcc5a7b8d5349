//! Making frozen values.
//!
//! *Invariants*: values that hold themselves are refused instead of followed without end; the memory
//! that a script has left bounds what is made.

use std::sync::Arc;

use super::{Frozen, FrozenKey};
use crate::value::{Key, Value, memory};

/// How deep values are frozen.
const DEPTH: u32 = 500;

/// Freezes one value with all that it holds.
pub struct Freezer {
    depth: u32,
    /// Bytes that may still be made: what is frozen shares nothing with what it was.
    room: usize,
    objects: bool,
}

impl Frozen {
    /// The frozen form of a value; none for functions, objects of the script, resources and objects of
    /// the library that belong to their thread, and for what is nested deeper than data is.
    ///
    /// One that would need more memory than the script has left is none either, and ends the script.
    pub fn of(value: &Value) -> Option<Self> {
        Freezer::new(true).freeze(value)
    }

    /// The same for what a program may hold as a constant: no object.
    pub fn constant(value: &Value) -> Option<Self> {
        Freezer::new(false).freeze(value)
    }
}

impl Freezer {
    fn new(objects: bool) -> Self {
        Self { depth: DEPTH, room: memory::room(), objects }
    }

    /// Freezes a value inside the one that is being frozen.
    pub fn freeze(&mut self, value: &Value) -> Option<Frozen> {
        let text = if let Value::String(text) = value { text.len() } else { 0 };
        self.take(text + size_of::<(FrozenKey, Frozen)>())?;
        Some(match value {
            Value::None | Value::Unset => Frozen::None,
            Value::Boolean(b) => Frozen::Boolean(*b),
            Value::Number(n) => Frozen::Number(*n),
            Value::String(text) => Frozen::String(Arc::from(&text[..])),
            Value::Array(array) => self.nested(|freezer| {
                memory::work(array.len() * size_of::<(FrozenKey, Frozen)>());
                let pairs = array.iter();
                let pairs = pairs.map(|(k, v)| Some((freezer.key(&k)?, freezer.freeze(v)?)));
                Some(Frozen::Array(pairs.collect::<Option<_>>()?))
            })?,
            Value::Regex(regex) => Frozen::Regex(Arc::clone(regex.shared())),
            Value::Native(object) if self.objects => {
                self.nested(|freezer| object.object().freeze(freezer).map(Frozen::Object))?
            }
            _ => return None,
        })
    }

    /// Takes memory for something in proportion to a value.
    pub fn take(&mut self, bytes: usize) -> Option<()> {
        match self.room.checked_sub(bytes) {
            Some(left) => {
                self.room = left;
                Some(())
            }
            None => {
                memory::give_up();
                None
            }
        }
    }

    fn nested<T>(&mut self, freeze: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth = self.depth.checked_sub(1)?;
        let frozen = freeze(self);
        self.depth += 1;
        frozen
    }

    fn key(&mut self, key: &Key) -> Option<FrozenKey> {
        Some(match key {
            Key::Int(n) => FrozenKey::Int(*n),
            Key::Str(text) => {
                self.take(text.len())?;
                FrozenKey::String(Arc::from(&text[..]))
            }
            Key::Other(value) => FrozenKey::Other(Box::new(self.freeze(value)?)),
        })
    }
}
