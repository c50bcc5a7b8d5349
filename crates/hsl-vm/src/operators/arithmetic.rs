//! `+ - * / % **` and the signs.
//!
//! *Sources*: language reference, section 6.

use std::collections::HashSet;

use super::number::remainder_of;
use super::{Failure, Outcome, combine, format, unsupported};
use crate::code::Binary;
use crate::value::{Array, Str, Value, memory};

/// Bytes that could be copied while a value is looked up by its hash.
const HASHED: usize = 128;
/// Longest string that repetition may make; more is certainly a mistake.
const LARGEST: usize = 1 << 28;

/// Applies an operator by name.
pub(crate) fn binary(operator: Binary, a: &Value, b: &Value) -> Outcome {
    match operator {
        Binary::Add => add(a, b),
        Binary::Subtract => subtract(a, b),
        Binary::Multiply => multiply(a, b),
        Binary::Divide => divide(a, b),
        Binary::Remainder => remainder(a, b),
        Binary::Power => power(a, b),
        Binary::Concat => Ok(combine::concat(a, b)),
    }
}

/// `a + b`
pub(crate) fn add(a: &Value, b: &Value) -> Outcome {
    use Value::{Array as Arr, Boolean, None, Number, String};
    Ok(match (a, b) {
        (Number(a), Number(b)) => Number(a + b),
        (None, other) | (other, None) => other.clone(),
        (Arr(a), Arr(b)) => Arr(combine::merge(a.clone(), b)),
        (Arr(a), other) => {
            let mut sum = a.clone();
            sum.push(other.clone());
            Arr(sum)
        }
        (other, Arr(b)) => Arr(combine::merge(Array::list([other.clone()]), b)),
        (String(_), _) | (_, String(_)) => combine::concat(a, b),
        (Number(_) | Boolean(_), Number(_) | Boolean(_)) => Number(a.to_number() + b.to_number()),
        _ => return Err(unsupported("+", a, b)),
    })
}

/// `a - b`
pub(crate) fn subtract(a: &Value, b: &Value) -> Outcome {
    let Value::Array(array) = a else { return numeric("-", a, b, |a, b| a - b) };
    let unwanted = match b {
        Value::Array(b) => Unwanted::of(b.values()),
        other => Unwanted::of([other]),
    };
    memory::work(array.len() * HASHED);
    let kept = array.iter().filter(|(_, value)| !unwanted.has(value));
    Ok(Value::Array(kept.map(|(key, value)| (key, value.clone())).collect()))
}

/// Values to remove. Texts and numbers are found by their hash: two long lists must not be compared
/// each with each.
struct Unwanted<'a> {
    texts: HashSet<&'a Str>,
    numbers: HashSet<u64>,
    others: Vec<&'a Value>,
}

impl<'a> Unwanted<'a> {
    fn of(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut found = Self { texts: HashSet::new(), numbers: HashSet::new(), others: Vec::new() };
        for value in values {
            match value {
                Value::String(text) => drop(found.texts.insert(text)),
                Value::Number(n) => drop(found.numbers.insert(bits(*n))),
                other => found.others.push(other),
            }
        }
        found
    }

    fn has(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.texts.contains(text),
            Value::Number(n) => !n.is_nan() && self.numbers.contains(&bits(*n)),
            other => self.others.iter().any(|unwanted| other.strict_eq(unwanted)),
        }
    }
}

/// The same for equal numbers.
fn bits(n: f64) -> u64 {
    (n + 0.0).to_bits()
}

/// `a * b`
pub(crate) fn multiply(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::String(s), Value::Number(n)) | (Value::Number(n), Value::String(s)) => {
            repeat_text(s, *n)
        }
        (Value::Array(list), Value::Number(n)) | (Value::Number(n), Value::Array(list)) => {
            repeat_array(list, *n)
        }
        // None counts as the number 0, so it repeats nothing.
        (Value::String(_) | Value::Array(_), Value::None) => multiply(a, &Value::Number(0.0)),
        (Value::None, Value::String(_) | Value::Array(_)) => multiply(&Value::Number(0.0), b),
        _ => numeric("*", a, b, |a, b| a * b),
    }
}

/// How often to repeat what has so many bytes. Beyond the memory of the script nothing is made.
fn times(n: f64, bytes: usize) -> Result<usize, Failure> {
    let times = if n > 0.0 && bytes > 0 { n as usize } else { 0 };
    match times.checked_mul(bytes) {
        Some(total) if total <= LARGEST && total <= memory::room() => Ok(times),
        _ => {
            memory::give_up();
            Err("the result of operator * is too large".to_owned())
        }
    }
}

fn repeat_text(text: &Str, n: f64) -> Outcome {
    Ok(text.repeat(times(n, text.len())?).into())
}

fn repeat_array(array: &Array, n: f64) -> Outcome {
    let times = times(n, array.len() * size_of::<Value>())?;
    Ok(array.repeat(times).into())
}

/// `a / b`
pub(crate) fn divide(a: &Value, b: &Value) -> Outcome {
    numeric("/", a, b, |a, b| a / b)
}

/// `a % b`: formatting for a string and an array, else the remainder.
pub(crate) fn remainder(a: &Value, b: &Value) -> Outcome {
    match (a, b) {
        (Value::String(template), Value::Array(values)) => format::format(template, values),
        _ => numeric("%", a, b, remainder_of),
    }
}

/// `a ** b`
pub(crate) fn power(a: &Value, b: &Value) -> Outcome {
    numeric("**", a, b, f64::powf)
}

/// `-a`
pub(crate) fn negate(a: &Value) -> Outcome {
    numeric("-", a, a, |a, _| -a)
}

/// `+a`
pub(crate) fn plus(a: &Value) -> Outcome {
    numeric("+", a, a, |a, _| a)
}

fn numeric(operator: &str, a: &Value, b: &Value, apply: impl Fn(f64, f64) -> f64) -> Outcome {
    let countable = |value: &Value| {
        matches!(value, Value::None | Value::Boolean(_) | Value::Number(_) | Value::String(_))
    };
    if !countable(a) || !countable(b) {
        return Err(unsupported(operator, a, b));
    }
    Ok(Value::Number(apply(a.to_number(), b.to_number())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    fn list<T: Into<Value>>(values: impl IntoIterator<Item = T>) -> Value {
        Array::list(values).into()
    }

    fn show(result: Outcome) -> String {
        result.map_or_else(|e| format!("! {e}"), |value| format!("{value:?}"))
    }

    #[test]
    fn plus_adds_joins_and_merges() {
        let none = Value::None;
        assert_snapshot!(show(add(&1.0.into(), &2.0.into())), @"3");
        assert_snapshot!(show(add(&true.into(), &true.into())), @"2");
        assert_snapshot!(show(add(&"size: ".into(), &42.0.into())), @r#""size: 42""#);
        assert_snapshot!(show(add(&true.into(), &"x".into())), @r#""truex""#);
        assert_snapshot!(show(add(&none, &list([1.0]))), @"[0=>1]");
        assert_snapshot!(show(add(&"a".into(), &none)), @r#""a""#);
        assert_snapshot!(show(add(&list([1.0]), &"x".into())), @r#"[0=>1,1=>"x"]"#);
        assert_snapshot!(show(add(&"x".into(), &list([1.0]))), @r#"[0=>"x",1=>1]"#);
        assert_snapshot!(show(add(&list([1.0, 2.0]), &list([3.0]))), @"[0=>1,1=>2,2=>3]");
    }

    #[test]
    fn minus_subtracts_and_removes() {
        assert_snapshot!(show(subtract(&5.0.into(), &true.into())), @"4");
        assert_snapshot!(show(subtract(&"5".into(), &"3".into())), @"2");
        assert_snapshot!(show(subtract(&list(["x", "y", "x"]), &"x".into())), @r#"[1=>"y"]"#);
        assert_snapshot!(show(subtract(&list(["a", "b"]), &list(["b", "c"]))), @r#"[0=>"a"]"#);
        assert_snapshot!(
            show(subtract(&1.0.into(), &list([1.0]))),
            @"! operator - does not apply to number and array"
        );
    }

    #[test]
    fn a_difference_counts_from_its_own_keys() {
        let Ok(Value::Array(mut rest)) = subtract(&list([1.0, 2.0]), &2.0.into()) else { panic!() };
        rest.push(9.0.into());
        assert_snapshot!(format!("{rest:?}"), @"[0=>1,1=>9]");
    }

    #[test]
    fn times_multiplies_and_repeats() {
        assert_snapshot!(show(multiply(&"-".into(), &5.0.into())), @r#""-----""#);
        assert_snapshot!(show(multiply(&2.5.into(), &"ab".into())), @r#""abab""#);
        assert_snapshot!(show(multiply(&"x".into(), &(-1.0).into())), @r#""""#);
        assert_snapshot!(show(multiply(&list(["z"]), &2.0.into())), @r#"[0=>"z",1=>"z"]"#);
        assert_snapshot!(show(multiply(&Value::None, &"x".into())), @r#""""#);
        assert_snapshot!(show(multiply(&list(["z"]), &Value::None)), @"[]");
        assert_snapshot!(
            show(multiply(&"x".into(), &1e300.into())),
            @"! the result of operator * is too large"
        );
    }

    #[test]
    fn none_counts_as_zero_elsewhere() {
        assert_snapshot!(show(subtract(&Value::None, &1.0.into())), @"-1");
        assert_snapshot!(show(divide(&1.0.into(), &0.0.into())), @"inf");
        assert_snapshot!(show(power(&2.0.into(), &10.0.into())), @"1024");
        assert_snapshot!(show(remainder(&(-7.0).into(), &3.0.into())), @"-1");
        assert_snapshot!(show(negate(&"0x10".into())), @"-16");
    }
}
