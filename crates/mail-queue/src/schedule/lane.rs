//! Messages that share destination and facts, in the order in which they are due.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Entry;
use crate::envelope::MessageId;
use crate::rules::{CounterId, Facts};
use crate::time::UnixTime;

/// After how many picks priority 0 goes first once.
const STARVATION_GUARD: u64 = 8;

/// Destination and facts.
pub(super) type LaneName = (Arc<str>, Facts);

/// What a lane waits for until it is less full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Blocker {
    Destination(Arc<str>),
    /// A counter, by the limits of the policy with this rank.
    Counter(CounterId, u64),
}

/// Where a lane stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Place {
    /// Not placed yet, or just taken from its place.
    #[default]
    Standing,
    /// It is empty.
    Nowhere,
    Ring,
    /// Nothing is due before.
    Timer(UnixTime),
    /// A suspension keeps it back until then.
    Suspended(UnixTime),
    /// Behind others, since this turn.
    Behind(Blocker, u64),
}

impl Place {
    /// Whether suspensions or policies keep the lane there.
    pub(super) fn is_by_rules(&self) -> bool {
        matches!(self, Self::Suspended(_) | Self::Behind(Blocker::Counter(..), _))
    }
}

/// Messages by due time, then by arrival.
type Line = BTreeSet<(UnixTime, u64, MessageId)>;

#[derive(Debug, Default)]
pub(super) struct Lane {
    lines: [Line; 2],
    picks: u64,
    pub(super) place: Place,
}

impl Lane {
    pub(super) fn join(&mut self, entry: &Entry, sequence: u64) {
        let line = &mut self.lines[usize::from(entry.priority.min(1))];
        line.insert((entry.next, sequence, entry.id));
    }

    pub(super) fn leave(&mut self, entry: &Entry, sequence: u64) {
        let line = &mut self.lines[usize::from(entry.priority.min(1))];
        line.remove(&(entry.next, sequence, entry.id));
    }

    /// When the first message is due.
    pub(super) fn first(&self) -> Option<UnixTime> {
        self.lines.iter().filter_map(|line| line.first()).map(|(time, _, _)| *time).min()
    }

    pub(super) fn take_due(&mut self, now: UnixTime) -> Option<MessageId> {
        self.picks += 1;
        let order = match self.picks % STARVATION_GUARD {
            0 => [0, 1],
            _ => [1, 0],
        };
        let line = order
            .into_iter()
            .find(|line| self.lines[*line].first().is_some_and(|(time, _, _)| *time <= now))?;
        self.lines[line].pop_first().map(|(_, _, id)| id)
    }
}
