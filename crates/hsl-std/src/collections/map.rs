//! Typed maps.

use std::cell::RefCell;
use std::collections::BTreeMap;

use hsl_macros::class;
use hsl_vm::{Key as ArrayKey, NativeIterator, Str, Tally, Thrown, Value};

use super::iterator::Iterator;
use super::key::{Key, Kind, table_bytes};
use crate::binding::object;

/// Strongly typed mutable map from unique keys to values.
///
/// The key type is `string`, `number` or `boolean`; the value type is one of these, `array`,
/// `function`, `object` or `any`. Copies of a map are the same map.
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
#[class(name = "Map", topic = "collections", iterate = Map::iterator, let_go = Map::forget)]
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
    #[builtin(constructor, effect = mutates)]
    fn new(keytype: Str, valuetype: Str) -> Result<Self, Thrown> {
        Ok(Self {
            keys: Kind::of_key("Map", &keytype)?,
            values: Kind::of_value("Map", &valuetype)?,
            pairs: RefCell::default(),
            tally: Tally::default(),
        })
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
    fn set(&self, key: Value, value: Value) -> Result<bool, Thrown> {
        let key = self.keys.key("Map", &key)?;
        self.values.check("Map", &value)?;
        let old = self.pairs.borrow_mut().insert(key, value);
        self.count();
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
        Ok(self.pairs.borrow().contains_key(&self.keys.key("Map", &key)?))
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
    #[builtin(effect = reads)]
    fn get(&self, key: Value) -> Result<Value, Thrown> {
        let found = self.pairs.borrow().get(&self.keys.key("Map", &key)?).cloned();
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
    fn delete(&self, key: Value) -> Result<bool, Thrown> {
        let old = self.pairs.borrow_mut().remove(&self.keys.key("Map", &key)?);
        self.count();
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
    fn merge(&self, key: Value, value: Value) -> Result<bool, Thrown> {
        let key = self.keys.key("Map", &key)?;
        self.values.check("Map", &value)?;
        let mut pairs = self.pairs.borrow_mut();
        let Some(stored) = pairs.get_mut(&key) else {
            pairs.insert(key, value);
            drop(pairs);
            self.count();
            return Ok(false);
        };
        *stored = sum(stored, &value)?;
        Ok(true)
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
    #[builtin(effect = reads, returns = "Iterator")]
    fn entries(&self) -> Value {
        object(Iterator::new(self.snapshot(), true))
    }
}

/// A map from typed keys to typed values.
pub(crate) struct Map {
    keys: Kind,
    values: Kind,
    pairs: RefCell<BTreeMap<Key, Value>>,
    tally: Tally,
}

impl Map {
    /// Counts the table against the limit of the script.
    fn count(&self) {
        let entry = size_of::<Key>() + size_of::<Value>();
        self.tally.set(table_bytes(self.pairs.borrow().len(), entry));
    }

    fn forget(&self) {
        drop(self.pairs.take());
        self.count();
    }

    fn snapshot(&self) -> Vec<(Value, Value)> {
        let pairs = self.pairs.borrow();
        pairs.iter().map(|(key, value)| (key.to_value(), value.clone())).collect()
    }

    fn iterator(&self) -> Box<dyn NativeIterator> {
        Iterator::new(self.snapshot(), true).rest()
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
