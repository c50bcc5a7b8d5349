//! Faults that types tell: those marked in `tests/types/*.md` (`//   ^^^^ !name`) are found and no
//! other.
//!
//! *Not here.* Programs of other suites, where rules stay quiet (`quiet.rs`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hsl_analysis::{MemorySources, Unit, analyze};
use hsl_decl::Hook;

/// Name of a program in its sources.
const MAIN: &str = "main.hsl";

/// The rules that look at types.
const RULES: [&str; 9] = [
    "key-not-in-hook",
    "unchecked-none",
    "impossible-type",
    "loose-comparison",
    "constant-condition",
    "maybe-undefined",
    "find-as-boolean",
    "float-index",
    "constant-out-of-range",
];

/// A fault: name, start, end, and the file's text there.
type Found = (&'static str, usize, usize, String);

fn faults(sources: &MemorySources, entry: &str, hook: Option<Hook>) -> Vec<Found> {
    let unit = Unit::new(hook, mta_hooks::catalog());
    let resolved = analyze(sources, entry, &unit);
    if resolved.has_errors() {
        return Vec::new();
    }
    let texts = &resolved.program.files;
    let found = hsl_lint::lint(&resolved, &unit).into_iter();
    let found = found.filter(|finding| RULES.contains(&finding.code.name)).map(|finding| {
        let text = texts.iter().find(|file| file.name == finding.file).expect("a file");
        let piece = &text.text[finding.span.range(text.text.len())];
        let piece = String::from_utf8_lossy(piece).replace('\n', " ");
        let range = finding.span.range(usize::MAX);
        (finding.code.name, range.start, range.end, piece)
    });
    found.collect()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn marked_faults_are_found_and_no_other() {
    let mut wrong = Vec::new();
    let mut kinds = BTreeSet::new();
    for program in testkit::marked(&repository().join("tests/types")) {
        let mut sources = MemorySources::new().with(MAIN, &program.text);
        program.files.iter().for_each(|(file, text)| sources.insert(file, text));
        let mut marks = program.marks();
        marks.retain(|mark| mark.says.starts_with('!'));
        for (name, start, end, text) in faults(&sources, MAIN, Hook::from_name(&program.info)) {
            kinds.insert(name);
            let known = marks
                .iter()
                .position(|mark| (mark.start, mark.end) == (start, end) && mark.says[1..] == *name);
            match known {
                Some(at) => _ = marks.swap_remove(at),
                None => wrong.push(format!("{}: {name} at {text}", program.place)),
            }
        }
        let missed =
            marks.iter().map(|m| format!("{}: no {} in {}", program.place, m.says, m.line));
        wrong.extend(missed);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(kinds, BTreeSet::from(RULES), "each rule has a case");
}
