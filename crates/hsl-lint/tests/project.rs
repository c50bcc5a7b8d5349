//! Rules about projects: the projects of `project.md` have the findings that stand there, and the
//! programs of the pages do what they are shown for. `UPDATE=1` fills the findings in.

use std::fmt::Write as _;
use std::path::Path;

use diagnostics::{Code, Diagnostic, LineIndex, codes};
use hsl_decl::Docs;
use hsl_lint::{PROJECT, lint_project};
use mta_project::{Project, Snapshot, layout};

fn findings(project: &Snapshot) -> Vec<Diagnostic> {
    lint_project(&mta_project::graph(None, project, |_| None), mta_hooks::catalog())
}

/// One line a finding, and one for each further place.
fn shown(project: &Snapshot) -> String {
    let at = |file: &str, span: diagnostics::Span| {
        let text = project.text(file).expect("a file");
        let place = LineIndex::new(text).line_col(span.start);
        format!("{file}:{}:{}", place.line + 1, place.col + 1)
    };
    let mut out = String::new();
    for f in findings(project) {
        let help = f.help.iter().map(|help| format!(" / {help}")).collect::<String>();
        writeln!(out, "{} {} {}{help}", at(&f.file, f.span), f.code.name, f.message).expect("text");
        for label in &f.labels {
            writeln!(out, "  {} {}", at(&label.file, label.span), label.message).expect("text");
        }
    }
    out
}

/// The case file with the findings of today.
fn answered(markdown: &str) -> String {
    let (mut out, mut project) = (String::new(), Snapshot::new());
    let mut blocks = markdown.split("```");
    while let (Some(prose), Some(block)) = (blocks.next(), blocks.next()) {
        let (tag, text) = block.split_once('\n').expect("a line");
        out += prose;
        match tag.strip_prefix("file ") {
            Some(name) => {
                project.insert(name, text.as_bytes());
                write!(out, "```{block}```").expect("text");
            }
            None => {
                write!(out, "```{tag}\n{}```", shown(&std::mem::take(&mut project))).expect("text");
            }
        }
    }
    out + "\n"
}

#[test]
fn projects_have_the_findings_of_their_cases() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/project.md");
    let text = std::fs::read_to_string(&path).expect("the case file");
    let answered = answered(&text);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &answered).expect("the case file");
    }
    assert_eq!(text, answered);
}

/// The project under a heading of a page.
fn of_page(page: Docs, heading: &str) -> Snapshot {
    let mut project = Snapshot::new();
    project.insert(layout::STARTUP, *b"version: \"6.10\"\n");
    project.insert(layout::RUNNING, *b"version: \"6.10\"\n");
    let section = page.section(heading).expect("a heading");
    for block in section.split("```").skip(1).step_by(2) {
        let (tag, text) = block.split_once('\n').expect("a line");
        let hook = tag.strip_prefix("hsl ").and_then(|name| hsl_decl::Hook::from_name(name.trim()));
        let name = hook.map_or(layout::RUNNING.into(), |hook| layout::hook_name(hook, "page"));
        project.insert(name, text.as_bytes());
    }
    project
}

#[test]
fn pages_show_what_is_found_and_what_is_not() {
    // A code that the compiler has too shows single programs, unless it is about configuration.
    let shows_project =
        |code: &Code| !codes::ALL.contains(&code) || code.page().contains("```yaml");
    let own = PROJECT.iter().filter(|rule| shows_project(rule.code));
    for rule in own {
        let page = Docs(rule.code.page().leak());
        let found = |heading| {
            findings(&of_page(page, heading)).iter().filter(|f| f.code == rule.code).count()
        };
        assert!(page.section("Why").is_some(), "{}", rule.code.name);
        assert!(found("Bad") > 0, "{} does not find the bad", rule.code.name);
        assert_eq!(found("Good"), 0, "{} finds the good", rule.code.name);
    }
}

/// The project after the first fix for a rule.
fn fixed(mut project: Snapshot, code: &str) -> Option<Snapshot> {
    let finding = findings(&project).into_iter().find(|f| f.code.id == code && f.fix.is_some())?;
    let text = project.text(&finding.file).expect("a file");
    let (changed, _) = diagnostics::apply(text, &finding.fix);
    project.insert(&*finding.file, changed);
    Some(project)
}

#[test]
fn a_fix_writes_the_version_that_is_needed() {
    let rule = PROJECT.iter().find(|rule| rule.code.id == "MS6010").expect("the rule");
    let page = Docs(rule.code.page().leak());
    let running = |project: &Snapshot| {
        let text = project.text(layout::RUNNING).expect("a file");
        String::from_utf8_lossy(text).lines().next().map(str::to_owned)
    };
    let project = fixed(of_page(page, "Bad"), "MS6010").expect("a fix");
    assert_eq!(running(&project).as_deref(), Some("version: \"5.9\""));
    assert!(fixed(project, "MS6010").is_none());
    for (length, version) in [(9, "6.0"), (24, "6.0"), (25, "6.10")] {
        let mut project = Snapshot::new();
        let tag = "t".repeat(length);
        let text = format!("version: 5.9\npolicies: [{{default: {{tag: {tag}}}}}]\n");
        project.insert(layout::POLICY, text.as_bytes());
        let project = fixed(project, "MS6010").expect("a fix");
        let text =
            String::from_utf8_lossy(project.text(layout::POLICY).expect("a file")).into_owned();
        assert!(text.starts_with(&format!("version: \"{version}\"\n")), "{text}");
        assert!(fixed(project, "MS6010").is_none());
    }
}

#[test]
fn the_starter_has_no_findings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/starter");
    let project = Project::open(&folder).expect("the starter").scan();
    assert!(project.names().count() > 5);
    assert_eq!(findings(&project), []);
}
