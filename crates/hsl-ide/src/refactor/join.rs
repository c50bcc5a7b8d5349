//! A string with variables becomes strings and variables joined by `.`.

use diagnostics::Edit;
use hsl_syntax::ast::{AstNode, StringLiteral, StringLiteralItem};

use super::Place;
use super::interpolate::is_something;
use super::place::is_statement;

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let string = place.around().take(3).find_map(StringLiteral::cast)?;
    let text = place.view.text();
    let mut operands: Vec<String> = Vec::new();
    let mut run = String::new();
    let mut has_variable = false;
    for item in string.items() {
        if let StringLiteralItem::Interpolation(inner) = item {
            if !run.is_empty() {
                operands.push(format!("\"{}\"", std::mem::take(&mut run)));
            }
            let variable = inner.variable()?;
            let name = String::from_utf8(variable.name(text).to_vec()).ok()?;
            // A string shows `none`, joining leaves it out.
            operands.push(match is_something(place, variable) {
                true => format!("${name}"),
                false => format!("string(${name})"),
            });
            has_variable = true;
        } else {
            run += place.text(item.syntax())?;
        }
    }
    if !run.is_empty() {
        operands.push(format!("\"{run}\""));
    }
    if operands.len() == 1 {
        // A variable by itself need not be a string.
        operands.insert(0, "\"\"".to_owned());
    }
    let joined = operands.join(" . ");
    let joined = if needs_parentheses(string) { format!("({joined})") } else { joined };
    has_variable.then(|| vec![place.replace(string.syntax(), joined)])
}

/// Whether operators around the string would take a part of what it becomes.
fn needs_parentheses(string: StringLiteral<'_>) -> bool {
    let node = string.syntax();
    let Some(parent) = node.parent() else { return false };
    let is = |field| parent.child_by_field_name(field) == Some(node);
    match parent.kind() {
        "binary_expression" => {
            parent.child_by_field_name("operator").map(|token| token.kind()) != Some(".")
        }
        "assignment_expression" => !is("right"),
        "subscript_expression" => !is("index"),
        "arguments" | "array_element" | "parenthesized_expression" | "match_arm" => false,
        _ => !is_statement(parent),
    }
}
