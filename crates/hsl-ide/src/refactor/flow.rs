//! Which statements may be put into others.

use hsl_syntax::tree_sitter::Node;

use super::motion::is_function;
use super::place::holds;

/// Whether a statement may stand in a block: definitions and imports stand at the top.
pub(crate) fn may_be_nested(statement: Node<'_>) -> bool {
    !matches!(
        statement.kind(),
        "function_definition"
            | "class_definition"
            | "symbol_import"
            | "namespace_import"
            | "data_import"
            | "include_statement"
            | "global_statement"
    )
}

/// Whether a `break` (or, where `with_continue`, a `continue`) leaves the statement.
pub(crate) fn jumps_out(statement: Node<'_>, with_continue: bool) -> bool {
    leaves(statement, Inside { a_loop: false, a_switch: false }, with_continue)
}

#[derive(Clone, Copy)]
struct Inside {
    a_loop: bool,
    a_switch: bool,
}

fn leaves(node: Node<'_>, inside: Inside, with_continue: bool) -> bool {
    let inside = match node.kind() {
        "break_statement" => return !inside.a_loop && !inside.a_switch,
        "continue_statement" => return with_continue && !inside.a_loop,
        _ if is_function(node) => return false,
        "while_statement" | "forever_statement" | "for_statement" | "foreach_statement" => {
            Inside { a_loop: true, ..inside }
        }
        "switch_statement" => Inside { a_switch: true, ..inside },
        _ => inside,
    };
    let mut cursor = node.walk();
    node.named_children(&mut cursor).any(|child| leaves(child, inside, with_continue))
}

/// Whether a `return` or `yield` of the function around stands in the node.
pub(crate) fn ends_function(node: Node<'_>) -> bool {
    match node.kind() {
        "return_statement" | "yield_expression" => true,
        _ if is_function(node) => false,
        _ => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).any(ends_function)
        }
    }
}

/// Whether a definition, import or `global` stands in the node.
pub(crate) fn declares(node: Node<'_>) -> bool {
    holds(node, &|inner| !may_be_nested(inner))
}
