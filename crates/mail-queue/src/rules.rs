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
mod index;
#[cfg(test)]
mod tests;

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use counter::Counter;
pub use field::{Condition, Facts, Field};
use index::{Index, Rule};

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
#[derive(Debug, Clone)]
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
    /// Label, for those who hear that it was applied.
    pub tag: Option<String>,
    /// What the owner keeps with it.
    pub properties: Option<Arc<dyn Any + Send + Sync>>,
    /// When it ends.
    pub until: UnixTime,
}

/// A policy that a start was charged to.
#[derive(Debug, Clone)]
pub struct Charge {
    pub(crate) counter: CounterId,
    policy: Arc<Policy>,
}

impl Charge {
    /// The policy, as it was at the start.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
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
    suspensions: Index<Suspension>,
    /// Different sets of fields, in the order in which they came: not many, for there are few fields.
    definitions: Vec<Definition>,
    counters: HashMap<CounterId, Counter>,
    /// Number of the next policy.
    age: u64,
}

/// Policies with the same fields.
#[derive(Debug)]
struct Definition {
    fields: Arc<[Field]>,
    policies: Index<Aged>,
}

/// A policy and its number: of two policies the newer has the higher.
#[derive(Debug)]
struct Aged {
    policy: Arc<Policy>,
    age: u64,
}

impl Rule for Suspension {
    fn id(&self) -> &str {
        &self.id
    }

    fn condition(&self) -> &Condition {
        &self.condition
    }

    fn until(&self) -> UnixTime {
        self.until
    }
}

impl Rule for Aged {
    fn id(&self) -> &str {
        &self.policy.id
    }

    fn condition(&self) -> &Condition {
        &self.policy.condition
    }

    fn until(&self) -> UnixTime {
        self.policy.until
    }
}

impl Rules {
    /// Adds a suspension, or renews the one with the same condition if `update`. Gives its name.
    pub(crate) fn suspend(&mut self, mut new: Suspension, update: bool) -> String {
        let renewed = self.suspensions.with(&new.condition).filter(|_| update);
        if let Some(old) = renewed.filter(|_| !self.suspensions.has(&new.id)) {
            new.id = old.id.clone();
        }
        let id = new.id.clone();
        self.suspensions.insert(new);
        id
    }

    /// Adds a policy, or renews the one with the same fields and condition if `update`. Gives its name.
    pub(crate) fn limit(&mut self, mut new: Policy, update: bool) -> String {
        let alike = self.definitions.iter().find(|one| *one.fields == *new.fields);
        let renewed = alike.and_then(|one| one.policies.with(&new.condition)).filter(|_| update);
        if let Some(old) = renewed {
            new.id = old.policy.id.clone();
        }
        let id = new.id.clone();
        self.definitions.iter_mut().for_each(|one| drop(one.policies.remove(&id)));
        self.age += 1;
        let fields = Arc::<[Field]>::from(&*new.fields);
        let new = Aged { policy: Arc::new(new), age: self.age };
        match self.definitions.iter_mut().find(|one| one.fields == fields) {
            Some(definition) => definition.policies.insert(new),
            None => {
                let mut policies = Index::default();
                policies.insert(new);
                self.definitions.push(Definition { fields, policies });
            }
        }
        self.tidy();
        id
    }

    /// Ends a policy; tells whether there was one.
    pub(crate) fn unlimit(&mut self, id: &str) -> bool {
        let mut ended = self.definitions.iter_mut().map(|one| one.policies.remove(id));
        let found = ended.any(|policy| policy.is_some());
        self.tidy();
        found
    }

    /// Removes what has ended; tells whether anything had.
    pub(crate) fn expire(&mut self, now: UnixTime) -> bool {
        let mut any = self.suspensions.expire(now);
        for definition in &mut self.definitions {
            any |= definition.policies.expire(now);
        }
        if any {
            self.tidy();
        }
        any
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.suspensions.len()
            + self.definitions.iter().map(|one| one.policies.len()).sum::<usize>()
    }

    /// When the first entry ends.
    pub(crate) fn next_end(&self) -> Option<UnixTime> {
        let policies = self.definitions.iter().filter_map(|one| one.policies.next_end());
        policies.chain(self.suspensions.next_end()).min()
    }

    /// Whether a message with these facts may start.
    pub(crate) fn gate(&self, facts: &Facts, now: UnixTime) -> Gate {
        let mut later = self.suspensions.matching(facts).map(|one| one.until).max();
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
    pub(crate) fn start(&mut self, facts: &Facts, now: UnixTime) -> Vec<Charge> {
        let charge = |(definition, policy): (&Definition, &Arc<Policy>)| Charge {
            counter: definition.counter(facts),
            policy: Arc::clone(policy),
        };
        let charged: Vec<_> = self.applying(facts).map(charge).collect();
        if self.counters.len() + charged.len() > MANY {
            self.counters.retain(|_, counter| !counter.is_at_rest(now));
        }
        for Charge { counter, policy } in &charged {
            self.counters.entry(counter.clone()).or_default().start(&policy.rate, now);
        }
        charged
    }

    /// Takes the end of an attempt in.
    pub(crate) fn end(&mut self, counter: &CounterId) {
        if let Some(counter) = self.counters.get_mut(counter) {
            counter.running = counter.running.saturating_sub(1);
        }
    }

    /// For each definition that has limits for a message, these limits.
    fn applying<'a>(
        &'a self,
        facts: &Facts,
    ) -> impl Iterator<Item = (&'a Definition, &'a Arc<Policy>)> {
        let mut stopped = false;
        self.definitions.iter().filter_map(move |definition| {
            if stopped {
                return None;
            }
            let newest = definition.policies.matching(facts).max_by_key(|one| one.age)?;
            stopped = newest.policy.stop;
            Some((definition, &newest.policy))
        })
    }

    /// Forgets definitions without policies, and their counters.
    fn tidy(&mut self) {
        self.definitions.retain(|one| one.policies.len() > 0);
        let definitions = &self.definitions;
        self.counters.retain(|(fields, _), _| definitions.iter().any(|one| one.fields == *fields));
    }
}

impl Definition {
    fn counter(&self, facts: &Facts) -> CounterId {
        (Arc::clone(&self.fields), facts.only(&self.fields))
    }
}
