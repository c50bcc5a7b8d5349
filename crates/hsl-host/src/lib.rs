//! Runs fibers on tokio and serves what they ask for.
//!
//! [`drive`] is the only place where scripts meet async. [`Host`] answers requests. [`debug`]
//! stops chosen connections at breakpoints.
//!
//! Invariants: a script never blocks its worker, whatever it does; a dropped run gives up what it
//! waits for.
//!
//! Not here: what scripts are and mean (`hsl-vm`), which hook runs when (`mta`).

mod cache;
pub mod debug;
mod dns;
mod drive;
mod files;
mod host;
pub mod log;
mod memory;
mod network;
mod world;

pub use cache::Cache;
pub use dns::{
    Dns, DnsOptions, Dnssec, Forwarder, LocalRecord, LocalRecordError, TrustAnchorError,
    TrustAnchors,
};
pub use drive::{drive, observe};
pub use files::{FileError, FileRoots, MAX_FILE};
pub use host::{HookService, Host, Log, ServerService, ServiceOptions, Services};
pub use memory::Memory;
pub use network::{ClientCertificate, ClientCertificateError, NetworkOptions, NetworkPolicy};
pub use world::{EchoSink, RealWorld};
