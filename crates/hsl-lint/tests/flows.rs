//! Untrusted values through the statements, functions and closures of a program.

use diagnostics::Diagnostic;
use hsl_analysis::{MemorySources, Unit, analyze};
use hsl_decl::Hook;

fn findings(hook: Hook, text: &str) -> Vec<Diagnostic> {
    let sources = MemorySources::new()
        .with("main.hsl", text)
        .with("ask.hsl", "function ask($where) { return http($where, [\"timeout\" => 5]); }");
    let unit = Unit::new(Some(hook), mta_hooks::catalog());
    let resolved = analyze(&sources, "main.hsl", &unit);
    assert!(!resolved.has_errors(), "{text}\n{:?}", resolved.diagnostics);
    let found = hsl_lint::lint(&resolved, &unit);
    found.into_iter().filter(|finding| finding.code.id.starts_with("HSL40")).collect()
}

/// Names of the security findings of a script of the rcptto hook.
fn names(text: &str) -> Vec<&'static str> {
    findings(Hook::RcptTo, text).iter().map(|finding| finding.code.name).collect()
}

const PATH: &[&str] = &["untrusted-path"];
const NOTHING: &[&str] = &[];

#[test]
fn assignments_carry_and_clean() {
    let cases: [(&str, &[&str]); 5] = [
        ("$a = $arguments[\"recipient\"]; $b = $a; File::read($b);", PATH),
        ("$a = $arguments[\"recipient\"]; $a = \"x\"; File::read($a);", NOTHING),
        ("$a = [\"to\" => $arguments[\"recipient\"]]; File::read($a[\"to\"]);", PATH),
        ("$a = \"x\"; $a .= $arguments[\"recipient\"]; File::read($a);", PATH),
        ("$a = length($arguments[\"recipient\"]); File::read(\"x$a\");", NOTHING),
    ];
    cases.iter().for_each(|(text, expected)| assert_eq!(names(text), *expected, "{text}"));
}

#[test]
fn branches_are_joined_and_checks_count() {
    let to = "$to = $arguments[\"recipient\"];";
    let cases: [(&str, &[&str]); 6] = [
        ("if (random_number() > 0.5) $to = \"x\"; File::read($to);", PATH),
        ("if ($to == \"a\") File::read($to);", NOTHING),
        ("if ($to != \"a\") Reject(); File::read($to);", NOTHING),
        ("if ($to == \"a\") echo 1; File::read($to);", PATH),
        ("if ($to =~ \"/^[a-z]+$/\") File::read($to);", NOTHING),
        ("if ($to == \"a\") { $to = $arguments[\"recipient\"]; File::read($to); }", PATH),
    ];
    for (text, expected) in cases {
        assert_eq!(names(&format!("{to} {text}")), expected, "{text}");
    }
}

#[test]
fn functions_carry_what_they_are_given() {
    let cases: [(&str, &[&str]); 5] = [
        ("function f($x) { return \"a\" . $x; } File::read(f($arguments[\"recipient\"]));", PATH),
        ("function f($x) { File::read($x); } f($arguments[\"recipient\"]);", PATH),
        ("function f($x) { return $x; } f($arguments[\"recipient\"]); File::read(f(\"x\"));", &[]),
        (
            "function g($x) { File::read($x); } function f($x) { g($x); } \
          f($arguments[\"recipient\"]);",
            PATH,
        ),
        (
            "$a = $arguments[\"recipient\"]; $f = function () closure ($a) { File::read($a); }; $f();",
            PATH,
        ),
    ];
    cases.iter().for_each(|(text, expected)| assert_eq!(names(text), *expected, "{text}"));
}

#[test]
fn imports_are_followed() {
    let text = "import { ask } from \"ask.hsl\"; ask(\"http://\" . $arguments[\"recipient\"]);";
    let found = findings(Hook::RcptTo, text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].code.name, &*found[0].file), ("untrusted-url", "ask.hsl"));
    // The way there is part of the finding.
    assert_eq!(&*found[0].labels[0].file, "main.hsl");
}

#[test]
fn a_url_has_a_host_and_a_query() {
    let url = |expr: &str| {
        names(&format!("$t = $arguments[\"recipient\"]; http({expr}, [\"timeout\" => 5]);"))
    };
    assert_eq!(url("\"http://$t/\""), ["untrusted-url"]);
    assert_eq!(url("\"http://a/\" . $t"), ["manual-query-string"]);
    assert_eq!(url("\"http://a/?\" . url_encode($t)"), NOTHING);
    assert_eq!(url("$t"), ["untrusted-url", "manual-query-string"]);
}

#[test]
fn a_secret_literal_is_not_repeated() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6".repeat(3));
    let found = findings(Hook::RcptTo, &format!("$x = \"{token}\";"));
    assert_eq!(found.len(), 1);
    assert!(!format!("{}{:?}", found[0].message, found[0].help).contains(&token));
}
