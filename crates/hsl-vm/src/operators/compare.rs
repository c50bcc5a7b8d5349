//! Equality and order.
//!
//! *Invariants*: two arrays that share their elements many times over (`$a = [$a, $a]`, again and
//! again) are compared in the time that their distinct parts take, not in that of what they stand
//! for.
//!
//! *Sources*: language reference, section 5.

use std::collections::HashSet;
use std::rc::Rc;

use super::number::parse_number;
use super::unsupported;
use crate::value::{Array, Value, memory};

/// How deep arrays are compared.
const DEPTH: u32 = 500;

impl Value {
    /// `===`. Arrays nested deeper than a script can mean are never equal.
    pub fn strict_eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(a), Self::Array(b)) => arrays_equal(a, b, DEPTH, &mut Equal::default()),
            _ => self.strict_eq_nested(other, DEPTH, &mut Equal::default()),
        }
    }

    fn strict_eq_nested(&self, other: &Self, depth: u32, equal: &mut Equal) -> bool {
        match (self, other) {
            (Self::None | Self::Unset, Self::None | Self::Unset) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::String(a), Self::String(b)) => {
                memory::work(a.len().min(b.len()));
                a == b
            }
            (Self::Array(a), Self::Array(b)) => arrays_equal(a, b, depth, equal),
            (Self::Function(a), Self::Function(b)) => a.same(b),
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b),
            (Self::Regex(a), Self::Regex(b)) => Rc::ptr_eq(a, b),
            (Self::Native(a), Self::Native(b)) => a.same(b),
            _ => false,
        }
    }

    /// `==`
    pub fn loose_eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Boolean(_), Self::Boolean(_)) | (Self::Number(_), Self::Number(_)) => {
                self.strict_eq(other)
            }
            (Self::None | Self::Unset, _) | (_, Self::None | Self::Unset) => self.strict_eq(other),
            (Self::Boolean(b), Self::Number(n)) | (Self::Number(n), Self::Boolean(b)) => {
                f64::from(u8::from(*b)) == *n
            }
            (Self::Boolean(b), any) | (any, Self::Boolean(b)) => any.truthy() == *b,
            (Self::Number(n), Self::String(s)) | (Self::String(s), Self::Number(n)) => {
                parse_number(s).unwrap_or(0.0) == *n
            }
            (Self::Number(n), any) | (any, Self::Number(n)) => {
                *n == f64::from(u8::from(any.truthy()))
            }
            _ => self.strict_eq(other),
        }
    }
}

/// Pairs of shared arrays that were found to be equal.
type Equal = HashSet<(usize, usize)>;

fn arrays_equal(a: &Array, b: &Array, depth: u32, equal: &mut Equal) -> bool {
    // Also an array that is the same in memory: it may hold a number that is not equal to itself.
    if depth == 0 || a.len() != b.len() {
        return false;
    }
    let pair = (a.is_shared() && b.is_shared()).then(|| (a.address(), b.address()));
    if pair.is_some_and(|pair| equal.contains(&pair)) {
        return true;
    }
    memory::work(a.len() * size_of::<Value>());
    let found = a.iter().all(|(key, value)| {
        b.get(&key).is_some_and(|other| value.strict_eq_nested(other, depth - 1, equal))
    });
    if found {
        equal.extend(pair);
    }
    found
}

/// `<`
pub(crate) fn less(a: &Value, b: &Value) -> Result<bool, String> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Ok(a < b),
        (Value::String(a), Value::String(b)) => {
            memory::work(a.len().min(b.len()));
            Ok(a < b)
        }
        _ => Ok(ordered("<", a, b)? < ordered("<", b, a)?),
    }
}

/// `<=`
pub(crate) fn less_equal(a: &Value, b: &Value) -> Result<bool, String> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Ok(a <= b),
        (Value::String(a), Value::String(b)) => {
            memory::work(a.len().min(b.len()));
            Ok(a <= b)
        }
        _ => Ok(ordered("<=", a, b)? <= ordered("<=", b, a)?),
    }
}

fn ordered(operator: &str, value: &Value, other: &Value) -> Result<f64, String> {
    match value {
        Value::None | Value::Unset | Value::Boolean(_) | Value::Number(_) | Value::String(_) => {
            Ok(value.to_number())
        }
        _ => Err(unsupported(operator, value, other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Value {
        Array::list(values).into()
    }

    #[track_caller]
    fn check(a: impl Into<Value>, b: impl Into<Value>, loose: bool, strict: bool) {
        let (a, b) = (a.into(), b.into());
        assert_eq!((a.loose_eq(&b), b.loose_eq(&a)), (loose, loose), "{a:?} == {b:?}");
        assert_eq!((a.strict_eq(&b), b.strict_eq(&a)), (strict, strict), "{a:?} === {b:?}");
    }

    #[test]
    fn equality_follows_the_table() {
        check(5.0, true, false, false);
        check(1.0, true, true, false);
        check("5", 5.0, true, false);
        check("abc", 0.0, true, false);
        check(Value::None, false, false, false);
        check(Value::None, Value::None, true, true);
        check("", false, true, false);
        check("a", true, true, false);
        check(Array::new(), false, true, false);
        check(list([0.0]), true, true, false);
        check(1.0, list([5.0]), true, false);
        check(0.0, Array::new(), true, false);
        check("", Array::new(), false, false);
        check("x", Value::None, false, false);
        check(list([1.0]), list(["1"]), false, false);
        check(list([1.0]), list([1.0]), true, true);
        check(f64::NAN, f64::NAN, false, false);
    }

    #[test]
    fn arrays_are_equal_whatever_their_order() {
        let a = Array::record([("a", Value::from(1.0)), ("b", Value::from(2.0))]);
        let b = Array::record([("b", Value::from(2.0)), ("a", Value::from(1.0))]);
        check(a, b, true, true);
    }

    #[test]
    fn shared_parts_are_compared_once() {
        let doubled = |mut value: Value| {
            for _ in 0..64 {
                value = list([value.clone(), value]);
            }
            value
        };
        check(doubled(1.0.into()), doubled(1.0.into()), true, true);
        check(doubled(1.0.into()), doubled(2.0.into()), false, false);
    }

    #[test]
    fn order_compares_bytes_or_numbers() {
        assert_eq!(less(&"10".into(), &"9".into()), Ok(true));
        assert_eq!(less(&"10".into(), &9.0.into()), Ok(false));
        assert_eq!(less(&Value::None, &1.0.into()), Ok(true));
        assert_eq!(less_equal(&true.into(), &1.0.into()), Ok(true));
        assert!(less(&Array::new().into(), &1.0.into()).is_err());
        assert!(less(&1.0.into(), &Array::new().into()).is_err());
    }
}
