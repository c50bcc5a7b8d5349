//! What was found out about patterns, kept for when the same pattern stands somewhere else.
//!
//! Scripts of a project share patterns, and a judgement takes as long as everything else that is looked
//! at in a function.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::pump::{self, Pump};

/// Patterns that are kept; more begin anew.
const MOST: usize = 256;

/// A pattern, and whether capitals count.
type Known = FxHashMap<(Box<[u8]>, bool), Option<Pump>>;

thread_local! {
    static PUMPS: RefCell<Known> = RefCell::default();
    static SLOW: RefCell<Known> = RefCell::default();
}

/// A text that a pattern matches in exponentially many ways, when there is one.
pub(crate) fn pump(pattern: &[u8], caseless: bool) -> Option<Pump> {
    PUMPS.with_borrow_mut(|known| judged(known, pattern, caseless, pump::pump))
}

/// A text that a pattern takes more than linear time for, when there is one.
pub(crate) fn slow(pattern: &[u8], caseless: bool) -> Option<Pump> {
    SLOW.with_borrow_mut(|known| judged(known, pattern, caseless, pump::slow))
}

fn judged(
    known: &mut Known,
    pattern: &[u8],
    caseless: bool,
    judge: fn(&[u8], bool) -> Option<Pump>,
) -> Option<Pump> {
    let key = (Box::from(pattern), caseless);
    if let Some(found) = known.get(&key) {
        return found.clone();
    }
    let found = judge(pattern, caseless);
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(key, found.clone());
    found
}
