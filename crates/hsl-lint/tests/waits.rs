//! How long functions and scripts wait, as hints tell it.

use hsl_analysis::{MemorySources, Unit, analyze};
use hsl_decl::Hook;

/// Seconds of each function that waits and of the script, with `+` where it may be more.
fn waits(text: &str) -> Vec<String> {
    let sources = MemorySources::new().with("main.hsl", text);
    let unit = Unit::new(Some(Hook::Eod), mta_hooks::catalog());
    let resolved = analyze(&sources, "main.hsl", &unit);
    assert!(!resolved.has_errors(), "{text}\n{:?}", resolved.diagnostics);
    let mut found = hsl_lint::waiting(&resolved, &unit);
    found.sort_by_key(|waiting| (waiting.is_script, waiting.at));
    let shown = found.iter().map(|waiting| {
        let name = if waiting.is_script { "script" } else { "function" };
        format!("{name} {}{}", waiting.seconds, if waiting.open { "+" } else { "" })
    });
    shown.collect()
}

#[test]
fn the_longest_way_counts() {
    assert_eq!(waits("sleep(2); sleep(3);"), ["script 5"]);
    assert_eq!(waits("if ($arguments) sleep(2); else sleep(3);"), ["script 3"]);
    assert_eq!(waits("if ($arguments) { sleep(9); Accept(); } sleep(3);"), ["script 9"]);
    assert_eq!(waits("foreach ([1, 2] as $n) sleep(3);"), ["script 3"]);
    assert_eq!(waits("echo 1;"), Vec::<String>::new());
}

#[test]
fn limits_come_from_options_parameters_and_declarations() {
    // 10 seconds for the connection, then 5 for the answer.
    assert_eq!(waits("http(\"http://a.example/\", [\"timeout\" => 5]);"), ["script 15"]);
    assert_eq!(waits("spf_query(\"192.0.2.1\", \"a\", \"b\");"), ["script 20"]);
    assert_eq!(waits("dns_query(\"a.example\"); sleep(1);"), ["script 6"]);
    assert_eq!(
        waits("http(\"http://a.example/\", [\"background\" => true]);"),
        Vec::<String>::new()
    );
}

#[test]
fn what_is_not_known_may_be_more() {
    assert_eq!(waits("$n = length(\"ab\"); sleep(1); sleep($n);"), ["script 1+"]);
    let calls = "function f($n) { sleep(2); sleep($n); } f(1); f(2);";
    assert_eq!(waits(calls), ["function 2+", "script 4+"]);
    assert_eq!(waits("function f() { sleep(1); f(); } f();"), ["function 1", "script 1"]);
}
