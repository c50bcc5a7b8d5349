//! Where lanes stand: in the ring, on a timer, behind what is full.
//!
//! *Invariants.* A lane that may go on comes into the ring without anything else happening: its timer
//! wakes it, or what it waited for rouses it. Of those behind one counter only the first is looked at.
//!
//! *Not here.* Which message of a lane goes out ([`super::Scheduler::next_action`]).

use std::sync::Arc;

use super::Scheduler;
use super::lane::{Blocker, LaneName, Place};
use crate::rules::{Facts, Gate};
use crate::time::UnixTime;

impl Scheduler {
    /// Moves lanes whose time has come into the ring.
    pub(super) fn wake(&mut self, now: UnixTime) {
        while let Some((time, name)) = self.timers.first().cloned() {
            if time > now {
                return;
            }
            self.timers.pop_first();
            self.stand_up(&name);
            self.settle(&name, now);
        }
    }

    /// Lets a lane go on whose counter allows another start by now; tells whether there was one. The
    /// others behind the same counter wait until it has started: they would only find the counter full.
    pub(super) fn refill(&mut self, now: UnixTime) -> bool {
        let Some(blocker) = self.waiters.due(now) else { return false };
        self.rouse(&blocker, now);
        true
    }

    /// Lets one lane go on that waits for this; those that something else keeps back wait there.
    pub(super) fn rouse(&mut self, blocker: &Blocker, now: UnixTime) {
        while let Some((since, name)) = self.waiters.pop(blocker) {
            self.stand_up(&name);
            self.settle(&name, now);
            let Some(lane) = self.lanes.get_mut(&name) else { continue };
            match &lane.place {
                // It may still find that it cannot start; then the next one is to have the room.
                Place::Ring => {
                    self.waiters.look_again(blocker, now);
                    break;
                }
                // It keeps its turn.
                Place::Behind(on, again) if on == blocker => {
                    self.waiters.renumber(blocker, *again, since, &name);
                    lane.place = Place::Behind(blocker.clone(), since);
                    break;
                }
                _ => {}
            }
        }
    }

    /// Puts a lane where it belongs: into the ring, onto a timer, behind what is full, or nowhere.
    pub(super) fn settle(&mut self, name: &Arc<LaneName>, now: UnixTime) {
        let Some((place, again)) = self.place_and_time(name, now) else { return };
        let sequence = self.next_sequence();
        let Some(lane) = self.lanes.get_mut(name) else { return };
        match (&lane.place, &place) {
            // A lane in the ring is looked at when its turn comes.
            (Place::Ring, _) => return,
            (Place::Behind(a, _), Place::Behind(b, _)) if a == b => {
                return self.waiters.set_time(a, again);
            }
            (a, b) if a == b => return,
            _ => {}
        }
        match std::mem::take(&mut lane.place) {
            Place::Timer(time) | Place::Suspended(time) => {
                self.timers.remove(&(time, name.clone()));
            }
            Place::Behind(on, since) => self.waiters.remove(&on, since, name),
            Place::Ring | Place::Nowhere | Place::Standing => {}
        }
        match place.is_by_rules() {
            true => self.kept.insert(name.clone()),
            false => self.kept.remove(name),
        };
        lane.place = match place {
            Place::Behind(on, _) => {
                self.waiters.push(&on, sequence, name);
                self.waiters.set_time(&on, again);
                Place::Behind(on, sequence)
            }
            place => place,
        };
        match lane.place {
            Place::Ring => self.ring.push_back(name.clone()),
            Place::Timer(time) | Place::Suspended(time) => {
                self.timers.insert((time, name.clone()));
            }
            Place::Nowhere => drop(self.lanes.remove(name)),
            Place::Behind(..) | Place::Standing => {}
        }
    }

    /// Looks again at lanes that are kept back and whose facts `is` tells.
    pub(super) fn settle_kept(&mut self, is: impl Fn(&Facts) -> bool, now: UnixTime) {
        let kept: Vec<_> = self.kept.iter().filter(|name| is(&name.1)).cloned().collect();
        kept.iter().for_each(|name| self.settle(name, now));
    }

    /// Where a lane belongs.
    pub(super) fn place(&self, name: &Arc<LaneName>, now: UnixTime) -> Option<Place> {
        self.place_and_time(name, now).map(|(place, _)| place)
    }

    /// Where a lane belongs, and when a counter that it waits for allows the next start.
    pub(super) fn place_and_time(
        &self,
        name: &Arc<LaneName>,
        now: UnixTime,
    ) -> Option<(Place, Option<UnixTime>)> {
        let lane = self.lanes.get(name)?;
        let Some(first) = lane.first() else { return Some((Place::Nowhere, None)) };
        if first > now {
            return Some((Place::Timer(first), None));
        }
        let out = self.out.get(&name.0).copied().unwrap_or_default();
        if out >= self.limits.per_destination {
            return Some((Place::Behind(Blocker::Destination(name.0.clone()), 0), None));
        }
        Some(match self.rules.gate(&name.1, now) {
            Gate::Open => (Place::Ring, None),
            Gate::Suspended(time) => (Place::Suspended(time), None),
            Gate::Limited(counter, rank, time) => {
                (Place::Behind(Blocker::Counter(counter, rank), 0), time)
            }
        })
    }

    /// Notes that a lane was taken from where it stood.
    pub(super) fn stand_up(&mut self, name: &Arc<LaneName>) {
        if let Some(lane) = self.lanes.get_mut(name) {
            lane.place = Place::Standing;
        }
    }

    pub(super) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}
