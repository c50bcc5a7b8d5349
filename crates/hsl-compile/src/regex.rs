//! Literal regular expressions are compiled once here, so that a fault is found before a run.

use diagnostics::{Diagnostic, Span, codes};
use hsl_analysis::hir::{ExprKind, Program};
use hsl_vm::Pattern;

/// Findings are kept up to this number.
const MOST: usize = 50;

/// Findings about the first literals that do not compile.
pub(crate) fn check(program: &Program) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for expr in &program.exprs {
        let ExprKind::Regex { pattern, flags } = &expr.kind else { continue };
        if let Err(error) = Pattern::new(pattern, flags).check() {
            let file = program.file_name(expr.at.file);
            let (at, message) = place(&error.to_string(), expr.at.span);
            findings.push(Diagnostic::new(&codes::INVALID_REGEX, file, at, message));
            if findings.len() >= MOST {
                break;
            }
        }
    }
    findings
}

/// Where in a literal the fault is, and the message without that number.
fn place(message: &str, literal: Span) -> (Span, String) {
    let Some((reason, offset)) = offset(message) else { return (literal, message.to_owned()) };
    let start = literal.start + "#/".len() as u32 + offset;
    let start = start.min(literal.end.saturating_sub(1));
    (Span { start, end: start + 1 }, reason.to_owned())
}

/// `reason at offset 12`
fn offset(message: &str) -> Option<(&str, u32)> {
    let (reason, number) = message.rsplit_once(" at offset ")?;
    Some((reason, number.parse().ok()?))
}
