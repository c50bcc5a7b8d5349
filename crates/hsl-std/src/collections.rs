//! Typed collections: maps, sets and the iterators over them.

mod key;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::vec;

use hsl_macros::class;
use hsl_vm::{Array, Key as ArrayKey, NativeIterator, Str, Thrown, Value};

use crate::binding::object;
use key::{Key, Kind};

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
#[class(name = "Map", topic = "collections", iterate = Map::iterator)]
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
        Ok(self.pairs.borrow_mut().insert(key, value).is_some())
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
        Ok(self.pairs.borrow_mut().remove(&self.keys.key("Map", &key)?).is_some())
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
        self.pairs.borrow_mut().clear();
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
        Ok(Self { keys: Kind::of_key("Set", &keytype)?, members: RefCell::default() })
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
        Ok(self.members.borrow_mut().insert(self.keys.key("Set", &key)?, ()).is_none())
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
        Ok(self.members.borrow().contains_key(&self.keys.key("Set", &key)?))
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
        Ok(self.members.borrow_mut().remove(&self.keys.key("Set", &key)?).is_some())
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

/// Items of a collection, one after the other.
///
/// `foreach` accepts it; it can be consumed only once.
///
/// # Errors
///
/// Never.
///
/// # Example
///
/// ```hsl
/// $s = Set("number");
/// foreach ($s->values() as $v) echo $v;
/// ```
///
/// Since: 0.1. Compat: same.
#[class(name = "Iterator", topic = "collections", iterate = Iterator::rest)]
impl Iterator {
    /// Returns the next item: an array with `value` and `done`.
    ///
    /// After the last item `done` is true.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Set("number")->values()->next()["done"]; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates)]
    fn next(&self) -> Array {
        let item = self.items.borrow_mut().next();
        let done = item.is_none();
        let value = item.map_or_else(Value::none, |(key, value)| match self.paired {
            true => Value::array(Array::list([key, value])),
            false => value,
        });
        Array::record([("value", value), ("done", done.into())])
    }
}

/// A map from typed keys to typed values.
pub(crate) struct Map {
    keys: Kind,
    values: Kind,
    pairs: RefCell<BTreeMap<Key, Value>>,
}

/// A set of typed keys.
pub(crate) struct Set {
    keys: Kind,
    members: RefCell<BTreeMap<Key, ()>>,
}

/// Items taken from a collection when the iteration began.
pub(crate) struct Iterator {
    items: Rc<RefCell<vec::IntoIter<(Value, Value)>>>,
    /// Whether an item is a pair of key and value.
    paired: bool,
}

/// The same items as `foreach` takes them.
struct Items(Rc<RefCell<vec::IntoIter<(Value, Value)>>>);

impl Map {
    fn snapshot(&self) -> Vec<(Value, Value)> {
        let pairs = self.pairs.borrow();
        pairs.iter().map(|(key, value)| (key.to_value(), value.clone())).collect()
    }

    fn iterator(&self) -> Box<dyn NativeIterator> {
        Iterator::new(self.snapshot(), true).rest()
    }
}

impl Set {
    fn snapshot(&self) -> Vec<(Value, Value)> {
        let members = self.members.borrow();
        let items = members.keys().enumerate();
        items.map(|(at, key)| (Value::number(at as f64), key.to_value())).collect()
    }

    fn iterator(&self) -> Box<dyn NativeIterator> {
        Iterator::new(self.snapshot(), false).rest()
    }
}

impl Iterator {
    fn new(items: Vec<(Value, Value)>, paired: bool) -> Self {
        Self { items: Rc::new(RefCell::new(items.into_iter())), paired }
    }

    fn rest(&self) -> Box<dyn NativeIterator> {
        Box::new(Items(self.items.clone()))
    }
}

impl NativeIterator for Items {
    fn next(&mut self) -> Option<(Value, Value)> {
        self.0.borrow_mut().next()
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
