//! What is known about a value: where it comes from, and what it may still harm.

use hsl_analysis::hir::Loc;
use hsl_decl::Sinks;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum From {
    /// It is read here.
    Source(Loc),
    /// A parameter of the function.
    Param(u32),
}

/// Sources that a value remembers at most; further ones say nothing new.
const MOST: usize = 8;

/// Where a value comes from, with what each source may still harm, in the order of the sources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taint(Vec<(From, Sinks)>);

impl Taint {
    pub(super) fn from(from: From, open: Sinks) -> Self {
        Self(vec![(from, open)])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (From, Sinks)> + '_ {
        self.0.iter().copied()
    }

    /// Adds what another value has; true when something is new.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let mut new = false;
        for (from, open) in other.iter().filter(|(_, open)| *open != Sinks::NONE) {
            match self.0.binary_search_by_key(&from, |(from, _)| *from) {
                Ok(at) => {
                    let mine = &mut self.0[at].1;
                    let both = mine.union(open);
                    new |= both != *mine;
                    *mine = both;
                }
                Err(at) if self.0.len() < MOST => {
                    self.0.insert(at, (from, open));
                    new = true;
                }
                Err(_) => {}
            }
        }
        new
    }

    /// The value with each set of sinks changed.
    #[must_use]
    pub(super) fn map(&self, change: impl Fn(Sinks) -> Sinks) -> Self {
        let changed = self.iter().map(|(from, open)| (from, change(open)));
        Self(changed.filter(|(_, open)| *open != Sinks::NONE).collect())
    }
}
