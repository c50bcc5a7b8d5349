//! Arrays without callbacks: keys, joining, order.

use std::collections::HashSet;

use hsl_macros::library;
use hsl_vm::{Array, Cx, Key, Str, Thrown, Value};

/// Bytes that one element takes at least.
const ELEMENT: usize = size_of::<Value>();

/// Builtins of this topic.
#[library(topic = "arrays")]
pub(crate) mod functions {
    use super::*;

    /// Builds an array from a list of keys and a list of values.
    ///
    /// A later duplicate key overwrites the value of the earlier. Without enough values
    /// `default_value` takes their place; surplus values are ignored.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception when values run short and there is no `default_value`.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_combine(["x", "y"], [1, 2]); // ["x"=>1,"y"=>2]
    /// echo array_combine(["x", "y"], [1], none); // ["x"=>1,"y"=>none]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn array_combine(
        keys: Array,
        values: Array,
        default_value: Option<Value>,
    ) -> Result<Array, Thrown> {
        let mut values = values.values().cloned();
        let pairs = keys.values().map(|key| {
            let value = values.next().or_else(|| default_value.clone());
            value.map(|value| (Key::cast(key), value))
        });
        let pairs: Option<Array> = pairs.collect();
        pairs.ok_or_else(|| Thrown::error("array_combine: more keys than values"))
    }

    /// Concatenates the string forms of all elements.
    ///
    /// The separator, empty unless given, stands between them.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the result would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_join(["a", "b", 3], ", "); // a, b, 3
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn array_join(cx: &mut Cx<'_>, array: Array, separator: Option<Str>) -> Result<Str, Thrown> {
        join(cx, &array, &separator.unwrap_or_default())
    }

    /// Returns the keys of an array as a list, in iteration order.
    ///
    /// Integer keys are numbers.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_keys(["a" => 1, 5 => 2]); // [0=>"a",1=>5]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, follows = Keys)]
    fn array_keys(cx: &mut Cx<'_>, array: Array) -> Array {
        cx.charge(array.len().saturating_mul(ELEMENT));
        array.keys().map(|key| key.to_value()).collect()
    }

    /// Lists the numbers from `start` up to but not including `stop`, advancing by `step`.
    ///
    /// A step that points away from `stop` gives an empty list.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for a step of 0 and for bounds that are no finite numbers. A result beyond
    /// the memory limit ends the script.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_range(0, 4); // [0=>0,1=>1,2=>2,3=>3]
    /// echo array_range(3, 0, -1); // [0=>3,1=>2,2=>1]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, elements = "number")]
    fn array_range(
        cx: &mut Cx<'_>,
        start: f64,
        stop: f64,
        #[default(1)] step: f64,
    ) -> Result<Array, Thrown> {
        range(cx, start, stop, step)
    }

    /// Reverses the order of the elements.
    ///
    /// Integer keys are renumbered, string keys kept.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_reverse([1, 2, 3]); // [0=>3,1=>2,2=>1]
    /// echo array_reverse(["k" => 1, "v"]); // [0=>"v","k"=>1]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, follows = Elements)]
    fn array_reverse(cx: &mut Cx<'_>, array: Array) -> Array {
        cx.charge(array.len().saturating_mul(ELEMENT));
        let mut pairs: Vec<_> = array.iter().map(|(k, v)| (k, v.clone())).collect();
        pairs.reverse();
        renumber(pairs)
    }

    /// Drops values that already occurred.
    ///
    /// The first key of each value stays; values are compared by `===`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_unique(["a", "b", "a", "c"]); // [0=>"a",1=>"b",3=>"c"]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, follows = Elements)]
    fn array_unique(cx: &mut Cx<'_>, array: Array) -> Array {
        cx.charge(array.len().saturating_mul(ELEMENT));
        let mut seen = Seen::default();
        let fresh = array.iter().filter(|(_, value)| seen.is_new(value));
        fresh.map(|(key, value)| (key, value.clone())).collect()
    }
}

/// The string behind `array_join`.
pub(crate) fn join(cx: &mut Cx<'_>, array: &Array, separator: &[u8]) -> Result<Str, Thrown> {
    let mut out = Vec::new();
    for (at, value) in array.values().enumerate() {
        if at > 0 {
            out.extend_from_slice(separator);
        }
        // An array that shares what it holds can have an endless text.
        match value {
            Value::String(text) => {
                cx.reserve(out.len().saturating_add(text.len()))?;
                out.extend_from_slice(text);
            }
            value => {
                value.write_text(&mut out);
                cx.reserve(out.len())?;
            }
        }
    }
    Ok(Str::from(out))
}

/// The list behind `array_range`.
pub(crate) fn range(cx: &mut Cx<'_>, start: f64, stop: f64, step: f64) -> Result<Array, Thrown> {
    if step == 0.0 || !(start.is_finite() && stop.is_finite() && step.is_finite()) {
        return Err(Thrown::error("array_range: bounds must be finite and step not 0"));
    }
    // A float cast saturates, so an absurd count stops at the memory limit.
    let count = ((stop - start) / step).ceil().max(0.0) as usize;
    cx.reserve(count.saturating_mul(ELEMENT))?;
    Ok((0..count).map(|at| Value::number(start + at as f64 * step)).collect())
}

/// Pairs with string keys kept and integer keys counted anew.
pub(crate) fn renumber(pairs: impl IntoIterator<Item = (Key, Value)>) -> Array {
    let mut array = Array::new();
    for (key, value) in pairs {
        match key {
            Key::Int(_) => array.push(value),
            key => array.set(key, value),
        }
    }
    array
}

/// Values that occurred. Common types are looked up by hash; the rest is compared one by one.
#[derive(Default)]
struct Seen {
    simple: HashSet<Simple>,
    others: Vec<Value>,
}

#[derive(PartialEq, Eq, Hash)]
enum Simple {
    None,
    Boolean(bool),
    Number(u64),
    Text(Str),
}

impl Seen {
    fn is_new(&mut self, value: &Value) -> bool {
        let simple = match value {
            Value::None => Simple::None,
            Value::Boolean(flag) => Simple::Boolean(*flag),
            // Negative zero is `===` to zero; adding zero makes it so.
            Value::Number(number) if !number.is_nan() => Simple::Number((number + 0.0).to_bits()),
            Value::String(text) => Simple::Text(text.clone()),
            other => return self.is_new_other(other),
        };
        self.simple.insert(simple)
    }

    fn is_new_other(&mut self, value: &Value) -> bool {
        let known = self.others.iter().any(|other| other.strict_eq(value));
        if !known {
            self.others.push(value.clone());
        }
        !known
    }
}
