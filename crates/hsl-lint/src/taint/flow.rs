//! What is known about a value: where it comes from, and what it may still harm.

use std::collections::BTreeMap;

use hsl_analysis::hir::Loc;

/// What a value can do harm to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sink {
    /// Whom a request goes to.
    Host,
    /// Path and query of a URL.
    Query,
    /// Which file is read.
    Path,
    /// A regular expression.
    Pattern,
    /// What a regular expression is matched against.
    Subject,
    /// The text of a message header.
    Header,
    /// How many keys shared memory has.
    Key,
    /// Who sees a secret.
    Output,
    /// Nothing by itself: the value may hold line breaks, which matter once it is in a header.
    Lines,
}

/// A set of sinks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Open(u16);

impl Open {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(0xffff);
    /// One word or line that a peer chose.
    pub(super) const WORD: Self =
        Self::of(&[Sink::Host, Sink::Query, Sink::Path, Sink::Pattern, Sink::Subject, Sink::Key]);
    /// Any text that a peer chose.
    pub(super) const TEXT: Self = Self::WORD.union(Self::of(&[Sink::Lines]));
    /// Something that nobody should see.
    pub(super) const SECRET: Self = Self::of(&[Sink::Output]);

    pub(super) const fn of(sinks: &[Sink]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < sinks.len() {
            bits |= 1 << sinks[at] as u8;
            at += 1;
        }
        Self(bits)
    }

    pub(super) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn has(self, sink: Sink) -> bool {
        self.0 & (1 << sink as u8) != 0
    }
}

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

/// Where a value comes from, with what each source may still harm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taint(BTreeMap<From, Open>);

impl Taint {
    pub(super) fn from(from: From, open: Open) -> Self {
        Self(BTreeMap::from([(from, open)]))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (From, Open)> + '_ {
        self.0.iter().map(|(from, open)| (*from, *open))
    }

    /// Adds what another value has; true when something is new.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let mut new = false;
        for (from, open) in other.iter().filter(|(_, open)| *open != Open::NONE) {
            if !self.0.contains_key(&from) && self.0.len() == MOST {
                continue;
            }
            let mine = self.0.entry(from).or_default();
            let both = mine.union(open);
            new |= both != *mine;
            *mine = both;
        }
        new
    }

    /// The value with each set of sinks changed.
    #[must_use]
    pub(super) fn map(&self, change: impl Fn(Open) -> Open) -> Self {
        let changed = self.iter().map(|(from, open)| (from, change(open)));
        Self(changed.filter(|(_, open)| *open != Open::NONE).collect())
    }
}
