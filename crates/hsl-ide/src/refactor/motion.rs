//! Whether an expression may be evaluated earlier or later than it is.
//!
//! *Invariants.* "Constant" is the same everywhere. "Quiet" changes nothing, so quiet things may
//! change places. "Stable" cannot be changed by a call, so anything may be moved across it.

use hsl_decl::Effect;
use hsl_syntax::ast::{AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use super::place::{holds, is_statement, statement_of};

/// Whether the node is made of literals only.
pub(crate) fn is_constant(node: Node<'_>) -> bool {
    match node.kind() {
        "number" | "raw_string" | "regex" | "true" | "false" | "none" => true,
        "string" => !holds(node, &|inner| inner.kind() == "interpolation"),
        "unary_expression" | "parenthesized_expression" | "array_literal" | "array_element" => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor)
                .all(|child| child.kind() == "comment" || is_constant(child))
        }
        _ => false,
    }
}

impl Place<'_> {
    /// Whether evaluating the node changes nothing.
    pub(crate) fn is_quiet(&self, node: Node<'_>) -> bool {
        !holds(node, &|inner| match inner.kind() {
            "call_expression" => {
                self.builtin(inner).is_none_or(|function| function.effect != Effect::Pure)
            }
            "assignment_expression"
            | "destructuring_assignment"
            | "prefix_update_expression"
            | "postfix_update_expression"
            | "append_expression"
            | "yield_expression"
            | "unset_expression"
            | "cache_expression"
            | "function_expression" => true,
            _ => false,
        })
    }

    /// Whether no call can change what the node gives.
    fn is_stable(&self, node: Node<'_>) -> bool {
        is_constant(node)
            || node.kind() == "identifier"
            || (node.kind() == "variable" && !self.is_shared(node))
    }

    /// Whether functions other than the one it stands in may see the variable: at the top level any
    /// may, elsewhere those that capture it or make it global.
    pub(crate) fn is_shared(&self, variable: Node<'_>) -> bool {
        let name = self.view.text().get(variable.byte_range()).unwrap_or_default();
        let is_top = !std::iter::successors(Some(variable), |node| node.parent())
            .any(|node| is_function(node));
        is_top && holds(self.root(), &|node| node.kind() == "global_statement")
            || holds(self.root(), &|node| {
                matches!(node.kind(), "captures" | "global_statement")
                    && holds(node, &|inner| self.view.text().get(inner.byte_range()) == Some(name))
            })
    }

    /// Whether the value of `moved` may be made directly before the statement in which `spot` stands,
    /// instead of at the spot, or the other way round.
    pub(crate) fn may_move(&self, moved: Node<'_>, spot: Node<'_>) -> bool {
        if is_constant(moved) {
            return is_evaluated(spot);
        }
        let Some(before) = evaluated_before(spot) else { return false };
        let quiet = self.is_quiet(moved) && before.iter().all(|node| self.is_quiet(*node));
        quiet || before.iter().all(|node| self.is_stable(*node))
    }
}

/// Whether the node is a function of any kind.
pub(crate) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "function_definition"
            | "function_expression"
            | "method_definition"
            | "constructor_definition"
    )
}

/// Whether the node is a value of its statement, and no place, callee or default.
fn is_evaluated(node: Node<'_>) -> bool {
    let mut child = node;
    while let Some(parent) = child.parent().filter(|_| !is_statement(child)) {
        if !is_value_in(parent, child) {
            return false;
        }
        child = parent;
    }
    is_statement(child)
}

/// Whether a child of a node is there for its value.
fn is_value_in(parent: Node<'_>, child: Node<'_>) -> bool {
    let is = |field| parent.child_by_field_name(field) == Some(child);
    match parent.kind() {
        "assignment_expression" | "destructuring_assignment" => is("right"),
        "call_expression" => !is("function"),
        "for_statement" => is("initializer"),
        "while_statement"
        | "case_label"
        | "isset_expression"
        | "unset_expression"
        | "prefix_update_expression"
        | "postfix_update_expression"
        | "parameter"
        | "property_definition"
        | "array_pattern"
        | "pattern_element"
        | "cache_expression"
        | "builtin_expression"
        | "class_definition"
        | "barrier_statement"
        | "function_expression"
        | "function_definition"
        | "symbol_import"
        | "namespace_import"
        | "data_import"
        | "include_statement"
        | "interpolation" => false,
        "binary_expression" => {
            let operator = parent.child_by_field_name("operator").map(|token| token.kind());
            operator != Some("??") || is("right")
        }
        "if_statement" => is("condition") && !is_else_if(parent),
        _ => true,
    }
}

fn is_else_if(statement: Node<'_>) -> bool {
    let parent = statement.parent().filter(|parent| parent.kind() == "if_statement");
    parent.is_some_and(|parent| parent.child_by_field_name("alternative") == Some(statement))
}

/// What a statement evaluates before it comes to a node; none when it may never come there, or more
/// than once.
fn evaluated_before(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    let statement = statement_of(node)?;
    if !is_evaluated(node) {
        return None;
    }
    let mut before = Vec::new();
    let mut child = node;
    while child != statement {
        let parent = child.parent()?;
        if is_conditional(parent, child) {
            return None;
        }
        let mut cursor = parent.walk();
        let earlier = parent.named_children(&mut cursor);
        let earlier = earlier.filter(|sibling| sibling.end_byte() <= child.start_byte());
        // A variable that is assigned is not read.
        let is_target = |sibling: &Node<'_>| {
            parent.kind() == "assignment_expression"
                && sibling.kind() == "variable"
                && parent.child_by_field_name("operator").map(|token| token.kind()) == Some("=")
        };
        before.extend(earlier.filter(|s| s.kind() != "comment" && !is_target(s)));
        child = parent;
    }
    Some(before)
}

/// Whether a node may end without its child having been evaluated.
fn is_conditional(parent: Node<'_>, child: Node<'_>) -> bool {
    let is = |field| parent.child_by_field_name(field) == Some(child);
    match parent.kind() {
        "binary_expression" => {
            let operator = parent.child_by_field_name("operator").map(|token| token.kind());
            matches!(operator, Some("and" | "or" | "??")) && is("right")
        }
        "ternary_expression" => !is("condition"),
        "assignment_expression" => {
            parent.child_by_field_name("operator").map(|token| token.kind()) == Some("??=")
        }
        "match_expression" => !is("subject"),
        "match_arm" => true,
        _ => false,
    }
}

/// Whether an expression needs parentheses where `spot` stands.
pub(crate) fn needs_parentheses(value: Expression<'_>, spot: Node<'_>) -> bool {
    let is_operand = matches!(
        value,
        Expression::Variable(_)
            | Expression::CallExpression(_)
            | Expression::SubscriptExpression(_)
            | Expression::MemberExpression(_)
            | Expression::ScopedExpression(_)
            | Expression::ParenthesizedExpression(_)
            | Expression::StringLiteral(_)
            | Expression::RawString(_)
            | Expression::ArrayLiteral(_)
            | Expression::Identifier(_)
    );
    let Some(parent) = spot.parent().filter(|_| !is_operand) else { return false };
    let is_literal =
        !matches!(value, Expression::UnaryExpression(_)) && is_constant(value.syntax());
    match parent.kind() {
        "binary_expression" | "ternary_expression" if is_literal => false,
        "arguments"
        | "array_element"
        | "parenthesized_expression"
        | "spread_argument"
        | "spread_element"
        | "match_arm" => false,
        "assignment_expression" | "destructuring_assignment" => {
            parent.child_by_field_name("right") != Some(spot)
        }
        "subscript_expression" => parent.child_by_field_name("index") != Some(spot),
        _ => !is_statement(parent),
    }
}

/// The text of an expression where `spot` stands.
pub(crate) fn placed(place: &Place<'_>, value: Expression<'_>, spot: Node<'_>) -> Option<String> {
    let text = place.text(value.syntax())?;
    Some(if needs_parentheses(value, spot) { format!("({text})") } else { text.to_owned() })
}
