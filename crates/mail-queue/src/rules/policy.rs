//! What suspensions and policies say.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use super::counter::Start;
use super::field::{Condition, Facts, Field};
use crate::time::UnixTime;

/// What the owner of a rule keeps with it.
pub type Properties = Arc<dyn Any + Send + Sync>;

/// How fast messages may start; what is left out is not limited.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rate {
    /// Attempts at once.
    pub concurrency: Option<u32>,
    /// So many attempts within a time, as the [`Algorithm`] counts them.
    pub rate: Option<(f64, Duration)>,
    /// Time between the starts of two attempts.
    pub interval: Option<Duration>,
}

/// How the attempts within a time are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// A bucket that refills steadily and holds as many at most.
    #[default]
    TokenBucket,
    /// So many in each window of the time, counted from the epoch.
    FixedWindow,
}

/// A suspension as it is asked for.
#[derive(Debug, Clone)]
pub struct Suspension {
    /// Its name.
    pub id: String,
    /// Which messages wait.
    pub condition: Condition,
    /// Label.
    pub tag: Option<String>,
    /// What the owner keeps with it.
    pub properties: Option<Properties>,
    /// When it ends.
    pub until: UnixTime,
    /// Whether its owner keeps it over a restart.
    pub persist: bool,
}

impl Suspension {
    /// Whether it has a time, and does not stand in a file.
    pub fn is_dynamic(&self) -> bool {
        self.until < UnixTime::NEVER
    }
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
    pub properties: Option<Properties>,
    /// When it ends.
    pub until: UnixTime,
    /// Whether its owner keeps it over a restart.
    pub persist: bool,
}

impl Policy {
    /// Whether it has a time, and does not stand in a file.
    pub fn is_dynamic(&self) -> bool {
        self.until < UnixTime::NEVER
    }
}

/// The policies of a file.
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    /// How rates are counted, also those of other policies.
    pub algorithm: Algorithm,
    /// The fields of each definition and its policies; the first that matches counts.
    pub definitions: Vec<(Vec<Field>, Vec<Policy>)>,
}

/// A policy that a start was charged to.
#[derive(Debug, Clone)]
pub struct Charge {
    pub(crate) counter: CounterId,
    pub(super) policy: Arc<Policy>,
    pub(super) start: Start,
}

impl Charge {
    /// The policy, as it was at the start.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The value of a field by which the message was counted.
    pub fn value(&self, field: Field) -> Option<&str> {
        self.counter.1.get(field).map(|value| &**value)
    }
}

/// Names a counter: its definition, and the values of the definition's fields.
pub(crate) type CounterId = (Arc<[Field]>, Facts);
