//! Whether an input is complete. The parser decides: an input is open when it would be right with
//! more text behind it.

use hsl_syntax::Parse;

/// What an input is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Ready to run, with the `;` that may be left out at its end. It may be wrong.
    Complete(String),
    /// More lines belong to it.
    Open,
}

/// Judges what was typed so far.
pub(super) fn judge(text: &str) -> Input {
    let parse = hsl_syntax::parse(text.as_bytes());
    if parse.errors.is_empty() {
        return Input::Complete(text.to_owned());
    }
    let ended = format!("{text}\n;");
    let with_end = hsl_syntax::parse(ended.as_bytes());
    let is_open = match with_end.errors.is_empty() {
        true if !ends_with_empty_statement(&with_end) => return Input::Complete(ended),
        is_right => is_right || breaks_at_end(&parse),
    };
    match is_open {
        true => Input::Open,
        false => Input::Complete(text.to_owned()),
    }
}

/// The `;` became the body of a loop or condition that has none yet.
fn ends_with_empty_statement(parse: &Parse) -> bool {
    let end = parse.text.len();
    let last = parse.tree.root_node().descendant_for_byte_range(end - 1, end);
    last.is_some_and(|node| {
        node.kind() == "empty_statement"
            || node.parent().is_some_and(|parent| parent.kind() == "empty_statement")
    })
}

/// Whether nothing is wrong before the end: the first error is that the text ends, or something that
/// is opened there and never closed.
fn breaks_at_end(parse: &Parse) -> bool {
    let end = parse.text.trim_ascii_end().len();
    let Some(first) = parse.errors.first() else { return false };
    let from = first.span.range(parse.text.len());
    // A regular expression has to end in its line.
    let is_unclosed = from.end == parse.text.len()
        && first.labels.iter().any(|label| label.span.start == first.span.start)
        && !parse.text[from].starts_with(b"#/");
    first.span.start as usize >= end || is_unclosed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_inputs_wait_for_more() {
        for text in [
            "function f($a) {",
            "function f($a) {\n  return 1;",
            "function f(",
            "foreach ([1, 2] as $x) {",
            "foreach ([1, 2] as $x)",
            "while (true)",
            "if ($a)",
            "if ($a) { echo 1; } else",
            "forever",
            "class Box {",
            "class Box { $v = 1;\n function f() {",
            "$x = [1,",
            "$x = [\"a\" => ",
            "echo \"abc",
            "echo ''abc",
            "echo '#'a''b",
            "/* a comment",
            "1 +",
            "f(1, ",
            "$x =",
            "try { echo 1; }",
            "try { echo 1; } catch",
            "match ($x) {",
            "switch ($x) {",
            "switch ($x) { case 1:",
            "import { a } from",
            "$f = function ($x) {",
            "$a ? 1 :",
            "barrier \"k\" {",
        ] {
            assert_eq!(judge(text), Input::Open, "{text}");
        }
    }

    #[test]
    fn complete_inputs_run() {
        for text in [
            "1 + 2",
            "echo 1",
            "echo 1;",
            "$x = 5",
            "f(1, 2)",
            "function f() { return 1; }",
            "if ($a) { echo 1; }",
            "class Box { $v = 1; }",
            "import { a } from \"m.hsl\"",
            "return 5",
            "// a comment",
            "echo 1 // with a comment",
            "throw \"x\"",
            "",
        ] {
            assert!(matches!(judge(text), Input::Complete(_)), "{text}");
        }
    }

    #[test]
    fn wrong_inputs_run_to_be_reported() {
        for text in ["echo )", "1 + * 2", "function 5() {", "$x = ];", "foo bar baz", "}", "#/("] {
            assert!(matches!(judge(text), Input::Complete(_)), "{text}");
        }
    }
}
