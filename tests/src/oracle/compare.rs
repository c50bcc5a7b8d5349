//! Equality and order (section 5).

use std::cmp::Ordering;
use std::sync::Arc;

use super::function::Function;
use super::number;
use super::value::{Array, Value};

/// `===`
pub(super) fn identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::None, Value::None) => true,
        (Value::Boolean(a), Value::Boolean(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Array(a), Value::Array(b)) => same_pairs(a, b),
        (Value::Function(a), Value::Function(b)) => Arc::ptr_eq(a, b) || Function::same(a, b),
        (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
        (Value::Exception(a), Value::Exception(b)) => Arc::ptr_eq(a, b),
        (Value::Regex(a), Value::Regex(b)) => Arc::ptr_eq(a, b),
        (Value::Collection(a), Value::Collection(b)) => Arc::ptr_eq(a, b),
        (Value::Generator(a), Value::Generator(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

fn same_pairs(a: &Array, b: &Array) -> bool {
    a.len() == b.len()
        && a.pairs()
            .iter()
            .all(|(key, value)| b.get(key).is_some_and(|other| identical(value, other)))
}

/// `==`
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    use Value::{Boolean, None, Number, Text};
    match (a, b) {
        (None, None) => true,
        (None, _) | (_, None) => false,
        (Boolean(_), Boolean(_)) | (Number(_), Number(_)) | (Text(_), Text(_)) => identical(a, b),
        (Boolean(flag), Number(n)) | (Number(n), Boolean(flag)) => f64::from(u8::from(*flag)) == *n,
        (Boolean(flag), other) | (other, Boolean(flag)) => *flag == other.truthy(),
        (Number(n), text @ Text(_)) | (text @ Text(_), Number(n)) => *n == number::of(text),
        (Number(n), other) | (other, Number(n)) => *n == f64::from(u8::from(other.truthy())),
        _ => identical(a, b),
    }
}

/// `<` and its family; none for values that have no order.
pub(super) fn order(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    if let (Value::Text(a), Value::Text(b)) = (a, b) {
        return Some(Some(a.cmp(b)));
    }
    let plain = |value: &Value| {
        matches!(value, Value::None | Value::Boolean(_) | Value::Number(_) | Value::Text(_))
    };
    (plain(a) && plain(b)).then(|| number::of(a).partial_cmp(&number::of(b)))
}
