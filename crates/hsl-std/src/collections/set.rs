//! Typed sets.

use std::cell::RefCell;
use std::collections::BTreeSet;

use hsl_macros::class;
use hsl_vm::{NativeIterator, Str, Tally, Thrown, Value};

use super::iterator::Iterator;
use super::key::{Key, Kind, table_bytes};
use crate::binding::object;

/// Strongly typed mutable set of unique keys.
///
/// The key type is `string`, `number` or `boolean`. Copies of a set are the same set.
///
/// # Errors
///
/// Raises an exception for an unknown type name, and for a key of another type.
///
/// # Example
///
/// ```hsl
/// $hosts = Set("string");
/// $hosts->add("mx1");
/// foreach ($hosts as $host) echo $host; // mx1
/// ```
///
/// Since: 0.1. Compat: same.
#[class(name = "Set", topic = "collections", iterate = Set::iterator)]
impl Set {
    /// Makes an empty set.
    ///
    /// # Errors
    ///
    /// Raises an exception for an unknown type name.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Set("number")->size(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = mutates)]
    fn new(keytype: Str) -> Result<Self, Thrown> {
        Ok(Self {
            keys: Kind::of_key("Set", &keytype)?,
            members: RefCell::default(),
            tally: Tally::default(),
        })
    }

    /// Adds a key and tells whether it was new.
    ///
    /// # Errors
    ///
    /// Raises an exception for a key of another type.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Set("string")->add("a"); // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn add(&self, key: Value) -> Result<bool, Thrown> {
        let new = self.members.borrow_mut().insert(self.keys.key("Set", &key)?);
        self.count();
        Ok(new)
    }

    /// Tells whether a key is a member.
    ///
    /// # Errors
    ///
    /// Raises an exception for a key of another type.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Set("string")->has("a"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn has(&self, key: Value) -> Result<bool, Thrown> {
        Ok(self.members.borrow().contains(&self.keys.key("Set", &key)?))
    }

    /// Removes a key and tells whether it existed.
    ///
    /// # Errors
    ///
    /// Raises an exception for a key of another type.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Set("string")->delete("a"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn delete(&self, key: Value) -> Result<bool, Thrown> {
        let known = self.members.borrow_mut().remove(&self.keys.key("Set", &key)?);
        self.count();
        Ok(known)
    }

    /// Returns the number of members.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Set("string")->size(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn size(&self) -> f64 {
        self.members.borrow().len() as f64
    }

    /// Removes all members.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $s = Set("string");
    /// $s->add("a");
    /// $s->clear();
    /// echo $s->size(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn clear(&self) {
        self.members.borrow_mut().clear();
        self.count();
    }

    /// Returns an iterator over the members, in unspecified order.
    ///
    /// Changes made meanwhile are not seen.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $s = Set("number");
    /// $s->add(7);
    /// echo $s->values()->next()["value"]; // 7
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads, returns = "Iterator")]
    fn values(&self) -> Value {
        object(Iterator::new(self.snapshot(), false))
    }
}

/// A set of typed keys.
pub(crate) struct Set {
    keys: Kind,
    members: RefCell<BTreeSet<Key>>,
    tally: Tally,
}

impl Set {
    /// Counts the table against the limit of the script.
    fn count(&self) {
        self.tally.set(table_bytes(self.members.borrow().len(), size_of::<Key>()));
    }

    fn snapshot(&self) -> Vec<(Value, Value)> {
        let members = self.members.borrow();
        let items = members.iter().enumerate();
        items.map(|(at, key)| (Value::number(at as f64), key.to_value())).collect()
    }

    fn iterator(&self) -> Box<dyn NativeIterator> {
        Iterator::new(self.snapshot(), false).rest()
    }
}
