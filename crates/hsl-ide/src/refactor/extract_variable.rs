//! A selected expression becomes a variable before its statement.

use diagnostics::{Edit, Span};
use hsl_syntax::ast::{AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use super::place::{insert, is_list, statement_of};

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let value = place.selected_expression()?;
    if matches!(value, Expression::Variable(_) | Expression::Identifier(_)) {
        return None;
    }
    extract(place, value, &place.name_for(value))
}

/// The expression as the value of a variable of this name.
pub(super) fn extract(place: &Place<'_>, value: Expression<'_>, name: &str) -> Option<Vec<Edit>> {
    let node = value.syntax();
    let statement = statement_of(node)?;
    if !place.may_move(node, node) {
        return None;
    }
    let text = place.text(node)?;
    let is_whole = statement.kind() == "expression_statement" && node.parent() == Some(statement);
    if is_whole {
        return Some(vec![insert(node.start_byte(), format!("${name} = "))]);
    }
    let indent = place.indent(statement.start_byte());
    let first = format!("${name} = {text};\n");
    if is_list(statement.parent()?) {
        let first = insert(statement.start_byte(), first + &indent);
        return Some(vec![first, place.replace(node, format!("${name}"))]);
    }
    in_block(place, statement, node, &first, name).map(|edit| vec![edit])
}

/// A statement that is the body of another, with the variable in a block around it.
fn in_block(
    place: &Place<'_>,
    statement: Node<'_>,
    node: Node<'_>,
    first: &str,
    name: &str,
) -> Option<Edit> {
    let outer = place.indent(statement.parent()?.start_byte());
    let inner = outer.clone() + &place.step();
    let text = place.text(statement)?;
    let at = node.start_byte() - statement.start_byte();
    let (before, rest) = text.split_at_checked(at)?;
    let after = rest.get(node.end_byte() - node.start_byte()..)?;
    let block = format!(" {{\n{inner}{first}{inner}{before}${name}{after}\n{outer}}}");
    let head = &place.view.text()[..statement.start_byte()];
    let span = Span::new(head.trim_ascii_end().len(), statement.end_byte());
    let has_comment = statement.prev_sibling().is_some_and(|node| node.kind() == "comment");
    (!has_comment).then_some(Edit { span, text: block })
}
