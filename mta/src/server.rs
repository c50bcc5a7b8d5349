//! What the threads of a server share.
//!
//! *Invariants.* Everything here is `Send + Sync` and lives as long as the server. Replacing the
//! running configuration swaps one pointer.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use hsl_host::Services;
use hsl_host::debug::DebugHub;
use mta_config::Startup;

use crate::metrics::Metrics;
use crate::open::Open;
use crate::program::Generation;
use crate::queue_runner::Queue;
use crate::rules::RuleFiles;
use crate::shutdown::Shutdown;
use crate::telemetry::Counters;

/// A running server.
pub struct Server {
    /// The startup configuration.
    pub startup: Startup,
    /// Name of the host, in banners and trace fields.
    pub hostname: String,
    /// When it started.
    pub started: SystemTime,
    /// The wish to stop.
    pub shutdown: Shutdown,
    /// Accepted mail.
    pub queue: Arc<Queue>,
    /// What scripts may ask for.
    pub services: Arc<Services>,
    /// Whether debuggers may attach whatever the configuration says: the server of `up`.
    pub debug: bool,
    /// Armed debug stages.
    pub hub: Arc<DebugHub>,
    /// Where it accepts mail: the id of the server and the address.
    pub listeners: Vec<(String, String)>,
    /// Folder of accepted mail.
    pub spool: PathBuf,
    /// Files of policies and suspensions.
    pub rules: RuleFiles,
    /// Connections that are open.
    pub connections: Open,
    /// What was counted since the start.
    pub counters: Counters,
    /// What scripts count.
    pub metrics: Arc<Metrics>,
    pub(crate) generation: RwLock<Arc<Generation>>,
}

impl Server {
    /// The configuration for whatever begins now.
    pub fn generation(&self) -> Arc<Generation> {
        Arc::clone(&self.generation.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes `generation` the one for everything that begins from now on.
    pub fn replace(&self, generation: Arc<Generation>) {
        *self.generation.write().unwrap_or_else(PoisonError::into_inner) = generation;
    }
}

/// The system's name; `localhost` where it has none.
pub(crate) fn hostname() -> String {
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if name.is_empty() { "localhost".to_owned() } else { name }
}
