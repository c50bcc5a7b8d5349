//! Sources that are made to be slow: their work grows with their size and no faster.
//!
//! Work is counted, not timed: the steps of the parser and the instructions of the program. What
//! cannot be counted (messages, names) runs at full size under a time limit that only a cost that
//! grows too fast can break; `--nocapture` shows what each took.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hsl_compile::{Build, MemorySources};
use hsl_syntax::tree_sitter::Parser;
use hsl_vm::Limits;

use crate::support::{compile, run_with};

/// Far above what anything here takes on a loaded machine in an unoptimised build.
const PATIENCE: Duration = Duration::from_secs(120);

/// Enough for a program to begin, not for it to fill a machine.
const SMALL: Limits = Limits {
    call_depth: 50,
    stack: 1 << 16,
    memory: 1 << 24,
    fuel: Some(20_000),
    regex_steps: 10_000,
};

/// A name, and the text of a size.
type Shape = (&'static str, fn(usize) -> Vec<u8>);

/// `piece` as often as asked, between two texts.
fn repeat(before: &str, piece: &str, after: &str, times: usize) -> Vec<u8> {
    [before, &piece.repeat(times), after].concat().into_bytes()
}

/// `piece` with each number below the size in the place of `#`.
fn numbered(before: &str, piece: &str, after: &str, times: usize) -> Vec<u8> {
    let pieces: String = (0..times).map(|n| piece.replace('#', &n.to_string())).collect();
    [before, &pieces, after].concat().into_bytes()
}

/// Shapes whose size is a number of pieces.
const SHAPES: &[Shape] = &[
    ("parentheses", |n| repeat("$x = ", "(", "", n)),
    ("brackets", |n| repeat("$x = ", "[", "", n)),
    ("braces", |n| repeat("", "{", "", n)),
    ("closed parentheses", |n| [repeat("$x = ", "(", "1", n), repeat("", ")", ";", n)].concat()),
    ("closed brackets", |n| [repeat("$x = ", "[", "1", n), repeat("", "]", ";", n)].concat()),
    ("closed braces", |n| [repeat("", "{", "", n), repeat("", "}", "", n)].concat()),
    ("closing brackets", |n| repeat("", ")]}", "", n / 3)),
    ("calls in calls", |n| repeat("echo ", "f(", "", n)),
    ("subscripts in subscripts", |n| repeat("echo ", "$a[", "", n)),
    ("functions in functions", |n| repeat("", "function f() {", "", n)),
    ("closures in closures", |n| repeat("$f = ", "function () { return ", "", n)),
    ("classes in classes", |n| repeat("", "class A {", "", n)),
    ("matches in matches", |n| repeat("echo ", "match (1) { 1 => ", "", n)),
    ("switches in switches", |n| repeat("", "switch (1) { case 1: ", "", n)),
    ("else if", |n| repeat("if (1) echo 1; ", "else if (2) echo 2; ", "", n)),
    ("prefix operators", |n| repeat("echo ", "!", "1;", n)),
    ("sums", |n| repeat("$x = 1; echo $x", " + $x", ";", n)),
    ("concatenations", |n| repeat("echo 1", " . 1", ";", n)),
    ("assignments", |n| repeat("", "$a = ", "1;", n)),
    ("ternaries", |n| repeat("echo ", "1 ? 2 : ", "3;", n)),
    ("elements", |n| repeat("$x = [", "1, ", "];", n)),
    ("pairs", |n| numbered("$x = [", "\"k#\" => #, ", "];", n)),
    ("arguments", |n| repeat("echo f(", "1, ", "1); function f(...$x) { }", n)),
    ("statements", |n| repeat("", "$x = 1; ", "", n)),
    ("broken statements", |n| repeat("", "$x = ; ", "", n)),
    ("statements without end", |n| repeat("", "echo 1 ", "", n)),
    ("labels", |n| numbered("switch (1) { ", "case #: ", "}", n)),
    ("arms", |n| numbered("echo match (1) { ", "# => 1, ", "default => 2 };", n)),
    ("interpolations", |n| repeat("$a = 1; echo \"", "$a ", "\";", n)),
    ("strings", |n| repeat("echo ", "\"a\" . ", "1;", n)),
    ("strings without end", |n| repeat("", "\"", "", n)),
    ("braces in strings in braces", |n| {
        [repeat("echo ", "\"{", "a", n), repeat("", "}\"", ";", n)].concat()
    }),
    ("strings in subscripts of strings", |n| {
        [repeat("echo ", "\"$a[\"", "a", n), repeat("", "\"]\"", ";", n)].concat()
    }),
    ("open interpolations", |n| repeat("echo \"", "${", "\";", n)),
    ("closed interpolations", |n| {
        [repeat("echo \"", "${", "a", n), repeat("", "}", "\";", n)].concat()
    }),
    ("concatenated strings in parentheses", |n| {
        [repeat("$a = 1; echo ", "\"$a\" . (", "1", n), repeat("", ")", ";", n)].concat()
    }),
    ("raw strings without end", |n| repeat("", "'x' ", "", n)),
    ("comments without end", |n| repeat("", "/* ", "", n)),
    ("comments", |n| repeat("", "//\n", "", n)),
    ("regular expressions without end", |n| repeat("", "#/", "", n)),
    ("foreign characters", |n| repeat("", "@", "", n)),
    ("unknown escapes", |n| repeat("echo \"", "\\q", "\";", n)),
    ("returns", |n| repeat("", "return 1; ", "", n)),
];

/// Shapes whose pieces are names, files or definitions.
const NAMES: &[Shape] = &[
    ("functions", |n| numbered("", "function f#() { return #; } ", "", n)),
    ("classes", |n| numbered("", "class C# { $v = #; } ", "", n)),
    ("members", |n| numbered("class C { ", "function f#() { } ", "}", n)),
    ("parameters", |n| numbered("function f(", "$p#, ", "$last) { }", n)),
    ("functions of one name", |n| repeat("", "function f() { } ", "", n)),
    ("members of one name", |n| repeat("class C { ", "function f() { } ", "}", n)),
    ("variables", |n| numbered("", "$v# = #; ", "", n)),
    ("missing variables", |n| numbered("", "echo $v#; ", "", n)),
    ("missing variables of a function", |n| numbered("function f() { ", "echo $v#; ", "}", n)),
    ("missing functions", |n| numbered("", "f#(); ", "", n)),
    ("captures", |n| numbered("$f = function () closure (", "$v#, ", "$last) { };", n)),
    ("globals", |n| numbered("function f() { ", "global $v#; ", "}", n)),
    ("missing imports", |n| numbered("", "import { a as a# } from \"m#\"; ", "", n)),
    ("missing includes", |n| numbered("", "include \"m#\"; ", "", n)),
    ("globals in blocks", |n| {
        [
            repeat("function f() { global $v; ", "{ global $v; } ", "", n),
            repeat("", "$v = 1; ", "}", n),
        ]
        .concat()
    }),
    ("captures that are read", |n| {
        [
            numbered("$f = function () closure (", "$v#, ", "$last) { ", n),
            numbered("", "echo $v#; ", "};", n),
        ]
        .concat()
    }),
    ("static members", |n| {
        [
            numbered("class C { ", "static function f#() { } ", "} ", n),
            numbered("", "C::f#(); ", "", n),
        ]
        .concat()
    }),
    ("missing static members", |n| {
        [
            numbered("class C { ", "static function f#() { } ", "} ", n),
            numbered("", "C::g#(); ", "", n),
        ]
        .concat()
    }),
    ("broken regular expressions", |n| repeat("", "$x = \"a\" =~ #/(/; ", "", n)),
    ("barriers", |n| numbered("", "barrier \"k#\" { } ", "", n)),
];

/// Texts whose size is a number of bytes.
const BYTES: &[Shape] = &[
    ("one line", |n| repeat("echo 1", " + 1", ";", n / 4)),
    ("one name", |n| repeat("", "a", "();", n)),
    ("one variable", |n| repeat("$", "a", " = 1;", n)),
    ("one number", |n| repeat("echo ", "9", ";", n)),
    ("one string", |n| repeat("echo \"", "a", "\";", n)),
    ("one raw string", |n| repeat("echo ''", "'", "a'';", n)),
    ("one delimiter", |n| repeat("echo '", "d", "'x", n)),
    ("one regular expression", |n| repeat("echo \"a\" =~ #/", "a?", "/;", n / 2)),
    ("one comment", |n| repeat("/*", "*", "", n)),
    ("NUL bytes", |n| vec![0; n]),
    ("carriage returns", |n| repeat("echo 1;", "\r", "echo 2;", n)),
    ("line feeds", |n| repeat("echo 1", "\n", "echo 2", n)),
    ("byte order marks", |n| repeat("", "\u{feff}", "", n / 3)),
    ("invalid UTF-8", |n| vec![0xff; n]),
    ("invalid UTF-8 in a string", |n| {
        [b"echo \"".to_vec(), vec![0xc3; n], b"\";".to_vec()].concat()
    }),
];

/// Builds and begins to run a text.
fn answer(text: &[u8]) -> Build {
    let sources = MemorySources::new().with("main.hsl", text);
    let built = compile(&sources, "main.hsl");
    if let Some(program) = &built.program {
        run_with(program, SMALL);
    }
    built
}

/// Steps of the parser for a text.
fn steps(text: &[u8]) -> usize {
    let mut parser = Parser::new();
    parser.set_language(hsl_syntax::language()).expect("the language of the parser");
    let count = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&count);
    parser.set_logger(Some(Box::new(move |_, _| {
        seen.fetch_add(1, Ordering::Relaxed);
    })));
    parser.parse(text, None).expect("a tree");
    count.load(Ordering::Relaxed)
}

/// Instructions, constants and findings of a text.
fn products(text: &[u8]) -> usize {
    let built = answer(text);
    let code = built.program.map_or(0, |program| {
        let code: usize = program.functions.iter().map(|function| function.code.len()).sum();
        code + program.constants.len()
    });
    code + built.diagnostics.len()
}

#[test]
fn twice_the_text_is_twice_the_work() {
    for (name, text) in SHAPES.iter().chain(NAMES) {
        for (what, work) in [("steps", steps as fn(&[u8]) -> usize), ("products", products)] {
            let (once, twice) = (work(&text(400)), work(&text(800)));
            assert!(twice <= once * 11 / 5 + 200, "{name}: {once} {what}, then {twice}");
        }
    }
}

fn in_time((name, text): &Shape, size: usize) {
    let text = text(size);
    let start = Instant::now();
    let built = answer(&text);
    let taken = start.elapsed();
    let findings = built.diagnostics.len();
    println!("{:8.3} s  {size} {name}, {findings} findings", taken.as_secs_f64());
    assert!(taken < PATIENCE, "{name}: {taken:?}");
    assert!(built.diagnostics.len() <= 100, "{name}: {findings} findings");
}

#[test]
fn many_names_are_answered_in_time() {
    NAMES.iter().for_each(|shape| in_time(shape, 10_000));
}

/// Each name means a file that exists: `m0`, `m1` and so on.
#[test]
fn many_files_are_answered_in_time() {
    let size = 10_000;
    for piece in [
        "import { a as a# } from \"m#\"; ",
        "import { $a as $a# } from \"m#\"; ",
        "import * as a# from \"m#\"; ",
        "import { a as a# } from \"other#\"; ",
    ] {
        let mut sources = MemorySources::new();
        for n in 0..size {
            sources.insert(&format!("m{n}"), "function a() { } $a = 1;");
        }
        sources.insert("main.hsl", numbered("", piece, "", size));
        let start = Instant::now();
        let built = compile(&sources, "main.hsl");
        let taken = start.elapsed();
        println!("{:8.3} s  {size} {piece}", taken.as_secs_f64());
        assert!(taken < PATIENCE, "{piece}: {taken:?}");
        assert_eq!(built.program.is_some(), !piece.contains("other"), "{piece}");
    }
}

#[test]
fn a_hundred_thousand_pieces_are_answered_in_time() {
    let names = [
        "closed brackets",
        "classes in classes",
        "matches in matches",
        "switches in switches",
        "else if",
        "elements",
        "statements",
        "interpolations",
    ];
    for name in names {
        let shape = SHAPES.iter().find(|(known, _)| *known == name).expect("a shape of the list");
        in_time(shape, 100_000);
    }
}

/// Strings that open braces which open strings: whatever they are to the parser, the answer has a
/// place, and neither the parser nor what follows it goes one level down for each.
#[test]
fn deep_strings_end_with_a_place() {
    for name in ["braces in strings in braces", "concatenated strings in parentheses"] {
        let shape = SHAPES.iter().find(|(known, _)| *known == name).expect("a shape of the list");
        let (text, built) = (shape.1(5_000), answer(&shape.1(5_000)));
        let error = built.diagnostics.iter().find(|finding| finding.is_error()).expect("an error");
        assert!(built.program.is_none(), "{name}");
        let span = error.span;
        assert!(span.start < span.end && span.end as usize <= text.len(), "{name}: {span:?}");
    }
    for name in ["open interpolations", "strings in subscripts of strings", "closed interpolations"]
    {
        let shape = SHAPES.iter().find(|(known, _)| *known == name).expect("a shape of the list");
        in_time(shape, 20_000);
    }
}

#[test]
fn warnings_do_not_hide_an_error() {
    let text = repeat("", "return 1; ", "missing();", 1_000);
    let built = answer(&text);
    assert!(built.program.is_none());
    assert_eq!(built.diagnostics.iter().filter(|finding| finding.is_error()).count(), 1);
}

#[test]
fn a_million_bytes_are_answered_in_time() {
    BYTES.iter().for_each(|shape| in_time(shape, 1 << 20));
}
