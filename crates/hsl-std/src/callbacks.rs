//! Builtins that call a script's function for elements of an array.
//!
//! *Invariants.* The machine calls the function, not the builtin: each step hands out one call and
//! is resumed with its result, so a callback may wait, pause or throw.

mod sort;

use hsl_macros::{Options, library};
use hsl_vm::{Array, Cx, Input, Key, NativeFrame, NativeResult, NativeStep, Thrown, Value};

use crate::binding::Callback;
use sort::Sort;

/// Builtins of this topic.
#[library(topic = "arrays")]
pub(crate) mod functions {
    use super::*;

    /// Tells whether a callback is truthy for all elements.
    ///
    /// The callback gets the value; it is not called any more after the first that fails. An empty
    /// array gives `true`.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// What the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_every(is_number, [1, 2]); // true
    /// echo array_every(is_number, [1, "a"]); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "boolean")]
    fn array_every(callback: Callback, array: Array) -> NativeStep {
        Each::over(callback, array, Every)
    }

    /// Keeps the elements for which a callback is truthy.
    ///
    /// The callback gets the value; keys are kept.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// What the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_filter(function ($x) { return $x > 4; }, [9, 1, "k" => 6]); // [0=>9,"k"=>6]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "array", follows = Elements)]
    fn array_filter(callback: Callback, array: Array) -> NativeStep {
        Each::over(callback, array, Filter(Array::new()))
    }

    /// Returns the first element for which a callback is truthy.
    ///
    /// The callback gets the value. Gives `none` when no element matches.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// What the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_find(function ($x) { return $x > 4; }, [1, 9, 7]); // 9
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "any", follows = Element)]
    fn array_find(callback: Callback, array: Array) -> NativeStep {
        Each::over(callback, array, Find)
    }

    /// Tells whether an array has an element that is `===` to a needle.
    ///
    /// A function as needle is called with each value instead; the first truthy answer counts.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// What the function throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_includes(2, [1, 2]); // true
    /// echo array_includes("2", [1, 2]); // false
    /// echo array_includes(is_array, [1, []]); // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "boolean", follows = Among)]
    fn array_includes(cx: &mut Cx<'_>, #[checked] needle: Value, array: Array) -> NativeStep {
        if needle.is_function() {
            return Each::over(Callback(needle), array, Includes);
        }
        cx.charge(array.len().saturating_mul(size_of::<Value>()));
        NativeStep::Return(array.values().any(|value| value.strict_eq(&needle)).into())
    }

    /// Applies a callback to each element.
    ///
    /// The callback gets the value; results stand under the original keys.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// What the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_map(str_upper, ["a", "k" => "b"]); // [0=>"A","k"=>"B"]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "array", follows = Mapped)]
    fn array_map(callback: Callback, array: Array) -> NativeStep {
        let mapped = Array::with_capacity(array.len());
        Each::over(callback, array, Map(mapped))
    }

    /// Folds an array from left to right.
    ///
    /// The callback gets the carry and the value and returns the next carry. Without `initial` the
    /// first element is the first carry.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// Raises an exception for an empty array without `initial`; what the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_reduce(function ($c, $x) { return $c * $x; }, [2, 3, 4]); // 24
    /// echo array_reduce(function ($c, $x) { return $c . $x; }, ["a", "b"], ">"); // >ab
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "any", follows = Folded)]
    fn array_reduce(
        callback: Callback,
        array: Array,
        initial: Option<Value>,
    ) -> Result<NativeStep, Thrown> {
        let first = array.step(0).map(|(cursor, _, value)| (cursor, value.clone()));
        let (cursor, carry) = match (initial, first) {
            (Some(carry), _) => (0, carry),
            (None, Some(first)) => first,
            (None, None) => {
                return Err(Thrown::error("array_reduce: an empty array needs an initial value"));
            }
        };
        Ok(NativeStep::enter(Reduce { callback, array, cursor, carry }))
    }

    /// Sorts an array by a callback that tells whether one value belongs before another.
    ///
    /// The callback is called with two values, or two keys with the option `keys`. Each value stays
    /// with its key, and values of which none belongs before the other keep their order.
    /// Calls functions.
    ///
    /// # Errors
    ///
    /// What the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo array_sort(function ($a, $b) { return $a < $b; }, [50, 90, 40]); // [2=>40,0=>50,1=>90]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = callback, returns = "array", follows = Elements)]
    fn array_sort(callback: Callback, array: Array, options: SortOptions) -> NativeStep {
        NativeStep::enter(Sort::new(callback, &array, options.keys))
    }
}

/// Options of `array_sort`.
#[derive(Options)]
struct SortOptions {
    /// Compare and order by keys instead of values.
    #[option(default = false)]
    keys: bool,
}

/// Calls a function with each value of an array. The array is shared, not copied: a change that the
/// function makes is one of its own copy.
struct Each<F> {
    callback: Callback,
    array: Array,
    cursor: usize,
    current: Option<(Key, Value)>,
    fold: F,
}

/// What becomes of the answers.
trait Fold {
    /// Takes an answer; a result ends the walk.
    fn answer(&mut self, key: Key, value: Value, answer: Value) -> Option<Value>;

    /// The result when the walk came to its end.
    fn end(&mut self) -> Value;
}

impl<F: Fold + 'static> Each<F> {
    fn over(callback: Callback, array: Array, fold: F) -> NativeStep {
        NativeStep::enter(Self { callback, array, cursor: 0, current: None, fold })
    }
}

impl<F: Fold> NativeFrame for Each<F> {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some((key, value)) = self.current.take()
            && let Some(result) = self.fold.answer(key, value, input.into_value())
        {
            return Ok(NativeStep::Return(result));
        }
        let Some((cursor, key, value)) = self.array.step(self.cursor) else {
            return Ok(NativeStep::Return(self.fold.end()));
        };
        self.cursor = cursor;
        let value = value.clone();
        let step = NativeStep::call(&self.callback.0, [value.clone()]);
        self.current = Some((key, value));
        Ok(step)
    }
}

struct Every;

impl Fold for Every {
    fn answer(&mut self, _: Key, _: Value, answer: Value) -> Option<Value> {
        (!answer.truthy()).then_some(Value::boolean(false))
    }

    fn end(&mut self) -> Value {
        Value::boolean(true)
    }
}

struct Includes;

impl Fold for Includes {
    fn answer(&mut self, _: Key, _: Value, answer: Value) -> Option<Value> {
        answer.truthy().then_some(Value::boolean(true))
    }

    fn end(&mut self) -> Value {
        Value::boolean(false)
    }
}

struct Find;

impl Fold for Find {
    fn answer(&mut self, _: Key, value: Value, answer: Value) -> Option<Value> {
        answer.truthy().then_some(value)
    }

    fn end(&mut self) -> Value {
        Value::none()
    }
}

struct Filter(Array);

impl Fold for Filter {
    fn answer(&mut self, key: Key, value: Value, answer: Value) -> Option<Value> {
        if answer.truthy() {
            self.0.set(key, value);
        }
        None
    }

    fn end(&mut self) -> Value {
        Value::array(std::mem::take(&mut self.0))
    }
}

struct Map(Array);

impl Fold for Map {
    fn answer(&mut self, key: Key, _: Value, answer: Value) -> Option<Value> {
        self.0.set(key, answer);
        None
    }

    fn end(&mut self) -> Value {
        Value::array(std::mem::take(&mut self.0))
    }
}

struct Reduce {
    callback: Callback,
    array: Array,
    cursor: usize,
    carry: Value,
}

impl NativeFrame for Reduce {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Input::Value(carry) = input {
            self.carry = carry;
        }
        let carry = std::mem::take(&mut self.carry);
        let Some((cursor, _, value)) = self.array.step(self.cursor) else {
            return Ok(NativeStep::Return(carry));
        };
        self.cursor = cursor;
        Ok(NativeStep::call(&self.callback.0, [carry, value.clone()]))
    }
}
