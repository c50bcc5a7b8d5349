//! From a packed configuration to a running server, and back to nothing.
//!
//! *Invariant.* Whatever can be wrong is found before the first connection is accepted: the
//! configuration, the scripts, the sockets, the spool.
//!
//! *Not here.* What runs once everything is open ([`crate::life`]).

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;
use std::time::SystemTime;

use diagnostics::{Diagnostic, codes};
use hsl_ffi::Foreign;
use hsl_host::debug::{DebugHub, DebugOptions, Workbench};
use hsl_host::{NetworkOptions, ServiceOptions, Services};
use hsl_vm::request::ForeignService;
use mail_queue::{Free, Limits, OnDamage};
use mta_config::Startup;
use mta_config::schema::WhenCorrupt;
use mta_project::{Bundle, Snapshot};

use crate::control::{ControlError, ControlSocket};
use crate::facilities::{Facilities, ServerLog};
use crate::life::{self, Open as Opened};
use crate::metrics::Metrics;
use crate::open::Open;
use crate::program::{Generation, Invalid};
use crate::queue_runner::{Queue, StartError};
use crate::route::{Routes, SharedRoutes};
use crate::rules::RuleFiles;
use crate::rules::lists::{Lists, Origin};
use crate::rules::persistent::Store;
use crate::server::{Server, hostname};
use crate::services::{self, ServiceError};
use crate::shutdown::Shutdown;
use crate::sink::{Sink, SinkError};
use crate::sockets::{self, Reach, SocketError};
use crate::telemetry::Counters;

/// The texts of a configuration and what they are called in findings.
#[derive(Clone, Debug)]
pub struct Texts {
    /// Name of the startup file.
    pub startup_name: Arc<str>,
    /// Name of the running file.
    pub running_name: Arc<str>,
    /// Both texts and their digest.
    pub bundle: Bundle,
}

/// How a server runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of accepted mail.
    pub spool: PathBuf,
    /// The control socket.
    pub socket: PathBuf,
    /// Folder of files that scripts may read.
    pub files: PathBuf,
    /// Where it may be reached.
    pub reach: Reach,
    /// Port of the built-in inbox on loopback, which then takes every delivery; 0 lets the system
    /// choose. Without it, mail leaves.
    pub inbox: Option<u16>,
    /// Files of policies and suspensions.
    pub rules: RuleFiles,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The configuration or a script has an error.
    #[error("the configuration is not valid")]
    Invalid(Box<Invalid>),
    /// A listener cannot be opened.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The control socket cannot be opened.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The inbox cannot be opened.
    #[error(transparent)]
    Inbox(#[from] SinkError),
    /// A setting of the services of scripts cannot be used.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The spool cannot be opened.
    #[error(transparent)]
    Spool(#[from] StartError),
    /// The system gives no thread or no event queue.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] io::Error),
}

/// A running server. Dropping the handle stops it without waiting.
pub struct Handle {
    server: Arc<Server>,
    listeners: Vec<(String, String)>,
    inbox: Option<SocketAddr>,
    socket: PathBuf,
    thread: JoinHandle<()>,
}

impl Handle {
    /// Where it accepts mail: the id of the server and the address.
    pub fn listeners(&self) -> &[(String, String)] {
        &self.listeners
    }

    /// Web address of the built-in inbox, if there is one.
    pub fn inbox(&self) -> Option<SocketAddr> {
        self.inbox
    }

    /// The control socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// What its threads share.
    pub fn server(&self) -> &Arc<Server> {
        &self.server
    }

    /// Stops it: lets messages that are being received or delivered finish, and waits for that.
    pub fn stop(self) {
        self.server.shutdown.begin();
        if self.thread.join().is_err() {
            tracing::error!("the server's main thread panicked");
        }
    }
}

/// Starts a server.
///
/// # Errors
/// See [`BootError`]; nothing stays open after an error.
pub fn start(texts: &Texts, options: Options) -> Result<Handle, BootError> {
    let (startup, generation) = read(texts)?;
    let sockets = sockets::open(&startup, &options.reach)?;
    let control = ControlSocket::open(&options.socket)?;
    let hostname = hostname();
    let sink = options.inbox.map(Sink::open).transpose()?;
    let relay = sink.as_ref().map(Sink::smtp);
    let lists = lists(&generation, &texts.running_name, &options.rules.folder)?;
    let rules = &options.rules;
    let policies = rules.policies(&generation.running, &lists).map_err(BootError::Invalid)?;
    let suspends = rules.suspends(&generation.running, &lists).map_err(BootError::Invalid)?;
    let routes = SharedRoutes::new(Routes::new(&generation.running, &lists, &hostname, relay));
    let (queue, _) = Queue::start(&options.spool, spool(&startup), Limits::default(), routes)?;
    queue.set_policies(policies);
    queue.set_suspensions(suspends);
    queue.store().get_or_init(|| Store::open(&options.spool, &queue));
    let listeners: Vec<_> =
        sockets.iter().map(|bound| (bound.server.clone(), bound.address.clone())).collect();
    let connections = Open::new();
    let metrics = Arc::new(Metrics::new(&generation.running.monitor.metrics));
    let facilities = Facilities {
        servers: startup.servers.iter().map(|server| server.id.value.clone()).collect(),
        queue: queue.clone(),
        connections: connections.clone(),
        metrics: metrics.clone(),
    };
    let (running, identities) = (&generation.running, &generation.identities);
    let common = services::options(&startup, running, identities, &options.files, &hostname)?;
    let services = ServiceOptions {
        // Where mail does not leave, neither do messages that scripts send.
        network: NetworkOptions { relay, ..common.network },
        memory: usize::try_from(startup.scripting.memory.0).ok(),
        cache: usize::try_from(startup.scripting.cache.0).ok(),
        log: Some(Arc::new(ServerLog)),
        server: Some(Arc::new(facilities)),
        foreign: foreign(&startup.scripting.ffilibraries),
        ..common
    };
    let server = Arc::new(Server {
        debug: matches!(options.reach, Reach::Loopback { .. }),
        hub: hub(&generation, &options.reach),
        startup,
        hostname,
        started: SystemTime::now(),
        shutdown: Shutdown::new(),
        queue,
        services: Arc::new(Services::new(services)),
        connections,
        metrics,
        counters: Counters::default(),
        listeners: listeners.clone(),
        spool: options.spool,
        rules: options.rules,
        generation: RwLock::new(Arc::new(generation)),
    });
    let inbox = sink.as_ref().map(Sink::web);
    let thread = life::start(&server, Opened { sockets, control, sink })?;
    Ok(Handle { server, listeners, inbox, socket: options.socket, thread })
}

/// Both files, typed and compiled.
fn read(texts: &Texts) -> Result<(Startup, Generation), BootError> {
    let bundle = &texts.bundle;
    let (startup_name, running_name) = (&texts.startup_name, &texts.running_name);
    let loaded = mta_config::load_startup(startup_name, bundle.startup.as_bytes(), false);
    let mut findings = loaded.diagnostics;
    if let Some(startup) = &loaded.value {
        findings.extend(mta_config::check_startup(startup_name, startup));
    }
    let invalid = |findings: Vec<Diagnostic>, mut sources: Snapshot| {
        sources.insert(Arc::clone(startup_name), bundle.startup.as_bytes());
        BootError::Invalid(Box::new(Invalid { findings, sources }))
    };
    let running = (running_name, bundle.running.as_bytes());
    let startup = loaded.value.as_ref().map(|startup| (startup_name, startup));
    let built = Generation::build(1, &bundle.digest, startup, running);
    let (generation, of_running) = match built {
        Ok(built) => built,
        Err(other) => {
            findings.extend(other.findings);
            return Err(invalid(findings, other.sources));
        }
    };
    findings.extend(of_running);
    let Some(startup) = loaded.value else { return Err(invalid(findings, Snapshot::new())) };
    let pair = (startup_name, &startup);
    findings.extend(mta_config::check_pair(pair, (running_name, &generation.running)));
    if findings.iter().any(Diagnostic::is_error) {
        return Err(invalid(findings, (*generation.sources).clone()));
    }
    tell(&findings);
    Ok((startup, generation))
}

/// The lists of the running file.
fn lists(generation: &Generation, name: &Arc<str>, folder: &Path) -> Result<Lists, BootError> {
    let lists = Lists::default();
    let read = lists.replace(Origin::Running, &generation.running.lists, folder);
    read.map_err(|(at, why)| {
        let findings = vec![Diagnostic::new(&codes::UNREADABLE_FILE, name, at, why)];
        let sources = (*generation.sources).clone();
        BootError::Invalid(Box::new(Invalid { findings, sources }))
    })?;
    Ok(lists)
}

pub(crate) fn tell(findings: &[Diagnostic]) {
    for finding in findings {
        tracing::warn!(file = &*finding.file, code = finding.code.id, "{}", finding.message);
    }
}

/// Native libraries, when the configuration lists some.
fn foreign(libraries: &[PathBuf]) -> Option<Arc<dyn ForeignService>> {
    if libraries.is_empty() {
        return None;
    }
    tracing::warn!(?libraries, "scripts may call native code");
    Some(Arc::new(Foreign::new(libraries)))
}

fn spool(startup: &Startup) -> mail_queue::Options {
    let settings = &startup.spool;
    let least = settings.minfree.as_ref();
    mail_queue::Options {
        fsync: settings.fsync,
        reserve: Free {
            bytes: least.and_then(|free| free.bytes).map_or(0, |bytes| *bytes),
            inodes: least.and_then(|free| free.inodes).unwrap_or(0),
        },
        on_damage: match settings.corrupt {
            WhenCorrupt::Abort => OnDamage::Abort,
            WhenCorrupt::Quarantine => OnDamage::Quarantine,
            WhenCorrupt::Ignore => OnDamage::Ignore,
        },
        ..mail_queue::Options::new(rand::random())
    }
}

fn hub(generation: &Generation, reach: &Reach) -> Arc<DebugHub> {
    let hub = DebugHub::new(DebugOptions {
        all_traffic: matches!(reach, Reach::Loopback { .. }),
        limits: Default::default(),
        server: concat!("mailstop ", env!("CARGO_PKG_VERSION")).to_owned(),
        workbench: Workbench::new(mta_hooks::catalog(), || mta_hooks::library(None)),
    });
    hub.publish(generation.for_debugger());
    Arc::new(hub)
}
