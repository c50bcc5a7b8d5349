//! Broken programs with the token that a reader would point at: `$0` stands before it.
//!
//! The programs lie in `tests/broken/*.md`. Of their first messages, [`SHARE`] percent must hit the
//! marked token; the snapshot shows every message, so that a change of one is seen.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use hsl_syntax::{SyntaxError, parse};
use testkit::blocks;

/// What stands before the token in question.
const MARK: &str = "$0";
/// Least share of programs whose first message hits, in percent.
const SHARE: usize = 95;

/// A broken program.
struct Broken {
    text: String,
    mark: usize,
}

/// The programs of a file.
fn programs(path: &Path) -> Vec<Broken> {
    let markdown = fs::read_to_string(path).expect("a readable file");
    let marked = blocks(&markdown).into_iter().map(|block| block.text);
    marked
        .map(|text| {
            let mark = text.find(MARK).unwrap_or_else(|| panic!("no {MARK} in {text}"));
            Broken { text: text.replacen(MARK, "", 1), mark }
        })
        .collect()
}

#[test]
fn the_first_message_hits_the_right_token() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let (mut all, mut hits) = (0, 0);
    let mut missed = String::new();
    for name in ["definitions", "expressions", "programs", "statements"] {
        let mut shown = String::new();
        for program in programs(&folder.join(format!("{name}.md"))) {
            let errors = parse(program.text.as_bytes()).errors;
            let hit = errors.first().is_some_and(|e| e.span.start as usize == program.mark);
            all += 1;
            hits += usize::from(hit);
            let text = show(&program, &errors, hit);
            missed += if hit { "" } else { &text };
            shown += &text;
        }
        insta::assert_snapshot!(name, shown);
    }
    assert!(all >= 200, "{all} programs");
    assert!(
        hits * 100 >= all * SHARE,
        "{hits} of {all} first messages hit; these do not:\n{missed}"
    );
    println!("{hits} of {all} first messages hit");
}

#[test]
fn offered_changes_remove_what_they_are_offered_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let mut offered = 0;
    for name in ["definitions", "expressions", "programs", "statements"] {
        for program in programs(&folder.join(format!("{name}.md"))) {
            let errors = parse(program.text.as_bytes()).errors;
            let Some((first, fix)) = errors.first().and_then(|e| Some((e, e.fix.clone()?))) else {
                continue;
            };
            offered += 1;
            let mut text = program.text.clone();
            for edit in fix.edits.iter().rev() {
                text.replace_range(edit.span.range(text.len()), &edit.text);
            }
            let left = parse(text.as_bytes()).errors;
            let grown = text.len() as i64 - program.text.len() as i64;
            let moved =
                left.iter().all(|e| i64::from(e.span.start) > i64::from(first.span.start) + grown);
            assert!(moved, "{}: {} leaves {text}\n{left:?}", first.message, fix.title);
        }
    }
    assert!(offered >= 60, "only {offered} changes are offered");
}

/// The line of the first error, the error below it, then the others.
fn show(program: &Broken, errors: &[SyntaxError], hit: bool) -> String {
    let mut out = String::new();
    for (at, error) in errors.iter().enumerate() {
        let (start, end) = (error.span.start as usize, error.span.end as usize);
        let line_start = program.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = program.text[start..].find('\n').map_or(program.text.len(), |at| start + at);
        if at == 0 {
            let line = &program.text[line_start..line_end];
            let before = program.text[line_start..start].chars().count();
            let width = program.text[start..end.clamp(start, line_end.max(start))].chars().count();
            let carets = "^".repeat(width.max(1));
            _ = writeln!(out, "{line}\n{:before$}{carets} {}", "", error.message);
        } else {
            let line = program.text[..start].matches('\n').count() + 1;
            _ = writeln!(out, "then {line}:{} {}", start - line_start + 1, error.message);
        }
        for label in &error.labels {
            let start = label.span.start as usize;
            let line = program.text[..start].matches('\n').count() + 1;
            let column = start - program.text[..start].rfind('\n').map_or(0, |at| at + 1) + 1;
            _ = writeln!(out, "  {line}:{column} {}", label.message);
        }
    }
    if errors.is_empty() {
        _ = writeln!(out, "{}no error", program.text);
    }
    if !hit {
        let (before, after) = program.text.split_at(program.mark);
        _ = writeln!(out, "MISSED: {:?}", format!("{before}{MARK}{after}"));
    }
    out + "\n"
}
