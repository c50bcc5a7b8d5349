//! Faults that types tell: those marked in `tests/types/*.md` (`//   ^^^^ !name`) are found and no
//! other; in the programs of all other suites and in the examples only what
//! `tests/types/alarms.txt` lists.

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

#[test]
fn other_programs_raise_no_alarm_that_was_not_reviewed() {
    let mut found = BTreeSet::new();
    let mut count = 0;
    for case in testkit::cases(&repository().join("tests/language")) {
        if case.expect != testkit::Expect::CompileError {
            let mut sources = MemorySources::new().with(MAIN, &case.source);
            case.files.iter().for_each(|(file, text)| sources.insert(file, text));
            count += 1;
            let all = faults(&sources, MAIN, None).into_iter();
            found.extend(all.map(|(name, .., text)| format!("{} {name}: {text}", case.place)));
        }
    }
    for (name, hook, text) in scripts(&repository().join("examples")) {
        count += 1;
        let all = faults(&MemorySources::new().with(&name, text), &name, hook).into_iter();
        found.extend(all.map(|(rule, .., text)| format!("{name} {rule}: {text}")));
    }
    assert!(count > 400, "only {count} programs");
    let path = repository().join("tests/types/alarms.txt");
    let reviewed = std::fs::read_to_string(path).expect("the list");
    let reviewed: BTreeSet<_> =
        reviewed.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    let new: Vec<_> = found.difference(&reviewed).cloned().collect();
    let gone: Vec<_> = reviewed.difference(&found).cloned().collect();
    let (new, gone) = (new.join("\n"), gone.join("\n"));
    assert!(new.is_empty() && gone.is_empty(), "new:\n{new}\ngone:\n{gone}");
}

/// The scripts of a folder of projects, with the hook of those that are one.
fn scripts(folder: &Path) -> Vec<(String, Option<Hook>, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "hsl") {
                let hook = folder.file_name().and_then(|name| Hook::from_name(name.to_str()?));
                let text = std::fs::read(&path).expect("a text");
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                found.push((name, hook, text));
            }
        }
    }
    found
}
