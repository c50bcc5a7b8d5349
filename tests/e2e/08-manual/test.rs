//! `mailstop doc` explains everything that has a name.

use std::process::Command;

use crate::MAILSTOP;

#[track_caller]
fn explains(name: &str, words: &[&str]) {
    let output = Command::new(MAILSTOP).args(["doc", name]).output().expect("mailstop doc");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    for word in words {
        assert!(text.contains(word), "{name}: no {word:?} in: {text}");
    }
}

#[test]
fn every_kind_of_name_is_explained() {
    explains(
        "dns_query",
        &["dns_query(string $host, [array $options]): array", "# Errors", "timeout"],
    );
    explains("run_hook", &["Suspends on the hook."]);
    explains("Map", &["class Map", "->set("]);
    explains("Map->set", &["set(any $key, any $value): boolean"]);
    explains("renameHeader", &["MIMEPart->renameHeader("]);
    explains("rcptto", &["hook rcptto", "Verdicts:"]);
    explains("Reject", &["(hook connect)", "(hook eod)"]);
    explains(
        "$connection",
        &["in: connect\n", "tls (array)", "when TLS is active. May be missing."],
    );
    explains("$argv", &["in: command line"]);
    explains("HSL1007", &["argument-count (error)"]);
    explains("unknown-key", &["MS6012"]);
    explains("transportgroups", &["smtpd-app.yaml", "transportgroups[].id"]);
}

#[test]
fn a_misspelt_name_gets_a_suggestion() {
    let output = Command::new(MAILSTOP).args(["doc", "dns_qury"]).output().expect("mailstop doc");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("did you mean `dns_query`?"), "{text}");
}
