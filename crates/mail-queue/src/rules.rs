//! What keeps due messages back: suspensions, and limits by counters.
//!
//! A suspension names values of fields; messages with all of them wait until it ends. A policy has a
//! list of fields, by which it counts messages apart, a condition, and limits. All policies with the
//! same fields share their counters; the newest of them that matches a message gives its limits. A
//! message may start when each such definition allows it.
//!
//! *Invariants.* Time is an argument. What was charged at the start of an attempt is given back at its
//! end, whatever was changed meanwhile. Entries end by themselves.
//!
//! *Not here.* Which message is next ([`crate::Scheduler`]); files of policies.

mod counter;
mod field;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use counter::Counter;
pub use field::{Condition, Facts, Field};

use crate::time::UnixTime;

/// Counters above which those at rest are forgotten.
const MANY: usize = 10_000;

/// How fast messages may start; what is left out is not limited.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    /// Attempts at once.
    pub concurrency: Option<u32>,
    /// So many attempts within a time: a bucket that refills steadily and holds as many at most.
    pub rate: Option<(f64, Duration)>,
    /// Time between the starts of two attempts.
    pub interval: Option<Duration>,
}

/// A suspension as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspension {
    /// Its name.
    pub id: String,
    /// Which messages wait.
    pub condition: Condition,
    /// When it ends.
    pub until: UnixTime,
}

/// A policy as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name.
    pub id: String,
    /// Fields by which messages are counted apart.
    pub fields: Vec<Field>,
    /// Which messages it is for.
    pub condition: Condition,
    /// The limits.
    pub rate: Rate,
    /// Whether no later definition is looked at.
    pub stop: bool,
    /// When it ends.
    pub until: UnixTime,
}

/// Names a counter: its definition, and the values of the definition's fields.
pub(crate) type CounterId = (Arc<[Field]>, Facts);

/// Whether a message may start.
#[derive(Debug, PartialEq)]
pub(crate) enum Gate {
    /// Now.
    Open,
    /// Not before.
    Until(UnixTime),
    /// When this counter gets less.
    Full(CounterId),
}

/// All suspensions and policies.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    suspensions: Vec<Suspension>,
    definitions: Vec<Definition>,
    counters: HashMap<CounterId, Counter>,
}

/// Policies with the same fields, newest first.
#[derive(Debug)]
struct Definition {
    fields: Arc<[Field]>,
    policies: Vec<Policy>,
}

impl Rules {
    /// Adds a suspension, or renews the one with the same condition if `update`. Gives its name.
    pub(crate) fn suspend(&mut self, new: Suspension, update: bool) -> String {
        let same =
            |old: &&mut Suspension| old.id == new.id || (update && old.condition == new.condition);
        match self.suspensions.iter_mut().find(same) {
            Some(old) => {
                let id = old.id.clone();
                *old = Suspension { id: id.clone(), ..new };
                id
            }
            None => {
                self.suspensions.push(new);
                self.suspensions.last().map(|new| new.id.clone()).unwrap_or_default()
            }
        }
    }

    /// Adds a policy, or renews the one with the same fields and condition if `update`. Gives its name.
    pub(crate) fn limit(&mut self, mut new: Policy, update: bool) -> String {
        let renewed = self.definitions.iter().flat_map(|definition| &definition.policies);
        let mut renewed = renewed
            .filter(|old| update && old.fields == new.fields && old.condition == new.condition);
        if let Some(old) = renewed.next() {
            new.id = old.id.clone();
        }
        let id = new.id.clone();
        self.definitions.iter_mut().for_each(|one| one.policies.retain(|old| old.id != id));
        match self.definitions.iter_mut().find(|one| *one.fields == *new.fields) {
            Some(definition) => definition.policies.insert(0, new),
            None => {
                let fields = Arc::from(&*new.fields);
                self.definitions.push(Definition { fields, policies: vec![new] });
            }
        }
        self.tidy();
        id
    }

    /// Ends a policy; tells whether there was one.
    pub(crate) fn unlimit(&mut self, id: &str) -> bool {
        let before = self.len();
        self.definitions.iter_mut().for_each(|one| one.policies.retain(|old| old.id != id));
        let found = self.len() < before;
        self.tidy();
        found
    }

    /// Removes what has ended; tells whether anything had.
    pub(crate) fn expire(&mut self, now: UnixTime) -> bool {
        if self.next_end().is_none_or(|end| end > now) {
            return false;
        }
        self.suspensions.retain(|one| one.until > now);
        self.definitions.iter_mut().for_each(|one| one.policies.retain(|one| one.until > now));
        self.tidy();
        true
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.suspensions.len()
            + self.definitions.iter().map(|one| one.policies.len()).sum::<usize>()
    }

    /// When the first entry ends.
    pub(crate) fn next_end(&self) -> Option<UnixTime> {
        let policies = self.definitions.iter().flat_map(|one| &one.policies);
        let suspensions = self.suspensions.iter().map(|one| one.until);
        policies.map(|one| one.until).chain(suspensions).min()
    }

    /// Whether a message with these facts may start.
    pub(crate) fn gate(&self, facts: &Facts, now: UnixTime) -> Gate {
        let suspended = self.suspensions.iter().filter(|one| one.condition.matches(facts));
        let mut later = suspended.map(|one| one.until).max();
        for (definition, policy) in self.applying(facts) {
            let id = definition.counter(facts);
            let Some(counter) = self.counters.get(&id) else { continue };
            if policy.rate.concurrency.is_some_and(|most| counter.running >= most) {
                return Gate::Full(id);
            }
            later = later.max(counter.free_at(&policy.rate, now));
        }
        later.filter(|later| *later > now).map_or(Gate::Open, Gate::Until)
    }

    /// Charges a start; the counters are given back by [`Rules::end`].
    pub(crate) fn start(&mut self, facts: &Facts, now: UnixTime) -> Vec<CounterId> {
        let charged: Vec<_> = self
            .applying(facts)
            .map(|(definition, policy)| (definition.counter(facts), policy.rate))
            .collect();
        if self.counters.len() + charged.len() > MANY {
            self.counters.retain(|_, counter| !counter.is_at_rest(now));
        }
        for (id, rate) in &charged {
            self.counters.entry(id.clone()).or_default().start(rate, now);
        }
        charged.into_iter().map(|(id, _)| id).collect()
    }

    /// Takes the end of an attempt in.
    pub(crate) fn end(&mut self, counter: &CounterId) {
        if let Some(counter) = self.counters.get_mut(counter) {
            counter.running = counter.running.saturating_sub(1);
        }
    }

    /// For each definition that has limits for a message, these limits.
    fn applying<'a>(&'a self, facts: &Facts) -> impl Iterator<Item = (&'a Definition, &'a Policy)> {
        let mut stopped = false;
        self.definitions.iter().filter_map(move |definition| {
            if stopped {
                return None;
            }
            let policy = definition.policies.iter().find(|one| one.condition.matches(facts))?;
            stopped = policy.stop;
            Some((definition, policy))
        })
    }

    /// Forgets definitions without policies, and their counters.
    fn tidy(&mut self) {
        self.definitions.retain(|one| !one.policies.is_empty());
        let definitions = &self.definitions;
        self.counters.retain(|(fields, _), _| definitions.iter().any(|one| one.fields == *fields));
    }
}

impl Definition {
    fn counter(&self, facts: &Facts) -> CounterId {
        (Arc::clone(&self.fields), facts.only(&self.fields))
    }
}
