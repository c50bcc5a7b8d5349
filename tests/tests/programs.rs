//! Generated programs are worth running: they follow the grammar, and the oracle runs them.

use std::collections::HashMap;

use hsl_fmt::{Style, format};
use tests::oracle::{Outcome, run};
use tests::programs::program;

#[test]
fn generated_programs_parse_and_most_run_to_their_end() {
    let mut finished = 0;
    for seed in 1..=200 {
        let text = program(seed);
        assert_eq!(text, program(seed));
        let parse = hsl_syntax::parse(text.as_bytes());
        assert!(parse.errors.is_empty(), "seed {seed}: {:?}\n{text}", parse.errors);
        match run(text.as_bytes(), &HashMap::new()) {
            Outcome::Finished(_) => finished += 1,
            Outcome::Threw(_) => {}
            Outcome::Unsupported(what) => println!("seed {seed}: {what}"),
        }
    }
    assert!(finished > 150, "only {finished} of 200 programs ran to their end");
}

#[test]
fn generated_programs_keep_their_tokens_when_they_are_formatted() {
    for seed in 1..=300 {
        let style = Style { width: 40 + seed as usize % 80, ..Style::default() };
        let text = program(seed);
        let formatted = |text: &[u8]| {
            format(&hsl_syntax::parse(text), &style)
                .unwrap_or_else(|error| panic!("seed {seed}: {error}\n{}", text.escape_ascii()))
        };
        let once = formatted(text.as_bytes());
        let twice = formatted(&once);
        let (once, twice) = (String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
        assert_eq!(once, twice, "seed {seed}");
    }
}

#[test]
fn the_matrices_run_to_their_end() {
    for (name, text) in tests::matrices::programs() {
        let outcome = run(text.as_bytes(), &HashMap::new());
        let Outcome::Finished(output) = outcome else { panic!("{name}: {outcome:?}") };
        assert!(output.len() > 50, "{name} prints next to nothing");
    }
}
