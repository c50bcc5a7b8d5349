//! The conformance suite: every program of `tests/language` prints exactly what its block says.

use std::path::Path;

use crate::support::{compile, render, run};
use hsl_compile::MemorySources;
use testkit::{Case, Expect, cases};

#[test]
fn every_program_of_the_suite_behaves() {
    behave("language");
}

#[test]
fn every_cell_of_the_tables_is_right() {
    behave("tables");
}

fn behave(folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests").join(folder);
    let cases = cases(&folder);
    let failed: Vec<String> = cases.iter().filter_map(check).collect();
    let count = failed.len();
    assert!(failed.is_empty(), "{}\n{count} of {} failed", failed.join("\n"), cases.len());
}

/// What is wrong with a case.
fn check(case: &Case) -> Option<String> {
    let mut sources = MemorySources::new().with("main.hsl", &case.source);
    for (name, text) in &case.files {
        sources.insert(name, text);
    }
    let built = compile(&sources, "main.hsl");
    let problem = match (&case.expect, &built.program) {
        (Expect::CompileError, Some(_)) => "it was accepted".to_owned(),
        (Expect::CompileError, None) => return None,
        (_, None) => render(&sources, &built.diagnostics),
        (Expect::Parses, Some(_)) => return None,
        (Expect::Output(expected) | Expect::OutputThenError(expected), Some(program)) => {
            let fails = matches!(case.expect, Expect::OutputThenError(_));
            let run = run(program);
            if run.output == *expected && run.failure.is_some() == fails {
                return None;
            }
            let failure = run.failure.unwrap_or_default();
            format!("expected:\n{expected}printed:\n{}{failure}", run.output)
        }
    };
    Some(format!("--- {}\n{}{problem}", case.place, case.source))
}
