//! Which lines ran, from the counting instantiation of the machine's loop.
//!
//! *Invariants.* A line counts if a statement begins on it; how often it ran is the most that one of
//! its statements ran in each run, added up. Test files are not counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use hsl_vm::code::{FunctionId, Program};
use hsl_vm::debug::Counter;
use mta_project::Project;

use super::suite::Suite;
use crate::out::{remark, say};

/// Lines of files, and how often each ran.
#[derive(Debug, Default)]
pub(super) struct Coverage {
    files: BTreeMap<Arc<str>, BTreeMap<u32, u64>>,
}

impl Coverage {
    /// Adds a run of a program.
    pub(super) fn add(&mut self, program: &Program, counter: &Counter) {
        let mut run: BTreeMap<(Arc<str>, u32), u64> = BTreeMap::new();
        for (function, pc, file, line) in statements(program) {
            let count = counter.statements.get(&(function, pc)).copied().unwrap_or(0);
            let most = run.entry((Arc::clone(file), line)).or_default();
            *most = count.max(*most);
        }
        for ((file, line), count) in run {
            *self.files.entry(file).or_default().entry(line).or_default() += count;
        }
    }

    /// Adds what another thread saw.
    pub(super) fn merge(&mut self, other: Self) {
        for (file, lines) in other.files {
            let own = self.files.entry(file).or_default();
            for (line, count) in lines {
                *own.entry(line).or_default() += count;
            }
        }
    }

    /// Adds lines of programs that never ran.
    pub(super) fn include(&mut self, suite: &Suite) {
        for program in suite.programs() {
            self.add(program, &Counter::default());
        }
    }

    /// The tracefile format of lcov.
    pub(super) fn lcov(&self, project: &Project) -> String {
        let mut text = "TN:\n".to_owned();
        for (file, lines) in &self.files {
            // A String takes any text.
            let _ = writeln!(text, "SF:{}", project.path_of(file).display());
            for (line, count) in lines {
                let _ = writeln!(text, "DA:{line},{count}");
            }
            let (hit, all) = (hit(lines), lines.len());
            let _ = writeln!(text, "LF:{all}\nLH:{hit}\nend_of_record");
        }
        text
    }

    /// Shows the share of lines that ran, and which did not. Standard output may belong to TAP.
    pub(super) fn summarize(&self, written: &Path, tap: bool) {
        for line in self.summary(written) {
            match tap {
                true => remark!("{line}"),
                false => say!("{line}"),
            }
        }
    }

    fn summary(&self, written: &Path) -> Vec<String> {
        let width = self.files.keys().map(|file| file.len()).max().unwrap_or(0);
        let mut text = vec![String::new()];
        for (file, lines) in &self.files {
            let missed = missed(lines);
            let missed = if missed.is_empty() { missed } else { format!("   not run: {missed}") };
            text.push(format!("{file:width$}  {}{missed}", share(hit(lines), lines.len())));
        }
        let hits = self.files.values().map(hit).sum();
        let all = self.files.values().map(BTreeMap::len).sum();
        text.push(format!("{:width$}  {} of {all} lines", "all files", share(hits, all)));
        text.push(format!("wrote {}", written.display()));
        text
    }
}

fn statements(program: &Program) -> impl Iterator<Item = (FunctionId, u32, &Arc<str>, u32)> {
    let functions = (0..).zip(program.functions.iter());
    functions.flat_map(move |(id, function)| {
        function.statements.iter().filter_map(move |row| {
            let file = program.files.get(row.file as usize)?;
            let line = file.location(row.span).line;
            (!mta_hooks::is_test(&file.name)).then_some((id, row.pc, &file.name, line))
        })
    })
}

fn hit(lines: &BTreeMap<u32, u64>) -> usize {
    lines.values().filter(|count| **count > 0).count()
}

fn share(hit: usize, all: usize) -> String {
    let share = if all == 0 { 100.0 } else { 100.0 * hit as f64 / all as f64 };
    format!("{share:5.1} %")
}

/// Lines that did not run: `3, 7-9`. What stands between two of them has no statement.
fn missed(lines: &BTreeMap<u32, u64>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    let mut is_open = false;
    for (line, count) in lines {
        match (count, ranges.last_mut()) {
            (0, Some(last)) if is_open => last.1 = *line,
            (0, _) => ranges.push((*line, *line)),
            _ => {}
        }
        is_open = *count == 0;
    }
    let shown = ranges.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_did_not_run_are_ranges() {
        let lines = [(1, 1), (3, 0), (4, 2), (7, 0), (9, 0), (10, 0), (12, 1), (14, 0)];
        assert_eq!(missed(&lines.into_iter().collect()), "3, 7-10, 14");
        assert_eq!(missed(&BTreeMap::new()), "");
    }
}
