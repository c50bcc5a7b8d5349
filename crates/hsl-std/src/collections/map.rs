//! Typed maps.

mod pairs;

use std::cell::RefCell;
use std::sync::Arc;

use hsl_macros::class;
use hsl_vm::{
    Cx, Freezer, FrozenObject, Key as ArrayKey, NativeIterator, Str, Tally, Thrown, Value,
};
use pairs::{FrozenMap, Pairs};

use super::iterator::Iterator;
use super::key::{KEYS, Kind, VALUES};
use super::table::Table;
use crate::binding::object;

/// Strongly typed mutable map from unique keys to values.
///
/// The key type is `string`, `number` or `boolean`; the value type is one of these, `array`,
/// `function`, `object` or `any`. Copies of a map are the same map. A map in shared memory or in a cache
/// is not: what is read from there is a map of its own, which shares its entries until it is changed.
///
/// # Errors
///
/// Raises an exception for an unknown type name, and for a key or value of another type.
///
/// # Example
///
/// ```hsl
/// $seen = Map("string", "number");
/// $seen->set("a", 1);
/// foreach ($seen as $k => $v) echo "$k=$v"; // a=1
/// ```
///
/// Since: 0.1. Compat: same.
#[class(
    name = "Map",
    topic = "collections",
    iterate = Map::iterator,
    let_go = Map::forget,
    freeze = Map::freeze
)]
impl Map {
    /// Makes an empty map.
    ///
    /// # Errors
    ///
    /// Raises an exception for an unknown type name.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Map("string", "any")->size(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = mutates, follows = Holds)]
    fn new(#[values(KEYS)] keytype: Str, #[values(VALUES)] valuetype: Str) -> Result<Self, Thrown> {
        let keys = Kind::of_key("Map", &keytype)?;
        let values = Kind::of_value("Map", &valuetype)?;
        Ok(Self::with(keys, values, Pairs::Own(keys.table())))
    }

    /// Adds or replaces a key, and tells whether it existed.
    ///
    /// # Errors
    ///
    /// Raises an exception when key or value has another type than declared.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Map("string", "number")->set("a", 1); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn set(&self, cx: &mut Cx<'_>, key: Value, value: Value) -> Result<bool, Thrown> {
        let key = self.keys.key("Map", &key)?;
        self.values.check("Map", &value)?;
        let old = self.change(cx, |pairs| pairs.insert(key, value));
        Ok(old.is_some())
    }

    /// Tells whether a key exists.
    ///
    /// # Errors
    ///
    /// Raises an exception for a key of another type.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Map("number", "any")->has(1); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn has(&self, key: Value) -> Result<bool, Thrown> {
        Ok(self.pairs.borrow().has(self.keys.key("Map", &key)?))
    }

    /// Returns the value of a key, or `none` for a missing key.
    ///
    /// # Errors
    ///
    /// Raises an exception for a key of another type.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $ports = Map("string", "number");
    /// $ports->set("smtp", 25);
    /// echo $ports->get("smtp"); // 25
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads, follows = HeldValue)]
    fn get(&self, key: Value) -> Result<Value, Thrown> {
        let found = self.pairs.borrow().get(self.keys.key("Map", &key)?);
        Ok(found.unwrap_or_default())
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
    /// echo Map("string", "any")->delete("a"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn delete(&self, cx: &mut Cx<'_>, key: Value) -> Result<bool, Thrown> {
        let key = self.keys.key("Map", &key)?;
        if !self.pairs.borrow().has(key) {
            return Ok(false);
        }
        let old = self.change(cx, |pairs| pairs.remove(key));
        Ok(old.is_some())
    }

    /// Adds a value to the stored one, as the operator `+` does for numbers, strings and arrays.
    ///
    /// A missing key is set. Tells whether the key existed.
    ///
    /// # Errors
    ///
    /// Raises an exception when key or value has another type than declared, and for values that
    /// cannot be added.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $sum = Map("string", "number");
    /// $sum->merge("a", 2);
    /// $sum->merge("a", 3);
    /// echo $sum->get("a"); // 5
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn merge(&self, cx: &mut Cx<'_>, key: Value, value: Value) -> Result<bool, Thrown> {
        let key = self.keys.key("Map", &key)?;
        self.values.check("Map", &value)?;
        self.change(cx, |pairs| match pairs.get_mut(key) {
            Some(stored) => {
                *stored = sum(stored, &value)?;
                Ok(true)
            }
            None => {
                pairs.insert(key, value);
                Ok(false)
            }
        })
    }

    /// Returns the number of keys.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Map("string", "any")->size(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn size(&self) -> f64 {
        self.pairs.borrow().len() as f64
    }

    /// Removes all keys.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $m = Map("string", "number");
    /// $m->set("a", 1);
    /// $m->clear();
    /// echo $m->size(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn clear(&self) {
        self.forget();
    }

    /// Returns an iterator over the pairs of key and value, in unspecified order.
    ///
    /// `foreach` unpacks key and value; `next()` gives lists of the two. Changes made meanwhile are
    /// not seen.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $m = Map("string", "number");
    /// $m->set("a", 1);
    /// foreach ($m->entries() as $k => $v) echo "$k=$v"; // a=1
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads, returns = "Iterator", follows = Holds)]
    fn entries(&self) -> Value {
        object(Iterator::new(self.snapshot(), true))
    }
}

/// A map from typed keys to typed values.
pub(crate) struct Map {
    keys: Kind,
    values: Kind,
    pairs: RefCell<Pairs>,
    tally: Tally,
}

impl Map {
    fn with(keys: Kind, values: Kind, pairs: Pairs) -> Self {
        Self { keys, values, pairs: RefCell::new(pairs), tally: Tally::default() }
    }

    /// Changes the entries and counts the table against the limit of the script.
    fn change<R>(&self, cx: &mut Cx<'_>, change: impl FnOnce(&mut Table<Value>) -> R) -> R {
        let mut pairs = self.pairs.borrow_mut();
        let own = pairs.own(cx);
        let result = change(own);
        self.tally.set(own.bytes());
        result
    }

    fn forget(&self) {
        drop(self.pairs.replace(Pairs::Own(self.keys.table())));
        self.tally.set(0);
    }

    fn snapshot(&self) -> Vec<(Value, Value)> {
        self.pairs.borrow().snapshot()
    }

    fn iterator(&self) -> Box<dyn NativeIterator> {
        Iterator::new(self.snapshot(), true).rest()
    }

    fn freeze(&self, freezer: &mut Freezer) -> Option<Arc<dyn FrozenObject>> {
        let pairs = self.pairs.borrow().freeze(freezer)?;
        Some(Arc::new(FrozenMap::new(self.keys, self.values, pairs)))
    }
}

fn sum(stored: &Value, value: &Value) -> Result<Value, Thrown> {
    match (stored, value) {
        (Value::Number(a), Value::Number(b)) => Ok(Value::number(a + b)),
        (Value::String(a), Value::String(b)) => Ok(Value::string(Str::concat(&[a, b]))),
        (Value::Array(a), Value::Array(b)) => {
            let mut merged = a.clone();
            for (key, value) in b {
                match key {
                    ArrayKey::Int(_) => merged.push(value.clone()),
                    key => merged.set(key, value.clone()),
                }
            }
            Ok(Value::array(merged))
        }
        (a, b) => {
            let types = [a.type_name(), b.type_name()];
            Err(Thrown::Error(format!("Map: {} and {} do not add up", types[0], types[1])))
        }
    }
}
