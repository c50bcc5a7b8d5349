//! Fields of a message that limits and suspensions go by.
//!
//! *Sources.* The names are those of the policy files.

use std::sync::Arc;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The sending profile.
    Transport,
    /// The domain of the recipient.
    RecipientDomain,
    /// The job.
    Job,
    /// The tenant.
    Tenant,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 4] = [Self::Transport, Self::RecipientDomain, Self::Job, Self::Tenant];

    /// The name that scripts and files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transport => "transportid",
            Self::RecipientDomain => "recipientdomain",
            Self::Job => "jobid",
            Self::Tenant => "tenantid",
        }
    }

    /// The field of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// Values of the fields of a message, or of some of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Facts([Option<Arc<str>>; Field::ALL.len()]);

impl Facts {
    /// What is known of a message. Domains are compared in lower case.
    pub fn new(values: impl IntoIterator<Item = (Field, Arc<str>)>) -> Self {
        let mut facts = Self::default();
        for (field, value) in values {
            let lower =
                field == Field::RecipientDomain && value.bytes().any(|b| b.is_ascii_uppercase());
            let value = if lower { Arc::from(value.to_ascii_lowercase()) } else { value };
            facts.0[field as usize] = Some(value);
        }
        facts
    }

    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<&Arc<str>> {
        self.0[field as usize].as_ref()
    }

    /// The same with this value of a field, taken as it is.
    pub(super) fn with(&self, field: Field, value: Arc<str>) -> Self {
        let mut changed = self.clone();
        changed.0[field as usize] = Some(value);
        changed
    }

    /// The same without other fields.
    pub(super) fn only(&self, fields: &[Field]) -> Self {
        let mut only = Self::default();
        for field in fields {
            only.0[*field as usize].clone_from(&self.0[*field as usize]);
        }
        only
    }
}

/// Values that a message must have, each for another field. The empty condition is for all messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Condition(Facts);

impl Condition {
    /// A condition; `*.example.com` as a domain is for all domains below that one.
    pub fn new(values: impl IntoIterator<Item = (Field, Arc<str>)>) -> Self {
        Self(Facts::new(values))
    }

    /// The fields that it names, in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(|field| self.0.get(*field).is_some())
    }

    /// Whether its domain stands for those below it.
    pub(super) fn is_below(&self) -> bool {
        self.0.get(Field::RecipientDomain).is_some_and(|domain| domain.starts_with("*."))
    }

    /// Whether a message has the values.
    pub fn matches(&self, facts: &Facts) -> bool {
        Field::ALL.into_iter().all(|field| match (self.0.get(field), facts.get(field)) {
            (None, _) => true,
            (Some(wanted), Some(value)) => equals(field, wanted, value),
            (Some(_), None) => false,
        })
    }
}

impl From<Facts> for Condition {
    /// The condition that names exactly these values.
    fn from(facts: Facts) -> Self {
        Self(facts)
    }
}

fn equals(field: Field, wanted: &str, value: &str) -> bool {
    match wanted.strip_prefix('*') {
        Some(below) if field == Field::RecipientDomain && below.starts_with('.') => {
            value.len() > below.len() && value.ends_with(below)
        }
        _ => wanted == value,
    }
}
