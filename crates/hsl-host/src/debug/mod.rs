//! Stopping chosen connections at breakpoints.
//!
//! A client opens a [`Session`], arms a stage and sets breakpoints. When a connection is accepted,
//! the server asks [`DebugHub::select`]; a chosen connection carries its [`StageLink`] and runs its
//! hooks through [`StageLink::enter`]. A pause parks that connection's task: it answers the client
//! on its own worker, while everything else runs on.
//!
//! Invariants: a connection that no stage chose runs the untouched program and meets nothing of
//! this module after accept; every pause ends by itself.
//!
//! Not here: messages (`mta-control`), the socket (`mta`), breakpoints in code (`hsl-vm`).

mod breakpoints;
mod code;
mod evaluate;
mod hub;
mod link;
mod outbox;
mod park;
mod place;
mod run;
mod secrets;
mod select;
mod session;
mod stage;
mod view;

pub use code::{Generation, Texts};
pub use evaluate::Workbench;
pub use hub::{DebugHub, DebugOptions};
pub use link::{DebugLink, StageLink};
pub use outbox::Outgoing;
pub use run::Entry;
pub use secrets::SecretKeys;
pub use select::Facts;
pub use session::Session;
pub use stage::DebugLimits;
