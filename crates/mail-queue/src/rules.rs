//! What keeps due messages back: suspensions, and limits by counters.
//!
//! A suspension names values of fields; messages with all of them wait until it ends. A policy has a
//! list of fields, by which it counts messages apart, a condition, and limits. All policies with the
//! same fields, a definition, share their counters; the highest of them that matches a message gives
//! its limits. Policies with a time rank above those of files, and newer ones above older ones. A
//! message may start when each definition allows it.
//!
//! Some fields are known only when the next hop is. Until then, rules that go by them are left out;
//! when it is known, [`Rules::admit`] asks the rest.
//!
//! *Invariants.* Time is an argument. What was charged at the start of an attempt is given back at its
//! end, whatever was changed meanwhile. Entries end by themselves.
//!
//! *Not here.* Which message is next ([`crate::Scheduler`]); how files of policies are written.

mod counter;
mod definition;
mod field;
mod index;
mod policy;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use counter::Counter;
use definition::Definition;
pub use field::{Condition, Facts, Field, Pattern};
use index::{Index, Rule};
pub(crate) use policy::CounterId;
pub use policy::{Algorithm, Charge, Policy, Properties, Rate, Ruleset, Suspension};

use crate::time::UnixTime;

/// Counters above which those at rest are forgotten.
const MANY: usize = 10_000;

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

/// Whether an attempt may go on to a next hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Open,
    /// Not to this next hop, before this time.
    Suspended(UnixTime),
    /// Not now: a limit is reached.
    Limited,
}

/// All suspensions and policies.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    suspensions: Index<Suspension>,
    /// Different sets of fields, those of files first: not many, for there are few fields.
    definitions: Vec<Definition>,
    counters: HashMap<CounterId, Counter>,
    algorithm: Algorithm,
    /// Number of the next policy.
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

impl Rules {
    /// Adds a suspension, or renews the one with the same condition if `update`. Gives its name.
    pub(crate) fn suspend(&mut self, mut new: Suspension, update: bool) -> String {
        let alike = self.suspensions.with(&new.condition).iter();
        let renewed = alike.filter(|one| one.until < UnixTime::NEVER).find(|_| update);
        if let Some(old) = renewed.filter(|_| !self.suspensions.has(&new.id)) {
            new.id = old.id.clone();
        }
        let id = new.id.clone();
        self.suspensions.insert(new);
        id
    }

    /// Ends a suspension that no file has; tells whether there was one.
    pub(crate) fn resume(&mut self, id: &str) -> bool {
        let ends = self.suspensions.get(id).is_some_and(|one| one.until < UnixTime::NEVER);
        ends && self.suspensions.remove(id).is_some()
    }

    /// Takes the suspensions of a file in place of those that stood there.
    pub(crate) fn set_suspensions(&mut self, new: Vec<Suspension>) {
        self.suspensions.remove_those(|one| one.until == UnixTime::NEVER);
        new.into_iter().for_each(|one| self.suspensions.insert(one));
    }

    /// Every suspension, by name.
    pub(crate) fn suspensions(&self) -> Vec<Suspension> {
        let mut all: Vec<_> = self.suspensions.iter().cloned().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// Adds a policy, or renews the one with the same fields and condition if `update`. Gives its name.
    pub(crate) fn limit(&mut self, mut new: Policy, update: bool) -> String {
        let alike = self.definitions.iter().find(|one| *one.fields == *new.fields);
        let renewed = alike.and_then(|one| one.with(&new.condition)).filter(|_| update);
        if let Some(old) = renewed {
            new.id = old.id.clone();
        }
        let id = new.id.clone();
        for definition in &mut self.definitions {
            definition.remove(&id);
        }
        self.age += 1;
        let age = self.age;
        self.definition(&new.fields).insert(new, age);
        self.tidy();
        id
    }

    /// Ends a policy that no file has; tells whether there was one.
    pub(crate) fn unlimit(&mut self, id: &str) -> bool {
        let is_dynamic = self.policy(id).is_some_and(|policy| policy.is_dynamic());
        let found = is_dynamic && self.definitions.iter_mut().any(|one| one.remove(id));
        self.tidy();
        found
    }

    /// Takes the policies of a file in place of those that stood there. Counters go on.
    pub(crate) fn set_policies(&mut self, new: Ruleset) {
        let mut old = std::mem::take(&mut self.definitions);
        for (fields, policies) in new.definitions {
            let same = old.iter().position(|one| *one.fields == *fields);
            let mut definition = same.map_or_else(|| Definition::new(&fields), |at| old.remove(at));
            definition.set_filed(policies);
            self.definitions.push(definition);
        }
        old.iter_mut().for_each(|one| one.set_filed(Vec::new()));
        self.definitions.extend(old);
        self.algorithm = new.algorithm;
        self.tidy();
    }

    /// Every policy, in the order in which they are asked.
    pub(crate) fn policies(&self) -> Vec<Arc<Policy>> {
        self.definitions.iter().flat_map(Definition::policies).collect()
    }

    /// The policy of a name.
    pub(crate) fn policy(&self, id: &str) -> Option<&Arc<Policy>> {
        self.definitions.iter().find_map(|one| one.get(id))
    }

    /// Removes what has ended; tells whether anything had.
    pub(crate) fn expire(&mut self, now: UnixTime) -> bool {
        let mut any = self.suspensions.expire(now);
        for definition in &mut self.definitions {
            any |= definition.expire(now);
        }
        if any {
            self.tidy();
        }
        any
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.suspensions.len() + self.definitions.iter().map(Definition::len).sum::<usize>()
    }

    /// When the first entry ends.
    pub(crate) fn next_end(&self) -> Option<UnixTime> {
        let policies = self.definitions.iter().filter_map(Definition::next_end);
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
            later = later.max(counter.free_at(&policy.rate, self.algorithm, now));
        }
        later.filter(|later| *later > now).map_or(Gate::Open, Gate::Until)
    }

    /// Whether an attempt that was charged so far may go on with these facts.
    pub(crate) fn admit(&self, facts: &Facts, charged: &[Charge], now: UnixTime) -> Admission {
        let suspended = self.suspensions.matching(facts).map(|one| one.until).max();
        if let Some(until) = suspended.filter(|until| *until > now) {
            return Admission::Suspended(until);
        }
        let is_free = |(definition, policy): (&Definition, &Arc<Policy>)| {
            let id = definition.counter(facts);
            let Some(counter) = self.counters.get(&id) else { return true };
            let full = policy.rate.concurrency.is_some_and(|most| counter.running >= most);
            let later = counter.free_at(&policy.rate, self.algorithm, now);
            charged.iter().any(|charge| charge.counter == id) || (!full && later.is_none())
        };
        match self.applying(facts).all(is_free) {
            true => Admission::Open,
            false => Admission::Limited,
        }
    }

    /// Charges a start; the counters are given back by [`Rules::end`] or [`Rules::take_back`].
    pub(crate) fn start(&mut self, facts: &Facts, now: UnixTime) -> Vec<Charge> {
        self.start_rest(facts, &[], now)
    }

    /// Charges what an attempt was not charged to so far.
    pub(crate) fn start_rest(
        &mut self,
        facts: &Facts,
        charged: &[Charge],
        now: UnixTime,
    ) -> Vec<Charge> {
        let applying = self.applying(facts);
        let applying = applying.map(|(one, policy)| (one.counter(facts), Arc::clone(policy)));
        let rest: Vec<_> = applying
            .filter(|(counter, _)| charged.iter().all(|charge| charge.counter != *counter))
            .collect();
        if self.counters.len() + rest.len() > MANY {
            self.counters.retain(|_, counter| !counter.is_at_rest(now));
        }
        let algorithm = self.algorithm;
        let charge = |(counter, policy): (CounterId, Arc<Policy>)| {
            let entry = self.counters.entry(counter.clone()).or_default();
            let start = entry.start(&policy.rate, algorithm, now);
            Charge { counter, policy, start }
        };
        rest.into_iter().map(charge).collect()
    }

    /// Whether messages with these facts are charged to this counter.
    pub(crate) fn charges(&self, facts: &Facts, counter: &CounterId) -> bool {
        self.applying(facts).any(|(definition, _)| definition.counter(facts) == *counter)
    }

    /// Takes the end of an attempt in.
    pub(crate) fn end(&mut self, charge: &Charge) {
        if let Some(counter) = self.counters.get_mut(&charge.counter) {
            counter.end();
        }
    }

    /// Undoes a start after which nothing was tried.
    pub(crate) fn take_back(&mut self, charge: &Charge) {
        if let Some(counter) = self.counters.get_mut(&charge.counter) {
            counter.take_back(charge.start);
        }
    }

    /// For each definition that has limits for a message, these limits. While the next hop is not known,
    /// those that depend on it are left out.
    fn applying<'a>(
        &'a self,
        facts: &Facts,
    ) -> impl Iterator<Item = (&'a Definition, &'a Arc<Policy>)> {
        let complete = facts.is_complete();
        let mut stopped = false;
        self.definitions.iter().filter_map(move |definition| {
            if stopped {
                return None;
            }
            if !complete && definition.is_late() {
                // Whether it stops the search is not known yet: what follows is asked later as well.
                stopped = definition.may_stop();
                return None;
            }
            let policy = definition.policy(facts)?;
            stopped = policy.stop;
            Some((definition, policy))
        })
    }

    fn definition(&mut self, fields: &[Field]) -> &mut Definition {
        let at = self.definitions.iter().position(|one| *one.fields == *fields);
        let at = at.unwrap_or_else(|| {
            self.definitions.push(Definition::new(fields));
            self.definitions.len() - 1
        });
        &mut self.definitions[at]
    }

    /// Forgets definitions without policies, and their counters.
    fn tidy(&mut self) {
        self.definitions.retain(|one| one.len() > 0);
        let definitions = &self.definitions;
        self.counters.retain(|(fields, _), _| definitions.iter().any(|one| one.fields == *fields));
    }
}
