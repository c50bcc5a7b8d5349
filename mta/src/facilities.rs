//! What the running server offers to scripts: its queue, its connections, its metrics, its log.
//!
//! *Invariants.* Every call answers at once. What the server does not know is refused with a sentence,
//! never answered with a made-up value.
//!
//! *Not here.* The functions of scripts (`hsl-std`), what limits do (`mail-queue`).

use std::sync::Arc;

use hsl_host::{Log, ServerService, log};
use hsl_std::binding::record;
use hsl_std::{EntryId, Usage};
use hsl_vm::Frozen;
use hsl_vm::request::{
    LogLine, MetricStep, PolicyRequest, Response, ServerRequest, SuspendRequest,
};
use mail_queue::{Condition, Policy, Rate, Suspension, UnixTime};
use mta_config::Network;
use uuid::Uuid;

use crate::metrics::{Metrics, Refused};
use crate::open::Open;
use crate::queue_runner::{Queue, now};
use crate::rules::condition::{self, WrongCondition};

/// When an entry of a script ends at the latest: only those of files have no end.
const LATEST: UnixTime = UnixTime::from_millis(u64::MAX - 1);

/// Services of a running server.
pub struct Facilities {
    /// Ids of its servers.
    pub servers: Vec<String>,
    /// Accepted mail.
    pub queue: Arc<Queue>,
    /// Connections that are open.
    pub connections: Open,
    /// What scripts count.
    pub metrics: Arc<Metrics>,
}

/// The server's log.
#[derive(Debug)]
pub struct ServerLog;

/// The answer, none for what the script got wrong, or why there is none.
type Answer = Result<Option<Frozen>, String>;

impl ServerService for Facilities {
    fn serve(&self, request: ServerRequest) -> Response {
        let answer = match request {
            ServerRequest::Concurrency { server, clients } => self.concurrency(&server, clients),
            ServerRequest::Suspend(request) => self.suspend(request),
            ServerRequest::Policy(request) => self.limit(request),
            ServerRequest::DeletePolicy(id) => Ok(Some(self.queue.unlimit(&id).into())),
            ServerRequest::Quota(name) => Ok(self.quota(&name)),
            ServerRequest::Metric { name, labels, step } => self.metric(&name, &labels, step),
        };
        answer.map_or_else(Response::Failed, Response::Memory)
    }
}

impl Facilities {
    fn concurrency(&self, server: &str, clients: Option<String>) -> Answer {
        if !self.servers.iter().any(|known| known == server) {
            return Ok(None);
        }
        let count = match clients {
            None => self.connections.of(server),
            Some(text) => {
                let network = Network::parse(&text);
                let network = network.ok_or_else(|| format!("{text} is no address or network"))?;
                self.connections.from(server, |client| network.contains(client))
            }
        };
        Ok(Some((count as f64).into()))
    }

    fn suspend(&self, request: SuspendRequest) -> Answer {
        let Some(condition) = self.condition(&request.fields)? else { return Ok(None) };
        let id = request.id.unwrap_or_else(fresh_id);
        let suspension = Suspension {
            id,
            condition,
            tag: request.tag.clone(),
            properties: request.properties.map(|kept| Arc::new(kept) as _),
            until: now().after(request.ttl).min(LATEST),
            persist: false,
        };
        let id = self.queue.suspend(suspension, request.update).map_err(|why| why.to_string())?;
        let (tag, seconds) = (request.tag, request.ttl.as_secs());
        tracing::info!(id, tag, seconds, "a script suspends mail");
        Ok(record(EntryId { id }).freeze())
    }

    fn limit(&self, request: PolicyRequest) -> Answer {
        let names = request.fields.iter().map(String::as_str);
        let Ok(fields) = condition::fields(names) else { return Ok(None) };
        let Some(condition) = self.condition(&request.condition)? else { return Ok(None) };
        let limits = request.limits;
        let (concurrency, rate, interval) = (limits.concurrency, limits.rate, limits.interval);
        let policy = Policy {
            id: request.id.unwrap_or_else(fresh_id),
            fields,
            condition,
            rate: Rate { concurrency, rate, interval },
            stop: limits.stop,
            tag: limits.tag.clone(),
            properties: limits.properties.map(|kept| Arc::new(kept) as _),
            until: now().after(request.ttl).min(LATEST),
            persist: false,
        };
        let id = self.queue.limit(policy, request.update).map_err(|why| why.to_string())?;
        let (tag, seconds) = (limits.tag, request.ttl.as_secs());
        tracing::info!(id, tag, kind = request.kind, seconds, "a script limits deliveries");
        Ok(record(EntryId { id }).freeze())
    }

    /// The condition that wants these values; none for a field that is none.
    fn condition(&self, pairs: &[(String, String)]) -> Result<Option<Condition>, String> {
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        match condition::parse(pairs, self.queue.lists()) {
            Ok(condition) => Ok(Some(condition)),
            Err(WrongCondition::Field(_)) => Ok(None),
            Err(WrongCondition::Value(why)) => Err(why),
        }
    }

    fn quota(&self, name: &str) -> Option<Frozen> {
        let usage = self.queue.quota(name);
        record(Usage { count: usage.count as f64, bytes: usage.bytes as f64 }).freeze()
    }

    fn metric(&self, name: &str, labels: &[(String, String)], step: MetricStep) -> Answer {
        match self.metrics.step(name, labels, step) {
            Ok(answer) => Ok(answer),
            Err(Refused::Unfit) => Ok(None),
            Err(Refused::Full) => {
                Err(format!("the metric {name} has too many combinations of label values"))
            }
        }
    }
}

impl std::fmt::Debug for Facilities {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facilities").finish_non_exhaustive()
    }
}

impl Log for ServerLog {
    fn write(&self, line: &LogLine) {
        let (severity, facility, text) = (log::severity(line), line.facility, log::text(line));
        match line.severity {
            0..=3 => tracing::error!(severity, facility, "{text}"),
            4 => tracing::warn!(severity, facility, "{text}"),
            5 | 6 => tracing::info!(severity, facility, "{text}"),
            _ => tracing::debug!(severity, facility, "{text}"),
        }
    }
}

pub(crate) fn fresh_id() -> String {
    Uuid::new_v4().to_string()
}
