//! What becomes of a message after an attempt, before and after the script had its say.
//!
//! *Invariants.* Pure but for the chance that spreads retries. Every attempt leads to exactly one
//! action. What the queue cannot read is held for the operator: it neither bounces nor vanishes.
//!
//! *Not here.* Carrying the action out ([`super`]).
//!
//! *Sources.* RFC 5321 §4.5.4.1; RFC 3463 for the status codes.

use std::time::Duration;

use mail_queue::{Change, Envelope, Expiry, Next, Outcome as Reported, RetryPolicy, UnixTime};
use mta_hooks::requeue::Requeue;
use smtp_proto::Enhanced;
use smtp_proto::client::{Disposition, Outcome};

use super::attempt::{Attempt, End};

/// What happens to a message if the script does not object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is delivered.
    Delivered,
    /// It is tried again.
    Queue,
    /// Its sender is told.
    Bounce,
    /// It disappears.
    Delete,
    /// It waits for the operator.
    Hold,
}

/// The default after an attempt, with what the schedule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fate {
    /// The action.
    pub action: Action,
    /// Whether it was tried too often or for too long.
    pub expired: bool,
    /// When the next attempt would be.
    pub at: UnixTime,
    /// Whether the schedule tells the sender of the delay.
    pub notify: bool,
}

impl Action {
    /// Its name in `$arguments["action"]`; none after success.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Delivered => None,
            Self::Queue | Self::Hold => Some("QUEUE"),
            Self::Bounce => Some("BOUNCE"),
            Self::Delete => Some("DELETE"),
        }
    }
}

impl Fate {
    /// The default after `attempt` on a message.
    pub fn after(
        attempt: &Attempt,
        envelope: &Envelope,
        policy: &RetryPolicy,
        now: UnixTime,
        chance: f64,
    ) -> Self {
        match of(&attempt.end) {
            Action::Queue => Self::requeued(envelope, policy, now, chance),
            action => Self::plain(action, now),
        }
    }

    /// An action that no schedule has a part in.
    pub fn plain(action: Action, now: UnixTime) -> Self {
        Self { action, expired: false, at: now, notify: false }
    }

    /// Another attempt as the schedule says, or the end of all attempts.
    pub fn requeued(envelope: &Envelope, policy: &RetryPolicy, now: UnixTime, chance: f64) -> Self {
        match policy.next(envelope.retry.saturating_add(1), envelope.received, now, chance) {
            Next::At { time, notify } => {
                // While it was kept back its sender was told already.
                let notify = notify && envelope.retry >= envelope.told;
                Self { action: Action::Queue, expired: false, at: time, notify }
            }
            Next::Expired => Self::expired(policy, now),
        }
    }

    /// The end of all attempts.
    pub fn expired(policy: &RetryPolicy, now: UnixTime) -> Self {
        let action = match policy.expiry {
            Expiry::Bounce => Action::Bounce,
            Expiry::Delete => Action::Delete,
        };
        // A script may still ask for one more attempt, beyond the schedule's end.
        let last = policy.intervals.last().map_or(Duration::from_secs(60), |s| s.interval);
        Self { action, expired: true, at: now.after(last), notify: false }
    }
}

/// What a script that asks for another attempt gets.
pub fn requeue(
    wish: &Requeue,
    envelope: &Envelope,
    fate: &Fate,
    now: UnixTime,
) -> (Reported, Change) {
    let delay = wish.delay.and_then(|delay| Duration::try_from_secs_f64(delay).ok());
    let retry = match (wish.reset_retry, wish.increment_retry) {
        (true, _) => 0,
        (false, true) => envelope.retry.saturating_add(1),
        (false, false) => envelope.retry,
    };
    let transport = wish.transportid.as_ref();
    let change = Change {
        retry: Some(retry),
        transport: transport.map(|id| String::from_utf8_lossy(id).into()),
        ..Change::default()
    };
    match wish.hold {
        true => (Reported::Hold, change),
        false => (Reported::Retry { at: delay.map_or(fate.at, |delay| now.after(delay)) }, change),
    }
}

/// The status for reports.
pub fn status(end: &End) -> Enhanced {
    match end {
        End::Smtp(outcome) => outcome.enhanced(),
        End::Failed(failure) => failure.status,
        End::Unreadable(_) => Enhanced(4, 3, 0),
    }
}

/// The type and text of the diagnostic for reports.
pub fn diagnostic(end: &End) -> (&'static str, String) {
    match end {
        End::Failed(failure) => ("x-error", failure.message.clone()),
        End::Unreadable(error) => ("x-error", error.to_string()),
        End::Smtp(outcome) => match outcome {
            Outcome::Delivered { reply } | Outcome::Refused { reply, .. } => {
                let status = reply.enhanced.map(|e| format!("{e} ")).unwrap_or_default();
                ("smtp", format!("{} {status}{}", reply.code, reply.text()))
            }
            Outcome::Lost { state } => ("x-error", format!("connection lost at {state}")),
            Outcome::TimedOut { state } => ("x-error", format!("no reply in time at {state}")),
            Outcome::Violation { state, error } => ("x-error", format!("{error} at {state}")),
            Outcome::TooLarge { limit } => {
                ("x-error", format!("the server takes messages up to {limit} octets"))
            }
        },
    }
}

fn of(end: &End) -> Action {
    match end {
        End::Unreadable(_) => Action::Hold,
        End::Failed(failure) if failure.is_temporary() => Action::Queue,
        End::Failed(_) => Action::Bounce,
        End::Smtp(outcome) => match outcome.disposition() {
            Disposition::Delivered => Action::Delivered,
            Disposition::Queue | Disposition::NextHost => Action::Queue,
            Disposition::Bounce => Action::Bounce,
        },
    }
}
