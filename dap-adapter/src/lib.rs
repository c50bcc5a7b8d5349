//! The debug adapter: the editor's protocol on one side, the control API on the other. The other side
//! is a server that runs, or a test or script that the adapter starts.
//!
//! [`Adapter`] is a plain machine: it is fed messages of both sides and answers with [`Effect`]s.
//! `driver` owns the pipes, the socket and the process. The adapter translates and nothing more: breakpoints,
//! stepping, limits and masking live in the server.
//!
//! Invariants: standard output carries protocol frames only; every request is answered exactly
//! once; ending the adapter in any way lets every stopped connection go on, and ends what it started.
//!
//! Not here: what a stage is and does (`hsl-host`), the WebSocket (`control-client`).
//! Sources: Debug Adapter Protocol 1.71.

mod adapter;
mod attach;
mod breakpoints;
mod debuggee;
mod driver;
mod handles;
mod inspect;
mod launch;
mod post;
mod program;
mod protocol;
mod render;
mod server;
mod threads;
mod wire;
mod workspace;

pub use adapter::{Adapter, Effect};
pub use debuggee::Stream;
pub use driver::{run, run_stdio};
pub use launch::Program;
pub use wire::{Decoder, WireError, encode};
