//! What keeps messages back: suspensions and policies, of scripts, files and operators.
//!
//! *Not here.* What they do (`mail-queue`), how they are written ([`crate::rules`]).

use std::sync::{Arc, OnceLock};

use mail_queue::{Admission, Charge, Facts, MessageId, Policy, RuleRefused, Ruleset, Suspension};

use super::{Queue, now};
use crate::rules::lists::Lists;
use crate::rules::persistent::Store;

impl Queue {
    /// Keeps messages back, or renews the suspension with the same condition if `update`. Gives its
    /// name.
    ///
    /// # Errors
    /// When the name belongs to a file, or there are too many.
    pub fn suspend(&self, suspension: Suspension, update: bool) -> Result<String, RuleRefused> {
        let id = self.line().scheduler.suspend(suspension, update, now())?;
        self.due.notify_one();
        self.keep_if(self.is_persistent(&id));
        Ok(id)
    }

    /// Ends a suspension that no file has; tells whether there was one.
    pub fn resume(&self, id: &str) -> bool {
        let persistent = self.is_persistent(id);
        let found = self.line().scheduler.resume(id, now());
        self.due.notify_one();
        self.keep_if(persistent && found);
        found
    }

    /// Limits messages, or renews the policy with the same fields and condition if `update`. Gives its
    /// name.
    ///
    /// # Errors
    /// When the name belongs to a file, or there are too many.
    pub fn limit(&self, policy: Policy, update: bool) -> Result<String, RuleRefused> {
        let id = self.line().scheduler.limit(policy, update, now())?;
        self.due.notify_one();
        self.keep_if(self.is_persistent(&id));
        Ok(id)
    }

    /// Ends a policy that no file has; tells whether there was one.
    pub fn unlimit(&self, id: &str) -> bool {
        let persistent = self.is_persistent(id);
        let found = self.line().scheduler.unlimit(id, now());
        self.due.notify_one();
        self.keep_if(persistent && found);
        found
    }

    /// Takes the suspensions of a file in place of those that it had.
    pub fn set_suspensions(&self, suspensions: Vec<Suspension>) {
        self.line().scheduler.set_suspensions(suspensions, now());
        self.due.notify_one();
    }

    /// Takes the policies of a file in place of those that it had.
    pub fn set_policies(&self, policies: Ruleset) {
        self.line().scheduler.set_policies(policies, now());
        self.due.notify_one();
    }

    /// Every suspension, by name.
    pub fn suspensions(&self) -> Vec<Suspension> {
        self.line().scheduler.suspensions(now())
    }

    /// Every policy, in the order in which they are asked.
    pub fn policies(&self) -> Vec<Arc<Policy>> {
        self.line().scheduler.policies(now())
    }

    /// Whether a message that is being tried may go to the next hop that its `facts` tell.
    pub fn enter(&self, id: MessageId, facts: &Facts) -> Admission {
        self.line().scheduler.enter(id, facts, now())
    }

    /// Whether a message that is handed out was kept back until its deadline: no attempt is wanted.
    pub fn is_overdue(&self, id: MessageId) -> bool {
        self.line().scheduler.is_overdue(id)
    }

    /// The policies under which a message is being tried.
    pub fn charges(&self, id: MessageId) -> Vec<Charge> {
        self.line().scheduler.charges(id)
    }

    /// Number of suspensions and policies.
    pub fn rules(&self) -> usize {
        self.line().scheduler.rules()
    }

    fn is_persistent(&self, id: &str) -> bool {
        self.line().scheduler.is_persistent(id)
    }

    /// Writes what is to outlive a restart, if that changed.
    fn keep_if(&self, changed: bool) {
        let store = self.store.get().filter(|_| changed);
        if let Some(Err(error)) = store.map(|store| store.save(self)) {
            tracing::error!(%error, "suspensions and policies are not kept over a restart");
        }
    }

    /// Where suspensions and policies are kept over a restart.
    pub fn store(&self) -> &OnceLock<Store> {
        &self.store
    }

    /// Lists of values that conditions name.
    pub fn lists(&self) -> &Lists {
        &self.lists
    }
}
