//! Which functions have to be walked again, because something that they looked at grew.
//!
//! *Invariant.* A walk that looks at the same gives the same, so who is left out would find nothing.

use hsl_analysis::hir::FunctionId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::walk::Slot;

/// Something that walks learn from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fact {
    /// What callers give a parameter.
    Given(FunctionId, u32),
    /// What a function returns.
    Result(FunctionId),
    /// What variables that several functions see are assigned.
    Shared(Slot),
}

/// Which walk looked at what, and which made it grow.
#[derive(Debug)]
pub(super) struct Learned {
    /// Number of the walk of now.
    now: u32,
    function: FunctionId,
    /// By function: its last walk, none before the first, and what that looked at.
    walks: Vec<(u32, FxHashSet<Fact>)>,
    /// The last walk that made something grow.
    grown: FxHashMap<Fact, u32>,
}

impl Learned {
    /// Nothing yet.
    pub(super) fn new(functions: usize) -> Self {
        let walks = vec![(0, FxHashSet::default()); functions];
        Self { now: 0, function: FunctionId(0), walks, grown: FxHashMap::default() }
    }

    /// Whether a function is to be walked, which begins then.
    pub(super) fn begins(&mut self, function: FunctionId) -> bool {
        let (last, seen) = &mut self.walks[function.index()];
        // What a walk itself made grow it may have looked at before.
        let is_due = *last == 0 || seen.iter().any(|fact| self.grown.get(fact) >= Some(last));
        if is_due {
            self.now += 1;
            self.function = function;
            *last = self.now;
            seen.clear();
        }
        is_due
    }

    /// The walk of now looks at something.
    pub(super) fn reads(&mut self, fact: Fact) {
        self.walks[self.function.index()].1.insert(fact);
    }

    /// The walk of now made something grow.
    pub(super) fn grew(&mut self, fact: Fact) {
        self.grown.insert(fact, self.now);
    }
}
