//! An `if` chain becomes a `switch`.

use diagnostics::Edit;
use hsl_syntax::ast::{AstNode, Statement};
use hsl_syntax::tree_sitter::Node;

use super::Place;
use super::chain::Chain;
use super::flow::{declares, jumps_out};

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let chain = Chain::at(place)?;
    let bodies = chain.arms.iter().map(|(_, body)| *body).chain(chain.otherwise);
    // A `break` would leave the `switch` instead of the loop around it.
    if bodies.map(AstNode::syntax).any(|body| jumps_out(body, false) || declares(body)) {
        return None;
    }
    let outer = place.indent(chain.statement.start_byte());
    let step = place.step();
    let (label, inner) = (format!("{outer}{step}"), format!("{outer}{step}{step}"));
    let mut text = format!("switch ({}) {{\n", place.text(chain.subject)?);
    for (values, body) in &chain.arms {
        for value in values {
            text += &format!("{label}case {}:\n", place.text(*value)?);
        }
        text += &statements(place, *body, &inner)?;
    }
    if let Some(body) = chain.otherwise {
        text += &format!("{label}default:\n{}", statements(place, body, &inner)?);
    }
    text += &format!("{outer}}}");
    Some(vec![place.replace(chain.statement, text)])
}

/// The statements of an arm with what ends it.
fn statements(place: &Place<'_>, body: Statement<'_>, indent: &str) -> Option<String> {
    let (first, last) = match body {
        Statement::Block(block) => {
            let node = block.syntax();
            let count = node.named_child_count() as u32;
            (node.named_child(0), count.checked_sub(1).and_then(|at| node.named_child(at)))
        }
        other => (Some(other.syntax()), Some(other.syntax())),
    };
    let mut text = String::new();
    if let (Some(first), Some(last)) = (first, last) {
        text += &format!("{indent}{}\n", place.moved(first, last, indent)?);
        if ends(last) {
            return Some(text);
        }
    }
    Some(text + &format!("{indent}break;\n"))
}

/// Whether nothing comes behind the statement.
fn ends(statement: Node<'_>) -> bool {
    matches!(statement.kind(), "return_statement" | "throw_statement" | "continue_statement")
}
