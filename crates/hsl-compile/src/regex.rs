//! Literal regular expressions are compiled once here, so that a fault is found before a run.

use diagnostics::{Diagnostic, codes};
use hsl_analysis::hir::{ExprKind, Program};
use hsl_vm::Regex;

/// Findings about literals that do not compile.
pub(crate) fn check(program: &Program) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for expr in &program.exprs {
        let ExprKind::Regex { pattern, flags } = &expr.kind else { continue };
        if let Err(error) = Regex::new(pattern, flags) {
            let file = program.file_name(expr.at.file);
            let message = error.to_string();
            findings.push(Diagnostic::new(&codes::INVALID_REGEX, file, expr.at.span, message));
        }
    }
    findings
}
