//! Joining texts and arrays.
//!
//! *Sources*: language reference, sections 6 (neutral none) and 7.4.

use std::borrow::Borrow;

use super::{NumberText, packed_digits};
use crate::value::{Array, Key, ShortBuilder, Str, StrBuilder, Value};

/// `a . b`
pub(crate) fn concat(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Str::concat(&[a, b]).into(),
        _ => {
            let mut text = Value::None;
            concat_into(&mut text, a);
            concat_into(&mut text, b);
            if text.is_none() { Value::string("") } else { text }
        }
    }
}

/// Texts and numbers as one text, when that is short; none is left out.
#[inline]
pub(crate) fn join_short(values: &[Value]) -> Option<Str> {
    let mut text = ShortBuilder::new();
    values.iter().all(|value| push_short(&mut text, value)).then(|| text.finish())
}

/// Two values as one text; none is left out.
#[inline]
pub(crate) fn join_two(a: &Value, b: &Value) -> Str {
    let mut text = ShortBuilder::new();
    if push_short(&mut text, a) && push_short(&mut text, b) {
        return text.finish();
    }
    join(&[a, b])
}

/// Appends a text or a number, when the text stays short with it.
#[inline(always)]
fn push_short(text: &mut ShortBuilder, value: &Value) -> bool {
    match value {
        Value::String(more) => text.push_str(more),
        Value::Number(n) => match packed_digits(*n) {
            Some((digits, count)) => text.push_packed(digits, count),
            None => text.push(&NumberText::new(*n)),
        },
        Value::None => true,
        _ => false,
    }
}

/// All values as one text; none is left out.
pub(crate) fn join<V: Borrow<Value>>(values: &[V]) -> Str {
    let size = |value: &V| value.borrow().as_str().map_or(8, |text| text.len());
    let mut text = StrBuilder::with_capacity(values.iter().map(size).sum());
    for value in values {
        match value.borrow() {
            Value::String(more) => text.push(more),
            Value::Number(n) => text.push(&NumberText::new(*n)),
            Value::None => {}
            other => text.push(&other.to_text()),
        }
    }
    text.finish()
}

/// `target .= value`, in place when nobody else holds the text.
#[inline]
pub(crate) fn concat_into(target: &mut Value, value: &Value) {
    match (&mut *target, value) {
        (_, Value::None) => {
            if !matches!(target, Value::String(_)) {
                *target = join_start(target).into();
            }
        }
        (Value::String(text), Value::String(more)) => text.append(more),
        (Value::String(text), Value::Number(n)) => text.append_number(*n),
        (Value::String(text), other) => text.append(&other.to_text()),
        (start, other) => {
            let mut text = join_start(start);
            append(&mut text, other);
            *target = text.into();
        }
    }
}

fn append(text: &mut Str, value: &Value) {
    match value {
        Value::String(more) => text.append(more),
        Value::Number(n) => text.append_number(*n),
        other => text.append(&other.to_text()),
    }
}

/// The left operand of `.` as text: none is the empty one.
fn join_start(value: &Value) -> Str {
    if value.is_none() { Str::new() } else { value.to_text() }
}

/// `a + b` of arrays: string keys are set, all other values appended.
pub(super) fn merge(mut a: Array, b: &Array) -> Array {
    spread(&mut a, b);
    a
}

/// Inserts all pairs of `b`.
pub(crate) fn spread(a: &mut Array, b: &Array) {
    b.iter().for_each(|(key, value)| append_element(a, key, value.clone()));
}

/// Inserts a pair: an integer key is discarded.
pub(crate) fn append_element(array: &mut Array, key: Key, value: Value) {
    match key {
        Key::Int(_) => array.push(value),
        key => array.set(key, value),
    }
}
