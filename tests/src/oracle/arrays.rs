//! The array functions of section 21.

use std::sync::Arc;

use super::builtin::{array_at, function_at, number_at, text_at};
use super::scope::Env;
use super::value::{Array, Key, Value};
use super::{Stop, compare, text, thrown, unsupported};

/// Calls an array function by name.
pub(super) fn call(env: &Arc<Env>, name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    match name {
        "array_map" | "array_filter" | "array_find" | "array_every" => {
            each(env, name, function_at(arguments, 0)?, array_at(arguments, 1)?)
        }
        "array_sort" => sort(env, arguments),
        "array_reduce" => {
            let (function, mut items) =
                (function_at(arguments, 0)?, array_at(arguments, 1)?.values().cloned());
            let first = arguments.get(2).cloned().or_else(|| items.next());
            let carry = first.ok_or_else(|| thrown("nothing to reduce"))?;
            items.try_fold(carry, |carry, item| env.call(function, vec![carry, item]))
        }
        "array_includes" => {
            for value in array_at(arguments, 1)?.values() {
                let found = match &arguments[0] {
                    function @ Value::Function(_) => {
                        env.call(function, vec![value.clone()])?.truthy()
                    }
                    wanted => compare::identical(wanted, value),
                };
                if found {
                    return Ok(Value::Boolean(true));
                }
            }
            Ok(Value::Boolean(false))
        }
        _ => plain(name, arguments),
    }
}

/// Functions that call one for each value.
fn each(env: &Arc<Env>, name: &str, function: &Value, array: &Array) -> Result<Value, Stop> {
    let mut result = Array::default();
    for (key, value) in array.pairs() {
        let answer = env.call(function, vec![value.clone()])?;
        match (name, answer.truthy()) {
            ("array_map", _) => result.set(key.clone(), answer),
            ("array_filter", true) => result.set(key.clone(), value.clone()),
            ("array_find", true) => return Ok(value.clone()),
            ("array_every", false) => return Ok(Value::Boolean(false)),
            _ => {}
        }
    }
    Ok(match name {
        "array_find" => Value::None,
        "array_every" => Value::Boolean(true),
        _ => Value::Array(result),
    })
}

/// Keeps each value with its key. Equal ones stay in order here, which nobody may rely on.
fn sort(env: &Arc<Env>, arguments: &[Value]) -> Result<Value, Stop> {
    let less = function_at(arguments, 0)?;
    let by_key = match arguments.get(2) {
        None => false,
        Some(Value::Array(options)) => {
            options.get(&Key::from_text(b"keys")).is_some_and(Value::truthy)
        }
        Some(_) => return Err(super::builtin::wrong()),
    };
    let mut sorted: Vec<(Key, Value)> = Vec::new();
    for (key, value) in array_at(arguments, 1)?.pairs() {
        let side = |key: &Key, value: &Value| if by_key { key.value() } else { value.clone() };
        let mut at = sorted.len();
        while at > 0 {
            let (other_key, other) = &sorted[at - 1];
            let sides = vec![side(key, value), side(other_key, other)];
            if !env.call(less, sides)?.truthy() {
                break;
            }
            at -= 1;
        }
        sorted.insert(at, (key.clone(), value.clone()));
    }
    let mut result = Array::default();
    sorted.into_iter().for_each(|(key, value)| result.set(key, value));
    Ok(Value::Array(result))
}

/// Functions that call nothing.
fn plain(name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    Ok(match name {
        "array_keys" if arguments.len() == 1 => {
            Value::list(array_at(arguments, 0)?.pairs().iter().map(|(key, _)| key.value()))
        }
        "array_reverse" => {
            let mut result = Array::default();
            for (key, value) in array_at(arguments, 0)?.pairs().iter().rev() {
                match key {
                    Key::Integer(_) => result.push(value.clone()),
                    Key::Text(_) => result.set(key.clone(), value.clone()),
                }
            }
            Value::Array(result)
        }
        "array_unique" => {
            let mut result = Array::default();
            for (key, value) in array_at(arguments, 0)?.pairs() {
                if !result.values().any(|known| compare::identical(known, value)) {
                    result.set(key.clone(), value.clone());
                }
            }
            Value::Array(result)
        }
        "array_combine" => {
            let mut values = array_at(arguments, 1)?.values();
            let mut result = Array::default();
            for key in array_at(arguments, 0)?.values() {
                let value = values.next().or(arguments.get(2));
                let value = value.ok_or_else(|| thrown("values run short"))?;
                let Some(key) = Key::cast(key) else { return unsupported("such a key") };
                result.set(key, value.clone());
            }
            Value::Array(result)
        }
        "array_join" => {
            let glue = if arguments.len() > 1 { text_at(arguments, 1)? } else { b"" };
            let parts: Vec<_> = array_at(arguments, 0)?.values().map(text::of).collect();
            Value::text(parts.join(glue))
        }
        "array_range" => range(arguments)?,
        _ => return unsupported(name),
    })
}

/// Whole numbers only: how fractions add up is not described.
fn range(arguments: &[Value]) -> Result<Value, Stop> {
    let (from, to) = (number_at(arguments, 0)?, number_at(arguments, 1)?);
    let step = if arguments.len() > 2 { number_at(arguments, 2)? } else { 1.0 };
    if step == 0.0 {
        return Err(thrown("step 0"));
    }
    if [from, to, step].iter().any(|n| n.fract() != 0.0 || n.abs() > 1e5) {
        return unsupported("such a range");
    }
    let mut list = Vec::new();
    let mut at = from;
    while (step > 0.0 && at < to) || (step < 0.0 && at > to) {
        list.push(Value::Number(at));
        at += step;
    }
    Ok(Value::list(list))
}
