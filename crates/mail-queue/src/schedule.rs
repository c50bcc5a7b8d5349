//! Which queued message is tried next.
//!
//! Messages wait per destination, ordered by the time they are due; destinations with something
//! due and room for another attempt stand in a ring and give one message in turn. A destination
//! with a million messages therefore delays one with a single message by one pick, not by a
//! million.
//!
//! *Invariants.* A message is in exactly one phase. No more than [`Limits::sending`] messages are
//! out at once, no more than [`Limits::per_destination`] to one destination. Picking costs
//! O(log n), whatever the length of the queues. Priority 1 goes before 0, but every eighth pick
//! of a destination takes priority 0 first.
//!
//! *Not here.* The time of the next attempt ([`crate::RetryPolicy`]); what survives a restart
//! ([`crate::Spool`]). Counters of configured policies join in [`Destination::has_room`].

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::envelope::MessageId;
use crate::time::UnixTime;

/// Most messages that one answer hands out.
const BATCH: usize = 64;
/// After how many picks priority 0 goes first once.
const STARVATION_GUARD: u64 = 8;

/// Bounds on what is out at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Attempts at once, over all destinations.
    pub sending: usize,
    /// Attempts at once to one destination.
    pub per_destination: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { sending: 1000, per_destination: 20 }
    }
}

/// A message as the scheduler sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: MessageId,
    /// What shares connections and limits: transport and next hop in one string.
    pub destination: Arc<str>,
    /// 0 or 1.
    pub priority: u8,
    /// When it is due.
    pub next: UnixTime,
    /// Whether it waits for a decision instead of a time.
    pub held: bool,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Due, waiting for room.
    Active,
    /// Waiting for its time.
    Deferred,
    /// Waiting for a decision.
    Held,
    /// Being tried.
    Sending,
}

/// What to do now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Try these; each is answered with [`Scheduler::report`].
    Deliver(Vec<MessageId>),
    /// Nothing before this time, unless something is reported or comes in.
    WaitUntil(UnixTime),
    /// Nothing, unless something is reported or comes in.
    Idle,
}

/// How an attempt ended, after hooks and policies had their say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered, bounced or deleted.
    Done,
    /// To be tried again.
    Retry {
        /// When.
        at: UnixTime,
    },
    /// To be kept until someone decides.
    Hold,
}

/// How many messages stand in each phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Due, waiting for room.
    pub active: usize,
    /// Waiting for their time.
    pub deferred: usize,
    /// Waiting for a decision.
    pub held: usize,
    /// Being tried.
    pub sending: usize,
}

/// Chooses messages; see the module for the order.
#[derive(Debug, Default)]
pub struct Scheduler {
    limits: Limits,
    entries: HashMap<MessageId, Waiting>,
    destinations: HashMap<Arc<str>, Destination>,
    /// Destinations with something due and room, in turn.
    ring: VecDeque<Arc<str>>,
    /// Destinations whose first message becomes due later.
    timers: BTreeSet<(UnixTime, Arc<str>)>,
    sending: usize,
    sequence: u64,
}

#[derive(Debug)]
struct Waiting {
    entry: Entry,
    sequence: u64,
    sending: bool,
}

/// Messages by due time, then by arrival.
type Line = BTreeSet<(UnixTime, u64, MessageId)>;

#[derive(Debug, Default)]
struct Destination {
    lines: [Line; 2],
    sending: usize,
    picks: u64,
    in_ring: bool,
    timer: Option<UnixTime>,
}

impl Scheduler {
    /// An empty queue.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes a message in, or puts it anew if it waits already. One that is being tried stays so.
    pub fn insert(&mut self, entry: Entry, now: UnixTime) {
        if self.entries.get(&entry.id).is_some_and(|waiting| waiting.sending) {
            return;
        }
        self.remove(entry.id, now);
        self.sequence += 1;
        self.line_up(Waiting { entry, sequence: self.sequence, sending: false }, now);
    }

    /// Forgets a message, for example because an operator deleted it.
    pub fn remove(&mut self, id: MessageId, now: UnixTime) {
        let Some(waiting) = self.entries.remove(&id) else { return };
        let Some(destination) = self.destinations.get_mut(&waiting.entry.destination) else {
            return;
        };
        match waiting.sending {
            true => {
                destination.sending -= 1;
                self.sending -= 1;
            }
            false => destination.leave(&waiting),
        }
        self.settle(&waiting.entry.destination, now);
    }

    /// What to do at `now`.
    pub fn next_action(&mut self, now: UnixTime) -> Action {
        self.wake(now);
        let mut batch = Vec::new();
        while batch.len() < BATCH && self.sending < self.limits.sending {
            let Some(name) = self.ring.pop_front() else { break };
            batch.extend(self.pick(&name, now));
        }
        if !batch.is_empty() {
            return Action::Deliver(batch);
        }
        match self.timers.first() {
            Some((time, _)) if self.sending < self.limits.sending => Action::WaitUntil(*time),
            _ => Action::Idle,
        }
    }

    /// Takes the end of an attempt in. Unknown messages (removed meanwhile) are ignored.
    pub fn report(&mut self, id: MessageId, outcome: Outcome, now: UnixTime) {
        let Some(mut waiting) = self.entries.remove(&id).filter(|waiting| waiting.sending) else {
            return;
        };
        self.sending -= 1;
        if let Some(destination) = self.destinations.get_mut(&waiting.entry.destination) {
            destination.sending -= 1;
        }
        self.settle(&waiting.entry.destination, now);
        match outcome {
            Outcome::Done => return,
            Outcome::Retry { at } => (waiting.entry.next, waiting.entry.held) = (at, false),
            Outcome::Hold => waiting.entry.held = true,
        }
        waiting.sending = false;
        self.line_up(waiting, now);
    }

    /// Where a message stands at `now`.
    pub fn phase(&self, id: MessageId, now: UnixTime) -> Option<Phase> {
        let waiting = self.entries.get(&id)?;
        Some(match waiting {
            Waiting { sending: true, .. } => Phase::Sending,
            Waiting { entry: Entry { held: true, .. }, .. } => Phase::Held,
            Waiting { entry, .. } if entry.next <= now => Phase::Active,
            _ => Phase::Deferred,
        })
    }

    /// How many messages stand in each phase at `now`.
    pub fn counts(&self, now: UnixTime) -> Counts {
        let mut counts = Counts::default();
        for id in self.entries.keys() {
            match self.phase(*id, now) {
                Some(Phase::Active) => counts.active += 1,
                Some(Phase::Deferred) => counts.deferred += 1,
                Some(Phase::Held) => counts.held += 1,
                Some(Phase::Sending) => counts.sending += 1,
                None => {}
            }
        }
        counts
    }

    fn line_up(&mut self, waiting: Waiting, now: UnixTime) {
        let name = waiting.entry.destination.clone();
        let destination = self.destinations.entry(name.clone()).or_default();
        if !waiting.entry.held {
            destination.join(&waiting);
        }
        self.entries.insert(waiting.entry.id, waiting);
        self.settle(&name, now);
    }

    /// Moves destinations whose time has come into the ring.
    fn wake(&mut self, now: UnixTime) {
        while let Some((time, name)) = self.timers.first().cloned() {
            if time > now {
                return;
            }
            self.timers.pop_first();
            if let Some(destination) = self.destinations.get_mut(&name) {
                destination.timer = None;
            }
            self.settle(&name, now);
        }
    }

    /// Takes one message of a destination that left the ring, and puts it back if it has more.
    fn pick(&mut self, name: &Arc<str>, now: UnixTime) -> Option<MessageId> {
        let destination = self.destinations.get_mut(name)?;
        destination.in_ring = false;
        let id = match destination.has_room(&self.limits) {
            true => destination.take_due(now),
            false => None,
        };
        if let Some(id) = id {
            destination.sending += 1;
            self.sending += 1;
            if let Some(waiting) = self.entries.get_mut(&id) {
                waiting.sending = true;
            }
        }
        self.settle(name, now);
        id
    }

    /// Puts a destination where it belongs: into the ring, onto a timer, or nowhere.
    fn settle(&mut self, name: &Arc<str>, now: UnixTime) {
        let Some(destination) = self.destinations.get_mut(name) else { return };
        let first = destination.first();
        let ready = first.is_some_and(|first| first <= now) && destination.has_room(&self.limits);
        let timer = first.filter(|first| *first > now);
        if destination.timer != timer {
            if let Some(old) = destination.timer.take() {
                self.timers.remove(&(old, name.clone()));
            }
            self.timers.extend(timer.map(|time| (time, name.clone())));
            destination.timer = timer;
        }
        if ready && !destination.in_ring {
            destination.in_ring = true;
            self.ring.push_back(name.clone());
        }
        if first.is_none() && destination.sending == 0 && !destination.in_ring {
            self.destinations.remove(name);
        }
    }
}

impl Destination {
    /// Whether another attempt may start.
    fn has_room(&self, limits: &Limits) -> bool {
        self.sending < limits.per_destination
    }

    fn join(&mut self, waiting: &Waiting) {
        let line = &mut self.lines[usize::from(waiting.entry.priority.min(1))];
        line.insert((waiting.entry.next, waiting.sequence, waiting.entry.id));
    }

    fn leave(&mut self, waiting: &Waiting) {
        let line = &mut self.lines[usize::from(waiting.entry.priority.min(1))];
        line.remove(&(waiting.entry.next, waiting.sequence, waiting.entry.id));
    }

    /// When the first message is due.
    fn first(&self) -> Option<UnixTime> {
        self.lines.iter().filter_map(|line| line.first()).map(|(time, _, _)| *time).min()
    }

    fn take_due(&mut self, now: UnixTime) -> Option<MessageId> {
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
