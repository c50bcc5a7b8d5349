//! Conversion to text and the dump of arrays (section 4.2).

use super::number;
use super::value::{Array, Key, Value};

/// `string(x)`, as bytes.
pub(super) fn of(value: &Value) -> Vec<u8> {
    match value {
        Value::None => b"none".to_vec(),
        Value::Boolean(b) => b.to_string().into_bytes(),
        Value::Number(n) => number::text(*n).into_bytes(),
        Value::Text(text) | Value::Exception(text) => text.to_vec(),
        Value::Array(array) => dump_array(array, 0),
        Value::Function(_) => b"function".to_vec(),
        Value::Object(object) => format!("<{}>", object.class.name).into_bytes(),
        Value::Regex(_) => b"<resource>".to_vec(),
        Value::Collection(collection) => format!("<{}>", collection.name()).into_bytes(),
        Value::Generator(_) => b"<Generator>".to_vec(),
    }
}

/// Levels of arrays that are shown.
const LEVELS: usize = 200;

fn dump(value: &Value, level: usize) -> Vec<u8> {
    match value {
        Value::Text(text) => quoted(text),
        Value::Array(_) if level >= LEVELS => b"[...]".to_vec(),
        Value::Array(array) => dump_array(array, level),
        other => of(other),
    }
}

fn dump_array(array: &Array, level: usize) -> Vec<u8> {
    let pairs: Vec<_> = array
        .pairs()
        .iter()
        .map(|(key, value)| {
            let key = match key {
                Key::Integer(n) => n.to_string().into_bytes(),
                Key::Text(text) => quoted(text),
            };
            [&key[..], b"=>", &dump(value, level + 1)].concat()
        })
        .collect();
    [b"[", &pairs.join(&b',')[..], b"]"].concat()
}

/// A literal that reads back to the same bytes.
fn quoted(text: &[u8]) -> Vec<u8> {
    let awkward = |byte: &u8| matches!(byte, b'"' | b'\\' | b'$') || byte.is_ascii_control();
    if !text.iter().any(awkward) {
        return [b"\"", text, b"\""].concat();
    }
    let mut delimiter = Vec::new();
    loop {
        let end = [b"'", &delimiter[..], b"'"].concat();
        let inside = [text, &end[..]].concat();
        if inside.windows(end.len()).position(|window| window == end) == Some(text.len()) {
            return [&end[..], text, &end[..]].concat();
        }
        delimiter.push(b'#');
    }
}
