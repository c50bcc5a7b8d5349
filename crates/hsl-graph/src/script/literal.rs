//! Texts that are written out.

use std::sync::Arc;

use diagnostics::Span;
use hsl_syntax::ast::{AstNode, Expression, RawStringOrStringLiteral};
use hsl_syntax::tree_sitter::Node;

/// A text without its quotes.
#[derive(Clone, Debug)]
pub(super) struct Literal {
    pub(super) value: Arc<str>,
    pub(super) at: Span,
}

/// The text of an expression that is nothing but a text without variables.
pub(super) fn of_expression(expression: Expression<'_>, source: &[u8]) -> Option<Literal> {
    match expression {
        Expression::ParenthesizedExpression(inner) => of_expression(inner.expression()?, source),
        expression => of_node(expression.syntax(), source),
    }
}

/// The text that a node is.
pub(super) fn of_node(node: Node<'_>, source: &[u8]) -> Option<Literal> {
    let text = RawStringOrStringLiteral::cast(node)?;
    let value = text.value(source)?;
    let value = String::from_utf8_lossy(&value).as_ref().into();
    Some(Literal { value, at: inside(text) })
}

/// The bytes between the quotes, also of a text that is not complete.
pub(super) fn inside(text: RawStringOrStringLiteral<'_>) -> Span {
    match text {
        RawStringOrStringLiteral::RawString(raw) => match (raw.content(), raw.open()) {
            (Some(content), _) => content.span(),
            (None, Some(open)) => Span { start: open.span().end, end: open.span().end },
            (None, None) => raw.span(),
        },
        RawStringOrStringLiteral::StringLiteral(quoted) => {
            let span = quoted.span();
            let start = (span.start + 1).min(span.end);
            Span { start, end: span.end.saturating_sub(1).max(start) }
        }
    }
}
