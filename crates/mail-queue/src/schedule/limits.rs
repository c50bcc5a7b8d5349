//! What keeps messages back, as the owner of the queue changes it.
//!
//! *Invariants.* After each change every lane stands where the rules want it.
//!
//! *Not here.* What the rules are ([`crate::rules`]).

use std::sync::Arc;

use super::Scheduler;
use crate::rules::{Policy, Ruleset, Suspension};
use crate::time::UnixTime;

impl Scheduler {
    /// Keeps messages back, or renews the suspension with the same condition if `update`. Gives its
    /// name.
    pub fn suspend(&mut self, suspension: Suspension, update: bool, now: UnixTime) -> String {
        let id = self.rules.suspend(suspension, update);
        self.settle_all(now);
        id
    }

    /// Limits messages, or renews the policy with the same fields and condition if `update`. Gives its
    /// name.
    pub fn limit(&mut self, policy: Policy, update: bool, now: UnixTime) -> String {
        let id = self.rules.limit(policy, update);
        self.settle_all(now);
        id
    }

    /// Ends a policy; tells whether there was one.
    pub fn unlimit(&mut self, id: &str, now: UnixTime) -> bool {
        let found = self.rules.unlimit(id);
        self.settle_all(now);
        found
    }

    /// Ends a suspension; tells whether there was one.
    pub fn resume(&mut self, id: &str, now: UnixTime) -> bool {
        let found = self.rules.resume(id);
        self.settle_all(now);
        found
    }

    /// Takes the suspensions of a file in place of those that stood there.
    pub fn set_suspensions(&mut self, suspensions: Vec<Suspension>, now: UnixTime) {
        self.rules.set_suspensions(suspensions);
        self.settle_all(now);
    }

    /// Takes the policies of a file in place of those that stood there. What was counted stays.
    pub fn set_policies(&mut self, policies: Ruleset, now: UnixTime) {
        self.rules.set_policies(policies);
        self.settle_all(now);
    }

    /// Every suspension at `now`, by name.
    pub fn suspensions(&self, now: UnixTime) -> Vec<Suspension> {
        let mut all = self.rules.suspensions();
        all.retain(|one| one.until > now);
        all
    }

    /// Every policy at `now`, in the order in which they are asked.
    pub fn policies(&self, now: UnixTime) -> Vec<Arc<Policy>> {
        let mut all = self.rules.policies();
        all.retain(|one| one.until > now);
        all
    }

    /// The policy of a name.
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.rules.policy(id).map(|policy| &**policy)
    }

    /// Number of suspensions and policies.
    pub fn rules(&self) -> usize {
        self.rules.len()
    }
}
