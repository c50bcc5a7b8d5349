//! The mail transfer agent: drivers around machines that decide.
//!
//! [`boot::start`] makes a running server out of a packed configuration. Everything that threads
//! share stands in [`server::Server`]; what scripts and configuration are at a moment, in
//! [`program::Generation`].
//!
//! *Not here.* What SMTP says next (`smtp-proto`), when a message is tried (`mail-queue`), what a
//! script does (`hsl-vm`), how a fiber waits (`hsl-host`).

pub mod boot;
pub mod connection;
pub mod control;
pub mod delivery;
pub mod disk;
pub mod facilities;
pub mod grouping;
pub mod hooks;
mod life;
pub mod listener;
pub mod metrics;
pub mod open;
pub mod program;
pub mod queue_runner;
pub mod route;
pub mod rules;
pub mod server;
pub mod services;
pub mod shutdown;
pub mod sink;
pub mod sockets;
mod status;
mod submissions;
pub mod telemetry;
pub mod worker;
