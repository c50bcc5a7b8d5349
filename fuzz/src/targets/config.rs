//! Configuration files: any text gives a value or findings with places inside the text.

use std::sync::Arc;

use diagnostics::Diagnostic;
use mta_config::{load_running, load_startup};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "config",
    run,
    words: &[
        b"version: \"6.10\"\n",
        b"servers:\n",
        b"  - id: in\n",
        b"transportgroups: []\n",
        b"phases: {eod: {hook: default}}",
        b"&a ",
        b"*a",
        b"!Map ",
        b"1h30m",
        b"50MiB",
        b"? ",
        b"---\n",
    ],
};

fn run(text: &[u8]) {
    let file: Arc<str> = "fuzz.yaml".into();
    for strict in [false, true] {
        let startup = load_startup(&file, text, strict);
        check(text, startup.value.is_some(), &startup.diagnostics);
        let running = load_running(&file, text, strict);
        check(text, running.value.is_some(), &running.diagnostics);
    }
}

fn check(text: &[u8], accepted: bool, findings: &[Diagnostic]) {
    assert_eq!(accepted, !findings.iter().any(Diagnostic::is_error), "{findings:?}");
    for finding in findings {
        assert!(finding.span.start <= finding.span.end, "{finding:?}");
        assert!(finding.span.end as usize <= text.len(), "{finding:?}");
    }
}
