//! Expressions that a debugger evaluates while a program stands still.

use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_analysis::Unit;
use hsl_vm::Library;
use hsl_vm::code::Program;

/// The name of the file that findings about a watched expression have.
const FILE: &str = "expression";

/// Compiles one expression. The program returns its value; `names` (with `$`) are its variables,
/// globals that the debugger fills before it runs the program in a fiber of its own.
///
/// # Errors
/// What is wrong with the expression, in a file called `expression`.
pub fn compile_expression(
    text: &str,
    names: &[&str],
    unit: &Unit<'_>,
    library: &Library,
) -> Result<Arc<Program>, Vec<Diagnostic>> {
    let resolved = hsl_analysis::analyze_expression(FILE, text, names, unit);
    let build = crate::compile(&resolved, library);
    build.program.ok_or(build.diagnostics)
}
