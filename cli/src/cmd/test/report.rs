//! Results as text, or in the Test Anything Protocol, in the order of the cases.
//!
//! *Sources.* TAP version 14: plan, test points, YAML diagnostics.

use std::collections::BTreeMap;
use std::time::Duration;

use super::case::{Ended, Outcome};
use crate::out::say;

/// Prints each result as soon as all before it are there.
pub(super) struct Report {
    tap: bool,
    results: Vec<Outcome>,
    waiting: BTreeMap<usize, Outcome>,
}

impl Report {
    /// A report of this many cases.
    pub(super) fn new(tap: bool, count: usize) -> Self {
        if tap {
            say!("TAP version 14\n1..{count}");
        }
        Self { tap, results: Vec::new(), waiting: BTreeMap::new() }
    }

    /// Takes the result of a case.
    pub(super) fn add(&mut self, at: usize, outcome: Outcome) {
        self.waiting.insert(at, outcome);
        while let Some(outcome) = self.waiting.remove(&self.results.len()) {
            match self.tap {
                true => self.tap_point(&outcome),
                false => text(&outcome),
            }
            self.results.push(outcome);
        }
    }

    /// Every result, in order.
    pub(super) fn results(&self) -> &[Outcome] {
        &self.results
    }

    /// Whether a case failed.
    pub(super) fn has_failed(&self) -> bool {
        self.results.iter().any(|outcome| outcome.problem().is_some())
    }

    /// Prints the sum; after an interruption also what waits for a case that never ended.
    pub(super) fn finish(&mut self, took: Duration) {
        let rest = std::mem::take(&mut self.waiting);
        self.results.extend(rest.into_values());
        let failed = self.results.iter().filter(|outcome| outcome.problem().is_some()).count();
        let passed = self.results.len() - failed;
        let assertions: u32 = self.results.iter().map(|outcome| outcome.assertions).sum();
        let time = milliseconds(took);
        let mark = if self.tap { "# " } else { "\n" };
        say!("{mark}{passed} passed, {failed} failed; {assertions} assertions in {time}");
    }

    fn tap_point(&self, outcome: &Outcome) {
        let number = self.results.len() + 1;
        let name = outcome.case.title().replace('#', "\\#");
        let Some(problem) = outcome.problem() else {
            return say!("ok {number} - {name}");
        };
        say!("not ok {number} - {name}\n  ---\n  message: |");
        problem.message.lines().for_each(|line| say!("    {line}"));
        if let Some(place) = problem.places.first() {
            say!("  at: {place}");
        }
        say!("  ...");
    }
}

fn text(outcome: &Outcome) {
    let (mark, colour) = match outcome.ended {
        Ended::Failed(_) => ("FAIL ", "\u{1b}[1;31m"),
        Ended::Broken(_) => ("ERROR", "\u{1b}[1;31m"),
        Ended::Passed | Ended::Interrupted => ("ok   ", "\u{1b}[32m"),
    };
    let time = milliseconds(outcome.took);
    say!("{colour}{mark}\u{1b}[0m {} ({time})", outcome.case.title());
    let Some(problem) = outcome.problem() else { return };
    problem.message.lines().for_each(|line| say!("      {line}"));
    problem.places.iter().for_each(|place| say!("      at {place}"));
    if !outcome.printed.is_empty() {
        say!("      it printed:");
        outcome.printed.iter().for_each(|line| say!("      | {line}"));
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
