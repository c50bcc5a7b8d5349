//! Fields of a message that limits and suspensions go by.
//!
//! *Invariants.* Domains are compared in lower case. What a pattern fits depends on its text only, so
//! that two conditions with the same texts are the same condition.
//!
//! *Not here.* What patterns, lists and networks look like: whoever makes a condition gives a test.
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
    /// The address that the connection comes from.
    LocalIp,
    /// The address of the next hop.
    RemoteIp,
    /// The name of the next hop.
    RemoteMx,
    /// What the next hop is rolled up with.
    Grouping,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; 8] = [
        Self::Transport,
        Self::RecipientDomain,
        Self::Job,
        Self::Tenant,
        Self::LocalIp,
        Self::RemoteIp,
        Self::RemoteMx,
        Self::Grouping,
    ];

    /// The name that scripts and files use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transport => "transportid",
            Self::RecipientDomain => "recipientdomain",
            Self::Job => "jobid",
            Self::Tenant => "tenantid",
            Self::LocalIp => "localip",
            Self::RemoteIp => "remoteip",
            Self::RemoteMx => "remotemx",
            Self::Grouping => "grouping",
        }
    }

    /// The field of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Whether its value is known only when the next hop is.
    pub const fn is_late(self) -> bool {
        matches!(self, Self::LocalIp | Self::RemoteIp | Self::RemoteMx | Self::Grouping)
    }

    /// Whether its value is a domain, of which `*.` stands for those below.
    pub const fn is_domain(self) -> bool {
        matches!(self, Self::RecipientDomain | Self::RemoteMx)
    }

    /// Whether its value is an address.
    pub const fn is_address(self) -> bool {
        matches!(self, Self::LocalIp | Self::RemoteIp)
    }
}

/// Values of the fields of a message, or of some of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Facts([Option<Arc<str>>; Field::ALL.len()]);

impl Facts {
    /// What is known of a message. Domains are compared in lower case.
    pub fn new(values: impl IntoIterator<Item = (Field, Arc<str>)>) -> Self {
        Self::default().and(values)
    }

    /// The same with these values as well.
    pub fn and(&self, values: impl IntoIterator<Item = (Field, Arc<str>)>) -> Self {
        let mut facts = self.clone();
        for (field, value) in values {
            let lower = field.is_domain() && value.bytes().any(|b| b.is_ascii_uppercase());
            let value = if lower { Arc::from(value.to_ascii_lowercase()) } else { value };
            facts.0[field as usize] = Some(value);
        }
        facts
    }

    /// The value of a field.
    pub fn get(&self, field: Field) -> Option<&Arc<str>> {
        self.0[field as usize].as_ref()
    }

    /// Whether the next hop is known.
    pub fn is_complete(&self) -> bool {
        self.get(Field::RemoteIp).is_some()
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

/// A test of a value that is more than a comparison: a network, a list, an expression.
#[derive(Clone)]
pub struct Pattern {
    text: Arc<str>,
    test: Arc<dyn Fn(&str) -> bool + Send + Sync>,
}

impl Pattern {
    /// A pattern that is written as `text` and fits what `test` says.
    pub fn new(text: &str, test: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self { text: text.into(), test: Arc::new(test) }
    }
}

impl Pattern {
    /// Whether a value fits.
    pub fn fits(&self, value: &str) -> bool {
        (self.test)(value)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}

impl std::hash::Hash for Pattern {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

/// Patterns for some fields, in the order of the fields.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Tests(Vec<(Field, Pattern)>);

impl Tests {
    /// Whether the values of a message fit all.
    pub(super) fn fit(&self, facts: &Facts) -> bool {
        let fits = |(field, pattern): &(Field, Pattern)| {
            facts.get(*field).is_some_and(|value| pattern.fits(value))
        };
        self.0.iter().all(fits)
    }
}

/// What a message must have, each for another field. The empty condition is for all messages.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Condition {
    values: Facts,
    tests: Tests,
}

impl Condition {
    /// A condition; `*.example.com` as a domain is for all domains below that one.
    pub fn new(values: impl IntoIterator<Item = (Field, Arc<str>)>) -> Self {
        Self { values: Facts::new(values), tests: Tests::default() }
    }

    /// The same with a pattern for a field, in place of what was wanted of it.
    pub fn fitting(mut self, field: Field, pattern: Pattern) -> Self {
        self.values.0[field as usize] = None;
        let patterns = &mut self.tests.0;
        patterns.retain(|(other, _)| *other != field);
        let at = patterns.partition_point(|(other, _)| *other < field);
        patterns.insert(at, (field, pattern));
        self
    }

    /// The fields that it names and what it wants of them, as it is written; in order.
    pub fn texts(&self) -> impl Iterator<Item = (Field, &str)> {
        let pattern = |field| self.tests.0.iter().find(move |(of, _)| *of == field);
        Field::ALL.into_iter().filter_map(move |field| match self.values.get(field) {
            Some(value) => Some((field, &**value)),
            None => pattern(field).map(|(_, pattern)| (field, &*pattern.text)),
        })
    }

    /// The fields that it names, in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
        self.texts().map(|(field, _)| field)
    }

    /// The fields whose domain stands for those below it.
    pub(super) fn below(&self) -> impl Iterator<Item = Field> {
        let is_below = |field: &Field| {
            field.is_domain() && self.values.get(*field).is_some_and(|d| d.starts_with("*."))
        };
        Field::ALL.into_iter().filter(is_below)
    }

    /// What it wants of fields by comparison.
    pub(super) fn values(&self) -> &Facts {
        &self.values
    }

    /// What can only be tested, not looked up.
    pub(super) fn tests(&self) -> &Tests {
        &self.tests
    }

    /// Whether a message has the values.
    pub fn matches(&self, facts: &Facts) -> bool {
        let equal = |field| match (self.values.get(field), facts.get(field)) {
            (None, _) => true,
            (Some(wanted), Some(value)) => equals(field, wanted, value),
            (Some(_), None) => false,
        };
        Field::ALL.into_iter().all(equal) && self.tests.fit(facts)
    }
}

fn equals(field: Field, wanted: &str, value: &str) -> bool {
    match wanted.strip_prefix('*') {
        Some(below) if field.is_domain() && below.starts_with('.') => {
            value.len() > below.len() && value.ends_with(below)
        }
        _ => wanted == value,
    }
}
