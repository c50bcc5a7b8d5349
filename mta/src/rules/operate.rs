//! What operators see and change of suspensions and policies, and the files read again.
//!
//! *Invariants.* A file is taken whole or not at all. Entries of scripts and operators stay when a file is
//! read again. What is not understood changes nothing.
//!
//! *Not here.* How operators reach it ([`crate::control`]).

use std::collections::BTreeMap;
use std::time::Duration;

use diagnostics::{Diagnostic, LineIndex};
use mail_queue::{Condition, Policy, Rate, RuleRefused, Suspension, UnixTime};
use mta_config::schema::{RateLimit, TAG};
use mta_control::api::Finding;
use mta_control::rules as api;

use super::condition;
use super::lists::Lists;
use super::properties;
use crate::control::rules::{Refusal, RuleControl};
use crate::facilities::fresh_id;
use crate::program::Invalid;
use crate::queue_runner::now;
use crate::server::Server;

impl RuleControl for Server {
    fn suspends(&self) -> api::Suspends {
        api::Suspends { suspends: self.queue.suspensions().iter().map(suspend).collect() }
    }

    fn suspend(&self, new: &api::NewSuspend) -> Result<api::Named, Refusal> {
        let suspension = Suspension {
            id: new.id.clone().unwrap_or_else(fresh_id),
            condition: self.condition(&new.condition)?,
            tag: tag(new.tag.clone())?,
            properties: kept(new.properties.as_ref())?,
            until: until(new.ttl)?,
            persist: new.persist,
        };
        let id = self.queue.suspend(suspension, new.update)?;
        self.keep(new.persist)?;
        Ok(api::Named { id })
    }

    fn change_suspend(&self, id: &str, change: &api::SuspendChange) -> Result<api::Named, Refusal> {
        let known = self.queue.suspensions().into_iter().find(|one| one.id == id);
        let mut suspension = known.ok_or(Refusal::Missing)?;
        if change.tag.is_some() {
            suspension.tag = tag(change.tag.clone())?;
        }
        if change.properties.is_some() {
            suspension.properties = kept(change.properties.as_ref())?;
        }
        if let Some(ttl) = change.ttl {
            suspension.until = until(ttl)?;
        }
        Ok(api::Named { id: self.queue.suspend(suspension, true)? })
    }

    fn resume(&self, id: &str) -> Result<api::Named, Refusal> {
        let known = self.queue.suspensions().into_iter().find(|one| one.id == id);
        match known.ok_or(Refusal::Missing)?.is_dynamic() && self.queue.resume(id) {
            true => Ok(api::Named { id: id.to_owned() }),
            false => Err(Refusal::Filed),
        }
    }

    fn policies(&self) -> api::Policies {
        api::Policies { policies: self.queue.policies().iter().map(|one| policy(one)).collect() }
    }

    fn limit(&self, new: &api::NewPolicy) -> Result<api::Named, Refusal> {
        let wrong = |error: condition::WrongCondition| Refusal::Wrong(error.to_string());
        let mut policy = Policy {
            id: new.id.clone().unwrap_or_else(fresh_id),
            fields: condition::fields(new.fields.iter().map(String::as_str)).map_err(wrong)?,
            condition: self.condition(&new.condition)?,
            rate: Rate::default(),
            stop: false,
            tag: None,
            properties: None,
            until: until(new.ttl)?,
            persist: new.persist,
        };
        set(&mut policy, &new.limits)?;
        let id = self.queue.limit(policy, new.update)?;
        self.keep(new.persist)?;
        Ok(api::Named { id })
    }

    fn change_policy(&self, id: &str, change: &api::PolicyChange) -> Result<api::Named, Refusal> {
        let known = self.queue.policies().into_iter().find(|one| one.id == id);
        let mut policy = Policy::clone(&*known.ok_or(Refusal::Missing)?);
        set(&mut policy, &change.limits)?;
        if let Some(ttl) = change.ttl {
            policy.until = until(ttl)?;
        }
        Ok(api::Named { id: self.queue.limit(policy, true)? })
    }

    fn unlimit(&self, id: &str) -> Result<api::Named, Refusal> {
        let known = self.queue.policies().into_iter().find(|one| one.id == id);
        match known.ok_or(Refusal::Missing)?.is_dynamic() && self.queue.unlimit(id) {
            true => Ok(api::Named { id: id.to_owned() }),
            false => Err(Refusal::Filed),
        }
    }

    fn reload_suspends(&self) -> Result<api::Reloaded, Refusal> {
        let running = &self.generation().running;
        let read = self.rules.suspends(running, self.queue.lists());
        let suspends = read.map_err(|invalid| refused(&invalid))?;
        let entries = suspends.len() as u64;
        self.queue.set_suspensions(suspends);
        Ok(api::Reloaded { file: self.rules.suspend.display().to_string(), entries })
    }

    fn reload_policies(&self) -> Result<api::Reloaded, Refusal> {
        let running = &self.generation().running;
        let read = self.rules.policies(running, self.queue.lists());
        let policies = read.map_err(|invalid| refused(&invalid))?;
        let entries = policies.definitions.iter().map(|(_, all)| all.len() as u64).sum();
        self.queue.set_policies(policies);
        Ok(api::Reloaded { file: self.rules.policy.display().to_string(), entries })
    }
}

impl Server {
    /// Whoever wants an entry kept over a restart hears if it is not.
    fn keep(&self, persist: bool) -> Result<(), Refusal> {
        let store = self.queue.store().get().filter(|_| persist);
        let saved = store.map_or(Ok(()), |store| store.save(&self.queue));
        saved.map_err(|error| {
            Refusal::Full(format!("in force, but a restart would end it: {error}"))
        })
    }

    fn condition(&self, wanted: &api::Condition) -> Result<Condition, Refusal> {
        parsed(wanted, self.queue.lists())
    }
}

/// A suspension that was kept over a restart.
pub(super) fn kept_suspension(
    one: &api::Suspend,
    until: UnixTime,
    lists: &Lists,
) -> Result<Suspension, Refusal> {
    Ok(Suspension {
        id: one.id.clone(),
        condition: parsed(&one.condition, lists)?,
        tag: tag(one.tag.clone())?,
        properties: kept(one.properties.as_ref())?,
        until,
        persist: true,
    })
}

/// A policy that was kept over a restart.
pub(super) fn kept_policy(
    one: &api::Policy,
    until: UnixTime,
    lists: &Lists,
) -> Result<Policy, Refusal> {
    let wrong = |error: condition::WrongCondition| Refusal::Wrong(error.to_string());
    let mut policy = Policy {
        id: one.id.clone(),
        fields: condition::fields(one.fields.iter().map(String::as_str)).map_err(wrong)?,
        condition: parsed(&one.condition, lists)?,
        rate: Rate::default(),
        stop: false,
        tag: None,
        properties: None,
        until,
        persist: true,
    };
    set(&mut policy, &one.limits)?;
    Ok(policy)
}

fn parsed(wanted: &api::Condition, lists: &Lists) -> Result<Condition, Refusal> {
    let pairs = wanted.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    condition::parse(pairs, lists).map_err(|error| Refusal::Wrong(error.to_string()))
}

impl From<RuleRefused> for Refusal {
    fn from(refused: RuleRefused) -> Self {
        match refused {
            RuleRefused::Filed => Self::Filed,
            RuleRefused::Full => Self::Full(refused.to_string()),
        }
    }
}

/// A suspension as operators see it.
pub(super) fn suspend(suspension: &Suspension) -> api::Suspend {
    api::Suspend {
        id: suspension.id.clone(),
        condition: wanted(&suspension.condition),
        tag: suspension.tag.clone(),
        properties: suspension.properties.as_ref().and_then(properties::shown),
        expires: suspension.is_dynamic().then(|| suspension.until.as_secs_f64()),
        persist: suspension.persist,
    }
}

/// A policy as operators see it.
pub(super) fn policy(policy: &Policy) -> api::Policy {
    let rate =
        policy.rate.rate.map(|(count, time)| RateLimit { count, seconds: time.as_secs_f64() });
    api::Policy {
        id: policy.id.clone(),
        fields: policy.fields.iter().map(|field| field.name().to_owned()).collect(),
        condition: wanted(&policy.condition),
        limits: api::Limits {
            concurrency: policy.rate.concurrency,
            rate: rate.map(|rate| rate.to_string()),
            connectinterval: policy.rate.interval.map(|interval| interval.as_secs_f64()),
            tag: policy.tag.clone(),
            stop: policy.stop.then_some(true),
            properties: policy.properties.as_ref().and_then(properties::shown),
        },
        expires: policy.is_dynamic().then(|| policy.until.as_secs_f64()),
        persist: policy.persist,
    }
}

fn wanted(condition: &Condition) -> BTreeMap<String, String> {
    condition.texts().map(|(field, text)| (field.name().to_owned(), text.to_owned())).collect()
}

/// Changes the limits that are given.
fn set(policy: &mut Policy, limits: &api::Limits) -> Result<(), Refusal> {
    let wrong = |what: &str| Refusal::Wrong(what.to_owned());
    if let Some(most) = limits.concurrency {
        let none = || wrong("`concurrency` must be at least 1; a suspension stops mail");
        policy.rate.concurrency = Some(Some(most).filter(|most| *most > 0).ok_or_else(none)?);
    }
    if let Some(text) = &limits.rate {
        let rate = RateLimit::parse(text);
        let rate = rate.ok_or_else(|| wrong("`rate` is attempts and seconds, such as 120/60"))?;
        policy.rate.rate = Some((rate.count, Duration::from_secs_f64(rate.seconds)));
    }
    if let Some(seconds) = limits.connectinterval {
        let interval = Duration::try_from_secs_f64(seconds);
        policy.rate.interval = Some(interval.map_err(|_| wrong("`connectinterval` is no time"))?);
    }
    if limits.tag.is_some() {
        policy.tag = tag(limits.tag.clone())?;
    }
    if limits.properties.is_some() {
        policy.properties = kept(limits.properties.as_ref())?;
    }
    policy.stop = limits.stop.unwrap_or(policy.stop);
    Ok(())
}

fn tag(tag: Option<String>) -> Result<Option<String>, Refusal> {
    match tag.as_ref().is_some_and(|tag| tag.chars().count() > TAG) {
        true => Err(Refusal::Wrong(format!("a tag has at most {TAG} characters"))),
        false => Ok(tag),
    }
}

fn kept(given: Option<&api::Properties>) -> Result<Option<mail_queue::Properties>, Refusal> {
    let Some(given) = given else { return Ok(None) };
    let nested = given.iter().find(|(_, one)| one.is_array() || one.is_object() || one.is_null());
    if let Some((key, _)) = nested {
        let why = format!("the property {key} must be a text, a number or a boolean");
        return Err(Refusal::Wrong(why));
    }
    Ok(properties::of(&given.clone().into()))
}

/// The end of a time from now on. An entry of an operator always has an end.
fn until(ttl: f64) -> Result<UnixTime, Refusal> {
    let time = Duration::try_from_secs_f64(ttl).ok().filter(|time| !time.is_zero());
    let until = time.map(|time| now().after(time)).filter(|until| *until < UnixTime::NEVER);
    until.ok_or_else(|| Refusal::Wrong("`ttl` must be more than 0 seconds".to_owned()))
}

fn refused(invalid: &Invalid) -> Refusal {
    let finding = |finding: &Diagnostic| {
        let text = invalid.sources.text(&finding.file);
        let index = LineIndex::new(text.map_or(&[], |text| &text[..]));
        let place = index.line_col(finding.span.start);
        Finding {
            file: finding.file.to_string(),
            line: place.line + 1,
            column: place.col + 1,
            code: finding.code.id.to_owned(),
            severity: finding.severity.as_str().to_owned(),
            message: finding.message.clone(),
        }
    };
    Refusal::Invalid(invalid.findings.iter().map(finding).collect())
}
