//! The HSL parser: any bytes give a tree of the same length, and errors inside it.

use diagnostics::Span;
use hsl_syntax::{Edit, parse};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "parse",
    run,
    words: &[
        b"function f($a = 1, ...$r) closure ($x) { return $a; }",
        b"class C { private static $v = [1]; constructor() { } }",
        b"''raw''",
        b"'END'raw'END'",
        b"#/a\\/b/i",
        b"\"$x ${y}\"",
        b"[\"a\" => $x, ...$r] = ",
        b"match ($x) { 1, 2 => 3, default => 4 }",
        b"switch ($x) { case 1: break; default: }",
        b"import { a as b, $c } from \"m\";",
        b"foreach ($a as $k => $v) ",
        b"$a[1:2:-1]",
        b"/*",
        b"{",
        b"(",
        b"[",
        b"?:",
        b"??=",
        b"barrier \"x\" => $y { }",
        b"cache [] f()",
        b"\xef\xbb\xbf",
        b"\0",
    ],
};

fn run(text: &[u8]) {
    let tree = parse(text);
    check(text.len(), &tree);
    let middle = text.len() / 2;
    let edit = Edit { span: Span::new(middle, text.len()), text: b"} echo 1;".to_vec() };
    let edited = tree.edit(&[edit]);
    let expected = [&text[..middle], b"} echo 1;"].concat();
    assert_eq!(&edited.text[..], &expected[..]);
    check(expected.len(), &edited);
}

fn check(len: usize, tree: &hsl_syntax::Parse) {
    for error in &tree.errors {
        assert!(error.span.start <= error.span.end && error.span.end as usize <= len, "{error:?}");
    }
}
