//! Slices of strings and arrays.
//!
//! *Sources*: language reference, 7.3.

use super::{Failure, Outcome};
use crate::value::{Array, Value, whole};

/// `x[first:last:step]`; missing parts are none.
pub(crate) fn slice(value: &Value, first: &Value, last: &Value, step: &Value) -> Outcome {
    if let Value::None = step
        && let Some(part) = part_of_text(value, first, last)
    {
        return Ok(Value::from(part));
    }
    slice_any(value, first, last, step)
}

/// `text[first:last]` with the common bounds.
#[inline(always)]
pub(crate) fn part_of_text<'t>(value: &'t Value, first: &Value, last: &Value) -> Option<&'t [u8]> {
    let Value::String(text) = value else { return None };
    let text = text.as_bytes();
    let from = position(first, text.len(), 0)?;
    let to = position(last, text.len(), text.len())?;
    Some(text.get(from..to).unwrap_or_default())
}

/// The position inside a text that a number or none names: the common bounds.
#[inline(always)]
fn position(bound: &Value, length: usize, missing: usize) -> Option<usize> {
    match bound {
        Value::None => Some(missing),
        Value::Number(n) => match whole(*n) {
            Some(at) => Some(at.min(length)),
            None => unusual(*n, length),
        },
        _ => None,
    }
}

/// The same for a number that is negative, no whole one or very large.
#[cold]
#[inline(never)]
fn unusual(n: f64, length: usize) -> Option<usize> {
    // A float cast saturates, and cuts toward zero.
    match n {
        n if n > -1.0 => Some((n as usize).min(length)),
        n if n <= -1.0 => Some(length.saturating_sub(-n as usize)),
        _ => None,
    }
}

#[inline(never)]
fn slice_any(value: &Value, first: &Value, last: &Value, step: &Value) -> Outcome {
    let step = match part(step)? {
        None => 1,
        Some(0) => return Err("the step of a slice must not be 0".to_owned()),
        Some(step) => step,
    };
    match value {
        Value::String(text) => {
            let (from, to) = bounds(text.len(), part(first)?, part(last)?, step);
            if step == 1 {
                return Ok(text[from as usize..to.max(from) as usize].into());
            }
            Ok(positions(from, to, step).map(|at| text[at]).collect::<Vec<_>>().into())
        }
        Value::Array(array) => {
            let (from, to) = bounds(array.len(), part(first)?, part(last)?, step);
            Ok(pick(array, positions(from, to, step)).into())
        }
        Value::None | Value::Boolean(_) | Value::Number(_) => Ok(Value::None),
        other => Err(format!("cannot slice a value of type {}", other.type_name())),
    }
}

/// The positions that `x[first:last]` names in a sequence, for slice assignment.
pub(crate) fn slice_range(
    length: usize,
    first: &Value,
    last: &Value,
) -> Result<std::ops::Range<usize>, Failure> {
    let (from, to) = bounds(length, part(first)?, part(last)?, 1);
    Ok(from as usize..to.max(from) as usize)
}

/// `array[first:last] = value`: the result is a list.
pub(crate) fn splice(
    array: &Array,
    first: &Value,
    last: &Value,
    value: &Value,
) -> Result<Array, Failure> {
    let range = slice_range(array.len(), first, last)?;
    let head = array.values().take(range.start).cloned();
    let tail = array.values().skip(range.end).cloned();
    let middle = match value {
        Value::Array(items) => items.values().cloned().collect(),
        other => vec![other.clone()],
    };
    Ok(Array::list(head.chain(middle).chain(tail)))
}

/// `unset(array[first:last])`: other keys stay. Gives whether anything was there.
pub(crate) fn unset_slice(array: &mut Array, first: &Value, last: &Value) -> Result<bool, Failure> {
    let range = slice_range(array.len(), first, last)?;
    let keys: Vec<_> = array.keys().skip(range.start).take(range.len()).collect();
    keys.iter().for_each(|key| {
        array.remove(key);
    });
    Ok(!keys.is_empty())
}

fn part(value: &Value) -> Result<Option<i64>, Failure> {
    match value {
        Value::None => Ok(None),
        Value::Number(_) | Value::Boolean(_) | Value::String(_) => {
            Ok(Some(value.to_number() as i64))
        }
        other => Err(format!("a slice bound must be number, not {}", other.type_name())),
    }
}

/// First position and the one to stop before, both inside `-1..=length`.
fn bounds(length: usize, first: Option<i64>, last: Option<i64>, step: i64) -> (i64, i64) {
    let length = length as i64;
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let place = |bound: i64| {
        let from_start = if bound < 0 { bound.saturating_add(length) } else { bound };
        from_start.clamp(low, high)
    };
    let (start, end) = if step > 0 { (low, high) } else { (high, low) };
    (first.map_or(start, place), last.map_or(end, place))
}

fn positions(from: i64, to: i64, step: i64) -> impl Iterator<Item = usize> {
    let inside = move |at: &i64| if step > 0 { *at < to } else { *at > to };
    std::iter::successors(Some(from).filter(inside), move |at| at.checked_add(step).filter(inside))
        .map(|at| at as usize)
}

fn pick(array: &Array, positions: impl Iterator<Item = usize>) -> Array {
    match array.as_list() {
        Some(list) => Array::list(positions.map(|at| list[at].clone())),
        None => {
            let values: Vec<_> = array.values().collect();
            Array::list(positions.map(|at| values[at].clone()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(first: Option<f64>, last: Option<f64>, step: Option<f64>) -> String {
        let result = slice(&"postman".into(), &first.into(), &last.into(), &step.into());
        result.unwrap().to_text().to_lossy().into_owned()
    }

    #[test]
    fn examples_of_the_reference() {
        assert_eq!(text(None, None, None), "postman");
        assert_eq!(text(Some(4.0), None, None), "man");
        assert_eq!(text(None, Some(4.0), None), "post");
        assert_eq!(text(Some(1.0), Some(3.0), None), "os");
        assert_eq!(text(Some(-3.0), None, None), "man");
        assert_eq!(text(Some(-7.0), Some(-4.0), None), "pos");
        assert_eq!(text(None, None, Some(-1.0)), "namtsop");
        assert_eq!(text(None, None, Some(3.0)), "ptn");
        assert_eq!(text(Some(5.0), Some(1.0), Some(-2.0)), "at");
        assert_eq!(text(Some(9.0), None, None), "");
    }

    #[test]
    fn assignment_replaces_and_renumbers() {
        let list = Array::list(["a", "X", "d"]);
        let middle = Array::list(["b", "c"]).into();
        let result = splice(&list, &1.0.into(), &2.0.into(), &middle).unwrap();
        assert_eq!(Value::from(result), Array::list(["a", "b", "c", "d"]).into());
    }

    proptest! {
        #[test]
        fn any_bounds_agree_with_walking(
            first in proptest::option::of(-12_i64..12),
            last in proptest::option::of(-12_i64..12),
            step in prop_oneof![-4_i64..0, 1_i64..5],
        ) {
            let word = b"postman";
            let length = word.len() as i64;
            let absolute = |bound: i64| if bound < 0 { bound + length } else { bound };
            let mut expect = Vec::new();
            let mut at = if step > 0 { 0 } else { length - 1 };
            if let Some(first) = first {
                at = if step > 0 { absolute(first).max(0) } else { absolute(first).min(length - 1) };
            }
            while (0..length).contains(&at) {
                let beyond = last.is_some_and(|last| {
                    if step > 0 { at >= absolute(last) } else { at <= absolute(last) }
                });
                if beyond { break; }
                expect.push(word[at as usize]);
                at += step;
            }
            let number = |n: Option<i64>| Value::from(n.map(|n| n as f64));
            let result = slice(
                &Value::from(&word[..]), &number(first), &number(last), &Value::from(step as f64),
            );
            prop_assert_eq!(result.unwrap().to_text().to_vec(), expect);
        }
    }
}
