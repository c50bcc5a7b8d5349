//! What the predelivery hook decided about messages that are kept back afterwards, so that it need not run
//! again when their turn comes.
//!
//! *Invariants.* A decision holds for the configuration under which it was made. What cannot be kept (it
//! holds an object, or there is no room) is decided again.
//!
//! *Not here.* What decisions mean ([`crate::delivery`]).

use std::collections::HashMap;
use std::sync::Mutex;

use hsl_vm::{Frozen, Value, Verdict};
use mail_queue::MessageId;

use super::{Queue, lock};

/// Decisions that are kept at a time.
const MOST: usize = 20_000;

/// A decision to try, and what the script left.
#[derive(Debug)]
pub struct Prepared {
    generation: u64,
    /// The verdict and its arguments; none if the script ended without one.
    verdict: Option<(&'static str, Vec<Frozen>)>,
    context: Frozen,
}

impl Prepared {
    /// The decision as it can be kept; none if it cannot.
    pub fn new(generation: u64, verdict: Option<&Verdict>, context: &Value) -> Option<Self> {
        let frozen = |verdict: &Verdict| {
            let args: Option<Vec<_>> = verdict.args.iter().map(Value::freeze).collect();
            args.map(|args| (verdict.name, args))
        };
        let verdict = match verdict {
            Some(verdict) => Some(frozen(verdict)?),
            None => None,
        };
        Some(Self { generation, verdict, context: context.freeze()? })
    }

    /// The verdict and the context again, if they were made under this generation.
    pub fn thaw(&self, generation: u64) -> Option<(Option<Verdict>, Value)> {
        let again = |(name, args): &(&'static str, Vec<Frozen>)| Verdict {
            name,
            args: args.iter().map(Frozen::thaw).collect(),
        };
        let is_current = self.generation == generation;
        is_current.then(|| (self.verdict.as_ref().map(again), self.context.thaw()))
    }
}

/// The decisions that are kept.
#[derive(Debug, Default)]
pub(super) struct PreparedMessages(Mutex<HashMap<MessageId, Prepared>>);

impl PreparedMessages {
    pub(super) fn take(&self, id: MessageId) -> Option<Prepared> {
        lock(&self.0).remove(&id)
    }
}

impl Queue {
    /// Keeps a decision until the message is handed out again.
    pub fn keep_prepared(&self, id: MessageId, prepared: Prepared) {
        let mut all = lock(&self.prepared.0);
        if all.len() < MOST {
            all.insert(id, prepared);
        }
    }

    /// The decision that was kept for a message.
    pub fn take_prepared(&self, id: MessageId) -> Option<Prepared> {
        self.prepared.take(id)
    }
}
