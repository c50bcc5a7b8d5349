//! The tokens before a place, and what they open.

use hsl_syntax::Parse;
use hsl_syntax::ast::{AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

/// The tokens that begin before an offset, comments left out.
pub(crate) fn before(parse: &Parse, offset: usize) -> Vec<Node<'_>> {
    let mut tokens = Vec::new();
    let mut cursor = parse.tree.walk();
    loop {
        if cursor.node().start_byte() < offset && cursor.goto_first_child() {
            continue;
        }
        let node = cursor.node();
        let is_token = node.child_count() == 0 && node.end_byte() > node.start_byte();
        if is_token && node.start_byte() < offset && node.kind() != "comment" {
            tokens.push(node);
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return tokens;
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
