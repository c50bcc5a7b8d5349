//! Types of the marked expressions of `tests/types/*.md`.

use std::path::Path;
use std::time::{Duration, Instant};

use diagnostics::Span;
use hsl_analysis::hir::{ExprId, FileId};
use hsl_analysis::types::{Callers, infer};
use hsl_analysis::{MemorySources, Unit, analyze};
use hsl_decl::Hook;
use testkit::{Marked, marked};

/// Name of a program in its sources.
const MAIN: &str = "main.hsl";

#[test]
fn marked_expressions_have_their_types() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for program in marked(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/types")) {
        seen += check(&program, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 50, "only {seen} marks");
}

fn check(program: &Marked, wrong: &mut Vec<String>) -> usize {
    let mut sources = MemorySources::new().with(MAIN, &program.text);
    program.files.iter().for_each(|(file, text)| sources.insert(file, text));
    let unit = Unit::new(Hook::from_name(&program.info), mta_hooks::catalog());
    let resolved = analyze(&sources, MAIN, &unit);
    if resolved.has_errors() {
        wrong.push(format!("{}: {:?}", program.place, resolved.diagnostics));
    }
    let types = infer(&resolved.program, &unit, Callers::Known);
    let main = resolved.program.files.iter().position(|file| &*file.name == MAIN);
    let main = FileId(main.unwrap_or_default() as u32);
    let mut marks = program.marks();
    marks.retain(|mark| !mark.says.starts_with('!'));
    for mark in &marks {
        let found = types.at(main, Span::new(mark.start, mark.end));
        let found = found.map(|ty| ty.display(&resolved.program).to_string());
        if found.as_deref() != Some(&mark.says) {
            let found = found.unwrap_or_else(|| "nothing".to_owned());
            let (place, line) = (&program.place, mark.line);
            wrong.push(format!("{place} and {line}: {found}, expected {}", mark.says));
        }
    }
    marks.len()
}

/// Ten times the program takes about ten times the time, not a hundred times.
#[test]
fn time_grows_with_the_size() {
    let line = "if ($a) { $b = [\"k\" => $a]; } else { $b = none; } $a = $b[\"k\"] ?? 1;\n";
    let time = |count: usize| {
        let text = format!("$a = 0;\n{}", line.repeat(count));
        let sources = MemorySources::new().with(MAIN, text);
        let unit = Unit::new(None, mta_hooks::catalog());
        let resolved = analyze(&sources, MAIN, &unit);
        let once = || {
            let begun = Instant::now();
            let types = infer(&resolved.program, &unit, Callers::Unknown);
            assert!(types.of(ExprId(0)).is_some());
            begun.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or(Duration::ZERO)
    };
    let (small, large) = (time(500), time(5_000));
    assert!(large < small * 40, "{small:?} for 500 lines, {large:?} for 5,000");
}
