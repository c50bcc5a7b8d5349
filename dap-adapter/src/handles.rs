//! Numbers for frames and expandable values, as the editor wants them.
//!
//! Invariants: the same place at the same stop has the same number; a number is never used for
//! another place; numbers of a stop that is over are gone.

use std::collections::HashMap;
use std::hash::Hash;

use mta_control::debug::{Key, ScopeId};

/// A frame at a stop.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FramePlace {
    pub(crate) thread: i64,
    pub(crate) stop: u64,
    pub(crate) frame: u32,
}

/// A scope, or a value below one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ValuePlace {
    pub(crate) frame: FramePlace,
    pub(crate) scope: ScopeId,
    pub(crate) path: Vec<Key>,
    /// Expression that gives the value; empty for scopes, which are no values.
    pub(crate) expression: String,
}

/// Numbers of one kind of place.
#[derive(Debug)]
pub(crate) struct Handles<P> {
    next: i64,
    by_place: HashMap<P, i64>,
    by_number: HashMap<i64, P>,
}

impl<P> Default for Handles<P> {
    fn default() -> Self {
        Self { next: 0, by_place: HashMap::new(), by_number: HashMap::new() }
    }
}

impl<P: Clone + Eq + Hash> Handles<P> {
    /// The number of a place.
    pub(crate) fn number(&mut self, place: P) -> i64 {
        if let Some(number) = self.by_place.get(&place) {
            return *number;
        }
        self.next += 1;
        self.by_place.insert(place.clone(), self.next);
        self.by_number.insert(self.next, place);
        self.next
    }

    /// The place of a number that is still good.
    pub(crate) fn place(&self, number: i64) -> Option<&P> {
        self.by_number.get(&number)
    }

    /// Forgets places.
    pub(crate) fn forget(&mut self, mut over: impl FnMut(&P) -> bool) {
        self.by_place.retain(|place, _| !over(place));
        self.by_number.retain(|_, place| !over(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_stable_and_never_reused() {
        let mut handles = Handles::default();
        let place = |stop| FramePlace { thread: 1, stop, frame: 0 };
        let first = handles.number(place(1));
        assert_eq!(handles.number(place(1)), first);
        handles.forget(|place| place.stop == 1);
        assert_eq!(handles.place(first), None);
        assert_ne!(handles.number(place(1)), first);
    }
}
