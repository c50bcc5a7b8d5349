//! Values, as plain as the language describes them (sections 4 and 7.1).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::collection::Collection;
use super::function::{Class, Function};
use super::generator::Generator;

/// Any value. Shared ones are behind a lock only because generators run on threads of their own.
#[derive(Clone)]
pub(super) enum Value {
    None,
    Boolean(bool),
    Number(f64),
    Text(Arc<[u8]>),
    Array(Array),
    Function(Arc<Function>),
    Object(Arc<Object>),
    Exception(Arc<[u8]>),
    Regex(Arc<pcre2::bytes::Regex>),
    Collection(Arc<Collection>),
    Generator(Arc<Mutex<Generator>>),
}

/// An instance of a class of the script.
pub(super) struct Object {
    pub(super) class: Arc<Class>,
    pub(super) properties: Mutex<Array>,
}

/// A key after casting.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) enum Key {
    Integer(i64),
    Text(Arc<[u8]>),
}

/// An ordered map; a copy is a copy.
#[derive(Clone, Default)]
pub(super) struct Array {
    order: Vec<(Key, Value)>,
    index: HashMap<Key, usize>,
    /// One more than the highest integer key so far, removed ones included.
    next: i64,
}

impl Value {
    pub(super) fn text(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Text(bytes.into().into())
    }

    pub(super) fn list(values: impl IntoIterator<Item = Self>) -> Self {
        let mut array = Array::default();
        for value in values {
            array.push(value);
        }
        Self::Array(array)
    }

    /// Whether it has at most so many parts and bytes; takes them off.
    pub(super) fn fits(&self, room: &mut usize) -> bool {
        let size = match self {
            Self::Text(text) => 1 + text.len() / 16,
            _ => 1,
        };
        let Some(rest) = room.checked_sub(size) else { return false };
        *room = rest;
        match self {
            Self::Array(array) => array.values().all(|value| value.fits(room)),
            _ => true,
        }
    }

    pub(super) fn truthy(&self) -> bool {
        match self {
            Self::None => false,
            Self::Boolean(b) => *b,
            Self::Number(n) => *n != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Array(array) => array.len() > 0,
            _ => true,
        }
    }
}

impl Key {
    /// Section 7.1; none for values that cannot be keys.
    pub(super) fn cast(value: &Value) -> Option<Self> {
        match value {
            Value::Boolean(b) => Some(Self::Integer(i64::from(*b))),
            Value::Number(n) => Some(Self::Integer(i64::from(super::number::to_i32(*n)))),
            Value::Text(text) => Some(Self::from_text(text)),
            _ => None,
        }
    }

    pub(super) fn from_text(text: &[u8]) -> Self {
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<i64>().ok());
        // Integers are exact below 2^53 (section 4).
        let exact = |number: &i64| number.unsigned_abs() < 1 << 53;
        let number = number.filter(|number| number.to_string().as_bytes() == text && exact(number));
        match number {
            Some(number) => Self::Integer(number),
            None => Self::Text(text.into()),
        }
    }

    pub(super) fn value(&self) -> Value {
        match self {
            Self::Integer(n) => Value::Number(*n as f64),
            Self::Text(text) => Value::Text(Arc::clone(text)),
        }
    }
}

impl Array {
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        self.index.get(key).map(|at| &self.order[*at].1)
    }

    pub(super) fn get_mut(&mut self, key: &Key) -> Option<&mut Value> {
        self.index.get(key).map(|at| &mut self.order[*at].1)
    }

    pub(super) fn set(&mut self, key: Key, value: Value) {
        match self.index.get(&key) {
            Some(at) => self.order[*at].1 = value,
            None => {
                if let Key::Integer(n) = key {
                    self.next = self.next.max(n.saturating_add(1));
                }
                self.index.insert(key.clone(), self.order.len());
                self.order.push((key, value));
            }
        }
    }

    /// The key that an appended element gets.
    pub(super) fn next_key(&self) -> Key {
        Key::Integer(self.next)
    }

    pub(super) fn push(&mut self, value: Value) {
        let key = self.next_key();
        self.set(key, value);
    }

    pub(super) fn remove(&mut self, key: &Key) -> bool {
        let Some(at) = self.index.remove(key) else { return false };
        self.order.remove(at);
        for place in self.index.values_mut().filter(|place| **place > at) {
            *place -= 1;
        }
        true
    }

    pub(super) fn pairs(&self) -> &[(Key, Value)] {
        &self.order
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.order.iter().map(|(_, value)| value)
    }

    /// Adds all pairs of another array by the rules of section 7.4.
    pub(super) fn merge(&mut self, other: &Self) {
        for (key, value) in &other.order {
            match key {
                Key::Text(_) => self.set(key.clone(), value.clone()),
                Key::Integer(_) => self.push(value.clone()),
            }
        }
    }
}
