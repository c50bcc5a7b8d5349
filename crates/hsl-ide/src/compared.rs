//! What a text that is being written is compared with: by an operator, as a case of `switch`, as a
//! pattern of `match`, or as what is sought in a list.
//!
//! *Not here.* What is offered there (`complete`).

use hsl_analysis::types::Key as Name;
use hsl_decl::{Follows, Function};
use hsl_syntax::ast::{ArgumentsItem, AstNode, CallExpression, Expression, SubscriptExpression};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::declared;
use crate::tokens::{expression_ending_at, open_bracket};

/// The value, or the list of values, that a text behind these tokens is compared with.
pub(crate) fn subject<'v>(view: &View, tokens: &[Node<'v>]) -> Option<Expression<'v>> {
    let (last, rest) = tokens.split_last()?;
    match last.kind() {
        "==" | "===" | "!=" | "!==" => expression_ending_at(*rest.last()?),
        "case" => head_of(tokens, "switch"),
        "(" => list_of(view, tokens),
        "{" | "," => head_of(tokens, "match"),
        _ => None,
    }
}

/// What stands between the parentheses before the brace that is open: `match (…) {`.
fn head_of<'v>(tokens: &[Node<'v>], word: &str) -> Option<Expression<'v>> {
    let brace = open_bracket(tokens).filter(|at| tokens[*at].kind() == "{")?;
    let (close, head) = tokens[..brace].split_last()?;
    let open = open_bracket(head).filter(|_| close.kind() == ")")?;
    let is_it = head[..open].last().is_some_and(|token| token.kind() == word);
    expression_ending_at(*head.last().filter(|_| is_it)?)
}

/// The list in which the argument is sought that is being written.
fn list_of<'v>(view: &View, tokens: &[Node<'v>]) -> Option<Expression<'v>> {
    let sought = |function: &'static Function, place| {
        (function.follows == Follows::Among && place == 0).then_some(())
    };
    declared::of_argument(view, tokens, sought)?;
    let call = std::iter::successors(tokens.last()?.parent(), |node| node.parent());
    match call.take(2).find_map(CallExpression::cast)?.arguments()?.items().nth(1)? {
        ArgumentsItem::Expression(list) => Some(list),
        ArgumentsItem::SpreadArgument(_) => None,
    }
}

/// The lookup that a value is, or that stands before a `??`.
pub(crate) fn lookup(value: Expression<'_>) -> Option<SubscriptExpression<'_>> {
    match value {
        Expression::SubscriptExpression(access) => Some(access),
        Expression::ParenthesizedExpression(inner) => lookup(inner.expression()?),
        Expression::BinaryExpression(either) if either.operator()?.kind() == "??" => {
            lookup(either.left()?)
        }
        _ => None,
    }
}

/// The strings that a value may be, as its declaration says.
pub(crate) fn values(view: &View, value: Expression<'_>) -> Option<&'static [&'static str]> {
    let access = lookup(value)?;
    let (object, Expression::StringLiteral(key)) = (access.object()?, access.index()?) else {
        return None;
    };
    let (ty, _) = view.type_before(object, object.span().end as usize)?;
    let field = ty.shape()?.field(&Name::of_text(&key.value(view.text())?.into()))?.decl?;
    (!field.values.is_empty()).then_some(field.values)
}
