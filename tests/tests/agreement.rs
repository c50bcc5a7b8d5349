//! The virtual machine and the oracle agree.

#[path = "../../crates/hsl-compile/tests/support/mod.rs"]
mod support;

use std::collections::HashMap;

use hsl_compile::MemorySources;
use tests::oracle::{self, Outcome};
use tests::{matrices, programs};

/// What is different, if anything; none also for programs that the oracle cannot run.
fn difference(name: &str, text: &str) -> Option<String> {
    let expected = match oracle::run(text.as_bytes(), &HashMap::new()) {
        Outcome::Unsupported(_) => return None,
        Outcome::Finished(output) => (output, false),
        Outcome::Threw(output) => (output, true),
    };
    let sources = MemorySources::new().with("main.hsl", text);
    let built = support::compile(&sources, "main.hsl");
    let Some(program) = &built.program else {
        return Some(format!("{name}: refused\n{}", support::render(&sources, &built.diagnostics)));
    };
    let run = support::run(program);
    let printed = (run.output.clone().into_bytes(), run.failure.is_some());
    if printed == expected {
        return None;
    }
    let oracle = String::from_utf8_lossy(&expected.0).into_owned();
    let pairs = oracle.lines().zip(run.output.lines());
    let at = pairs.clone().position(|(a, b)| a != b).unwrap_or_else(|| pairs.count());
    let line = |text: &str| text.lines().nth(at).unwrap_or("(nothing)").to_owned();
    Some(format!(
        "{name}: line {} of the output: oracle {:?}, machine {:?} {}",
        at + 1,
        line(&oracle),
        line(&run.output),
        run.failure.unwrap_or_default()
    ))
}

#[test]
fn on_every_operator_with_every_pair_of_types() {
    let found: Vec<_> =
        matrices::programs().iter().filter_map(|(name, text)| difference(name, text)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// How many generated programs to compare.
fn seeds() -> u64 {
    let given = std::env::var("MAILSTOP_AGREE_PROGRAMS").ok();
    given.map_or(2_000, |count| count.parse().expect("MAILSTOP_AGREE_PROGRAMS is a number"))
}

#[test]
fn on_generated_programs() {
    let mut found = Vec::new();
    for seed in 1..=seeds() {
        let text = programs::program(seed);
        if let Some(difference) = difference(&format!("seed {seed}"), &text) {
            found.push(format!("{difference}\n{text}"));
        }
    }
    let count = found.len();
    found.truncate(3);
    assert!(count == 0, "{count} programs differ\n{}", found.join("\n"));
}
