//! Refactorings: the Markdown cases of `tests/refactor`.
//!
//! A section has files (fences `file NAME`) and a script (fence `hsl`) with a cursor `$0`, or a
//! selection between two. Every other fence names a refactoring and holds the script after it, or
//! `nothing`. Script and result run on the virtual machine and must do the same. `UPDATE=1` writes
//! the results of today.

#[path = "refactor/program.rs"]
mod program;

use std::path::Path;
use std::sync::Arc;

use diagnostics::{Edit, Fix, Span};
use hsl_analysis::{MemorySources, Unit};
use hsl_decl::Hook;
use hsl_ide::{REFACTORINGS, View, refactor, refactorings};

/// Programs that are longer are of other suites; each node of one is tried with each refactoring.
const LONGEST: usize = 600;

const FILE: &str = "src/hooks/eod/default.hsl";

/// A script and the files beside it.
#[derive(Default)]
struct Case {
    files: Vec<(String, String)>,
    text: String,
    selected: Span,
}

impl Case {
    fn script(&mut self, marked: &str) {
        let mut parts = marked.splitn(3, "$0");
        let before = parts.next().unwrap_or_default().len();
        let middle = parts.next().expect("a cursor");
        let rest = parts.next();
        let end = before + rest.map_or(0, |_| middle.len());
        self.selected = Span::new(before, end);
        self.text = marked.replace("$0", "");
    }

    fn sources(&self, text: &[u8]) -> MemorySources {
        let sources = MemorySources::new().with(FILE, text);
        self.files.iter().fold(sources, |all, (name, text)| all.with(name, text.clone()))
    }

    fn view(&self) -> View {
        let unit = Unit::new(Some(Hook::Eod), mta_hooks::catalog());
        let parse = hsl_syntax::parse(self.text.as_bytes());
        View::new(&FILE.into(), parse, &self.sources(self.text.as_bytes()), unit, Arc::default())
    }

    /// The script after a refactoring.
    fn after(&self, name: &str) -> String {
        assert!(REFACTORINGS.iter().any(|known| known.name == name), "there is no {name}");
        let view = self.view();
        let Some(edits) = refactor(&view, self.selected, name) else {
            return "nothing\n".to_owned();
        };
        assert!(refactorings(&view, self.selected).iter().any(|offered| offered.name == name));
        self.applied(name, edits)
    }

    /// The script after edits, which must leave what it does.
    fn applied(&self, name: &str, edits: Vec<Edit>) -> String {
        let fix = Fix { title: String::new(), edits, safe: true };
        let (text, applied) = diagnostics::apply(self.text.as_bytes(), [&fix]);
        assert_eq!(applied, 1, "{name}: {}", self.text);
        self.does_the_same(name, &text);
        String::from_utf8(text).expect("text")
    }

    fn does_the_same(&self, name: &str, text: &[u8]) {
        let before = program::run(&self.sources(self.text.as_bytes()), FILE);
        let after = program::run(&self.sources(text), FILE);
        if let (Some(before), after) = (before, after) {
            let text = String::from_utf8_lossy(text);
            assert_eq!(Some(before), after, "{name} changes what it does:\n{}\n{text}", self.text);
        }
    }
}

fn answered(markdown: &str, count: &mut usize) -> String {
    let mut out = String::new();
    let mut case = Case::default();
    let mut fence: Option<(String, String)> = None;
    for line in markdown.split_inclusive('\n') {
        let mark = line.strip_prefix("```").map(str::trim_end);
        match (&mut fence, mark) {
            (None, Some(tag)) => {
                fence = Some((tag.to_owned(), String::new()));
                out += line;
            }
            (Some((tag, text)), Some("")) => {
                if let Some(name) = tag.strip_prefix("file ") {
                    case.files.push((name.to_owned(), text.clone()));
                    out += text;
                } else if tag == "hsl" {
                    case.script(text);
                    out += text;
                } else {
                    *count += 1;
                    out += &case.after(tag);
                }
                out += line;
                fence = None;
            }
            (Some((_, text)), _) => text.push_str(line),
            (None, None) => {
                if line.starts_with("## ") {
                    case = Case::default();
                }
                out += line;
            }
        }
    }
    out
}

#[test]
fn results_are_those_of_the_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refactor");
    let entries = std::fs::read_dir(&folder).expect("the folder of cases").flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let (mut count, mut tried) = (0, String::new());
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a case file");
        let found = answered(&text, &mut count);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &found).expect("the case file can be written");
        } else {
            for (expected, found) in text.lines().zip(found.lines()) {
                assert_eq!(expected, found, "{}", path.display());
            }
            assert_eq!(text.len(), found.len(), "{}", path.display());
        }
        tried += &text;
    }
    assert!(count > REFACTORINGS.len());
    for known in REFACTORINGS {
        assert!(tried.contains(&format!("```{}\n", known.name)), "no case for {}", known.name);
    }
}

/// Every refactoring that is offered anywhere in a larger script leaves what it does.
#[test]
fn nothing_that_is_offered_changes_what_a_script_does() {
    let text = include_str!("refactor/everywhere.hsl");
    let case = Case { text: text.to_owned(), ..Case::default() };
    let view = case.view();
    let before = program::run(&case.sources(text.as_bytes()), FILE).expect("a program that runs");
    assert!(before.contains("end"), "{before}");
    let mut changed = 0;
    for span in spans(&view) {
        for known in REFACTORINGS {
            if let Some(edits) = refactor(&view, span, known.name) {
                case.applied(known.name, edits);
                changed += 1;
            }
        }
    }
    assert!(changed > 100, "only {changed}");
}

/// Every node of a script, as a selection and as a cursor.
fn spans(view: &View) -> Vec<Span> {
    let mut spans = vec![];
    let mut cursor = view.parse.tree.walk();
    loop {
        let node = cursor.node();
        spans.push(Span::new(node.start_byte(), node.end_byte()));
        spans.push(Span::new(node.start_byte(), node.start_byte()));
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break;
            }
        }
        if cursor.node().parent().is_none() {
            break;
        }
    }
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// The same over every fourth of the programs that describe the language: all of them take most of a
/// minute. A guard is there to do something else when
/// there is nothing, and programs about `none` tell it.
#[test]
fn programs_of_the_language_stay_what_they_are() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/language");
    let mut changed = 0;
    let mut wrong = Vec::new();
    for program in testkit::cases(&folder).into_iter().step_by(4) {
        if !matches!(program.expect, testkit::Expect::Output(_)) || program.source.len() > LONGEST {
            continue;
        }
        let case = Case { files: program.files, text: program.source, ..Case::default() };
        let Some(before) = program::run(&case.sources(case.text.as_bytes()), FILE) else {
            continue;
        };
        if before.contains("nothing is served") {
            continue;
        }
        let view = case.view();
        for span in spans(&view) {
            for known in REFACTORINGS.iter().filter(|known| known.name != "none-guard") {
                let Some(edits) = refactor(&view, span, known.name) else { continue };
                let fix = Fix { title: String::new(), edits, safe: true };
                let (text, _) = diagnostics::apply(case.text.as_bytes(), [&fix]);
                changed += 1;
                let after = program::run(&case.sources(&text), FILE);
                // One more call may be one too many.
                let is_deep = after.as_ref().is_some_and(|after| after.contains("nested too deep"));
                if after.as_ref() != Some(&before) && !is_deep {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    wrong.push(format!(
                        "{} {}:\n{}\n=>\n{text}\n{before}\n{after:?}",
                        program.place, known.name, case.text
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {changed}\n{}", wrong.len(), wrong.join("\n----\n"));
    assert!(changed > 1000, "only {changed}");
}
