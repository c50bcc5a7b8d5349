//! What a value of the configuration must be able to do, and the findings of one reading.
//!
//! *Invariants.* A reader that gives `None` has reported why. Reading goes on after a wrong value, so
//! that one run shows every finding.
//!
//! *Not here.* The declaration of sections ([`crate::section`]).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use diagnostics::{Code, Diagnostic, Span, codes};
use serde_json::Value as Json;

use crate::yaml::{Kind, Node, Scalar};

/// A type that a key can have.
pub trait Setting: Sized + schemars::JsonSchema {
    /// `format` of the value in the schema, where its type does not tell.
    const FORMAT: Option<&'static str> = None;

    /// Reads the value, or reports what is wrong with it.
    fn read(node: &Node, report: &mut Report) -> Option<Self>;

    /// The value where the key is left out; `None` where it is required.
    fn absent() -> Option<Self> {
        None
    }

    /// The value as it would be written, for defaults in the schema and for `config show`.
    fn shown(&self) -> Json;
}

/// One step on the way down. It is written out only where there is a finding.
#[derive(Clone, Debug)]
pub enum Step {
    /// A key that is declared.
    Key(&'static str),
    /// A key that is free.
    Free(String),
    /// An element.
    Element(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, ".{key}"),
            Self::Free(key) => write!(f, ".{key}"),
            Self::Element(at) => write!(f, "[{at}]"),
        }
    }
}

/// Findings of one reading, and the way down to the current key.
#[derive(Debug)]
pub struct Report {
    file: Arc<str>,
    strict: bool,
    path: Vec<Step>,
    findings: Vec<Diagnostic>,
}

impl Report {
    /// An empty report on a file. In a strict one, an unknown key is an error.
    pub fn new(file: &Arc<str>, strict: bool) -> Self {
        Self { file: Arc::clone(file), strict, path: Vec::new(), findings: Vec::new() }
    }

    /// Every finding so far.
    pub fn into_findings(self) -> Vec<Diagnostic> {
        self.findings
    }

    /// Reads something below the current key; findings name `step` in their path.
    pub fn within<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let value = read(self);
        self.path.pop();
        value
    }

    /// Reports a value of the wrong type: "`path` must be `wanted`, not …".
    pub fn wrong<T>(&mut self, node: &Node, wanted: &str) -> Option<T> {
        let message = format!("{} must be {wanted}, not {}", self.subject(), node.describe());
        self.add(&codes::SCHEMA, node.span, message);
        None
    }

    /// Reports something about the current key: "`path` message".
    pub fn problem(&mut self, at: Span, message: &str) -> &mut Diagnostic {
        let message = format!("{} {message}", self.subject());
        self.add(&codes::SCHEMA, at, message)
    }

    /// Reports a key that the section does not have.
    pub fn unknown_key(&mut self, key: &str, at: Span, known: &[&str]) {
        let known_here = diagnostics::nearest(key, known.iter().copied());
        let message = match self.path.is_empty() {
            true => format!("unknown key `{key}`"),
            false => format!("unknown key `{key}` in {}", self.subject()),
        };
        let strict = self.strict;
        let finding = self.add(&codes::UNKNOWN_KEY, at, message);
        if strict {
            finding.severity = diagnostics::Severity::Error;
        }
        match known_here {
            Some(near) => {
                finding.help = Some(format!("did you mean `{near}`?"));
                *finding = finding.clone().replace(format!("Change to `{near}`"), near);
            }
            None => finding.help = Some(format!("known keys are {}", listed(known))),
        }
    }

    /// Notes that the current key is understood and has no effect.
    pub fn ignored(&mut self, at: Span) {
        let message = format!("{} is accepted and has no effect", self.subject());
        self.add(&codes::IGNORED_KEY, at, message);
    }

    /// Adds a finding of any kind.
    pub fn add(&mut self, code: &'static Code, at: Span, message: String) -> &mut Diagnostic {
        self.findings.push(Diagnostic::new(code, &self.file, at, message));
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    fn subject(&self) -> String {
        match self.path.is_empty() {
            true => "the file".to_owned(),
            false => {
                let path: String = self.path.iter().map(Step::to_string).collect();
                format!("`{}`", path.trim_start_matches('.'))
            }
        }
    }
}

/// "`a`, `b`, `c`".
fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The scalar of a node, or a report that it must be `wanted`.
pub(crate) fn scalar<'n>(node: &'n Node, wanted: &str, report: &mut Report) -> Option<&'n Scalar> {
    match &node.kind {
        Kind::Scalar(scalar) if !node.is_null() => Some(scalar),
        _ => report.wrong(node, wanted),
    }
}

impl<T: Setting> Setting for Option<T> {
    const FORMAT: Option<&'static str> = T::FORMAT;

    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        T::read(node, report).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn shown(&self) -> Json {
        self.as_ref().map_or(Json::Null, T::shown)
    }
}

impl<T: Setting> Setting for Vec<T> {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let Kind::List(items) = &node.kind else { return report.wrong(node, "a list") };
        let mut read = Self::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            read.extend(report.within(Step::Element(at), |r| T::read(item, r)));
        }
        (read.len() == items.len()).then_some(read)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn shown(&self) -> Json {
        self.iter().map(T::shown).collect()
    }
}

impl<T: Setting> Setting for BTreeMap<String, T> {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else { return report.wrong(node, "a mapping") };
        let mut read = Self::new();
        for entry in entries {
            let step = Step::Free(entry.key.clone());
            let value = report.within(step, |r| T::read(&entry.value, r));
            read.extend(value.map(|value| (entry.key.clone(), value)));
        }
        (read.len() == entries.len()).then_some(read)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn shown(&self) -> Json {
        self.iter().map(|(key, value)| (key.clone(), value.shown())).collect()
    }
}
