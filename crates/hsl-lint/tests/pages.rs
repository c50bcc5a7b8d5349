//! Every page says what, why, bad and good; its programs do what they are shown for.

mod support;

use diagnostics::{Code, Diagnostic, codes};
use hsl_lint::ALL;
use support::{Program, findings as all_findings, page, programs};

/// What is found in a program that can run.
fn findings(program: &Program) -> Vec<Diagnostic> {
    let found = all_findings(program);
    assert!(found.iter().all(|f| !f.is_error() || is_rule(f.code)), "{}\n{found:?}", program.text);
    found
}

fn is_rule(code: &Code) -> bool {
    ALL.iter().any(|lint| lint.code.id == code.id)
}

#[test]
fn every_code_of_the_language_is_found_in_the_bad_and_not_in_the_good() {
    let mut shown = 0;
    let shows = |code: &&&'static Code| {
        page(code).section("Bad").is_some_and(|section| section.contains("```hsl"))
    };
    for code in codes::ALL.iter().filter(shows) {
        shown += 1;
        let hits = |program: &Program| {
            all_findings(program).into_iter().any(|finding| finding.code.id == code.id)
        };
        for program in programs(code, "Bad") {
            assert!(hits(&program), "{} does not find\n{}", code.name, program.text);
        }
        for program in programs(code, "Good") {
            let found = all_findings(&program);
            let refused = found.iter().find(|finding| codes::ALL.contains(&finding.code));
            assert!(refused.is_none(), "{}: {refused:?} in\n{}", code.name, program.text);
        }
    }
    assert!(shown > 15, "only {shown} pages with programs");
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
    for code in hsl_lint::table() {
        let page = page(code);
        assert!(page.section("Why").is_some(), "{}", code.name);
        assert!(!page.summary().is_empty(), "{}", code.name);
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
