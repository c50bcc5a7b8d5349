//! The text that a `pcre_` function takes as a pattern becomes a literal pattern.

use diagnostics::Edit;
use hsl_syntax::BinaryOp;
use hsl_syntax::ast::{AstNode, BinaryExpression, CallExpression, Expression};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use crate::written_pattern::{is_pattern_parameter, parts};

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let text = place.view.text();
    let (node, value) = place.around().take(3).find_map(|node| match Expression::cast(node)? {
        Expression::StringLiteral(string) => Some((node, string.value(text)?)),
        Expression::RawString(raw) => Some((node, raw.value(text).to_vec())),
        _ => None,
    })?;
    let literal = literal(&value).filter(|_| is_pattern(place, node))?;
    Some(vec![place.replace(node, literal)])
}

/// Whether a text is used as a pattern.
fn is_pattern(place: &Place<'_>, node: Node<'_>) -> bool {
    let Some(parent) = node.parent() else { return false };
    if let Some(binary) = BinaryExpression::cast(parent) {
        let matches = matches!(binary.op(), Some(BinaryOp::Match | BinaryOp::NotMatch));
        return matches && binary.right().map(AstNode::syntax) == Some(node);
    }
    let call =
        parent.parent().filter(|_| parent.kind() == "arguments").and_then(CallExpression::cast);
    let Some(function) = call.and_then(|call| place.builtin(call.syntax())) else { return false };
    let at =
        (0..parent.named_child_count() as u32).find(|at| parent.named_child(*at) == Some(node));
    at.is_some_and(|at| is_pattern_parameter(function, at as usize))
}

/// The literal of a pattern, with its modifiers when the text has the form `/…/i`.
fn literal(value: &[u8]) -> Option<String> {
    let (body, modifiers) = parts(value);
    let body = std::str::from_utf8(body).ok()?;
    let is_writable = !body.is_empty() && !body.contains(['\n', '\r']);
    let mut out = "#/".to_owned();
    let mut escaped = false;
    for sign in body.chars() {
        if sign == '/' && !escaped {
            out.push('\\');
        }
        out.push(sign);
        escaped = sign == '\\' && !escaped;
    }
    out.push('/');
    out += std::str::from_utf8(modifiers).ok()?;
    (is_writable && !escaped).then_some(out)
}
