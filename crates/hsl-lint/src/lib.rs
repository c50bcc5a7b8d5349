//! Advice about programs that compile.
//!
//! A rule is one file below `rules/`: its code, its page and its check together. [`lint`] runs all
//! of them over a resolved program. Rules about a project as a whole lie below `project/` and read
//! its graph ([`lint_project`]). [`review`] then sets severities as `mailstop.toml` says and
//! drops what a comment allows, for findings of every origin.
//!
//! *Invariants.* A rule that is not sure is silent. Rules read and never change anything; the same
//! program gives the same findings. A program is walked once, however many rules there are.
//!
//! *Not here.* What refuses a program (`hsl-analysis`), types (`hsl_analysis::types`), the command
//! that shows findings (`mailstop check`).

mod allow;
mod below;
mod calls;
mod flow;
mod idle;
mod kept;
mod levels;
mod lint;
mod pass;
mod paths;
mod project;
mod regex;
mod removal;
mod review;
mod rules;
mod secret;
mod surroundings;
mod taint;
mod waits;
mod written;

pub use levels::{Level, LevelError, Levels, LevelsBuilder};
pub use lint::{Check, Lint};
pub use pass::Pass;
pub use project::{PROJECT, ProjectLint, lint_project};
pub use regex::{Growth, growth};
pub use review::review;
pub use rules::ALL;
pub use surroundings::{Role, Surroundings};
pub use taint::untrusted;
pub use waits::{Waiting, waiting};

use diagnostics::{Code, Diagnostic, Severity, codes};
use hsl_analysis::{Resolved, Unit};

/// What the rules find in a program, ordered by file and place, with the severities of the rules.
pub fn lint(resolved: &Resolved, unit: &Unit<'_>) -> Vec<Diagnostic> {
    let mut pass = Pass::new(resolved, unit);
    pass.run(ALL);
    pass.finish()
}

/// Every code of the language, its lints and the configuration, in the order of their ids.
pub fn table() -> Vec<&'static Code> {
    let mut table: Vec<_> = known().collect();
    table.sort_by_key(|code| code.id);
    // A code that both use stands in the table once, with the page of the rule.
    table.dedup_by_key(|code| code.id);
    table
}

/// Whether a finding refuses a program or a configuration, which no level and no comment changes.
pub fn refuses(code: &Code) -> bool {
    code.severity == Severity::Error && codes::ALL.iter().any(|known| known.id == code.id)
}

/// The code with this id or name.
pub fn find(id_or_name: &str) -> Option<&'static Code> {
    known().find(|code| code.id.eq_ignore_ascii_case(id_or_name) || code.name == id_or_name)
}

/// Codes of rules, then those of everything else.
fn known() -> impl Iterator<Item = &'static Code> {
    let of_programs = ALL.iter().map(|lint| &lint.code);
    let of_projects = PROJECT.iter().map(|lint| lint.code);
    of_programs.chain(of_projects).chain(codes::ALL.iter().copied())
}
