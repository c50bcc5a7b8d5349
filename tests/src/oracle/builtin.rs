//! The core of the library (section 21), as far as language programs need it.

use std::sync::{Arc, Mutex};

use super::generator::Generator;
use super::scope::Env;
use super::value::{Array, Key, Value};
use super::{Stop, compare, lock, number, text, thrown, unsupported};

/// Everything that an iterator still gives.
pub(super) fn drain(generator: &Mutex<Generator>) -> Result<Vec<Value>, Stop> {
    let mut items = Vec::new();
    loop {
        match lock(generator).next(Value::None)? {
            (_, true) => return Ok(items),
            (item, false) => items.push(item),
        }
    }
}

/// Methods of exceptions and iterators.
pub(super) fn method(value: &Value, name: &str, arguments: Vec<Value>) -> Result<Value, Stop> {
    match (value, name) {
        (Value::Exception(message), "message") => Ok(Value::Text(Arc::clone(message))),
        (Value::Generator(generator), "next") => {
            let given = arguments.into_iter().next().unwrap_or(Value::None);
            let (item, done) = lock(generator).next(given)?;
            let mut answer = Array::default();
            answer.set(Key::from_text(b"value"), item);
            answer.set(Key::from_text(b"done"), Value::Boolean(done));
            Ok(Value::Array(answer))
        }
        _ => unsupported(format!("method {name}")),
    }
}

/// Calls a library function by name.
pub(super) fn call(env: &Arc<Env>, name: &str, arguments: Vec<Value>) -> Result<Value, Stop> {
    if let Some((low, high)) = arity(name)
        && !(low..=high).contains(&arguments.len())
    {
        return Err(thrown("wrong number of arguments"));
    }
    if name.starts_with("memory_") {
        return unsupported(name);
    }
    if let Some(value) = plain(name, &arguments)? {
        return Ok(value);
    }
    if name.starts_with("array_") {
        return arrays(env, name, &arguments);
    }
    strings(name, &arguments)
}

fn arity(name: &str) -> Option<(usize, usize)> {
    Some(match name {
        "length" | "count" | "strlen" | "string" | "number" | "boolean" | "chr" | "ord" | "abs"
        | "ceil" | "floor" | "sqrt" | "str_lower" | "str_upper" | "str_strip" | "array_reverse"
        | "array_unique" | "Exception" => (1, 1),
        "is_array" | "is_boolean" | "is_function" | "is_number" | "is_object" | "is_string" => {
            (1, 1)
        }
        "array_map" | "array_filter" | "array_find" | "array_every" | "array_includes"
        | "in_array" | "pow" | "str_repeat" | "implode" => (2, 2),
        "array_join" | "array_keys" | "round" => (1, 2),
        "array_reduce" | "array_sort" | "str_split" | "explode" | "str_find" | "str_rfind"
        | "str_slice" | "array_range" | "array_combine" => (2, 3),
        "str_replace" => (3, 3),
        _ => return None,
    })
}

fn wrong() -> Stop {
    thrown("wrong argument type")
}

fn text_at(arguments: &[Value], at: usize) -> Result<&[u8], Stop> {
    match arguments.get(at) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(wrong()),
    }
}

fn number_at(arguments: &[Value], at: usize) -> Result<f64, Stop> {
    match arguments.get(at) {
        Some(Value::Number(n)) => Ok(*n),
        _ => Err(wrong()),
    }
}

fn array_at(arguments: &[Value], at: usize) -> Result<&Array, Stop> {
    match arguments.get(at) {
        Some(Value::Array(array)) => Ok(array),
        _ => Err(wrong()),
    }
}

/// Functions of one value; none when the name is not one of them.
fn plain(name: &str, arguments: &[Value]) -> Result<Option<Value>, Stop> {
    let Some(first) = arguments.first() else { return Ok(None) };
    let kind = |is: bool| Some(Value::Boolean(is));
    Ok(match name {
        "length" | "count" | "strlen" => Some(match first {
            Value::Text(text) => Value::Number(text.len() as f64),
            Value::Array(array) => Value::Number(array.len() as f64),
            _ => Value::None,
        }),
        "string" => Some(Value::text(text::of(first))),
        "number" => Some(Value::Number(number::of(first))),
        "boolean" => kind(first.truthy()),
        "is_array" => kind(matches!(first, Value::Array(_))),
        "is_boolean" => kind(matches!(first, Value::Boolean(_))),
        "is_function" => kind(matches!(first, Value::Function(_))),
        "is_number" => kind(matches!(first, Value::Number(_))),
        "is_object" => kind(matches!(first, Value::Object(_) | Value::Exception(_))),
        "is_string" => kind(matches!(first, Value::Text(_))),
        "Exception" => Some(Value::Exception(text_at(arguments, 0)?.into())),
        "abs" => Some(Value::Number(number_at(arguments, 0)?.abs())),
        "ceil" => Some(Value::Number(number_at(arguments, 0)?.ceil())),
        "floor" => Some(Value::Number(number_at(arguments, 0)?.floor())),
        "sqrt" => Some(Value::Number(number_at(arguments, 0)?.sqrt())),
        "pow" => Some(Value::Number(number_at(arguments, 0)?.powf(number_at(arguments, 1)?))),
        "chr" => Some(Value::text([number_at(arguments, 0)? as u8])),
        "ord" => match text_at(arguments, 0)? {
            [byte, ..] => Some(Value::Number(f64::from(*byte))),
            [] => return unsupported("ord of nothing"),
        },
        _ => None,
    })
}

fn arrays(env: &Arc<Env>, name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    let call = |function: &Value, values: Vec<Value>| env.call(function, values);
    Ok(match name {
        "array_map" => {
            let mut result = Array::default();
            for (key, value) in array_at(arguments, 1)?.pairs() {
                result.set(key.clone(), call(&arguments[0], vec![value.clone()])?);
            }
            Value::Array(result)
        }
        "array_filter" => {
            let mut result = Array::default();
            for (key, value) in array_at(arguments, 1)?.pairs() {
                if call(&arguments[0], vec![value.clone()])?.truthy() {
                    result.set(key.clone(), value.clone());
                }
            }
            Value::Array(result)
        }
        "array_reduce" => {
            let mut items = array_at(arguments, 1)?.values().cloned();
            let first = arguments.get(2).cloned().or_else(|| items.next());
            let mut carry = first.ok_or_else(|| thrown("nothing to reduce"))?;
            for item in items {
                carry = call(&arguments[0], vec![carry, item])?;
            }
            carry
        }
        "array_find" => {
            for value in array_at(arguments, 1)?.values() {
                if call(&arguments[0], vec![value.clone()])?.truthy() {
                    return Ok(value.clone());
                }
            }
            Value::None
        }
        "array_every" => {
            for value in array_at(arguments, 1)?.values() {
                if !call(&arguments[0], vec![value.clone()])?.truthy() {
                    return Ok(Value::Boolean(false));
                }
            }
            Value::Boolean(true)
        }
        "array_includes" => {
            for value in array_at(arguments, 1)?.values() {
                let found = match &arguments[0] {
                    function @ Value::Function(_) => call(function, vec![value.clone()])?.truthy(),
                    wanted => compare::identical(wanted, value),
                };
                if found {
                    return Ok(Value::Boolean(true));
                }
            }
            Value::Boolean(false)
        }
        "array_keys" if arguments.len() == 1 => {
            Value::list(array_at(arguments, 0)?.pairs().iter().map(|(key, _)| key.value()))
        }
        "array_reverse" => {
            let array = array_at(arguments, 0)?;
            let list = array
                .pairs()
                .iter()
                .enumerate()
                .all(|(at, (key, _))| *key == Key::Integer(at as i64));
            if !list {
                return unsupported("array_reverse of a map");
            }
            Value::list(array.values().cloned().collect::<Vec<_>>().into_iter().rev())
        }
        "array_join" => {
            let glue = if arguments.len() > 1 { text_at(arguments, 1)? } else { b"" };
            let parts: Vec<_> = array_at(arguments, 0)?.values().map(text::of).collect();
            Value::text(parts.join(glue))
        }
        "array_range" if arguments.len() == 2 => {
            let (from, to) = (number_at(arguments, 0)?, number_at(arguments, 1)?);
            if to - from > 1e5 || from > to {
                return unsupported("such a range");
            }
            Value::list((from as i64..to as i64).map(|n| Value::Number(n as f64)))
        }
        _ => return unsupported(name),
    })
}

fn strings(name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    let position = |at: Option<usize>| Value::Number(at.map_or(-1.0, |at| at as f64));
    let find = |text: &[u8], needle: &[u8]| text.windows(needle.len()).position(|w| w == needle);
    Ok(match name {
        "str_lower" => Value::text(text_at(arguments, 0)?.to_ascii_lowercase()),
        "str_upper" => Value::text(text_at(arguments, 0)?.to_ascii_uppercase()),
        "str_strip" => Value::text(text_at(arguments, 0)?.trim_ascii()),
        "str_repeat" => {
            let times = number_at(arguments, 1)?.max(0.0) as usize;
            Value::text(text_at(arguments, 0)?.repeat(times))
        }
        "str_find" if arguments.len() == 2 && !text_at(arguments, 1)?.is_empty() => {
            position(find(text_at(arguments, 0)?, text_at(arguments, 1)?))
        }
        "str_split" if arguments.len() == 2 && !text_at(arguments, 1)?.is_empty() => {
            let (mut rest, delimiter) = (text_at(arguments, 0)?, text_at(arguments, 1)?);
            let mut parts = Array::default();
            while let Some(at) = find(rest, delimiter) {
                parts.push(Value::text(&rest[..at]));
                rest = &rest[at + delimiter.len()..];
            }
            parts.push(Value::text(rest));
            Value::Array(parts)
        }
        _ => return unsupported(name),
    })
}
