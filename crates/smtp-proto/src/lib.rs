//! Both sides of SMTP as state machines without sockets and without a clock.
//!
//! [`server::Machine`] is fed the bytes of a client and answers with [`server::Action`]s: replies
//! to send, hooks to run, message bytes to store, the moment to make them durable.
//! [`client::Machine`] is fed the bytes of a server and answers with [`client::Action`]s until the
//! message has an [`client::Outcome`]. A driver owns the socket, the timers and the disk.
//!
//! *Invariants.* The same bytes give the same actions however they are split. Nothing that a peer
//! sends makes a machine panic or buffer without bound. No reply line exceeds 512 octets.
//!
//! *Not here.* Sockets, TLS and timers (crate `mta`), message headers (`mail-message`), the queue
//! (`mail-queue`).
//!
//! *Sources.* RFC 5321, RFC 1870, RFC 2034, RFC 2920, RFC 6152.

pub mod address;
pub mod body;
pub mod client;
pub mod command;
pub mod ext;
mod params;
mod reply;
mod reply_reader;
pub mod server;
mod state;
pub mod xtext;

pub use address::{Address, AddressError};
pub use params::Parameters;
pub use reply::{Class, Enhanced, Reply};
pub use reply_reader::{ReplyError, ReplyReader};
pub use state::State;
