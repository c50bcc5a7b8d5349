//! Slices (section 7.3).

use super::number;
use super::value::{Array, Key, Value};

/// First, last and step of a slice; none where the program leaves them out.
pub(super) type Bounds = [Option<Value>; 3];

/// Positions that the slice addresses, in the order of the result.
fn positions(len: usize, bounds: &Bounds) -> Result<Vec<usize>, &'static str> {
    let plain = |value: &Value| {
        matches!(value, Value::None | Value::Boolean(_) | Value::Number(_) | Value::Text(_))
    };
    if !bounds.iter().flatten().all(plain) {
        return Err("a bound that is no number");
    }
    // A bound of none is as good as one that is left out.
    let given = |bound: &Option<Value>| bound.clone().filter(|v| !matches!(v, Value::None));
    let [first, last, step] = bounds.each_ref().map(given);
    let len = len as i64;
    let whole = |value: &Value| number::of(value).trunc().clamp(-1e15, 1e15) as i64;
    let step = step.as_ref().map_or(1, whole);
    if step == 0 {
        return Err("step 0");
    }
    let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
    let place = |value: Option<Value>, default: i64| match value.as_ref() {
        None => default,
        Some(value) => {
            let at = whole(value);
            (if at < 0 { at + len } else { at }).clamp(low, high)
        }
    };
    let (mut at, end) = if step > 0 {
        (place(first, 0), place(last, len))
    } else {
        (place(first, len - 1), place(last, -1))
    };
    let mut positions = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        positions.push(at as usize);
        at += step;
    }
    Ok(positions)
}

/// `x[first:last:step]`; an error for step 0 or a value that has no positions.
pub(super) fn read(value: &Value, bounds: &Bounds) -> Result<Value, &'static str> {
    match value {
        Value::Text(text) => {
            let at = positions(text.len(), bounds)?;
            Ok(Value::text(at.into_iter().map(|at| text[at]).collect::<Vec<_>>()))
        }
        Value::Array(array) => {
            let at = positions(array.len(), bounds)?;
            Ok(Value::list(at.into_iter().map(|at| array.pairs()[at].1.clone())))
        }
        Value::None | Value::Boolean(_) | Value::Number(_) => {
            positions(0, bounds).map(|_| Value::None)
        }
        _ => Err("no slices"),
    }
}

/// The array with the addressed items replaced, numbered anew.
pub(super) fn replace(
    array: &Array,
    bounds: &Bounds,
    value: &Value,
) -> Result<Array, &'static str> {
    let len = array.len();
    let at = positions(len, bounds)?;
    let start = match at.first() {
        Some(first) => *first,
        None => {
            let open = [bounds[0].clone(), None, None];
            positions(len, &open)?.first().copied().unwrap_or(len)
        }
    };
    let end = start + at.len();
    let mut result = Array::default();
    array.values().take(start).for_each(|item| result.push(item.clone()));
    match value {
        Value::Array(items) => items.values().for_each(|item| result.push(item.clone())),
        item => result.push(item.clone()),
    }
    array.values().skip(end).for_each(|item| result.push(item.clone()));
    Ok(result)
}

/// Removes the addressed items and keeps the keys of the others; whether there were any.
pub(super) fn remove(array: &mut Array, bounds: &Bounds) -> Result<bool, &'static str> {
    let at = positions(array.len(), bounds)?;
    let keys: Vec<Key> = at.iter().map(|at| array.pairs()[*at].0.clone()).collect();
    for key in &keys {
        array.remove(key);
    }
    Ok(!keys.is_empty())
}
