//! Typed sets.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use hsl_macros::class;
use hsl_vm::{Cx, Freezer, FrozenObject, NativeIterator, NativeObject, Str, Tally, Thrown, Value};

use super::iterator::Iterator;
use super::key::{KEYS, Kind};
use super::table::{Key, Table};
use crate::binding::object;

/// Strongly typed mutable set of unique keys.
///
/// The key type is `string`, `number` or `boolean`. Copies of a set are the same set. A set in shared
/// memory or in a cache is not: what is read from there is a set of its own, which shares its members
/// until it is changed.
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
#[class(name = "Set", topic = "collections", iterate = Set::iterator, freeze = Set::freeze)]
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
    #[builtin(constructor, effect = mutates, follows = Holds)]
    fn new(#[values(KEYS)] keytype: Str) -> Result<Self, Thrown> {
        let keys = Kind::of_key("Set", &keytype)?;
        Ok(Self::with(keys, Arc::new(keys.table())))
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
    fn add(&self, cx: &mut Cx<'_>, key: Value) -> Result<bool, Thrown> {
        let key = self.keys.key("Set", &key)?;
        if self.contains(key) {
            return Ok(false);
        }
        self.change(cx, |members| members.insert(key, ()));
        Ok(true)
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
        Ok(self.contains(self.keys.key("Set", &key)?))
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
    fn delete(&self, cx: &mut Cx<'_>, key: Value) -> Result<bool, Thrown> {
        let key = self.keys.key("Set", &key)?;
        if !self.contains(key) {
            return Ok(false);
        }
        self.change(cx, |members| members.remove(key));
        Ok(true)
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
        drop(self.members.replace(Arc::new(self.keys.table())));
        self.tally.set(0);
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
    #[builtin(effect = reads, returns = "Iterator", follows = Holds)]
    fn values(&self) -> Value {
        object(Iterator::new(self.snapshot(), false))
    }
}

/// A set of typed keys.
pub(crate) struct Set {
    keys: Kind,
    /// Shared with the frozen forms of this set, and copied at the first change after.
    members: RefCell<Arc<Table<()>>>,
    tally: Tally,
}

/// The members of a set for all threads.
#[derive(Debug)]
struct FrozenSet {
    keys: Kind,
    members: Arc<Table<()>>,
}

impl Set {
    fn with(keys: Kind, members: Arc<Table<()>>) -> Self {
        Self { keys, members: RefCell::new(members), tally: Tally::default() }
    }

    fn contains(&self, key: Key<'_>) -> bool {
        self.members.borrow().get(key).is_some()
    }

    /// Changes the members and counts them against the limit of the script.
    fn change<R>(&self, cx: &mut Cx<'_>, change: impl FnOnce(&mut Table<()>) -> R) {
        let mut members = self.members.borrow_mut();
        if Arc::strong_count(&members) > 1 {
            cx.charge(members.bytes());
        }
        let own = Arc::make_mut(&mut members);
        change(own);
        self.tally.set(own.bytes());
    }

    fn snapshot(&self) -> Vec<(Value, Value)> {
        let mut members = self.members.borrow().pairs(|()| Value::None);
        for (at, (key, value)) in members.iter_mut().enumerate() {
            *value = std::mem::replace(key, Value::number(at as f64));
        }
        members
    }

    fn iterator(&self) -> Box<dyn NativeIterator> {
        Iterator::new(self.snapshot(), false).rest()
    }

    fn freeze(&self, _: &mut Freezer) -> Option<Arc<dyn FrozenObject>> {
        let members = Arc::clone(&self.members.borrow());
        Some(Arc::new(FrozenSet { keys: self.keys, members }))
    }
}

impl FrozenObject for FrozenSet {
    fn thaw(self: Arc<Self>) -> Rc<dyn NativeObject> {
        Rc::new(Set::with(self.keys, Arc::clone(&self.members)))
    }

    fn bytes(&self) -> usize {
        self.members.bytes()
    }
}

#[cfg(test)]
mod tests {
    use hsl_vm::Frozen;

    use super::*;

    #[test]
    fn what_thaws_shares_its_members() {
        let keys = Kind::of_key("Set", b"string").expect("a type of keys");
        let mut members = keys.table();
        for n in 0..1_000 {
            members.insert(Key::Text(format!("name{n}.example").as_bytes()), ());
        }
        let members = Arc::new(members);
        let frozen = Frozen::of(&object(Set::with(keys, Arc::clone(&members))));
        let thawed = frozen.expect("sets freeze").thaw();
        let set = thawed.as_native::<Set>().expect("a set");
        assert!(Arc::ptr_eq(&set.members.borrow(), &members));
    }
}
