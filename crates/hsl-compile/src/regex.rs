//! Literal regular expressions are compiled once here, so that a fault is found before a run.

use diagnostics::{Diagnostic, Span, codes};
use hsl_analysis::hir::{ExprKind, Program};
use hsl_vm::Regex;

/// Findings about literals that do not compile.
pub(crate) fn check(program: &Program) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for expr in &program.exprs {
        let ExprKind::Regex { pattern, flags } = &expr.kind else { continue };
        if let Err(error) = Regex::new(pattern, flags) {
            let file = program.file_name(expr.at.file);
            let (at, message) = place(&error.to_string(), flags, expr.at.span);
            findings.push(Diagnostic::new(&codes::INVALID_REGEX, file, at, message));
        }
    }
    findings
}

/// Where in a literal the fault is, and the message without that number.
fn place(message: &str, flags: &str, literal: Span) -> (Span, String) {
    let Some((offset, reason)) = offset(message) else { return (literal, message.to_owned()) };
    // The machine puts limits before a pattern; a pattern with a known fault tells their length.
    let known = Regex::new(b"(", flags).err().map(|error| error.to_string());
    let limits = known.as_deref().and_then(offset_of).map_or(0, |at| at.saturating_sub(1));
    let start = literal.start + "#/".len() as u32 + offset.saturating_sub(limits);
    let start = start.min(literal.end.saturating_sub(1));
    (Span { start, end: start + 1 }, format!("invalid regular expression: {reason}"))
}

fn offset_of(message: &str) -> Option<u32> {
    offset(message).map(|(offset, _)| offset)
}

/// `… at offset 12: reason`
fn offset(message: &str) -> Option<(u32, &str)> {
    let (_, rest) = message.split_once("at offset ")?;
    let (number, reason) = rest.split_once(": ")?;
    Some((number.parse().ok()?, reason))
}
