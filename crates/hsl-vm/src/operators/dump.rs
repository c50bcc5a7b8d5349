//! The text of arrays and of what they hold.
//!
//! *Invariant*: the text stays within the memory that the running fiber may still take. Arrays share
//! what they hold, so a small value can have an endless text; beyond the limit it is cut, and the
//! fiber counts as out of memory.
//!
//! *Sources*: language reference, 4.2: strings in double quotes, or raw when they hold a quote, a
//! backslash, a dollar sign or a control character, so that a dump of data is a valid literal.

use super::number::write_number;
use crate::value::{Callable, Value, memory};

/// Arrays nested deeper than this are cut, so that the text needs no deep stack.
const DEPTH: usize = 200;

pub(super) fn write(out: &mut Vec<u8>, value: &Value) {
    let end = out.len().saturating_add(memory::room());
    write_nested(out, value, 0, end);
    if out.len() > end {
        memory::give_up();
    }
}

/// Writes nothing once the text is longer than `end`.
fn write_nested(out: &mut Vec<u8>, value: &Value, depth: usize, end: usize) {
    if out.len() > end {
        return;
    }
    match value {
        Value::None | Value::Unset => out.extend_from_slice(b"none"),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Number(n) => write_number(out, *n),
        Value::String(s) => write_string(out, s),
        Value::Array(_) if depth >= DEPTH => out.extend_from_slice(b"[...]"),
        Value::Array(array) => {
            out.push(b'[');
            for (at, (key, value)) in array.iter().enumerate() {
                if out.len() > end {
                    return;
                }
                if at > 0 {
                    out.push(b',');
                }
                write_nested(out, &key.to_value(), depth + 1, end);
                out.extend_from_slice(b"=>");
                write_nested(out, value, depth + 1, end);
            }
            out.push(b']');
        }
        Value::Function(f) => write_function(out, f),
        Value::Object(object) => {
            out.push(b'<');
            out.extend_from_slice(object.class().name.as_bytes());
            out.push(b'>');
        }
        Value::Native(object) => match object.object().to_text() {
            Some(text) => out.extend_from_slice(&text),
            None if object.object().is_resource() => out.extend_from_slice(b"<resource>"),
            None => {
                out.push(b'<');
                out.extend_from_slice(object.class().decl.name.as_bytes());
                out.push(b'>');
            }
        },
        Value::Regex(_) => out.extend_from_slice(b"<resource>"),
        Value::Cell(_) | Value::Iteration(_) => {}
    }
}

fn write_function(out: &mut Vec<u8>, _: &Callable) {
    out.extend_from_slice(b"function");
}

fn write_string(out: &mut Vec<u8>, text: &[u8]) {
    let plain = !text.iter().any(|b| matches!(b, b'"' | b'\\' | b'$' | 0..0x20 | 0x7f));
    if plain {
        out.push(b'"');
        out.extend_from_slice(text);
        out.push(b'"');
        return;
    }
    let fence = fence_for(text);
    out.extend_from_slice(&fence);
    out.extend_from_slice(text);
    out.extend_from_slice(&fence);
}

/// `''`, or `'#…#'` with as many signs as keep it from occurring in the text or touching its end.
fn fence_for(text: &[u8]) -> Vec<u8> {
    (0..)
        .map(|signs| [b"'".as_slice(), &b"#".repeat(signs), b"'"].concat())
        .find(|fence| {
            let inside = text.windows(fence.len()).any(|w| w == fence);
            let closing = [text, fence].concat();
            let first = closing.windows(fence.len()).position(|w| w == fence);
            !inside && first == Some(text.len())
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Array;

    fn check(value: impl Into<Value>, expect: &str) {
        assert_eq!(
            String::from_utf8(Value::from(Array::list([value.into()])).dump()).unwrap(),
            expect
        );
    }

    /// Sixty-four times an array appended to itself: small as a value, endless as text.
    #[test]
    fn endless_text_is_cut_and_ends_the_fiber() {
        let mut array = Array::list([Value::from(1.0)]);
        for _ in 0..64 {
            let copy = Value::from(array.clone());
            array.push(copy);
        }
        memory::allow(10_000);
        let text = Value::from(array).to_text();
        assert!((10_000..20_000).contains(&text.len()), "{}", text.len());
        assert!(memory::is_exceeded());
        memory::allow_all();
    }

    #[test]
    fn dumps_are_literals() {
        check(1.0, "[0=>1]");
        check("a", r#"[0=>"a"]"#);
        check("a\nb", "[0=>''a\nb'']");
        check("say \"hi\"", "[0=>''say \"hi\"'']");
        check("''$", "[0=>'#'''$'#']");
        check("$'", "[0=>'#'$''#']");
        check(Value::None, "[0=>none]");
        check(Array::record([("k", Value::from(false))]), r#"[0=>["k"=>false]]"#);
    }
}
