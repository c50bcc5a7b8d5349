//! Resolved programs to verified bytecode.
//!
//! [`build`] is the whole way from texts to an [`Arc<Program>`](Program) that every worker can
//! share. Constants are folded, conditions become jumps, variables live in fixed registers whose
//! names stay for the debugger, and every statement is a place where a breakpoint can stand.
//!
//! *Invariants.* A program is only given when no finding is an error, and it passed the verifier.
//! The same sources give the same bytes.
//!
//! *Not here.* Names and rules (`hsl-analysis`), instructions (`hsl-vm`), builtins (`hsl-std`).

mod assign;
mod body;
mod call;
mod condition;
mod expr;
mod facts;
mod fold;
mod link;
mod operator;
mod place;
mod regex;
mod stmt;
mod switch;
mod variable;
mod watch;

use std::sync::Arc;

use diagnostics::Diagnostic;
pub use hsl_analysis::{MemorySources, ResolveError, Resolved, Sources, Unit};
use hsl_vm::Library;
use hsl_vm::code::Program;
pub use watch::compile_expression;

/// What came of a program.
#[derive(Clone, Debug)]
pub struct Build {
    /// The program; none when a finding is an error.
    pub program: Option<Arc<Program>>,
    /// Findings, ordered by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles the program that begins with the file `entry`. Natives are bound by name when the
/// program is loaded; `library` is used to compute pure calls with constant arguments.
pub fn build(sources: &dyn Sources, entry: &str, unit: &Unit<'_>, library: &Library) -> Build {
    compile(&hsl_analysis::analyze(sources, entry, unit), library)
}

/// Compiles a program whose names are bound.
pub fn compile(resolved: &Resolved, library: &Library) -> Build {
    let mut diagnostics = resolved.diagnostics.clone();
    diagnostics.extend(regex::check(&resolved.program));
    let mut program = None;
    if !diagnostics.iter().any(Diagnostic::is_error) {
        let (compiled, findings) = link::Link::new(&resolved.program, library).compile();
        diagnostics.extend(findings);
        program = compiled;
    }
    diagnostics.sort_by_cached_key(|d| (Arc::clone(&d.file), d.span, d.code.id));
    diagnostics.dedup();
    Build { program, diagnostics }
}
