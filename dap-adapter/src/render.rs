//! Values as the editor shows them.
//!
//! Invariants: a shown string, number, list or map that is not cut is a valid HSL literal; bytes
//! outside UTF-8 are `\xNN`; a cut value ends in `…` and tells its size.
//!
//! Sources: HSL literals, language reference 1 and 4.2.

use std::fmt::Write as _;

use mta_control::Text;
use mta_control::debug::{Key, Value, Variable};

/// Longest preview of an array.
const MAX_PREVIEW: usize = 80;

/// The value on one line.
pub(crate) fn value(variable: &Variable) -> String {
    match &variable.value {
        Value::Array { length, list } => array(&variable.children, *length, *list),
        other => scalar(other),
    }
}

/// Name of the value's type in HSL.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::None {} => "none",
        Value::Boolean { .. } => "boolean",
        Value::Number { .. } => "number",
        Value::String { .. } => "string",
        Value::Array { .. } => "array",
        Value::Function { .. } => "function",
        Value::Object { .. } => "object",
        Value::Redacted { .. } => "redacted",
        Value::Unknown => "unknown",
    }
}

/// A key as the editor shows it: variables and text bare, numbers in digits.
pub(crate) fn key(key: &Key) -> String {
    match key {
        Key::Int(number) => number.to_string(),
        Key::Text(text) => text.to_string(),
    }
}

/// Expression of a child of `base`; children of a scope without expression are variables.
pub(crate) fn child_expression(base: &str, key: &Key) -> String {
    match (base, key) {
        ("", Key::Text(name)) => name.to_string(),
        (base, Key::Int(number)) => format!("{base}[{number}]"),
        (base, Key::Text(text)) => format!("{base}[{}]", literal(text)),
    }
}

/// An expression that may be followed by a subscript.
pub(crate) fn as_base(expression: &str) -> String {
    let expression = expression.trim();
    let name = expression.strip_prefix('$').unwrap_or("-");
    match name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        true => expression.to_owned(),
        false => format!("({expression})"),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::None {} => "none".into(),
        Value::Boolean { value } => value.to_string(),
        Value::Number { value } => number(value.0),
        Value::String { value, length } => string(value, *length),
        Value::Array { length: 0, .. } => "[]".into(),
        Value::Array { length, .. } => format!("[… {length}]"),
        Value::Function { name } => format!("function {name}"),
        Value::Object { class, .. } => class.to_string(),
        Value::Redacted { label } => format!("‹redacted:{label}›"),
        Value::Unknown => "‹unknown›".into(),
    }
}

fn string(text: &Text, length: u64) -> String {
    let shown = literal(text);
    match length > text.as_bytes().len() as u64 {
        true => format!("{shown}… ({length} bytes)"),
        false => shown,
    }
}

fn number(number: f64) -> String {
    match number {
        n if n.is_nan() => "NaN".into(),
        n if n.is_infinite() => if n > 0.0 { "INF" } else { "-INF" }.into(),
        n => n.to_string(),
    }
}

/// A double-quoted literal of the bytes.
fn literal(text: &Text) -> String {
    let mut out = String::from('"');
    for chunk in text.as_bytes().utf8_chunks() {
        chunk.valid().chars().for_each(|c| escape(&mut out, c));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out.push('"');
    out
}

fn escape(out: &mut String, c: char) {
    match c {
        '"' | '\\' | '$' => out.extend(['\\', c]),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_ascii_control() => {
            let _ = write!(out, "\\x{:02x}", c as u32);
        }
        c => out.push(c),
    }
}

fn array(children: &[Variable], length: u64, list: bool) -> String {
    if length == 0 {
        return "[]".into();
    }
    let mut out = String::from('[');
    for (at, child) in children.iter().enumerate() {
        let entry = entry(child, list);
        if out.len() + entry.len() > MAX_PREVIEW {
            let _ = write!(out, "… {} more]", length - at as u64);
            return out;
        }
        out.push_str(&entry);
        out.push_str(if at as u64 + 1 < length { ", " } else { "]" });
    }
    if (children.len() as u64) < length {
        let _ = write!(out, "… {} more]", length - children.len() as u64);
    }
    out
}

fn entry(child: &Variable, list: bool) -> String {
    match (&child.key, list) {
        (_, true) => scalar(&child.value),
        (Key::Int(number), false) => format!("{number} => {}", scalar(&child.value)),
        (Key::Text(text), false) => format!("{} => {}", literal(text), scalar(&child.value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mta_control::debug::Number;

    fn show(value: Value, children: Vec<Variable>) -> String {
        super::value(&Variable { key: Key::Int(0), value, children })
    }

    fn text(value: &[u8], length: u64) -> Value {
        Value::String { value: value.into(), length }
    }

    fn child(key: Key, value: Value) -> Variable {
        Variable { key, value, children: vec![] }
    }

    #[test]
    fn strings_are_literals_until_they_are_cut() {
        let shown = show(text(b"a\"$b\\\n\x00\xffgr\xc3\xbcn", 12), vec![]);
        insta::assert_snapshot!(shown, @r#""a\"\$b\\\n\x00\xffgrün""#);
        insta::assert_snapshot!(show(text(b"ab", 9000), vec![]), @r#""ab"… (9000 bytes)"#);
    }

    #[test]
    fn numbers_have_no_needless_fraction() {
        let number = |n| show(Value::Number { value: Number(n) }, vec![]);
        assert_eq!([number(3.0), number(0.5), number(f64::INFINITY)], ["3", "0.5", "INF"]);
    }

    #[test]
    fn arrays_preview_their_first_entries() {
        let one = || text(b"a@example.com", 13);
        let list = vec![child(Key::Int(0), one()), child(Key::Int(1), one())];
        let shown = show(Value::Array { length: 2, list: true }, list.clone());
        insta::assert_snapshot!(shown, @r#"["a@example.com", "a@example.com"]"#);
        let shown = show(Value::Array { length: 300, list: true }, list);
        insta::assert_snapshot!(shown, @r#"["a@example.com", "a@example.com", … 298 more]"#);
        let map = vec![child("k".into(), Value::None {}), child(Key::Int(7), one())];
        let shown = show(Value::Array { length: 2, list: false }, map);
        insta::assert_snapshot!(shown, @r#"["k" => none, 7 => "a@example.com"]"#);
        insta::assert_snapshot!(show(Value::Array { length: 0, list: true }, vec![]), @"[]");
    }

    #[test]
    fn a_child_has_an_expression() {
        insta::assert_snapshot!(child_expression("", &"$to".into()), @"$to");
        insta::assert_snapshot!(child_expression("$to", &Key::Int(3)), @"$to[3]");
        insta::assert_snapshot!(child_expression("$to", &"a\"b".into()), @r#"$to["a\"b"]"#);
        insta::assert_snapshot!(as_base("$a . $b"), @"($a . $b)");
        insta::assert_snapshot!(as_base("$a_1"), @"$a_1");
        insta::assert_snapshot!(as_base("$"), @"$");
    }
}
