//! Messages that are kept back for so long that their sender is told, or that they expire.
//!
//! *Invariants.* Nothing is tried, and the predelivery hook does not run. The time goes on as if the
//! message had been deferred all the while.
//!
//! *Not here.* When that is (`mail_queue::RetryPolicy`).

use mail_queue::{Change, Outcome as Reported, RetryPolicy, dsn};
use smtp_proto::Enhanced;

use super::attempt::Attempt;
use super::fate::{Action, Fate};
use super::{AFTER_FAULT, Errand};
use crate::queue_runner::now;
use crate::route::Failure;

impl Errand<'_> {
    /// Tells the sender of the delay, or ends the message.
    pub(super) async fn overdue(&mut self) {
        let policy = self.policy();
        match policy.end(self.envelope.received).is_some_and(|end| end <= now()) {
            true => self.expire(&policy).await,
            false => self.say_that_it_waits(&policy).await,
        }
    }

    async fn expire(&mut self, policy: &RetryPolicy) {
        let status = Enhanced(5, 4, 7);
        let why = "kept back by suspensions or policies until it expired".to_owned();
        let attempt = Attempt::failed(Failure::new("config", why, status));
        let fate = Fate::expired(policy, now());
        self.tell(&attempt, &fate);
        let decision = self.after(None, &fate, status).await;
        self.settle(decision, &attempt, fate).await;
    }

    async fn say_that_it_waits(&mut self, policy: &RetryPolicy) {
        let envelope = &self.envelope;
        let due = policy.notice(envelope.retry, envelope.told, envelope.received);
        let mut change = Change::default();
        if let Some((step, _)) = due.filter(|(_, time)| *time <= now()) {
            let status = Enhanced(4, 4, 7);
            let why = "kept back by suspensions or policies".to_owned();
            let attempt = Attempt::failed(Failure::new("config", why, status));
            let fate = Fate::plain(Action::Queue, now());
            if !self.notify(dsn::Fate::Delayed(None), &attempt, fate).await {
                let at = now().after(AFTER_FAULT);
                return self.end(Reported::Retry { at }, Change::default());
            }
            change.told = Some(step.saturating_add(1));
        }
        self.reported = true;
        self.courier.server.queue.give_back(self.envelope.id, None, &change);
    }
}
