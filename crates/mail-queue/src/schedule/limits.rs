//! What keeps messages back, as the owner of the queue changes it.
//!
//! *Invariants.* After each change no lane waits for what does not keep it back any more. Lanes that a new
//! rule is to keep back find it at their turn.
//!
//! *Not here.* What the rules are ([`crate::rules`]).

use std::sync::Arc;

use super::Scheduler;
use crate::rules::{Facts, Policy, RuleRefused, Ruleset, Suspension};
use crate::time::UnixTime;

impl Scheduler {
    /// Keeps messages back, or renews the suspension with the same condition if `update`. Gives its
    /// name.
    ///
    /// # Errors
    /// When the name belongs to a file, or there are too many.
    pub fn suspend(
        &mut self,
        suspension: Suspension,
        update: bool,
        now: UnixTime,
    ) -> Result<String, RuleRefused> {
        let (id, old) = self.rules.suspend(suspension, update)?;
        // What goes out meanwhile is asked at its turn; only what was kept back may have to go on.
        if let Some(old) = old {
            self.settle_kept(|facts| old.condition.matches(facts), now);
        }
        Ok(id)
    }

    /// Limits messages, or renews the policy with the same fields and condition if `update`. Gives its
    /// name.
    ///
    /// # Errors
    /// When the name belongs to a file, or there are too many.
    pub fn limit(
        &mut self,
        policy: Policy,
        update: bool,
        now: UnixTime,
    ) -> Result<String, RuleRefused> {
        let old = self.rules.policy(&policy.id).cloned();
        let new = policy.clone();
        let id = self.rules.limit(policy, update)?;
        self.settle_kept(|facts| is_for(&new, facts) || old.iter().any(|o| is_for(o, facts)), now);
        Ok(id)
    }

    /// Ends a policy; tells whether there was one.
    pub fn unlimit(&mut self, id: &str, now: UnixTime) -> bool {
        let Some(old) = self.rules.unlimit(id) else { return false };
        self.settle_kept(|facts| is_for(&old, facts), now);
        true
    }

    /// Ends a suspension; tells whether there was one.
    pub fn resume(&mut self, id: &str, now: UnixTime) -> bool {
        let Some(old) = self.rules.resume(id) else { return false };
        self.settle_kept(|facts| old.condition.matches(facts), now);
        true
    }

    /// Takes the suspensions of a file in place of those that stood there.
    pub fn set_suspensions(&mut self, suspensions: Vec<Suspension>, now: UnixTime) {
        self.rules.set_suspensions(suspensions);
        self.settle_kept(|_| true, now);
    }

    /// Takes the policies of a file in place of those that stood there. What was counted stays.
    pub fn set_policies(&mut self, policies: Ruleset, now: UnixTime) {
        self.rules.set_policies(policies);
        self.settle_kept(|_| true, now);
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

    /// Whether the owner of a suspension or policy keeps it over a restart.
    pub fn is_persistent(&self, id: &str) -> bool {
        self.rules.is_persistent(id)
    }

    /// Number of suspensions and policies.
    pub fn rules(&self) -> usize {
        self.rules.len()
    }
}

/// Whether a policy can matter for messages with these facts. One that stops the search also matters for
/// those that later definitions keep back.
fn is_for(policy: &Policy, facts: &Facts) -> bool {
    policy.stop || policy.condition.matches(facts)
}
