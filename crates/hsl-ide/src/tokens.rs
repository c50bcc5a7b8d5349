//! The tokens before a place, and what they open.

use hsl_syntax::Parse;
use hsl_syntax::ast::{AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

/// The tokens that begin before an offset, comments left out.
///
/// Of the statements of the file that are whole and over, only the last one's: what opens before
/// them closes before them, so that time grows with what is around the offset.
pub(crate) fn before(parse: &Parse, offset: usize) -> Vec<Node<'_>> {
    let mut tokens = Vec::new();
    let mut over = None;
    let mut cursor = parse.tree.walk();
    if !cursor.goto_first_child() {
        return tokens;
    }
    loop {
        let node = cursor.node();
        if node.start_byte() >= offset {
            break;
        }
        if is_over(node, offset) {
            over = Some(node);
        } else if !is_comment(node) {
            over.take().into_iter().chain([node]).for_each(|n| collect(n, offset, &mut tokens));
        }
        if !cursor.goto_next_sibling() {
            break;
        }
    }
    over.into_iter().for_each(|node| collect(node, offset, &mut tokens));
    tokens
}

/// Whether a child of the file is whole and ends before the offset.
fn is_over(node: Node<'_>, offset: usize) -> bool {
    node.child_count() > 0 && node.end_byte() <= offset && !node.has_error()
}

/// Whether it is a comment.
fn is_comment(node: Node<'_>) -> bool {
    node.kind() == "comment"
}

/// Adds the tokens of a node that begin before an offset.
fn collect<'t>(node: Node<'t>, offset: usize, tokens: &mut Vec<Node<'t>>) {
    let mut cursor = node.walk();
    loop {
        let node = cursor.node();
        if node.start_byte() < offset && cursor.goto_first_child() {
            continue;
        }
        let is_token = node.child_count() == 0 && node.end_byte() > node.start_byte();
        if is_token && node.start_byte() < offset && !is_comment(node) {
            tokens.push(node);
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// The longest expression that ends with this token.
pub(crate) fn expression_ending_at(token: Node<'_>) -> Option<Expression<'_>> {
    let mut found = Expression::cast(token);
    let mut node = token;
    while let Some(parent) = node.parent().filter(|parent| parent.end_byte() == token.end_byte()) {
        found = Expression::cast(parent).filter(|e| is_postfix(*e)).or(found);
        node = parent;
    }
    found
}

/// Whether the expression is an operand as a whole, so that what follows applies to all of it.
fn is_postfix(expression: Expression<'_>) -> bool {
    !matches!(
        expression,
        Expression::AssignmentExpression(_)
            | Expression::BinaryExpression(_)
            | Expression::DestructuringAssignment(_)
            | Expression::TernaryExpression(_)
            | Expression::UnaryExpression(_)
            | Expression::PrefixUpdateExpression(_)
            | Expression::YieldExpression(_)
    )
}

/// Where the innermost bracket that is open behind the tokens stands among them.
pub(crate) fn open_bracket(tokens: &[Node<'_>]) -> Option<usize> {
    let mut closed = 0usize;
    for (at, token) in tokens.iter().enumerate().rev() {
        match token.kind() {
            ")" | "]" | "}" => closed += 1,
            "(" | "[" | "{" if closed == 0 => return Some(at),
            "(" | "[" | "{" => closed -= 1,
            _ => {}
        }
    }
    None
}

/// How many commas stand between items, at the level of the list itself.
pub(crate) fn commas(tokens: &[Node<'_>]) -> usize {
    let mut depth = 0usize;
    let mut found = 0;
    for token in tokens {
        match token.kind() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => found += 1,
            _ => {}
        }
    }
    found
}
