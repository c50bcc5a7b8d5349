//! Which queued message is tried next.
//!
//! Messages that share destination and facts wait in one lane, ordered by the time they are due;
//! lanes with something due and room for another attempt stand in a ring and give one message in
//! turn. A lane with a million messages therefore delays one with a single message by one pick, not
//! by a million. A lane that may not go on stands on a timer, or waits for what is full.
//!
//! *Invariants.* A message is in exactly one phase. No more than [`Limits::sending`] messages are
//! out at once, no more than [`Limits::per_destination`] to one destination, and none that a
//! suspension or a policy keeps back. Picking costs O(log n), whatever the length of the queues.
//! Priority 1 goes before 0, but every eighth pick of a lane takes priority 0 first.
//!
//! A message has a time at which its owner wants to look at it although it is kept back: it is then handed
//! out without an attempt ([`Scheduler::is_overdue`]).
//!
//! Some facts are known only when the next hop is. An attempt then asks [`Scheduler::enter`], and one
//! that may not go on is given back with all facts: it waits in the lane of these, for what keeps them
//! back.
//!
//! *Not here.* The time of the next attempt ([`crate::RetryPolicy`]); what survives a restart
//! ([`crate::Spool`]); how suspensions and policies count (`rules`).

mod lane;
mod limits;
mod overdue;
#[cfg(test)]
mod tests;
mod turns;
mod waiters;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use lane::{Blocker, Lane, LaneName, Place};
use waiters::Waiters;

use crate::envelope::MessageId;
use crate::rules::{Admission, Charge, Facts, Rules};
use crate::time::UnixTime;

/// Most messages that one answer hands out.
const BATCH: usize = 64;

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
    /// What suspensions and policies go by.
    pub facts: Facts,
    /// 0 or 1.
    pub priority: u8,
    /// When it is due.
    pub next: UnixTime,
    /// Whether it waits for a decision instead of a time.
    pub held: bool,
    /// When it is handed out even if it is kept back.
    pub deadline: Option<UnixTime>,
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
    rules: Rules,
    entries: HashMap<MessageId, Waiting>,
    lanes: HashMap<Arc<LaneName>, Lane>,
    /// Lanes with something due and room, in turn.
    ring: VecDeque<Arc<LaneName>>,
    /// Lanes that may go on later.
    timers: BTreeSet<(UnixTime, Arc<LaneName>)>,
    /// Lanes that wait until something is less full.
    waiters: Waiters,
    /// Lanes that suspensions and policies keep back.
    kept: BTreeSet<Arc<LaneName>>,
    /// Messages that wait, by their deadline.
    deadlines: BTreeSet<(UnixTime, MessageId)>,
    /// Attempts by destination.
    out: HashMap<Arc<str>, usize>,
    sending: usize,
    sequence: u64,
}

#[derive(Debug)]
struct Waiting {
    entry: Entry,
    lane: Arc<LaneName>,
    sequence: u64,
    /// While it is tried.
    sending: Option<Sending>,
}

/// What an attempt takes.
#[derive(Debug, Default)]
struct Sending {
    charged: Vec<Charge>,
    /// Whether a next hop was tried.
    entered: bool,
    /// Whether it was handed out by its deadline.
    overdue: bool,
}

impl Scheduler {
    /// An empty queue.
    pub fn new(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Takes a message in, or puts it anew if it waits already. One that is being tried stays so.
    pub fn insert(&mut self, entry: Entry, now: UnixTime) {
        if self.entries.get(&entry.id).is_some_and(|waiting| waiting.sending.is_some()) {
            return;
        }
        self.remove(entry.id, now);
        let lane = Arc::new((entry.destination.clone(), entry.facts.clone()));
        let sequence = self.next_sequence();
        self.line_up(Waiting { entry, lane, sequence, sending: None }, now);
    }

    /// Forgets a message, for example because an operator deleted it.
    pub fn remove(&mut self, id: MessageId, now: UnixTime) {
        let Some(mut waiting) = self.entries.remove(&id) else { return };
        match waiting.sending.take() {
            Some(sending) => self.finish(&waiting.entry.destination, &sending.charged, now),
            None => self.leave_line(&waiting),
        }
        self.settle(&waiting.lane, now);
    }

    /// What to do at `now`.
    pub fn next_action(&mut self, now: UnixTime) -> Action {
        if self.rules.expire(now) {
            self.settle_kept(|_| true, now);
        }
        self.wake(now);
        let mut batch = Vec::new();
        while batch.len() < BATCH && self.sending < self.limits.sending {
            let name = match self.ring.pop_front() {
                Some(name) => name,
                None if self.refill(now) => continue,
                None => break,
            };
            batch.extend(self.pick(&name, now));
        }
        self.pick_overdue(&mut batch, now);
        if !batch.is_empty() {
            return Action::Deliver(batch);
        }
        // What a policy keeps back until a counter gets less may also go on when the policy ends.
        let ends = self.rules.next_end().filter(|_| !self.kept.is_empty());
        let timer = self.timers.first().map(|(time, _)| *time);
        let deadline = self.deadlines.first().map(|(time, _)| *time);
        let times = [timer, deadline, ends, self.waiters.next_time()];
        match times.into_iter().flatten().min() {
            Some(time) if self.sending < self.limits.sending => Action::WaitUntil(time),
            _ => Action::Idle,
        }
    }

    /// Whether a message that is being tried may go to a next hop, which its `facts` now tell. If it may,
    /// it is charged for it, and no longer for one that was tried before.
    pub fn enter(&mut self, id: MessageId, facts: &Facts, now: UnixTime) -> Admission {
        let sending = self.entries.get_mut(&id).and_then(|waiting| waiting.sending.take());
        let Some(mut sending) = sending else { return Admission::Open };
        let admission = self.rules.admit(facts, &sending.charged, now);
        if admission == Admission::Open {
            let charged = std::mem::take(&mut sending.charged);
            let is_same = |charge: &Charge| self.rules.charges(facts, &charge.counter);
            let (same, other): (Vec<_>, Vec<_>) = charged.into_iter().partition(is_same);
            self.release(&other, sending.entered, now);
            let rest = self.rules.start_rest(facts, &same, now);
            sending.charged = [same, rest].concat();
            sending.entered = true;
        }
        if let Some(waiting) = self.entries.get_mut(&id) {
            waiting.sending = Some(sending);
        }
        admission
    }

    /// Takes back a message that may not go to its next hop now: as if it had not been picked, but with
    /// all `facts`, if its next hop is known.
    pub fn give_back(&mut self, id: MessageId, facts: Option<Facts>, now: UnixTime) {
        let Some(mut waiting) = self.entries.remove(&id) else { return };
        let old = waiting.lane.clone();
        if let Some(sending) = waiting.sending.take() {
            self.vacate(&waiting.entry.destination, now);
            self.release(&sending.charged, sending.entered, now);
        } else {
            self.leave_line(&waiting);
        }
        if let Some(facts) = facts {
            waiting.lane = Arc::new((waiting.entry.destination.clone(), facts));
        }
        self.settle(&old, now);
        self.line_up(waiting, now);
    }

    /// Takes the end of an attempt in. Unknown messages (removed meanwhile) are ignored.
    pub fn report(&mut self, id: MessageId, outcome: Outcome, now: UnixTime) {
        if self.entries.get(&id).is_none_or(|waiting| waiting.sending.is_none()) {
            return;
        }
        let Some(mut waiting) = self.entries.remove(&id) else { return };
        let sending = waiting.sending.take().unwrap_or_default();
        self.finish(&waiting.entry.destination, &sending.charged, now);
        self.settle(&waiting.lane, now);
        if waiting.lane.1 != waiting.entry.facts {
            // The next hop may be another one by then.
            waiting.lane =
                Arc::new((waiting.entry.destination.clone(), waiting.entry.facts.clone()));
        }
        match outcome {
            Outcome::Done => return,
            Outcome::Retry { at } => (waiting.entry.next, waiting.entry.held) = (at, false),
            Outcome::Hold => waiting.entry.held = true,
        }
        self.line_up(waiting, now);
    }

    /// The policies under which a message is being tried.
    pub fn charges(&self, id: MessageId) -> Vec<Charge> {
        let sending = self.entries.get(&id).and_then(|waiting| waiting.sending.as_ref());
        sending.map(|sending| sending.charged.clone()).unwrap_or_default()
    }

    /// Where a message stands at `now`.
    pub fn phase(&self, id: MessageId, now: UnixTime) -> Option<Phase> {
        let waiting = self.entries.get(&id)?;
        Some(match waiting {
            Waiting { sending: Some(_), .. } => Phase::Sending,
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
        let name = waiting.lane.clone();
        let lane = self.lanes.entry(name.clone()).or_default();
        if !waiting.entry.held {
            lane.join(&waiting.entry, waiting.sequence);
            let deadline = overdue::deadline(&waiting.entry);
            self.deadlines.extend(deadline.map(|time| (time, waiting.entry.id)));
        }
        self.entries.insert(waiting.entry.id, waiting);
        self.settle(&name, now);
    }

    /// Takes a message out of its lane; the lane may have to be settled.
    fn leave_line(&mut self, waiting: &Waiting) {
        self.forget_deadline(&waiting.entry);
        if let Some(lane) = self.lanes.get_mut(&waiting.lane) {
            lane.leave(&waiting.entry, waiting.sequence);
        }
    }

    /// Takes one message of a lane that left the ring, and puts it back if it has more.
    fn pick(&mut self, name: &Arc<LaneName>, now: UnixTime) -> Option<MessageId> {
        self.stand_up(name);
        let free = self.place(name, now) == Some(Place::Ring);
        let id = match free {
            true => self.lanes.get_mut(name)?.take_due(now),
            false => None,
        };
        if let Some(id) = id {
            let charged = self.rules.start(&name.1, now);
            self.hand_out(id, &name.0, Sending { charged, ..Sending::default() });
        }
        self.settle(name, now);
        id
    }

    fn hand_out(&mut self, id: MessageId, destination: &Arc<str>, sending: Sending) {
        *self.out.entry(destination.clone()).or_default() += 1;
        self.sending += 1;
        let Some(waiting) = self.entries.get_mut(&id) else { return };
        waiting.sending = Some(sending);
        let entry = waiting.entry.clone();
        self.forget_deadline(&entry);
    }

    /// Gives back what an attempt took, and lets go on who waited for it.
    fn finish(&mut self, destination: &Arc<str>, charged: &[Charge], now: UnixTime) {
        self.vacate(destination, now);
        self.release(charged, true, now);
    }

    /// Gives back the room of an attempt.
    fn vacate(&mut self, destination: &Arc<str>, now: UnixTime) {
        self.sending -= 1;
        if let Some(out) = self.out.get_mut(destination) {
            *out -= 1;
            if *out == 0 {
                self.out.remove(destination);
            }
        }
        self.rouse(&Blocker::Destination(destination.clone()), now);
    }

    /// Gives back what was charged; if nothing was `tried`, as if it had not been.
    fn release(&mut self, charged: &[Charge], tried: bool, now: UnixTime) {
        for charge in charged {
            match tried {
                true => self.rules.end(charge),
                false => self.rules.take_back(charge),
            }
            for blocker in self.waiters.behind(&charge.counter) {
                self.rouse(&blocker, now);
            }
        }
    }
}
