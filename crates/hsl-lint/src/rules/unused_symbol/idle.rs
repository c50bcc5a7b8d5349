//! The fix for a variable that nothing reads: its assignments go, when what they compute has no
//! effect.

use diagnostics::{Edit, Fix};
use hsl_analysis::hir::{ExprKind, FunctionId, Loc, VarId};
use hsl_syntax::tree_sitter::Node;

use crate::removal::with_line;
use crate::written::Write;
use crate::{Pass, Role};

/// Takes every assignment of a variable out; none when one of them does something besides.
pub(super) fn without(pass: &Pass<'_>, function: FunctionId, variable: VarId) -> Option<Fix> {
    let mut assignments = Vec::new();
    for write in pass.around.written.writes(function, variable) {
        let Write::Assigned { by, value } = *write else { return None };
        let is_whole = matches!(&pass.expr(by).kind, ExprKind::Assign { place, .. }
            if matches!(pass.expr(*place).kind, ExprKind::Variable(_)));
        let is_statement = pass.around.role(by) == Role::Effect && pass.around.parent(by).is_none();
        (is_whole && is_statement && pass.is_idle(value)).then_some(())?;
        assignments.push(pass.expr(by).at);
    }
    let edits = statements(pass, &assignments)?;
    Some(Fix { title: "Take the assignment out".to_owned(), edits, safe: true })
}

/// The statements that these assignments are, in one file.
fn statements(pass: &Pass<'_>, assignments: &[Loc]) -> Option<Vec<Edit>> {
    let file = assignments.first()?.file;
    if assignments.iter().any(|at| at.file != file) {
        return None;
    }
    let text = &pass.program.files[file.index()].text;
    let parse = hsl_syntax::parse(std::sync::Arc::clone(text));
    let edit = |at: &Loc| {
        let range = at.span.range(text.len());
        let node = parse.tree.root_node().descendant_for_byte_range(range.start, range.end)?;
        let statement = statement(node)?;
        Some(Edit { span: with_line(text, statement.byte_range()), text: String::new() })
    };
    assignments.iter().map(edit).collect()
}

/// The statement around an expression, when it is one of several: a branch cannot go.
fn statement(node: Node<'_>) -> Option<Node<'_>> {
    let mut nodes = std::iter::successors(Some(node), Node::parent);
    let statement = nodes.find(|node| node.kind() == "expression_statement")?;
    let parent = statement.parent()?;
    matches!(parent.kind(), "block" | "source_file").then_some(statement)
}
