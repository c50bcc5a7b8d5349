//! A tree to YAML text, always the same bytes for the same tree.
//!
//! Block style, two blanks per level, keys in the order of the tree. Text is quoted only when it
//! could be read as something else; text of several lines is a literal block where that keeps every
//! byte, so that a packed script stays readable and diffs well.

use super::{Kind, Node, Scalar};

/// The document as text that reads back as the same tree.
pub fn emit(root: &Node) -> String {
    let mut out = String::new();
    match &root.kind {
        Kind::Map(entries) if entries.is_empty() => out.push_str("{}\n"),
        _ => block(root, 0, &mut out),
    }
    out
}

/// Writes a node that begins on a line of its own.
fn block(node: &Node, indent: usize, out: &mut String) {
    match &node.kind {
        Kind::Map(entries) if !entries.is_empty() => {
            for entry in entries {
                pad(indent, out);
                member(&entry.key, &entry.value, indent, out);
            }
        }
        Kind::List(items) if !items.is_empty() => {
            for item in items {
                pad(indent, out);
                self::item(item, indent, out);
            }
        }
        _ => {
            pad(indent, out);
            inline(node, indent, out);
        }
    }
}

/// `key: value`; the cursor stands at the key.
fn member(key: &str, value: &Node, indent: usize, out: &mut String) {
    key_text(key, out);
    out.push(':');
    if is_block(value) {
        tag(value, out);
        out.push('\n');
        block(value, indent + 2, out);
    } else {
        out.push(' ');
        inline(value, indent, out);
    }
}

/// `- value`; the first key of a mapping stands on the line of the dash.
fn item(value: &Node, indent: usize, out: &mut String) {
    out.push('-');
    match &value.kind {
        Kind::Map(entries) if !entries.is_empty() && value.tag.is_none() => {
            for (at, entry) in entries.iter().enumerate() {
                if at == 0 {
                    out.push(' ');
                } else {
                    pad(indent + 2, out);
                }
                member(&entry.key, &entry.value, indent + 2, out);
            }
        }
        _ if is_block(value) => {
            tag(value, out);
            out.push('\n');
            block(value, indent + 2, out);
        }
        _ => {
            out.push(' ');
            inline(value, indent, out);
        }
    }
}

fn is_block(node: &Node) -> bool {
    match &node.kind {
        Kind::Scalar(_) => false,
        Kind::List(items) => !items.is_empty(),
        Kind::Map(entries) => !entries.is_empty(),
    }
}

fn tag(node: &Node, out: &mut String) {
    if let Some(tag) = &node.tag {
        out.push_str(" !");
        out.push_str(tag);
    }
}

/// Writes a scalar or an empty collection, and ends the line.
fn inline(node: &Node, indent: usize, out: &mut String) {
    if let Some(tag) = &node.tag {
        out.push('!');
        out.push_str(tag);
        out.push(' ');
    }
    match &node.kind {
        Kind::List(_) => out.push_str("[]"),
        Kind::Map(_) => out.push_str("{}"),
        Kind::Scalar(scalar) if scalar.plain => out.push_str(&scalar.text),
        Kind::Scalar(scalar) if fits_literal(&scalar.text) => {
            literal(&scalar.text, indent + 2, out);
            return;
        }
        Kind::Scalar(scalar) => text(scalar, out),
    }
    out.push('\n');
}

fn key_text(key: &str, out: &mut String) {
    if is_word(key) { out.push_str(key) } else { quote(key, out) }
}

fn text(scalar: &Scalar, out: &mut String) {
    if is_word(&scalar.text) { out.push_str(&scalar.text) } else { quote(&scalar.text, out) }
}

/// Whether text can stand without quotes under every YAML reader: no indicator, and neither a
/// number, a boolean, nothing, nor one of the words that YAML 1.1 takes for booleans.
fn is_word(text: &str) -> bool {
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./@".contains(c))
        && !reserved.contains(&&*text.to_ascii_lowercase())
}

/// Whether a literal block keeps every byte: lines of printable text that end in exactly one LF.
fn fits_literal(text: &str) -> bool {
    let plain = |c: char| {
        c == '\n' || c == '\t' || !(c.is_control() || "\u{feff}\u{2028}\u{2029}\u{85}".contains(c))
    };
    text.len() > 1
        && text.ends_with('\n')
        && !text.ends_with("\n\n")
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(plain)
}

fn literal(text: &str, indent: usize, out: &mut String) {
    out.push_str("|\n");
    for line in text.lines() {
        if !line.is_empty() {
            pad(indent, out);
            out.push_str(line);
        }
        out.push('\n');
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || "\u{feff}\u{2028}\u{2029}".contains(c) => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}
