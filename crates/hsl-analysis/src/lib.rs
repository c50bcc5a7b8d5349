//! Names, imports and diagnostics of HSL programs.
//!
//! [`analyze`] reads an entry file and everything it includes and imports from [`Sources`], binds
//! every name and checks every rule that can be known before a program runs. The answer is a
//! [`hir::Program`] for the compiler, [`Facts`] for editors and diagnostics for everyone.
//!
//! *Invariants.* Total on any bytes: no panic, no recursion deeper than a fixed limit. The same
//! sources give the same answer, findings ordered by file and place.
//!
//! *Not here.* Grammar (`hsl-syntax`), code (`hsl-compile`), builtins (`hsl-std`, `mta-hooks`;
//! analysis sees only their declarations through the [`Unit`]'s catalog).
//!
//! *Sources.* The language reference, sections 2, 8, 11–16 and 19.

mod bytes;
pub mod data;
mod facts;
mod graph;
pub mod hir;
mod lower;
mod marks;
mod memory;
pub mod path;
mod remembered;
mod sources;
pub mod types;
mod unit;

pub use facts::{Access, Facts, Meaning, Reference, Scope, Symbol, SymbolId, SymbolKind};
pub use memory::{Memory, Pool};
pub use remembered::Remembered;
pub use sources::{MemorySources, ResolveError, Sources};
pub use unit::Unit;

use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_syntax::Parse;

/// The answer of an analysis.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// The program with its names bound.
    pub program: hir::Program,
    /// What editors ask.
    pub facts: Facts,
    /// Findings, ordered by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Resolved {
    /// Whether a finding refuses the program.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads and resolves the program that begins with the file `entry`.
pub fn analyze(sources: &dyn Sources, entry: &str, unit: &Unit<'_>) -> Resolved {
    lower::lower_with(sources.memory(), &graph::Graph::load(sources, entry), unit, &[])
}

/// Resolves a file by itself, from its tree: what it includes and imports is not looked for, and the
/// names that it imports are symbols of its own.
/// A memory, if there is one, spares what it knows.
pub fn analyze_alone(
    file: &Arc<str>,
    parse: &Parse,
    unit: &Unit<'_>,
    memory: Option<Arc<Memory>>,
) -> Resolved {
    lower::lower_with(memory, &graph::Graph::alone(file, parse), unit, &[])
}

/// Resolves one input of a shell. Its top-level variables stay when it has ended: `known` (with `$`)
/// are those that exist already. The value of an expression that ends the input is its result.
pub fn analyze_input(
    sources: &dyn Sources,
    entry: &str,
    known: &[&str],
    unit: &Unit<'_>,
) -> Resolved {
    lower::lower_input(&graph::Graph::load(sources, entry), unit, known)
}

/// Resolves a text that is one expression, as the return value of a program. `names` (with `$`)
/// are variables that exist.
pub fn analyze_expression(file: &str, text: &str, names: &[&str], unit: &Unit<'_>) -> Resolved {
    let sources = MemorySources::new().with(file, format!("{text}\n;"));
    let mut resolved = lower::lower(&graph::Graph::load(&sources, file), unit, names);
    if !resolved.has_errors() && !lower::return_expression(&mut resolved.program) {
        let span = diagnostics::Span::new(0, text.len());
        let message = "only an expression can be evaluated";
        let finding =
            Diagnostic::new(&diagnostics::codes::SYNTAX_ERROR, &file.into(), span, message);
        resolved.diagnostics.push(finding);
    }
    resolved
}
