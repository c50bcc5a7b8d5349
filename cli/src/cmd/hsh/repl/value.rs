//! Values as the conversation shows them: as literals, so that they can be typed again.

use hsl_vm::Value;

use super::colour;
use crate::out::say;

/// Longest text of a value, in bytes; what is behind it is left out.
const LONGEST: usize = 10_000;
/// Arrays nested deeper than this are left out.
const DEEPEST: usize = 20;

/// Prints a value.
pub(super) fn show(value: &Value, colour: bool) {
    let text = text(value);
    match colour {
        true => say!("{}", colour::paint(&text)),
        false => say!("{text}"),
    }
}

/// A value as text.
pub(super) fn text(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

/// The type of a value, with its class.
pub(super) fn type_of(value: &Value) -> String {
    let of = |class: &str| format!("{} of class {class}", value.type_name());
    match value {
        Value::Object(object) => of(&object.class().name),
        Value::Native(object) if !object.object().is_resource() => of(object.class().decl.name),
        _ => value.type_name().to_owned(),
    }
}

fn write(out: &mut String, value: &Value, depth: usize) {
    if out.len() > LONGEST {
        return;
    }
    match value {
        Value::String(string) => write_string(out, string),
        Value::Array(_) if depth >= DEEPEST => out.push('…'),
        Value::Array(array) => {
            out.push('[');
            let is_list = array.is_list();
            for (at, (key, element)) in array.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                if out.len() > LONGEST {
                    out.push('…');
                    break;
                }
                if !is_list {
                    write(out, &key.to_value(), depth + 1);
                    out.push_str(" => ");
                }
                write(out, element, depth + 1);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push_str(&object.class().name);
            out.push_str(" {");
            let properties =
                if depth < DEEPEST { object.public_properties() } else { <_>::default() };
            for (at, (name, value)) in properties.iter().enumerate() {
                out.push_str(if at > 0 { ", $" } else { " $" });
                out.push_str(&name.to_value().to_text().to_lossy());
                out.push_str(" = ");
                write(out, value, depth + 1);
            }
            out.push_str(if properties.is_empty() { "}" } else { " }" });
        }
        other => out.push_str(&other.to_text().to_lossy()),
    }
}

fn write_string(out: &mut String, string: &[u8]) {
    out.push('"');
    let shown = &string[..string.len().min(LONGEST)];
    for chunk in shown.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' | '$' => out.extend(['\\', character]),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
                // Would steer the terminal, or hide what is there.
                c if c.is_control() => out.push('\u{fffd}'),
                c => out.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| out.push_str(&format!("\\x{byte:02x}")));
    }
    out.push('"');
    if shown.len() < string.len() {
        out.push('…');
    }
}

#[cfg(test)]
mod tests {
    use hsl_vm::Array;

    use super::*;

    #[test]
    fn values_are_literals() {
        let list = Array::list([1.0, 2.5]);
        assert_eq!(text(&Value::array(list.clone())), "[1, 2.5]");
        let record = Array::record([("a", Value::array(list)), ("b", Value::none())]);
        assert_eq!(text(&Value::array(record)), r#"["a" => [1, 2.5], "b" => none]"#);
        assert_eq!(text(&Value::from("a\"$\n\x1b[2Jé")), r#""a\"\$\n\x1b[2Jé""#);
        assert_eq!(text(&Value::from(&b"\xff"[..])), r#""\xff""#);
    }

    #[test]
    fn endless_values_are_cut() {
        let mut array = Array::list([Value::from(1.0)]);
        for _ in 0..64 {
            let copy = Value::array(array.clone());
            array.push(copy);
        }
        assert!(text(&Value::array(array)).len() < 2 * LONGEST);
        assert!(text(&Value::from("x".repeat(1 << 20).as_str())).len() < 2 * LONGEST);
    }
}
