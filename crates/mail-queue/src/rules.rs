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
/// Suspensions and policies that may exist at a time, so that scripts cannot fill the memory with them.
const MOST: usize = 100_000;

/// Whether a message may start.
#[derive(Debug, PartialEq)]
pub(crate) enum Gate {
    /// Now.
    Open,
    /// It is suspended until then.
    Suspended(UnixTime),
    /// A counter has reached the limits of the policy with this rank. It allows the next start then, or
    /// when it gets less.
    Limited(CounterId, u64, Option<UnixTime>),
}

/// Why a suspension or policy is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleRefused {
    /// Its name is that of one in a file.
    #[error("the id belongs to an entry of a file")]
    Filed,
    /// There are too many.
    #[error("there are {MOST} suspensions and policies already")]
    Full,
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
    /// Number of counters above which those at rest are looked for.
    many: usize,
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

    fn weight(&self) -> u64 {
        self.until.as_millis()
    }
}

impl Rules {
    /// Adds a suspension, or renews the one with the same condition if `update`. Gives its name, and the
    /// suspension in whose place it is.
    pub(crate) fn suspend(
        &mut self,
        mut new: Suspension,
        update: bool,
    ) -> Result<(String, Option<Suspension>), RuleRefused> {
        let known = self.suspensions.get(&new.id);
        if known.is_some_and(|one| !one.is_dynamic()) {
            return Err(RuleRefused::Filed);
        }
        let alike = || self.suspensions.with(&new.condition).find(|one| one.is_dynamic());
        let old = known.or_else(|| alike().filter(|_| update)).cloned();
        match &old {
            Some(old) => {
                new.id.clone_from(&old.id);
                new.persist |= old.persist;
            }
            None => self.check_room()?,
        }
        let id = new.id.clone();
        self.suspensions.insert(new);
        Ok((id, old))
    }

    /// Ends a suspension that no file has, and gives it.
    pub(crate) fn resume(&mut self, id: &str) -> Option<Suspension> {
        self.suspensions.get(id).filter(|one| one.is_dynamic())?;
        self.suspensions.remove(id)
    }

    /// Takes the suspensions of a file in place of those that stood there.
    pub(crate) fn set_suspensions(&mut self, new: Vec<Suspension>) {
        self.suspensions.remove_those(|one| !one.is_dynamic());
        new.into_iter().for_each(|one| self.suspensions.insert(one));
    }

    /// Every suspension, by name.
    pub(crate) fn suspensions(&self) -> Vec<Suspension> {
        let mut all: Vec<_> = self.suspensions.iter().cloned().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// Adds a policy, or renews the one with the same fields and condition if `update`. Gives its name.
    pub(crate) fn limit(&mut self, mut new: Policy, update: bool) -> Result<String, RuleRefused> {
        let known = self.policy(&new.id);
        if known.is_some_and(|policy| !policy.is_dynamic()) {
            return Err(RuleRefused::Filed);
        }
        let alike = self.definitions.iter().find(|one| *one.fields == *new.fields);
        let alike = alike.and_then(|one| one.with(&new.condition)).filter(|_| update);
        let old = known
            .map(|policy| &**policy)
            .or(alike)
            .map(|policy| (policy.id.clone(), policy.persist));
        match old {
            Some((old, persist)) => {
                new.id = old;
                new.persist |= persist;
            }
            None => self.check_room()?,
        }
        let id = new.id.clone();
        self.age += 1;
        let age = self.age;
        self.definitions.iter_mut().for_each(|one| drop(one.remove(&id)));
        self.definition(&new.fields).insert(new, age);
        self.tidy();
        Ok(id)
    }

    /// Ends a policy that no file has, and gives it.
    pub(crate) fn unlimit(&mut self, id: &str) -> Option<Arc<Policy>> {
        self.policy(id).filter(|policy| policy.is_dynamic())?;
        let ended = self.definitions.iter_mut().find_map(|one| one.remove(id));
        self.tidy();
        ended
    }

    fn check_room(&self) -> Result<(), RuleRefused> {
        if self.len() < MOST { Ok(()) } else { Err(RuleRefused::Full) }
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

    /// Whether the owner of an entry keeps it over a restart.
    pub(crate) fn is_persistent(&self, id: &str) -> bool {
        self.suspensions.get(id).is_some_and(|one| one.persist)
            || self.policy(id).is_some_and(|one| one.persist)
    }

    /// Removes what has ended; tells whether a policy had. What a suspension kept back waits for its end
    /// anyway.
    pub(crate) fn expire(&mut self, now: UnixTime) -> bool {
        self.suspensions.expire(now);
        let mut any = false;
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
        if let Some(until) = self.suspended(facts, now) {
            return Gate::Suspended(until);
        }
        for (definition, rank, policy) in self.applying(facts) {
            let id = definition.counter(facts);
            let Some(counter) = self.counters.get(&id) else { continue };
            if policy.rate.concurrency.is_some_and(|most| counter.running >= most) {
                return Gate::Limited(id, rank, None);
            }
            if let Some(later) = counter.free_at(&policy.rate, self.algorithm, now) {
                return Gate::Limited(id, rank, Some(later));
            }
        }
        Gate::Open
    }

    /// When the last suspension for these facts ends.
    fn suspended(&self, facts: &Facts, now: UnixTime) -> Option<UnixTime> {
        let until = self.suspensions.matching(facts).map(|one| one.until).max();
        until.filter(|until| *until > now)
    }

    /// Whether an attempt that was charged so far may go on with these facts.
    pub(crate) fn admit(&self, facts: &Facts, charged: &[Charge], now: UnixTime) -> Admission {
        if let Some(until) = self.suspended(facts, now) {
            return Admission::Suspended(until);
        }
        let is_free = |(definition, _, policy): (&Definition, u64, &Arc<Policy>)| {
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
        let applying = applying.map(|(one, _, policy)| (one.counter(facts), Arc::clone(policy)));
        let rest: Vec<_> = applying
            .filter(|(counter, _)| charged.iter().all(|charge| charge.counter != *counter))
            .collect();
        self.forget_some(now);
        let algorithm = self.algorithm;
        let charge = |(counter, policy): (CounterId, Arc<Policy>)| {
            let entry = self.counters.entry(counter.clone()).or_default();
            let start = entry.start(&policy.rate, algorithm, now);
            Charge { counter, policy, start }
        };
        rest.into_iter().map(charge).collect()
    }

    /// Forgets counters at rest once there are twice as many as were needed the last time.
    fn forget_some(&mut self, now: UnixTime) {
        if self.counters.len() > self.many.max(MANY) {
            self.counters.retain(|_, counter| !counter.is_at_rest(now));
            self.many = self.counters.len() * 2;
        }
    }

    /// Whether messages with these facts are charged to this counter.
    pub(crate) fn charges(&self, facts: &Facts, counter: &CounterId) -> bool {
        self.applying(facts).any(|(definition, ..)| definition.counter(facts) == *counter)
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

    /// For each definition that has limits for a message, these limits and their rank. While the next hop is not known,
    /// those that depend on it are left out.
    fn applying<'a>(
        &'a self,
        facts: &Facts,
    ) -> impl Iterator<Item = (&'a Definition, u64, &'a Arc<Policy>)> {
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
            let (rank, policy) = definition.policy(facts)?;
            stopped = policy.stop;
            Some((definition, rank, policy))
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
        let before = self.definitions.len();
        self.definitions.retain(|one| one.len() > 0);
        if self.definitions.len() == before {
            return;
        }
        let definitions = &self.definitions;
        // Attempts that run are given back at their end, which must find what they were charged to.
        self.counters.retain(|(fields, _), counter| {
            counter.running > 0 || definitions.iter().any(|one| one.fields == *fields)
        });
    }
}
