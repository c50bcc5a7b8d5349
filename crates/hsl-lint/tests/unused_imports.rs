//! Imports need other files, which pages do not have.

use diagnostics::Diagnostic;
use hsl_analysis::{MemorySources, Unit, analyze};

/// What `unused-symbol` finds in a script that imports from a module of three names.
fn found(script: &str) -> Vec<Diagnostic> {
    let module = "function f() { return 1; } function g() { return 2; } $v = 3;";
    let sources = MemorySources::new().with("main.hsl", script).with("m.hsl", module);
    let unit = Unit::new(None, mta_hooks::catalog());
    let resolved = analyze(&sources, "main.hsl", &unit);
    assert!(!resolved.has_errors(), "{:?}", resolved.diagnostics);
    let found = hsl_lint::lint(&resolved, &unit).into_iter();
    found.filter(|finding| finding.code.name == "unused-symbol").collect()
}

/// The names that are found.
fn unused(script: &str) -> Vec<String> {
    let found = found(script).into_iter();
    found.map(|finding| script[finding.span.range(script.len())].to_owned()).collect()
}

#[test]
fn names_that_are_not_mentioned_again_are_found() {
    assert_eq!(unused("import { f, g } from \"m.hsl\"; echo f();"), ["g"]);
    assert_eq!(unused("import { f, $v } from \"m.hsl\"; echo f();"), ["$v"]);
    assert_eq!(unused("import { f as first, g } from \"m.hsl\"; echo g();"), ["f"]);
}

#[test]
fn names_that_are_used_anywhere_are_not() {
    assert!(
        unused("import { f, g } from \"m.hsl\"; echo f(); function h() { return g(); } h();")
            .is_empty()
    );
    assert!(unused("import { f as first } from \"m.hsl\"; echo array_map(first, [1]);").is_empty());
    assert!(
        unused("import { $v } from \"m.hsl\"; function h() { global $v; return $v; } echo h();")
            .is_empty()
    );
    assert!(unused("import * as m from \"m.hsl\"; echo m::f();").is_empty());
}

/// The script after the fix of its first finding.
fn fixed(script: &str) -> Option<String> {
    let found = found(script);
    let fix = found.first()?.fix.as_ref().filter(|fix| fix.safe)?;
    let (text, applied) = diagnostics::apply(script.as_bytes(), [fix]);
    assert_eq!(applied, 1);
    Some(String::from_utf8(text).expect("UTF-8"))
}

#[test]
fn a_fix_takes_the_name_out_of_its_list() {
    let of = |list: &str, rest: &str| format!("import {{ {list} }} from \"m.hsl\"; echo {rest};");
    assert_eq!(fixed(&of("f, g", "f()")), Some(of("f", "f()")));
    assert_eq!(fixed(&of("f, g", "g()")), Some(of("g", "g()")));
    assert_eq!(fixed(&of("f as first, g", "g()")), Some(of("g", "g()")));
    assert_eq!(fixed(&of("f, g as second", "f()")), Some(of("f", "f()")));
    assert_eq!(fixed(&of("f", "1")), None, "the file must still run");
}
