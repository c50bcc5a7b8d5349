//! Every page says what, why, bad and good; its programs do what they are shown for.

use diagnostics::{Code, Diagnostic};
use hsl_analysis::{MemorySources, Unit, analyze};
use hsl_decl::Hook;
use hsl_lint::{ALL, Levels};

/// A program of a page.
struct Program {
    hook: Option<Hook>,
    text: &'static str,
}

fn page(code: &Code) -> hsl_decl::Docs {
    hsl_decl::Docs(code.page().leak())
}

/// The programs under a heading.
fn programs(code: &Code, heading: &str) -> Vec<Program> {
    let page = page(code);
    let section = page.section(heading).unwrap_or_else(|| panic!("{}: no # {heading}", code.name));
    let blocks = section.split("```hsl").skip(1);
    let programs: Vec<_> = blocks
        .map(|block| {
            let (info, rest) = block.split_once('\n').expect("a line");
            let hook = Some(info.trim()).filter(|name| !name.is_empty());
            let hook = hook.map(|name| Hook::from_name(name).expect("a hook"));
            Program { hook, text: rest.split("```").next().expect("a program") }
        })
        .collect();
    assert!(!programs.is_empty(), "{}: no program under {heading}", code.name);
    programs
}

fn findings(program: &Program) -> Vec<Diagnostic> {
    let text = program.text.to_owned();
    let sources = MemorySources::new().with("page.hsl", text.clone());
    let unit = Unit::new(program.hook, mta_hooks::catalog());
    let resolved = analyze(&sources, "page.hsl", &unit);
    assert!(!resolved.has_errors(), "{text}\n{:?}", resolved.diagnostics);
    let found = hsl_lint::lint(&resolved, &unit);
    let scripts = [("page.hsl".into(), text.into_bytes())];
    let scripts = scripts.iter().map(|(name, text)| (name, &text[..]));
    hsl_lint::review(found, scripts, &Levels::default())
}

#[test]
fn every_rule_finds_the_bad_and_leaves_the_good() {
    for lint in ALL {
        for program in programs(&lint.code, "Bad") {
            let found = findings(&program);
            let hit = found.iter().any(|finding| finding.code.id == lint.code.id);
            assert!(hit, "{} does not find\n{}", lint.code.name, program.text);
        }
        for program in programs(&lint.code, "Good") {
            let found = findings(&program);
            let hit = found.iter().find(|finding| finding.code.id == lint.code.id);
            assert!(hit.is_none(), "{} finds {hit:?} in\n{}", lint.code.name, program.text);
        }
    }
}

#[test]
fn every_page_says_why() {
    for lint in ALL {
        let page = page(&lint.code);
        assert!(page.section("Why").is_some(), "{}", lint.code.name);
        assert!(!page.summary().is_empty(), "{}", lint.code.name);
    }
}

#[test]
fn ids_and_names_are_unique() {
    let table = hsl_lint::table();
    for pair in table.windows(2) {
        assert_ne!(pair[0].id, pair[1].id);
    }
    for code in &table {
        let same = table.iter().filter(|other| other.name == code.name).count();
        assert_eq!(same, 1, "{}", code.name);
    }
}
