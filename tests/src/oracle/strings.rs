//! The string functions of section 21.

use super::builtin::{number_at, text_at};
use super::value::Value;
use super::{Stop, unsupported};

/// Calls a string function by name.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    let position = |at: Option<usize>| Value::Number(at.map_or(-1.0, |at| at as f64));
    Ok(match name {
        "str_lower" => Value::text(text_at(arguments, 0)?.to_ascii_lowercase()),
        "str_upper" => Value::text(text_at(arguments, 0)?.to_ascii_uppercase()),
        "str_strip" => {
            let text = text_at(arguments, 0)?;
            let set = if arguments.len() > 1 { text_at(arguments, 1)? } else { b" \t\r\n" };
            let keep = |byte: &u8| !set.contains(byte);
            let start = text.iter().position(keep).unwrap_or(text.len());
            let end = text.iter().rposition(keep).map_or(start, |last| last + 1);
            Value::text(&text[start..end])
        }
        "str_repeat" => {
            let times = number_at(arguments, 1)?.max(0.0) as usize;
            Value::text(text_at(arguments, 0)?.repeat(times))
        }
        "str_find" => {
            let (text, needle) = (text_at(arguments, 0)?, needle(arguments, 1)?);
            let from = if arguments.len() > 2 { whole(arguments, 2)?.min(text.len()) } else { 0 };
            position(find(&text[from..], needle).map(|at| at + from))
        }
        "str_rfind" if arguments.len() == 2 => {
            let (text, needle) = (text_at(arguments, 0)?, needle(arguments, 1)?);
            position(text.windows(needle.len()).rposition(|window| window == needle))
        }
        "str_replace" => {
            let (old, new) = (text_at(arguments, 0)?, text_at(arguments, 1)?);
            let subject = text_at(arguments, 2)?;
            if old.is_empty() {
                return Ok(Value::text(subject));
            }
            Value::text(parts(subject, old).join(new))
        }
        "str_split" => {
            let limit = if arguments.len() > 2 { number_at(arguments, 2)? } else { 0.0 };
            let text = text_at(arguments, 0)?;
            let delimiter = needle(arguments, 1)?;
            let mut parts = parts(text, delimiter);
            let most = limit.abs() as usize;
            if most > 0 && parts.len() > most {
                let at =
                    if limit > 0.0 { most - 1..parts.len() } else { 0..parts.len() + 1 - most };
                let joined = parts[at.clone()].join(delimiter);
                parts.splice(at, [joined]);
            }
            Value::list(parts.into_iter().map(Value::text))
        }
        "str_slice" => {
            let text = text_at(arguments, 0)?;
            let offset = number_at(arguments, 1)?.trunc();
            let offset = if offset < 0.0 { offset + text.len() as f64 } else { offset };
            let length = if arguments.len() > 2 { whole(arguments, 2)? } else { text.len() };
            if offset < 0.0 {
                return unsupported("an offset before the text");
            }
            let start = (offset as usize).min(text.len());
            Value::text(&text[start..start.saturating_add(length).min(text.len())])
        }
        _ => return unsupported(name),
    })
}

/// A number that is not negative, cut.
fn whole(arguments: &[Value], at: usize) -> Result<usize, Stop> {
    match number_at(arguments, at)? {
        n if n >= 0.0 => Ok(n as usize),
        _ => unsupported("a negative number"),
    }
}

fn needle(arguments: &[Value], at: usize) -> Result<&[u8], Stop> {
    match text_at(arguments, at)? {
        [] => unsupported("an empty text to look for"),
        needle => Ok(needle),
    }
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

fn parts(mut rest: &[u8], delimiter: &[u8]) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    while let Some(at) = find(rest, delimiter) {
        parts.push(rest[..at].to_vec());
        rest = &rest[at + delimiter.len()..];
    }
    parts.push(rest.to_vec());
    parts
}
