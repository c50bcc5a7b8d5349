//! The expressions of a statement.

use hsl_analysis::hir::{ExprId, Program, Stmt};

/// Every expression of the statements inside a statement, those of its own head aside. Bodies of
/// closures are functions of their own.
pub(crate) fn inside(program: &Program, stmt: &Stmt) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut stmts: Vec<&Stmt> = stmt.kind.nested().collect();
    while let Some(stmt) = stmts.pop() {
        stmt.kind.values(&mut |value| found.push(value));
        stmts.extend(stmt.kind.nested());
    }
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        program.expr(id).kind.operands(&mut |operand| found.push(operand));
        at += 1;
    }
    found
}
