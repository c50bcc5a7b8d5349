//! Invariants of the faults of `tests/faults/*.md`: places are exact, changes help, every code of
//! the compiler has a fault. How they are shown is checked with the built command (`tests/e2e`).

use std::fs;
use std::path::{Path, PathBuf};

use diagnostics::{Diagnostic, codes};
use hsl_compile::{MemorySources, Sources};
use testkit::blocks;

use crate::support::{compile, render};

/// Codes whose faults are too large for a page, or hold bytes that a page cannot.
const ELSEWHERE: &[&str] = &["HSL1016", "HSL1105", "HSL9001"];

fn pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/faults");
    let entries = fs::read_dir(folder).expect("tests/faults");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a page")).collect()
}

/// The programs of the command line, with the files they need.
fn programs() -> Vec<MemorySources> {
    let mut programs = Vec::new();
    for page in pages() {
        let mut sources = MemorySources::new();
        for block in blocks(&page) {
            if let Some(name) = block.tag.strip_prefix("hsl-file:") {
                sources.insert(name, &block.text);
            } else if block.tag == "hsl" {
                programs.push(std::mem::take(&mut sources).with("main.hsl", &block.text));
            } else {
                sources = MemorySources::new();
            }
        }
    }
    assert!(programs.len() >= 80, "{} programs", programs.len());
    programs
}

fn findings(sources: &MemorySources) -> Vec<Diagnostic> {
    compile(sources, "main.hsl").diagnostics
}

#[test]
fn places_lie_on_one_line() {
    for sources in programs() {
        for finding in findings(&sources) {
            let text = sources.read(&finding.file).expect("the file of a finding");
            let place = &text[finding.span.range(text.len())];
            assert!(!place.contains(&b'\n'), "{}", render(&sources, &[finding]));
        }
    }
}

#[test]
fn offered_changes_remove_their_finding() {
    let mut offered = 0;
    for sources in programs() {
        for finding in findings(&sources) {
            let Some(fix) = &finding.fix else { continue };
            offered += 1;
            let mut text = sources.read(&finding.file).expect("the file of a finding").to_vec();
            for edit in fix.edits.iter().rev() {
                text.splice(edit.span.range(text.len()), edit.text.bytes());
            }
            let changed = sources.clone().with(&finding.file, &text);
            let same = |other: &Diagnostic| {
                other.message == finding.message && other.span.start == finding.span.start
            };
            let left = findings(&changed);
            assert!(!left.iter().any(same), "{}", render(&sources, &[finding]));
        }
    }
    assert!(offered >= 30, "{offered} changes");
}

#[test]
fn every_code_of_the_compiler_has_a_fault() {
    let shown = pages().concat();
    for code in codes::ALL.iter().filter(|code| code.id.starts_with("HSL")) {
        let has_fault = shown.contains(&format!("[{}]", code.id));
        let elsewhere = ELSEWHERE.contains(&code.id);
        assert!(has_fault != elsewhere, "{} {}", code.id, code.name);
    }
}

#[test]
fn bytes_that_are_not_what_they_look_like() {
    let program = b"echo \"a\x00b\"; echo \"\xe9\"; // \xe2\x80\xae reversed\n";
    let sources = MemorySources::new().with("main.hsl", program);
    let build = compile(&sources, "main.hsl");
    assert!(build.program.is_some());
    let found: Vec<_> = build.diagnostics.iter().map(|d| (d.code.id, d.span.start)).collect();
    assert_eq!(found, [("HSL1105", 7), ("HSL1105", 18), ("HSL1105", 25)]);
}

#[test]
fn at_most_fifty_errors_are_reported() {
    let sources = MemorySources::new().with("main.hsl", "nowhere();\n".repeat(5_000));
    let found = findings(&sources);
    assert_eq!(found.len(), 50);
    assert_eq!(found[49].span.start, 49 * 11);
}
