//! Policies with the same fields, which share their counters.

use std::sync::Arc;

use super::field::{Condition, Facts, Field};
use super::index::{Index, Rule};
use super::policy::{CounterId, Policy};
use crate::time::UnixTime;

/// From this number on policies have a time; below stand those of files.
const DYNAMIC: u64 = 1 << 32;

/// Policies with the same fields.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) fields: Arc<[Field]>,
    policies: Index<Ranked>,
    /// How many of them stop the search.
    stops: usize,
}

/// A policy and its rank: of two policies that match, the one with the higher counts.
#[derive(Debug)]
struct Ranked {
    policy: Arc<Policy>,
    rank: u64,
}

impl Rule for Ranked {
    fn id(&self) -> &str {
        &self.policy.id
    }

    fn condition(&self) -> &Condition {
        &self.policy.condition
    }

    fn until(&self) -> UnixTime {
        self.policy.until
    }

    fn weight(&self) -> u64 {
        self.rank
    }
}

impl Definition {
    pub(super) fn new(fields: &[Field]) -> Self {
        Self { fields: fields.into(), policies: Index::default(), stops: 0 }
    }

    /// Adds a policy that ranks above all that were added before with a lower `age`.
    pub(super) fn insert(&mut self, policy: Policy, age: u64) {
        self.put(policy, DYNAMIC + age);
    }

    /// Takes these policies of a file in place of those that stood there; the first ranks highest.
    pub(super) fn set_filed(&mut self, policies: Vec<Policy>) {
        self.policies.remove_those(|one| !one.policy.is_dynamic());
        self.count_stops();
        for (policy, rank) in policies.into_iter().zip((0..DYNAMIC).rev()) {
            self.put(policy, rank);
        }
    }

    fn put(&mut self, policy: Policy, rank: u64) {
        self.stops += usize::from(policy.stop);
        self.policies.insert(Ranked { policy: Arc::new(policy), rank });
    }

    /// Ends a policy and gives it.
    pub(super) fn remove(&mut self, id: &str) -> Option<Arc<Policy>> {
        let removed = self.policies.remove(id)?.policy;
        self.stops -= usize::from(removed.stop);
        Some(removed)
    }

    /// Removes what has ended; tells whether anything had.
    pub(super) fn expire(&mut self, now: UnixTime) -> bool {
        let any = self.policies.expire(now);
        if any {
            self.count_stops();
        }
        any
    }

    fn count_stops(&mut self) {
        self.stops = self.policies.iter().filter(|one| one.policy.stop).count();
    }

    pub(super) fn next_end(&self) -> Option<UnixTime> {
        self.policies.next_end()
    }

    pub(super) fn len(&self) -> usize {
        self.policies.len()
    }

    /// The newest policy with a time and exactly this condition.
    pub(super) fn with(&self, condition: &Condition) -> Option<&Policy> {
        let mut alike = self.policies.with(condition).map(|one| &*one.policy);
        alike.find(|policy| policy.is_dynamic())
    }

    /// The policy of this name.
    pub(super) fn get(&self, id: &str) -> Option<&Arc<Policy>> {
        self.policies.get(id).map(|one| &one.policy)
    }

    /// The policy that counts for a message, with its rank.
    pub(super) fn policy(&self, facts: &Facts) -> Option<(u64, &Arc<Policy>)> {
        let highest = self.policies.matching(facts).max_by_key(|one| one.rank);
        highest.map(|one| (one.rank, &one.policy))
    }

    /// Every policy, the highest first.
    pub(super) fn policies(&self) -> Vec<Arc<Policy>> {
        let mut all: Vec<_> = self.policies.iter().collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.rank));
        all.into_iter().map(|one| Arc::clone(&one.policy)).collect()
    }

    /// Whether what it says of a message depends on the next hop.
    pub(super) fn is_late(&self) -> bool {
        self.fields.iter().any(|field| field.is_late()) || self.policies.goes_by(Field::is_late)
    }

    /// Whether one of its policies stops the search.
    pub(super) fn may_stop(&self) -> bool {
        self.stops > 0
    }

    /// The counter of a message.
    pub(super) fn counter(&self, facts: &Facts) -> CounterId {
        (Arc::clone(&self.fields), facts.only(&self.fields))
    }
}
