//! What the control API shows of a server.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use hsl_host::debug::DebugHub;
use mail_queue::{Envelope, Phase};
use mta_control::api;

use crate::control::ControlState;
use crate::control::rules::RuleControl;
use crate::metrics;
use crate::server::Server;
use crate::telemetry::Counter;

impl ControlState for Server {
    fn status(&self) -> api::Status {
        let generation = self.generation();
        let listener = |(id, address): &(String, String)| api::Listener {
            id: id.clone(),
            address: address.clone(),
        };
        api::Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            state: if self.shutdown.is_begun() {
                api::State::Stopping
            } else {
                api::State::Running
            },
            started: seconds(self.started),
            uptime: self.started.elapsed().unwrap_or_default().as_secs_f64(),
            digest: generation.digest.clone(),
            generation: generation.number,
            listeners: self.listeners.iter().map(listener).collect(),
            connections: api::Connections {
                open: self.connections.all(),
                total: self.counters.get(Counter::Connections),
            },
            queue: self.totals(),
            spool: api::Spool {
                path: self.spool.display().to_string(),
                fsync: self.queue.is_durable(),
                bytes: self.queue.usage().size,
            },
            debug: self.hub.totals(),
            counters: self.counters.snapshot(),
        }
    }

    fn queue(&self, query: &api::QueueQuery) -> api::Queue {
        let mut all = self.queue.messages();
        all.sort_by_key(|(envelope, _)| (envelope.next, envelope.id));
        let page = usize::try_from(query.page()).unwrap_or(usize::MAX);
        let skip = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let messages = all.iter().skip(skip).take(page).map(|one| self.entry(one)).collect();
        let more = all.len() > skip.saturating_add(page);
        api::Queue { totals: self.totals(), messages, more }
    }

    fn metrics(&self) -> String {
        let totals = self.totals();
        let gauges = [
            ("smtp_connections_open", "SMTP connections that are open", self.connections.all()),
            ("queue_sending", "Queued copies that are being tried", totals.sending),
            ("queue_waiting", "Queued copies that wait for their turn", totals.waiting),
            ("queue_held", "Queued copies that wait for a decision", totals.held),
            ("spool_bytes", "Bytes of the spool on disk", self.queue.usage().size),
        ];
        metrics::text::text(&self.counters, &gauges, &self.metrics)
    }

    fn rules(&self) -> &dyn RuleControl {
        self
    }

    fn debug(&self) -> Option<Arc<DebugHub>> {
        let allowed = self.debug || self.startup.debug.allow;
        allowed.then(|| Arc::clone(&self.hub))
    }
}

impl Server {
    fn totals(&self) -> api::QueueTotals {
        let counts = self.queue.counts();
        api::QueueTotals {
            sending: counts.sending as u64,
            waiting: (counts.active + counts.deferred) as u64,
            held: counts.held as u64,
        }
    }

    fn entry(&self, (envelope, phase): &(Arc<Envelope>, Phase)) -> api::QueueEntry {
        let state = match phase {
            Phase::Sending => api::QueueState::Sending,
            Phase::Held => api::QueueState::Held,
            Phase::Active | Phase::Deferred => api::QueueState::Waiting,
        };
        let body = self.queue.get(envelope.id);
        api::QueueEntry {
            id: envelope.id.to_string(),
            sender: envelope.sender.to_string().into(),
            recipient: envelope.recipient.to_string().into(),
            transportid: envelope.transport.to_string(),
            state,
            attempts: envelope.retry,
            accepted: envelope.received.as_secs_f64(),
            next: (state == api::QueueState::Waiting).then(|| envelope.next.as_secs_f64()),
            size: body.map_or(0, |(_, body)| body.size()),
            last: None,
        }
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}
