//! That broken text is parsed in linear time, counted in steps of the parser.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::parse::run_logged;

/// What takes quadratic time when errors are not counted: found by repeating each pair of tokens.
const PATTERNS: &[&str] = &[
    "! and ",
    "++ ? ",
    "+ -> ",
    "? ! ",
    "! + f ",
    "+ * ",
    "+ . ",
    "+ echo ",
    "- { ",
    "$a not ",
    "[ include ",
    "] -- ",
    "] #/ ",
    ", yield ",
    "$a = ,",
    "$a = {",
    "$a = =>",
    "$a += :",
    "$a ** *",
    "$a = x :: ;",
];

/// Steps that the parser logs.
fn steps(text: &[u8]) -> usize {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    run_logged(text, move |_, _| _ = counted.fetch_add(1, Ordering::Relaxed));
    count.load(Ordering::Relaxed)
}

#[test]
fn twice_the_broken_text_takes_at_most_twice_the_steps() {
    for pattern in PATTERNS {
        let [once, twice] = [2000, 4000].map(|times| steps(pattern.repeat(times).as_bytes()));
        // A quadratic parser takes four times the steps.
        assert!(twice * 2 <= once * 5, "{pattern:?}: {once} steps, then {twice}");
    }
}
