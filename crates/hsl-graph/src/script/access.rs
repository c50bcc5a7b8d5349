//! Whether an expression is read or written.

use hsl_analysis::Access;
use hsl_syntax::ast::{
    AppendExpression, AssignmentExpression, AstNode, BinaryExpression, Expression,
    ExpressionStatement, ForeachStatement, IssetExpression, MemberExpression, PatternElement,
    PostfixUpdateExpression, PrefixUpdateExpression, RestPattern, SubscriptExpression,
    UnsetExpression, Variable,
};
use hsl_syntax::tree_sitter::Node;

/// What happens to the place that an expression names. To write an element is to write what holds it.
/// `above` are the nodes around it, the innermost last.
pub(super) fn of(expression: Node<'_>, above: &[Node<'_>]) -> Access {
    let mut node = expression;
    for parent in above.iter().rev().copied() {
        if !holds(parent, node) {
            return if writes(parent, node) { Access::Write } else { Access::Read };
        }
        node = parent;
    }
    Access::Read
}

/// Whether a place may be missing (`isset`, `??`), and whether the value of a write to it is used.
pub(super) fn context_of(expression: Node<'_>, above: &[Node<'_>]) -> (bool, bool) {
    let (mut place, mut above) = (expression, above);
    while let [outer @ .., parent] = above {
        if !holds(*parent, place) {
            let statement = outer.last().copied().and_then(ExpressionStatement::cast);
            return (may_miss(*parent, place), statement.is_none());
        }
        (place, above) = (*parent, outer);
    }
    (false, false)
}

fn may_miss(parent: Node<'_>, place: Node<'_>) -> bool {
    let is_coalesced = BinaryExpression::cast(parent).is_some_and(|binary| {
        is(binary.left(), place) && binary.operator().is_some_and(|op| op.kind() == "??")
    });
    is_coalesced || IssetExpression::cast(parent).is_some()
}

/// Whether a node is an element or property of what an inner node names.
fn holds(parent: Node<'_>, inner: Node<'_>) -> bool {
    let object = SubscriptExpression::cast(parent)
        .and_then(SubscriptExpression::object)
        .or_else(|| MemberExpression::cast(parent).and_then(MemberExpression::object))
        .or_else(|| AppendExpression::cast(parent).and_then(AppendExpression::object));
    is(object, inner)
}

fn writes(parent: Node<'_>, inner: Node<'_>) -> bool {
    let is_loop_variable = |variable: Option<Variable<'_>>| {
        variable.is_some_and(|variable| variable.syntax().id() == inner.id())
    };
    if let Some(set) = AssignmentExpression::cast(parent) {
        return is(set.left(), inner);
    }
    if let Some(each) = ForeachStatement::cast(parent) {
        return is_loop_variable(each.key()) || is_loop_variable(each.value());
    }
    let update = PostfixUpdateExpression::cast(parent)
        .and_then(PostfixUpdateExpression::operand)
        .or_else(|| PrefixUpdateExpression::cast(parent).and_then(PrefixUpdateExpression::operand))
        .or_else(|| UnsetExpression::cast(parent).and_then(UnsetExpression::operand))
        .or_else(|| PatternElement::cast(parent).and_then(PatternElement::target));
    is(update, inner) || RestPattern::cast(parent).is_some()
}

fn is(expression: Option<Expression<'_>>, node: Node<'_>) -> bool {
    expression.is_some_and(|expression| expression.syntax().id() == node.id())
}
