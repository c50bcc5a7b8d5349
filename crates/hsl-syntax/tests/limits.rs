//! Hostile and odd texts: size, depth, bytes, edits.

use std::time::{Duration, Instant};

use diagnostics::Span;
use hsl_syntax::ast::{AstNode, Statement};
use hsl_syntax::{Edit, MAX_DEPTH, Parse, SyntaxError, parse};
use proptest::prelude::*;

/// Far above what a linear parser takes on a loaded machine, far below what a quadratic one does.
const PATIENCE: Duration = Duration::from_secs(20);

fn parse_in_time(text: Vec<u8>) -> Parse {
    let start = Instant::now();
    let parse = parse(text);
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{taken:?}");
    parse
}

#[test]
fn long_texts_take_linear_time() {
    let million = 1 << 20;
    let sum = [&b"$x = 1"[..], &b" + 1".repeat(200), b";"].concat();
    for (text, valid) in [
        (b"a".repeat(million), false),
        ([&b"echo \""[..], &b"a".repeat(million), b"\";"].concat(), true),
        ([&b"echo \""[..], &b"$a ".repeat(10_000), b"\";"].concat(), true),
        ([&b"echo ["[..], &b"1, ".repeat(million / 3), b"];"].concat(), true),
        (sum.repeat(million / sum.len()), true),
        (b"/* ".repeat(million / 3), false),
        (b"echo 1 ".repeat(million / 28), false),
        (b"'x' ".repeat(million / 16), false),
        (b"\"".repeat(million / 8), false),
        (b"//\n".repeat(million / 3), true),
        ([&b"echo 1"[..], &b"//\n".repeat(million / 3)].concat(), false),
        (b"@".repeat(million), false),
        (b"#/".repeat(million / 16), false),
        // As many take a quadratic parser minutes.
        (b"$x = ; ".repeat(million / 32), false),
        (b"$x = ;\n".repeat(million / 32), false),
        (b"$a + ; ".repeat(million / 32), false),
        (b"$a ?? ; ".repeat(million / 32), false),
        (b"return ++; ".repeat(million / 32), false),
        (b"$a = - ; ".repeat(million / 32), false),
    ] {
        let shown = String::from_utf8_lossy(&text[..20]).into_owned();
        let parse = parse_in_time(text);
        assert_eq!(parse.errors.is_empty(), valid, "{shown}: {:?}", parse.errors.first());
    }
}

/// The message about what stands behind too many errors.
const REST: &str = "too many errors before this; the rest of the file is not checked";

/// How many functions the file defines.
fn functions(parse: &Parse) -> usize {
    let is_function =
        |statement: &Statement<'_>| matches!(statement, Statement::FunctionDefinition(_));
    parse.root().statements().filter(is_function).count()
}

#[test]
fn what_stands_behind_very_many_errors_is_not_looked_at() {
    let broken = "$a = ) ? => ;\n".repeat(5000);
    let text = format!("function early() {{}}\n{broken}function late() {{}}\n");
    let parse = parse(text.as_bytes());
    let last = parse.errors.last().expect("an error");
    assert_eq!(last.message, REST);
    assert!(parse.errors.len() <= SyntaxError::LIMIT + 1);
    assert!(parse.errors.is_sorted_by(|a, b| a.span.start < b.span.start));
    assert!(functions(&parse) > 0, "the beginning is there");
    assert_eq!(parse.tree.root_node().end_byte(), text.len());

    let start = text.find('$').expect("the broken part");
    let span = Span::new(start, start + broken.len());
    let mended = parse.edit(&[Edit { span, text: Vec::new() }]);
    assert_eq!(mended.errors, []);
    assert_eq!(functions(&mended), 2);
}

#[test]
fn a_long_text_with_a_few_hundred_errors_is_parsed_to_its_end() {
    for broken in ["$a = ;", "f(1;", "$a = [1, 2;", "if ($a { }", "echo echo 1;", "$a = 1 2;"] {
        let text = format!("{broken}\n{}", "$a = [1, 2, \"x\"];\n".repeat(200));
        let text = text.repeat(300) + "function last() {}";
        let parse = parse_in_time(text.into_bytes());
        assert!(parse.errors.iter().all(|error| error.message != REST), "{broken}");
        assert_eq!(functions(&parse), 1, "{broken}");
    }
}

#[test]
fn deep_texts_are_refused() {
    let many = 100_000;
    for piece in [
        "(",
        "[",
        "{",
        "!",
        "- ",
        "if (1) ",
        "$a = ",
        "1 ? 1 : ",
        "f(",
        "$a[",
        "[[$a] = ",
        "if (",
        "function f() {",
        "function () {",
        "class A {",
        "match (1) { 1 => ",
        "switch (1) { case 1: ",
        "else if (1) ",
        "try {",
        "\"$a",
        "}",
        ")",
    ] {
        let parse = parse_in_time(piece.repeat(many).into_bytes());
        let message = &parse.errors[0].message;
        assert!(message.contains("levels deep") || parse.tree.root_node().has_error(), "{piece}");
    }
    let balanced = ["$x = ".to_owned(), "(".repeat(many), "1".into(), ")".repeat(many), ";".into()];
    let parse = parse_in_time(balanced.concat().into_bytes());
    assert_eq!(parse.errors.len(), 1);
    assert!(parse.errors[0].message.contains("levels deep"));
    assert_eq!(parse.root().statements().count(), 0);
}

#[test]
fn depth_up_to_the_limit_is_fine() {
    let depth = MAX_DEPTH - 5;
    let text = ["$x = ".to_owned(), "(".repeat(depth), "1".into(), ")".repeat(depth), ";".into()];
    assert_eq!(parse(text.concat().into_bytes()).errors, []);
    let chain = ["$x = 1".to_owned(), " . 1".repeat(depth), ";".into()];
    assert_eq!(parse(chain.concat().into_bytes()).errors, []);
}

#[test]
fn any_byte_may_stand_in_strings_and_comments() {
    let bytes: Vec<u8> = (0..=255).filter(|b| !b"\"\\$'\n*/".contains(b)).collect();
    for (open, close) in [("\"", "\""), ("''", "''"), ("/*", "*/ 1"), ("//", "\n 1"), ("#/", "/")] {
        let text = [b"echo ", open.as_bytes(), &bytes, close.as_bytes(), b";"].concat();
        let parse = parse(text);
        assert_eq!(parse.errors, [], "{open}");
        assert_eq!(parse.tree.root_node().end_byte(), parse.text.len());
    }
}

#[test]
fn a_first_line_may_name_an_interpreter() {
    let parse = parse(&b"#!/usr/bin/env -S mailstop hsh\necho 1;"[..]);
    assert_eq!(parse.errors, []);
    assert_eq!(parse.root().statements().count(), 1);
}

/// Pieces that broken programs are made of.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "$a", "f", "(", ")", "[", "]", "{", "}", ";", ",", "=", "=>", "+", ".", "?", ":", "::",
        "->", "if", "else", "function", "class", "echo", "\"", "''", "'x'", "1", "1.2", "#/", "/",
        "//", "/*", "*/", "\n", " ", "...", "switch", "case", "match", "import", "from", "\\",
        "\0", "é", "\u{feff}", "yield", "cache", "static", "barrier", "return", "$", "${a}", "and",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..60)
        .prop_map(|list| list.join(" ").into_bytes())
}

/// The tree without its errors' wording, for comparison.
fn outline(parse: &Parse) -> String {
    format!("{} {:?}", parse.tree.root_node().to_sexp(), parse.errors)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_text_has_a_tree_and_errors_say_where(text in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        pieces(),
    ]) {
        let parse = parse(text);
        prop_assert_eq!(parse.errors.is_empty(), !parse.tree.root_node().has_error() && parse.errors.is_empty());
        if parse.tree.root_node().has_error() {
            prop_assert!(!parse.errors.is_empty());
        }
        for error in &parse.errors {
            prop_assert!(error.span.start <= error.span.end);
            prop_assert!(error.span.end as usize <= parse.text.len());
        }
        for statement in parse.root().statements() {
            prop_assert!(statement.span().end as usize <= parse.text.len());
        }
    }

    #[test]
    fn editing_equals_parsing_the_new_text(
        text in pieces(),
        edits in proptest::collection::vec((0usize..300, 0usize..20, pieces()), 1..4),
    ) {
        let mut expected = text.clone();
        let mut list = Vec::new();
        for (at, length, new) in edits {
            let start = at.min(expected.len());
            let end = (at + length).min(expected.len());
            list.push(Edit { span: Span::new(start, end), text: new.clone() });
            expected.splice(start..end, new);
        }
        let edited = parse(text).edit(&list);
        prop_assert_eq!(&*edited.text, &*expected);
        let fresh = parse(expected);
        prop_assert_eq!(edited.errors.is_empty(), fresh.errors.is_empty());
        if fresh.errors.is_empty() {
            prop_assert_eq!(outline(&edited), outline(&fresh));
        }
    }

    /// Whatever stands in statements that an edit leaves alone is still told.
    #[test]
    fn edits_lose_no_errors_of_other_statements(
        statements in proptest::collection::vec(proptest::sample::select(STATEMENTS.to_vec()), 1..12),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), proptest::sample::select(STATEMENTS.to_vec())), 1..4),
    ) {
        let mut lines = statements;
        let mut edited = parse(lines.concat().into_bytes());
        for (at, new) in edits {
            let at = at.index(lines.len());
            let start = lines[..at].concat().len();
            let span = Span::new(start, start + lines[at].len());
            edited = edited.edit(&[Edit { span, text: new.as_bytes().to_vec() }]);
            lines[at] = new;
            let fresh = parse(lines.concat().into_bytes());
            // Where the parser guesses, it may guess otherwise after an edit.
            if edited.tree.root_node().to_sexp() == fresh.tree.root_node().to_sexp() {
                prop_assert_eq!(&edited.errors, &fresh.errors, "{}", lines.concat());
            }
        }
    }
}

/// Statements with and without errors of each kind: what the tree shows, and what only a look shows.
const STATEMENTS: &[&str] = &[
    "$a = 1;\n",
    "function f($x) { return $x + 1; }\n",
    "echo \"a$b\";\n",
    "// words\n",
    "$a = ;\n",
    "$a = 1 +;\n",
    "f(2x);\n",
    "$b = 1.2.3;\n",
    "f((1, 2);\n",
    "if ($a) { g( }\n",
    "[...$a, $b] = $c;\n",
    "import {c} from \"${d}\";\n",
    "switch ($a) { echo 1; }\n",
    "echo 1\n",
    "class C { function g() { return [1, ; } }\n",
    "echo \"open\n",
];
