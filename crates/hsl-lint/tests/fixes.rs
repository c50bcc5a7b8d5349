//! `check --fix`: what rules change by themselves. In every bad program of their pages, and with other
//! statements around it, the change leaves a program that parses, that has no such finding, and that
//! has everything else as it was.

mod support;

use std::collections::BTreeSet;

use diagnostics::{Code, Diagnostic, codes};
use hsl_lint::ALL;
use proptest::prelude::*;
use support::{Program, findings, page, programs};

/// What changes without being asked.
const FIXED: [&str; 11] = [
    "unreachable-code",
    "assignment-in-condition",
    "unused-symbol",
    "find-as-boolean",
    "dynamic-pattern",
    "enhanced-status-mismatch",
    "deprecated",
    "prefer-regex-literal",
    "simplify",
    "unused-allow",
    "useless-option",
];

/// Rounds until nothing is left to change, as in `mailstop check --fix`.
const ROUNDS: usize = 10;

fn known() -> impl Iterator<Item = &'static Code> {
    ALL.iter().map(|lint| &lint.code).chain(codes::ALL.iter().copied())
}

/// The bad programs of a rule.
fn bad(code: &'static Code) -> Vec<Program> {
    let shows = page(code).section("Bad").is_some_and(|section| section.contains("```hsl"));
    if shows { programs(code, "Bad") } else { Vec::new() }
}

fn is_fixable(code: &Code, finding: &Diagnostic) -> bool {
    finding.code.id == code.id && finding.fix.as_ref().is_some_and(|fix| fix.safe)
}

/// The text after the fixes of one rule; none when it has none.
fn fixed(code: &Code, program: &Program) -> Option<String> {
    let mut now = program.clone();
    for _ in 0..ROUNDS {
        let found = findings(&now);
        let fixes = found.iter().filter(|finding| is_fixable(code, finding));
        let fixes: Vec<_> = fixes.filter_map(|finding| finding.fix.as_ref()).collect();
        if fixes.is_empty() {
            break;
        }
        let (text, count) = diagnostics::apply(now.text.as_bytes(), fixes);
        assert!(count > 0, "{}: no fix can be applied to\n{}", code.name, now.text);
        now.text = String::from_utf8(text).expect("a text");
    }
    (now.text != program.text).then_some(now.text)
}

#[test]
fn every_rule_that_can_fix_does() {
    let fixes = |code: &&'static Code| bad(code).iter().any(|bad| fixed(code, bad).is_some());
    let fixing: BTreeSet<_> = known().filter(fixes).map(|code| code.name).collect();
    let expected: BTreeSet<_> = FIXED.into_iter().collect();
    let missing: Vec<_> = expected.difference(&fixing).collect();
    assert!(missing.is_empty(), "no fix: {missing:?}");
}

/// Statements that no rule minds, and comments.
fn harmless() -> impl Strategy<Value = String> {
    let one = prop::sample::select(vec![
        "// a note\n",
        "/* a longer\n   note */\n",
        "echo \"a \\\"text\\\"; with } signs\";\n",
        "echo 1 + 2;\n",
        "\n\n",
        "\techo length([1, 2,\n\t\t3]);\n",
    ]);
    prop::collection::vec(one, 0..4).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn a_fix_leaves_everything_else(before in harmless(), behind in harmless()) {
        for code in known() {
            for program in bad(code) {
                let text = format!("{before}{}\n", program.text);
                // Behind what ends the script nothing runs, which is another finding.
                let text = match code.name {
                    "unreachable-code" => text,
                    _ => format!("{text}{behind}"),
                };
                let around = Program { text, ..program.clone() };
                if !findings(&around).iter().any(|finding| is_fixable(code, finding)) {
                    continue;
                }
                let after = fixed(code, &around).expect("a change");
                let faults = hsl_syntax::parse(after.as_bytes()).errors;
                prop_assert!(faults.is_empty(), "{}: {faults:?} in\n{after}", code.name);
                let left = findings(&Program { text: after.clone(), ..program });
                let left = left.iter().find(|finding| is_fixable(code, finding));
                prop_assert!(left.is_none(), "{}: {left:?} in\n{after}", code.name);
                prop_assert!(after.starts_with(&before), "{}:\n{after}", code.name);
                let end = around.text.strip_prefix(&before).is_some_and(|rest| rest.ends_with(&behind));
                prop_assert!(!end || after.ends_with(&behind), "{}:\n{after}", code.name);
            }
        }
    }
}
