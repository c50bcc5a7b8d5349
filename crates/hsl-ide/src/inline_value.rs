//! Expressions whose values a debugger may show beside their lines.

use std::collections::HashSet;
use std::ops::Range;

use diagnostics::Span;
use hsl_syntax::Parse;
use hsl_syntax::ast::span_of;
use hsl_syntax::tree_sitter::Node;

/// Values beside a line; more would hide each other.
const MOST: usize = 4;

/// An expression that the debugger evaluates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineValue {
    /// Where it stands.
    pub span: Span,
    /// As it is evaluated.
    pub expression: String,
}

/// The variables of a range of the text, and what is looked up in them under a fixed key
/// (`$context["k"]`); each once in a line. Nothing that is called: to show a value must not change
/// one.
pub fn inline_values(parse: &Parse, range: Range<usize>) -> Vec<InlineValue> {
    let mut values = Vec::new();
    let mut seen = HashSet::new();
    let mut line = (0, 0);
    let mut cursor = parse.tree.walk();
    loop {
        let node = cursor.node();
        let is_inside = node.start_byte() < range.end && node.end_byte() > range.start;
        let value = if is_inside { shown(node) } else { None };
        if let Some(shown) = value.filter(|shown| range.contains(&shown.start_byte())) {
            let row = shown.start_position().row;
            line = if row == line.0 { (row, line.1 + 1) } else { (row, 1) };
            let text = parse.text.get(shown.byte_range()).unwrap_or_default();
            let expression = String::from_utf8_lossy(text).into_owned();
            if line.1 <= MOST && seen.insert((row, expression.clone())) {
                values.push(InlineValue { span: span_of(shown), expression });
            }
        }
        if is_inside && value.is_none() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return values;
            }
        }
    }
}

/// Whether the value of a node is shown, and not those of its parts.
fn shown(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "variable" => is_value(node).then_some(node),
        "subscript_expression" => is_lookup(node).then_some(node),
        _ => None,
    }
}

/// A variable is no value where it is declared.
fn is_value(node: Node<'_>) -> bool {
    let parent = node.parent().map(|parent| parent.kind());
    !matches!(parent, Some("property_definition" | "import_item" | "captures" | "global_statement"))
}

/// A variable, and keys that are plain strings or numbers.
fn is_lookup(node: Node<'_>) -> bool {
    let Some(object) = node.child_by_field_name("object") else { return false };
    let index = node.child_by_field_name("index");
    let is_plain = |index: Node<'_>| match index.kind() {
        "number" | "raw_string" => true,
        "string" => {
            let mut cursor = index.walk();
            index.children(&mut cursor).all(|part| part.kind() != "interpolation")
        }
        _ => false,
    };
    let is_base = match object.kind() {
        "variable" => true,
        "subscript_expression" => is_lookup(object),
        _ => false,
    };
    is_base && index.is_some_and(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let parse = hsl_syntax::parse(text.as_bytes());
        let found = inline_values(&parse, 0..text.len());
        assert_eq!(found.iter().map(|value| &*value.expression).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn variables_and_lookups_have_values() {
        check("$x = $context[\"k\"][1] + $x;", &["$x", "$context[\"k\"][1]"]);
        check("$x = $y[f($z)];", &["$x", "$y", "$z"]);
        check("global $a; $b->c[\"k\"];", &["$b"]);
        check("f($a, $b, $c, $d, $e);\n$e;", &["$a", "$b", "$c", "$d", "$e"]);
    }

    #[test]
    fn only_what_was_executed_is_shown() {
        let text = "$a;\n$b;\n$c;\n";
        let found = inline_values(&hsl_syntax::parse(text.as_bytes()), 4..7);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].expression, "$b");
    }
}
