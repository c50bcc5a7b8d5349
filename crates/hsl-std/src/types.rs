//! Types: what a value is, and conversions between basic types.

use hsl_macros::library;
use hsl_vm::{Str, Value};

/// Builtins of this topic.
#[library(topic = "types")]
pub(crate) mod functions {
    use super::*;

    /// Returns the number of elements of an array or bytes of a string.
    ///
    /// Every other type gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length("mail"); // 4
    /// echo length(["a", "b"]); // 2
    /// echo [length(5) === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn length(value: &Value) -> Option<f64> {
        match value {
            Value::String(text) => Some(text.len() as f64),
            Value::Array(array) => Some(array.len() as f64),
            _ => None,
        }
    }

    /// Converts a value to a boolean by its truthiness.
    ///
    /// `none`, `false`, 0, the empty string and the empty array give `false`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo boolean("0"); // true
    /// echo boolean([]); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn boolean(value: &Value) -> bool {
        value.truthy()
    }

    /// Converts a value to a number.
    ///
    /// A text must be a decimal number or a `0x` hexadecimal integer as a whole, booleans give 1
    /// and 0, everything else gives 0.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo number("0x1f"); // 31
    /// echo number("12abc"); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn number(value: &Value) -> f64 {
        value.to_number()
    }

    /// Converts a value to its string form, as `echo` prints it.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo string(1.50) . string([true]); // 1.5[0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn string(value: &Value) -> Str {
        value.to_text()
    }

    /// Tells whether a value is an array.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_array([]); // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(tests = "array")]
    fn is_array(value: &Value) -> bool {
        matches!(value, Value::Array(_))
    }

    /// Tells whether a value is `true` or `false`.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_boolean(0); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(tests = "boolean")]
    fn is_boolean(value: &Value) -> bool {
        matches!(value, Value::Boolean(_))
    }

    /// Tells whether a value can be called.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_function(function () { }); // true
    /// echo is_function("length"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(tests = "function")]
    fn is_function(value: &Value) -> bool {
        value.is_function()
    }

    /// Tells whether a value is a number; booleans are not.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_number(1.5); // true
    /// echo is_number("1.5"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(tests = "number")]
    fn is_number(#[checked] value: &Value) -> bool {
        matches!(value, Value::Number(_))
    }

    /// Tells whether a value is an object, of a script's class or of the library's.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// class Point { }
    /// echo is_object(Point()); // true
    /// echo is_object(["x" => 1]); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(tests = "object")]
    fn is_object(value: &Value) -> bool {
        value.type_name() == "object"
    }

    /// Tells whether a value is a string.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_string("1"); // true
    /// echo is_string(1); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(tests = "string")]
    fn is_string(value: &Value) -> bool {
        matches!(value, Value::String(_))
    }
}
