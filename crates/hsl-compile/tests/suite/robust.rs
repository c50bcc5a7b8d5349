//! Bad input: whatever the bytes, a build answers with findings, and an accepted program is sound
//! and stays within its limits.

use std::path::Path;

use crate::support::{compile, run_with};
use hsl_compile::MemorySources;
use hsl_vm::Limits;
use proptest::prelude::*;
use testkit::cases;

/// Sources of every program of the suite.
fn programs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/language");
    cases(&folder).into_iter().map(|case| case.source).collect()
}

/// Enough for a program to do something.
const SMALL: Limits = Limits {
    call_depth: 50,
    stack: 1 << 14,
    memory: 1 << 22,
    fuel: Some(5_000),
    regex_steps: 10_000,
};

/// Builds a text and runs what comes of it; a program without an error always compiles.
fn survives(text: &[u8]) {
    let sources = MemorySources::new().with("main.hsl", text);
    let built = compile(&sources, "main.hsl");
    let refused = built.diagnostics.iter().any(diagnostics::Diagnostic::is_error);
    assert_eq!(built.program.is_none(), refused, "{}", String::from_utf8_lossy(text));
    if let Some(program) = &built.program {
        run_with(program, SMALL);
    }
}

#[test]
fn every_beginning_of_every_program_is_answered() {
    for program in programs() {
        let text = program.as_bytes();
        let step = (text.len() / 24).max(1);
        (0..text.len()).step_by(step).for_each(|end| survives(&text[..end]));
    }
}

#[test]
fn every_program_without_one_line_or_byte_is_answered() {
    for program in programs() {
        let text = program.as_bytes();
        for at in (0..text.len()).step_by((text.len() / 12).max(1)) {
            survives(&[&text[..at], &text[at + 1..]].concat());
        }
    }
}

/// Text that is nested in one way; a stack of 2 MiB, that of a worker, must be enough.
fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn deep_nesting_is_compiled_or_refused_but_never_overflows() {
    let shapes = [
        ("(", "1", ")", "echo ", ";"),
        ("[", "1", "]", "echo ", ";"),
        ("-", "1", "", "echo ", ";"),
        ("!", "1", "", "echo ", ";"),
        ("{", "", "}", "", ""),
        ("if (1) ", "echo 1;", "", "", ""),
        ("if (1) {", "echo 1;", "}", "", ""),
        ("while (1) ", "break;", "", "", ""),
        ("function () { return ", "1", "; }", "$f = ", ";"),
        ("$a[", "1", "] = 2", "", ";"),
        ("f(", "1", ")", "function f($x) { return $x; } echo ", ";"),
        ("1 ? 2 : ", "3", "", "echo ", ";"),
        ("$a ?? ", "3", "", "echo ", ";"),
        ("1 ** ", "3", "", "echo ", ";"),
        ("1 + ", "3", "", "echo ", ";"),
        ("1 . ", "3", "", "echo ", ";"),
        ("$x and ", "3", "", "$x = 1; echo ", ";"),
        ("$x + ", "3", "", "$x = 1; echo ", ";"),
        ("", "$x", "[0]", "$x = []; echo ", ";"),
        ("", "$x", "->a()", "$x = []; echo ", ";"),
        ("", "$x", "[0]", "$x = []; ", " = 1;"),
        ("match (1) { default => ", "1", " }", "echo ", ";"),
        ("function f() { ", "", "}", "", ""),
        ("try { ", "", "} catch ($e) { }", "", ""),
        ("else if (1) echo 2; ", "", "", "if (0) echo 1; ", ""),
        ("case 1: ", "", "", "switch (1) { ", "}"),
        ("barrier \"k\" { ", "", "}", "", ""),
    ];
    for (open, middle, close, before, after) in shapes {
        for depth in [40, 160, 240, 499, 3000] {
            let text = format!("{before}{}{after}", nested(open, middle, close, depth));
            survives(text.as_bytes());
        }
    }
}

#[test]
fn includes_that_multiply_are_refused() {
    let mut sources = MemorySources::new();
    for i in 0..30 {
        let next = i + 1;
        sources.insert(&format!("{i}"), format!("include \"{next}\"; include \"{next}\";"));
    }
    sources.insert("30", "echo 1;");
    let built = compile(&sources, "0");
    assert!(built.program.is_none());
    let limit = |d: &&diagnostics::Diagnostic| d.code.name == "code-limit";
    assert!(built.diagnostics.iter().any(|d| limit(&d)));
}

#[test]
fn a_long_chain_of_files_is_compiled_or_refused() {
    for word in ["include", "import * as n from"] {
        let mut sources = MemorySources::new();
        for i in 0..5_000 {
            sources.insert(&format!("{i}"), format!("{word} \"{}\";", i + 1));
        }
        sources.insert("5000", "echo 1;");
        compile(&sources, "0");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes_are_answered(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        survives(&text);
    }

    #[test]
    fn any_words_are_answered(words in proptest::collection::vec(word(), 0..40)) {
        survives(words.join(" ").as_bytes());
    }

    #[test]
    fn mutated_programs_are_answered(
        which in 0usize..400,
        changes in proptest::collection::vec((0.0..1.0f64, 0usize..6, word()), 1..8),
    ) {
        let programs = programs();
        let mut text = programs[which % programs.len()].clone().into_bytes();
        for (place, removed, word) in changes {
            let at = (text.len() as f64 * place) as usize;
            let end = (at + removed).min(text.len());
            text.splice(at..end, word.bytes());
        }
        survives(&text);
    }

    #[test]
    fn spliced_programs_are_answered(first in 0usize..400, second in 0usize..400, cut in 0.0..1.0f64) {
        let programs = programs();
        let (a, b) = (&programs[first % programs.len()], &programs[second % programs.len()]);
        let at = |text: &str| (text.len() as f64 * cut) as usize;
        survives(&[&a.as_bytes()[..at(a)], &b.as_bytes()[at(b)..]].concat());
    }
}

/// A word of the language.
fn word() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "$a",
        "$b",
        "$this",
        "f",
        "C",
        "1",
        "\"s$a\"",
        "none",
        "=",
        "+=",
        "??=",
        ".=",
        "+",
        ".",
        "==",
        "??",
        "and",
        "or",
        "!",
        "-",
        "++",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ";",
        ",",
        ":",
        "=>",
        "->",
        "::",
        "...",
        "echo",
        "if",
        "else",
        "while",
        "for",
        "foreach",
        "as",
        "switch",
        "case",
        "default",
        "break",
        "continue",
        "return",
        "throw",
        "try",
        "catch",
        "global",
        "function",
        "class",
        "closure",
        "static",
        "private",
        "readonly",
        "constructor",
        "include",
        "import",
        "from",
        "*",
        "with",
        "barrier",
        "isset",
        "unset",
        "builtin",
        "cache",
        "match",
        "yield",
        "#/a/",
        "''r''",
    ])
}
