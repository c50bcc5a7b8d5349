//! A variable that is set once gives way to its value.

use diagnostics::{Edit, Span};
use hsl_analysis::{Access, Meaning, SymbolId, SymbolKind};
use hsl_syntax::ast::{AssignmentExpression, AstNode, Expression, ExpressionStatement, span_of};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use super::motion::{is_constant, is_function, placed};
use super::place::{is_in_place, is_list};

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let variable = place.around().next().filter(|node| node.kind() == "variable")?;
    let symbol = symbol(place, variable)?;
    if place.is_shared(variable) {
        return None;
    }
    let (definition, reads) = uses(place, symbol)?;
    let (statement, value) = assignment(definition)?;
    let is_plain = !reads.is_empty() && reads.iter().all(|read| is_replaceable(*read));
    let fits = is_plain && reads_fit(place, statement, value, &reads);
    if !fits {
        return None;
    }
    let placed = reads.iter().map(|read| Some(place.replace(*read, placed(place, value, *read)?)));
    let mut edits: Vec<_> = placed.collect::<Option<_>>()?;
    edits.push(removal(place, statement));
    Some(edits)
}

/// The variable of the script that a node names.
fn symbol(place: &Place<'_>, variable: Node<'_>) -> Option<SymbolId> {
    match place.reference(variable)?.meaning {
        Meaning::Symbol(id) => {
            let kind = place.view.facts().symbol(id).kind;
            (kind == SymbolKind::Variable).then_some(id)
        }
        _ => None,
    }
}

/// Where a variable is set, once, and where it is read.
fn uses<'v>(place: &Place<'v>, symbol: SymbolId) -> Option<(Node<'v>, Vec<Node<'v>>)> {
    let file = place.view.id()?;
    let (mut writes, mut reads) = (Vec::new(), Vec::new());
    for used in place.view.facts().uses(symbol) {
        let span = Some(used.at).filter(|at| at.file == file)?.span;
        let node =
            place.root().descendant_for_byte_range(span.start as usize, span.end as usize)?;
        let list = if used.access == Access::Read { &mut reads } else { &mut writes };
        // What defines a variable is listed as a write of it, too.
        if !list.contains(&node) {
            list.push(node);
        }
    }
    let [definition] = writes[..] else { return None };
    Some((definition, reads))
}

/// The statement `$x = value;` that a definition stands in.
fn assignment(definition: Node<'_>) -> Option<(Node<'_>, Expression<'_>)> {
    let set = AssignmentExpression::cast(definition.parent()?)?;
    let statement = ExpressionStatement::cast(set.syntax().parent()?)?.syntax();
    let is_plain = set.operator()?.kind() == "=" && set.left()?.syntax() == definition;
    let stands = is_list(statement.parent()?);
    (is_plain && stands).then_some((statement, set.right()?))
}

/// Whether the read is an expression of its own, which text in a string is not.
fn is_replaceable(read: Node<'_>) -> bool {
    let parent = read.parent().map(|parent| parent.kind());
    let no_value = ["interpolation", "captures", "global_statement"];
    !parent.is_some_and(|kind| no_value.contains(&kind)) && !is_in_place(read)
}

/// A constant may stand wherever the variable is known to be set; anything else only in the next
/// statement, where nothing else comes first.
fn reads_fit(
    place: &Place<'_>,
    statement: Node<'_>,
    value: Expression<'_>,
    reads: &[Node<'_>],
) -> bool {
    let Some(list) = statement.parent() else { return false };
    let is_behind = |read: &Node<'_>| {
        let inside = list.start_byte() <= read.start_byte() && read.end_byte() <= list.end_byte();
        inside && read.start_byte() >= statement.end_byte()
    };
    if !reads.iter().all(is_behind) {
        return false;
    }
    if is_constant(value.syntax()) {
        return list.kind() != "switch_body";
    }
    let [read] = reads else { return false };
    let mut next = statement.next_named_sibling();
    while let Some(comment) = next.filter(|node| node.kind() == "comment") {
        next = comment.next_named_sibling();
    }
    let is_next = super::place::statement_of(*read) == next && next.is_some();
    is_next && !is_function_between(*read, list) && place.may_move(value.syntax(), *read)
}

fn is_function_between(node: Node<'_>, outer: Node<'_>) -> bool {
    std::iter::successors(Some(node), |node| node.parent())
        .take_while(|node| *node != outer)
        .any(is_function)
}

/// Takes a statement away, with its line when nothing else stands there.
pub(super) fn removal(place: &Place<'_>, statement: Node<'_>) -> Edit {
    let text = place.view.text();
    let line = place.line_start(statement.start_byte());
    let is_first = text[line..statement.start_byte()].trim_ascii().is_empty();
    let end = statement.end_byte();
    let rest = text[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let newline = end + rest;
    let span = match (is_first, text.get(newline)) {
        (true, Some(b'\n')) => Span::new(line, newline + 1),
        (_, Some(b'\n') | None) => span_of(statement),
        _ => Span::new(statement.start_byte(), newline),
    };
    Edit { span, text: String::new() }
}
