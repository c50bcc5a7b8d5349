//! What came of one case.

use std::time::Duration;

use hsl_vm::Trap;

use super::suite::Case;

/// What came of one case.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Which one.
    pub(super) case: Case,
    /// How it ended.
    pub(super) ended: Ended,
    /// How long it took.
    pub(super) took: Duration,
    /// How many assertions it made.
    pub(super) assertions: u32,
    /// Lines that it printed.
    pub(super) printed: Vec<String>,
}

/// How a case ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// Nothing is wrong.
    Passed,
    /// An assertion failed.
    Failed(Problem),
    /// Something else went wrong: an exception, a limit.
    Broken(Problem),
    /// By Ctrl-C.
    Interrupted,
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Problem {
    /// In words; further lines are the difference of two values.
    pub(super) message: String,
    /// Places, innermost first: `file:line:column`.
    pub(super) places: Vec<String>,
}

impl Outcome {
    /// What is wrong, if something is.
    pub(super) fn problem(&self) -> Option<&Problem> {
        match &self.ended {
            Ended::Failed(problem) | Ended::Broken(problem) => Some(problem),
            Ended::Passed | Ended::Interrupted => None,
        }
    }
}

impl Problem {
    /// A problem without a place.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), places: Vec::new() }
    }

    /// The problem of a trap.
    pub(super) fn of(trap: &Trap) -> Self {
        let message = trap.message.strip_prefix("uncaught ").unwrap_or(&trap.message);
        let entries = trap.stack.iter().filter_map(|entry| entry.location.as_ref());
        let mut places: Vec<_> =
            entries.map(|at| format!("{}:{}:{}", at.file, at.line, at.column)).collect();
        // The last call is the one that the runner put behind the file.
        if places.len() > 1 {
            places.pop();
        }
        places.dedup();
        Self { message: printable(message), places }
    }
}

/// Messages hold what scripts put there, which must not steer a terminal.
pub(in crate::cmd) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
