//! The debug adapter: the editor's protocol on one side, the control API on the other.
//!
//! [`Adapter`] is a plain machine: it is fed messages of both sides and answers with [`Effect`]s.
//! `driver` owns the pipes and the socket. The adapter translates and nothing more: breakpoints,
//! stepping, limits and masking live in the server.
//!
//! Invariants: standard output carries protocol frames only; every request is answered exactly
//! once; ending the adapter in any way lets every stopped connection go on.
//!
//! Not here: what a stage is and does (`hsl-host`), the WebSocket (`control-client`).
//! Sources: Debug Adapter Protocol 1.71.

mod adapter;
mod attach;
mod breakpoints;
mod driver;
mod handles;
mod inspect;
mod post;
mod protocol;
mod render;
mod server;
mod threads;
mod wire;
mod workspace;

pub use adapter::{Adapter, Effect};
pub use driver::{run, run_stdio};
pub use wire::{Decoder, WireError, encode};
