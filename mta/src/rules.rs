//! The policy and suspend files: from text to what the queue goes by.
//!
//! *Invariants.* A file is taken whole or not at all. A missing or empty file has no rules.
//!
//! *Not here.* The keys (`mta-config`), what the rules do (`mail-queue`), the rules of scripts
//! ([`crate::facilities`]).

pub mod condition;
pub mod lists;
pub mod operate;
pub mod persistent;
mod properties;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use diagnostics::{Diagnostic, Span, codes};
use mail_queue::{Algorithm, Condition, Field, Policy, Rate, Ruleset, Suspension, UnixTime};
use mta_config::schema::{PolicyDefinition, PolicyLimits, RateAlgorithm};
use mta_config::{ConfigKind, Loaded, PolicyFile, Running, SuspendFile};
use mta_project::Snapshot;

use crate::program::Invalid;
use condition::condition;
use lists::{Lists, Origin};

/// Where the files are.
#[derive(Clone, Debug)]
pub struct RuleFiles {
    /// `smtpd-policy.yaml`.
    pub policy: PathBuf,
    /// `smtpd-suspend.yaml`.
    pub suspend: PathBuf,
    /// Folder of the running file, where its lists are.
    pub folder: PathBuf,
}

impl RuleFiles {
    /// The files beside the running file.
    pub fn beside(running: &Path) -> Self {
        let folder = running.parent().unwrap_or(Path::new("/")).to_owned();
        Self {
            policy: folder.join(ConfigKind::Policy.file_name()),
            suspend: folder.join(ConfigKind::Suspend.file_name()),
            folder,
        }
    }

    /// Reads the policy file, and puts its lists in place of those that it had.
    ///
    /// # Errors
    /// When the file is not valid; nothing changes then.
    pub fn policies(&self, running: &Running, lists: &Lists) -> Result<Ruleset, Box<Invalid>> {
        let read = Reading::new(&self.policy)?;
        let check = |file: &PolicyFile| mta_config::check_policies(&read.name, file, Some(running));
        let file = read.finish(mta_config::load_policies(&read.name, &read.text, false), check)?;
        read.lists(lists, Origin::Policy, &file.lists)?;
        Ok(ruleset(&file, &lists.seen_by(Origin::Policy)))
    }

    /// Reads the suspend file, and puts its lists in place of those that it had.
    ///
    /// # Errors
    /// When the file is not valid; nothing changes then.
    pub fn suspends(
        &self,
        running: &Running,
        lists: &Lists,
    ) -> Result<Vec<Suspension>, Box<Invalid>> {
        let read = Reading::new(&self.suspend)?;
        let check =
            |file: &SuspendFile| mta_config::check_suspends(&read.name, file, Some(running));
        let file = read.finish(mta_config::load_suspends(&read.name, &read.text, false), check)?;
        read.lists(lists, Origin::Suspend, &file.lists)?;
        Ok(suspensions(&file, &lists.seen_by(Origin::Suspend)))
    }
}

/// One file that is being read.
struct Reading<'a> {
    path: &'a Path,
    name: Arc<str>,
    text: Vec<u8>,
}

impl<'a> Reading<'a> {
    fn new(path: &'a Path) -> Result<Self, Box<Invalid>> {
        let name: Arc<str> = path.to_string_lossy().into();
        match std::fs::read(path) {
            Ok(text) => Ok(Self { path, name, text }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(Self { path, name, text: Vec::new() })
            }
            Err(error) => {
                let none = Self { path, name, text: Vec::new() };
                Err(none.unreadable(Span::default(), format!("cannot be read: {error}")))
            }
        }
    }

    /// The value of a file without errors.
    fn finish<T>(
        &self,
        loaded: Loaded<T>,
        check: impl Fn(&T) -> Vec<Diagnostic>,
    ) -> Result<T, Box<Invalid>> {
        let mut findings = loaded.diagnostics;
        findings.extend(loaded.value.iter().flat_map(check));
        let refused = findings.iter().any(Diagnostic::is_error);
        match loaded.value.filter(|_| !refused) {
            Some(value) => {
                crate::boot::tell(&findings);
                Ok(value)
            }
            None => Err(self.invalid(findings)),
        }
    }

    /// Puts the lists of the file in place of those that it had.
    fn lists(
        &self,
        lists: &Lists,
        origin: Origin,
        new: &[mta_config::schema::Lists],
    ) -> Result<(), Box<Invalid>> {
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        lists.replace(origin, new, folder).map_err(|(at, why)| self.unreadable(at, why))
    }

    fn unreadable(&self, at: Span, why: String) -> Box<Invalid> {
        self.invalid(vec![Diagnostic::new(&codes::UNREADABLE_FILE, &self.name, at, why)])
    }

    fn invalid(&self, findings: Vec<Diagnostic>) -> Box<Invalid> {
        let mut sources = Snapshot::new();
        sources.insert(Arc::clone(&self.name), self.text.as_slice());
        Box::new(Invalid { findings, sources })
    }
}

fn ruleset(file: &PolicyFile, lists: &Lists) -> Ruleset {
    let algorithm = match file.rate.algorithm {
        RateAlgorithm::TokenBucket => Algorithm::TokenBucket,
        RateAlgorithm::FixedWindow => Algorithm::FixedWindow,
    };
    let definitions = file.policies.iter().enumerate();
    let definitions = definitions.map(|(number, one)| definition(number, one, lists)).collect();
    Ruleset { algorithm, definitions }
}

fn definition(
    number: usize,
    definition: &PolicyDefinition,
    lists: &Lists,
) -> (Vec<Field>, Vec<Policy>) {
    let named = definition.fields.iter().filter_map(|field| Field::named(field.as_str()));
    let mut fields: Vec<_> = named.collect();
    fields.sort_unstable();
    let conditions = definition.conditions.iter().enumerate().map(|(at, one)| {
        let wanted = one.when.wanted();
        let condition = condition(wanted.iter().map(|(name, wanted, _)| (*name, *wanted)), lists);
        (format!("policies[{number}].conditions[{at}]"), condition, &one.then)
    });
    let default = definition.default.iter();
    let default =
        default.map(|limits| (format!("policies[{number}].default"), Condition::default(), limits));
    let policies =
        conditions.chain(default).map(|(id, condition, l)| policy(id, &fields, condition, l));
    let policies = policies.collect();
    (fields, policies)
}

fn policy(id: String, fields: &[Field], condition: Condition, limits: &PolicyLimits) -> Policy {
    let rate = limits.rate.map(|rate| (rate.count, Duration::from_secs_f64(rate.seconds)));
    Policy {
        id,
        fields: fields.to_vec(),
        condition,
        rate: Rate {
            concurrency: limits.concurrency.as_ref().map(|most| most.value),
            rate,
            interval: limits.connectinterval.map(|interval| interval.0),
        },
        stop: limits.stop,
        tag: limits.tag.as_ref().map(|tag| tag.value.clone()),
        properties: limits.properties.as_ref().and_then(|given| properties::of(&given.value.0)),
        until: UnixTime::NEVER,
        persist: false,
    }
}

fn suspensions(file: &SuspendFile, lists: &Lists) -> Vec<Suspension> {
    let entries = file.suspends.iter().enumerate();
    let suspension = |(at, entry): (usize, &mta_config::schema::SuspendEntry)| Suspension {
        id: format!("suspends[{at}]"),
        condition: condition(
            entry.wanted().iter().map(|(name, wanted, _)| (*name, *wanted)),
            lists,
        ),
        tag: entry.tag.as_ref().map(|tag| tag.value.clone()),
        properties: entry.properties.as_ref().and_then(|given| properties::of(&given.value.0)),
        until: UnixTime::NEVER,
        persist: false,
    };
    entries.map(suspension).collect()
}
