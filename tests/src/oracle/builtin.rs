//! The core of the library (section 21), as far as language programs need it.

use std::sync::{Arc, Mutex};

use super::collection::Collection;
use super::generator::Generator;
use super::scope::Env;
use super::value::{Array, Key, Value};
use super::{Stop, arrays, compare, lock, number, regex, strings, text, thrown, unsupported};

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
        (Value::Collection(collection), _) => collection.call(name, &arguments),
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
    match OLDER.iter().find(|(older, _)| *older == name) {
        Some((_, "")) => return older(env, name, arguments),
        Some((_, current)) => return call(env, current, arguments),
        None => {}
    }
    match name.split_once('_') {
        Some(("array", _)) => arrays::call(env, name, &arguments),
        Some(("pcre", _)) => patterns(env, name, &arguments),
        _ => strings::call(name, &arguments),
    }
}

/// Older names (section 20) with their current ones; empty where the arguments stand otherwise.
const OLDER: &[(&str, &str)] = &[
    ("explode", ""),
    ("implode", ""),
    ("in_array", ""),
    ("substr", "str_slice"),
    ("strtolower", "str_lower"),
    ("strtoupper", "str_upper"),
    ("range", "array_range"),
];

fn older(env: &Arc<Env>, name: &str, mut arguments: Vec<Value>) -> Result<Value, Stop> {
    match name {
        "explode" => {
            arguments.swap(0, 1);
            call(env, "str_split", arguments)
        }
        "implode" => {
            arguments.swap(0, 1);
            call(env, "array_join", arguments)
        }
        _ => {
            let mut values = array_at(&arguments, 1)?.values();
            Ok(Value::Boolean(values.any(|value| compare::equal(&arguments[0], value))))
        }
    }
}

/// The functions of section 9.
fn patterns(env: &Arc<Env>, name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    if name == "pcre_compile" {
        return Ok(Value::Regex(regex::compile(text_at(arguments, 0)?)?));
    }
    let subject = text_at(arguments, if name == "pcre_replace" { 2 } else { 1 })?;
    match name {
        "pcre_match" => regex::first(&arguments[0], subject),
        "pcre_match_all" => regex::lists(&arguments[0], subject),
        "pcre_replace" => {
            let limit = if arguments.len() > 3 { number_at(arguments, 3)? } else { 0.0 };
            regex::replace(&arguments[0], subject, limit as usize, |groups| match &arguments[1] {
                Value::Text(template) => Ok(regex::template(template, &groups)),
                function @ Value::Function(_) => {
                    match env.call(function, vec![Value::list(groups)])? {
                        Value::Text(text) => Ok(text.to_vec()),
                        _ => unsupported("a replacement that is no text"),
                    }
                }
                _ => Err(wrong()),
            })
        }
        _ => unsupported(name),
    }
}

fn arity(name: &str) -> Option<(usize, usize)> {
    Some(match name {
        "length" | "count" | "strlen" | "string" | "number" | "boolean" | "chr" | "ord" | "abs"
        | "ceil" | "floor" | "sqrt" | "str_lower" | "str_upper" | "array_reverse"
        | "array_unique" | "Exception" | "Set" | "pcre_compile" => (1, 1),
        "pcre_match" | "pcre_match_all" | "Map" => (2, 2),
        "pcre_replace" => (3, 4),
        "is_array" | "is_boolean" | "is_function" | "is_number" | "is_object" | "is_string" => {
            (1, 1)
        }
        "array_map" | "array_filter" | "array_find" | "array_every" | "array_includes"
        | "in_array" | "pow" | "str_repeat" | "implode" => (2, 2),
        "array_join" | "array_keys" | "round" | "str_strip" => (1, 2),
        "array_reduce" | "array_sort" | "str_split" | "explode" | "str_find" | "str_rfind"
        | "str_slice" | "array_range" | "array_combine" => (2, 3),
        "str_replace" => (3, 3),
        _ => return None,
    })
}

pub(super) fn wrong() -> Stop {
    thrown("wrong argument type")
}

pub(super) fn text_at(arguments: &[Value], at: usize) -> Result<&[u8], Stop> {
    match arguments.get(at) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(wrong()),
    }
}

pub(super) fn number_at(arguments: &[Value], at: usize) -> Result<f64, Stop> {
    match arguments.get(at) {
        Some(Value::Number(n)) => Ok(*n),
        _ => Err(wrong()),
    }
}

pub(super) fn array_at(arguments: &[Value], at: usize) -> Result<&Array, Stop> {
    match arguments.get(at) {
        Some(Value::Array(array)) => Ok(array),
        _ => Err(wrong()),
    }
}

fn is_object(value: &Value) -> bool {
    use Value::{Collection, Exception, Generator, Object};
    matches!(value, Object(_) | Exception(_) | Collection(_) | Generator(_))
}

/// An argument that must be callable, also where nothing calls it.
pub(super) fn function_at(arguments: &[Value], at: usize) -> Result<&Value, Stop> {
    arguments.get(at).filter(|value| matches!(value, Value::Function(_))).ok_or_else(wrong)
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
        "is_object" => kind(is_object(first)),
        "is_string" => kind(matches!(first, Value::Text(_))),
        "Exception" => Some(Value::Exception(text_at(arguments, 0)?.into())),
        "abs" => Some(Value::Number(number_at(arguments, 0)?.abs())),
        "ceil" => Some(Value::Number(number_at(arguments, 0)?.ceil())),
        "floor" => Some(Value::Number(number_at(arguments, 0)?.floor())),
        "sqrt" => Some(Value::Number(number_at(arguments, 0)?.sqrt())),
        "pow" => Some(Value::Number(number_at(arguments, 0)?.powf(number_at(arguments, 1)?))),
        "chr" => Some(Value::text([number::to_i32(number_at(arguments, 0)?) as u8])),
        "ord" => Some(match text_at(arguments, 0)? {
            [byte, ..] => Value::Number(f64::from(*byte)),
            [] => Value::None,
        }),
        "round" if arguments.len() == 1 => Some(Value::Number(number_at(arguments, 0)?.round())),
        "Map" | "Set" => Some(Collection::make(arguments)?),
        _ => None,
    })
}
