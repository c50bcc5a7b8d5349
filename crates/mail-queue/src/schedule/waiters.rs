//! Lanes that wait until something is less full, in turn.
//!
//! A counter that limits a rate allows the next start at a time that holds for every lane behind it, so
//! the lanes wait together and have one time. Lanes that share a counter under different policies wait
//! apart: what is too much for one may not be for the other.
//!
//! *Invariants.* A line has a time only while lanes wait in it.
//!
//! *Not here.* Whether a lane may go on ([`super::Scheduler`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::lane::{Blocker, LaneName};
use crate::rules::CounterId;
use crate::time::UnixTime;

/// All lines.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    lines: BTreeMap<Blocker, Line>,
    times: BTreeSet<(UnixTime, Blocker)>,
}

#[derive(Debug, Default)]
struct Line {
    lanes: BTreeSet<(u64, Arc<LaneName>)>,
    /// When the first may go on by itself.
    time: Option<UnixTime>,
}

impl Waiters {
    /// Puts a lane into a line.
    pub(super) fn push(&mut self, blocker: &Blocker, turn: u64, lane: &Arc<LaneName>) {
        let line = self.lines.entry(blocker.clone()).or_default();
        line.lanes.insert((turn, lane.clone()));
    }

    /// Takes the first lane out of a line, with its turn.
    pub(super) fn pop(&mut self, blocker: &Blocker) -> Option<(u64, Arc<LaneName>)> {
        let first = self.lines.get_mut(blocker)?.lanes.pop_first();
        self.tidy(blocker);
        first
    }

    /// Takes a lane out of a line.
    pub(super) fn remove(&mut self, blocker: &Blocker, turn: u64, lane: &Arc<LaneName>) {
        if let Some(line) = self.lines.get_mut(blocker) {
            line.lanes.remove(&(turn, lane.clone()));
        }
        self.tidy(blocker);
    }

    /// Gives a lane another turn.
    pub(super) fn renumber(&mut self, blocker: &Blocker, old: u64, new: u64, lane: &Arc<LaneName>) {
        if let Some(line) = self.lines.get_mut(blocker) {
            line.lanes.remove(&(old, lane.clone()));
            line.lanes.insert((new, lane.clone()));
        }
    }

    /// Notes when the first lane of a line may go on by itself, or that it may not.
    pub(super) fn set_time(&mut self, blocker: &Blocker, time: Option<UnixTime>) {
        let Some(line) = self.lines.get_mut(blocker) else { return };
        if let Some(old) = std::mem::replace(&mut line.time, time) {
            self.times.remove(&(old, blocker.clone()));
        }
        self.times.extend(time.map(|time| (time, blocker.clone())));
    }

    /// A line whose time has come; it has none from now on.
    pub(super) fn due(&mut self, now: UnixTime) -> Option<Blocker> {
        let (_, blocker) = self.times.first().filter(|(time, _)| *time <= now).cloned()?;
        self.set_time(&blocker, None);
        Some(blocker)
    }

    /// Lets a line be due at once, unless it got a time meanwhile.
    pub(super) fn look_again(&mut self, blocker: &Blocker, now: UnixTime) {
        if self.lines.get(blocker).is_some_and(|line| line.time.is_none()) {
            self.set_time(blocker, Some(now));
        }
    }

    /// When the next line may go on by itself.
    pub(super) fn next_time(&self) -> Option<UnixTime> {
        self.times.first().map(|(time, _)| *time)
    }

    /// The lines behind a counter.
    pub(super) fn behind(&self, counter: &CounterId) -> Vec<Blocker> {
        let from =
            Blocker::Counter(counter.clone(), 0)..=Blocker::Counter(counter.clone(), u64::MAX);
        self.lines.range(from).map(|(blocker, _)| blocker.clone()).collect()
    }

    fn tidy(&mut self, blocker: &Blocker) {
        if self.lines.get(blocker).is_some_and(|line| line.lanes.is_empty()) {
            self.set_time(blocker, None);
            self.lines.remove(blocker);
        }
    }
}
