//! One client's dialogue: the machine, the message under way, what the hooks share.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hsl_host::debug::StageLink;
use hsl_host::{Host, RealWorld};
use hsl_std::QueuedCopy;
use hsl_vm::World;
use mail_queue::{NewBody, Transaction, UnixTime};
use mta_config::schema::{LineEndings as Endings, Server as ServerConfig};
use smtp_proto::body::LineEndings;
use smtp_proto::server::{Config, Machine};

use super::body::Incoming;
use super::envelope;
use super::session::Session;
use crate::hooks::Runner;
use crate::program::Generation;
use crate::server::Server;
use crate::shutdown::Shutdown;
use crate::submissions::Submissions;
use crate::telemetry::Counter;
use crate::worker::Local;

/// How a connection ended.
#[derive(Debug)]
pub(super) enum Ending {
    /// We closed it.
    Local,
    /// The client closed it.
    Remote,
    /// It broke.
    Broken(io::Error),
}

/// A message that policy accepted and that waits for its commit.
pub(super) struct Accepted {
    pub(super) body: NewBody,
    pub(super) copies: Vec<QueuedCopy>,
    pub(super) received: UnixTime,
}

/// One connection without its stream.
pub(super) struct Dialogue {
    /// What SMTP says next.
    pub(super) machine: Machine,
    pub(super) server: Arc<Server>,
    pub(super) generation: Arc<Generation>,
    pub(super) session: Session,
    pub(super) incoming: Option<Incoming>,
    pub(super) accepted: Option<Accepted>,
    local: Rc<Local>,
    stage: Option<StageLink>,
    host: Host,
    world: Rc<dyn World>,
    idle: Duration,
}

impl Dialogue {
    /// The dialogue of a connection; none when the configuration does not know its server.
    pub(super) fn new(
        server: Arc<Server>,
        local: Rc<Local>,
        generation: Arc<Generation>,
        session: Session,
        stage: Option<StageLink>,
    ) -> Option<Self> {
        let hostname = &server.hostname;
        let settings = generation.server(&session.serverid)?;
        let machine = Machine::new(Arc::new(config(settings, hostname)));
        let idle = *settings.timeout.idle;
        let id = session.id.clone();
        let echo = move |line: &[u8]| {
            tracing::info!(id, "{}", String::from_utf8_lossy(line));
        };
        let submissions = Rc::new(Submissions::new(server.clone()));
        Some(Self {
            machine,
            host: Host::new(server.services.clone()).with_hook(submissions),
            world: Rc::new(RealWorld::new(hostname, echo)),
            server,
            generation,
            session,
            incoming: None,
            accepted: None,
            local,
            stage,
            idle,
        })
    }

    /// Longest silence of the client.
    pub(super) fn idle(&self) -> Duration {
        self.idle
    }

    /// The wish to stop.
    pub(super) fn shutdown(&self) -> Shutdown {
        self.server.shutdown.clone()
    }

    pub(super) fn count(&self, counter: Counter) {
        self.server.counters.count(counter);
    }

    pub(super) fn count_commands(&self, commands: u64) {
        self.server.counters.add(Counter::Commands, commands);
    }

    /// What every hook of this connection runs with.
    pub(super) fn runner(&self) -> Runner<'_> {
        Runner {
            scripts: &self.local.scripts,
            host: &self.host,
            message: &self.session.cache,
            world: &self.world,
            heap: &self.session.heap,
            stage: self.stage.as_ref(),
            generation: &self.generation,
            counters: &self.server.counters,
            id: &self.session.id,
        }
    }

    /// Prepares for a message.
    pub(super) fn open_body(&mut self) {
        let queue = &self.server.queue;
        if !queue.has_room() {
            return self.machine.body_opened(Err(envelope::full()));
        }
        self.incoming = Some(Incoming::new(queue.body(self.session.transaction(&self.machine))));
        self.machine.body_opened(Ok(()));
    }

    /// Stores a piece of the message.
    pub(super) fn store(&mut self, bytes: &[u8]) {
        let Some(Err(error)) = self.incoming.as_mut().map(|incoming| incoming.write(bytes)) else {
            return;
        };
        tracing::error!(id = self.session.id, %error, "cannot store a message");
        self.machine.body_failed(match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => envelope::full(),
            _ => envelope::storage(),
        });
    }

    /// Drops what was stored.
    pub(super) fn discard(&mut self) {
        self.incoming = None;
        self.accepted = None;
    }

    /// Makes the accepted copies durable.
    pub(super) async fn commit(&mut self) {
        let Some(Accepted { body, copies, received }) = self.accepted.take() else {
            // Accepted without a copy: there is nothing to keep.
            return self.machine.committed(Ok(()));
        };
        let id = self.session.transaction(&self.machine);
        let (bytes, count) = (body.size(), copies.len());
        let serverid = &self.session.serverid;
        let copy = |copy| envelope::envelope(copy, id, serverid, received);
        let envelopes = copies.into_iter().map(copy).collect();
        let committed = self.server.queue.commit(Transaction { body, envelopes }).await;
        match &committed {
            Ok(()) => {
                self.server.counters.add(Counter::BytesAccepted, bytes);
                tracing::info!(id = self.session.id, transaction = %id, bytes, copies = count, "queued");
            }
            Err(error) => tracing::error!(id = self.session.id, %error, "cannot queue a message"),
        }
        self.machine.committed(committed.map_err(|error| envelope::refusal(&error)));
    }
}

fn config(server: &ServerConfig, hostname: &str) -> Config {
    let phases = &server.phases;
    Config {
        hostname: hostname.to_owned(),
        max_size: phases.data.maxsize.0,
        max_recipients: phases.rcptto.maxrecipients as usize,
        max_messages: phases.mailfrom.maxmessages.map(u64::from),
        line_endings: match phases.data.lineendings {
            Endings::Normalize => LineEndings::Normalize,
            Endings::Reject => LineEndings::Reject,
            Endings::RejectUnauthenticated => LineEndings::RejectUnauthenticated,
            Endings::Keep => LineEndings::Keep,
        },
        ..Config::default()
    }
}
