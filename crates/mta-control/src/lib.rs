//! Types of the control API, shared by the server and its clients.
//!
//! The server answers HTTP with JSON on a UNIX socket: [`api`] and [`rules`] hold the bodies and
//! [`openapi`] describes the paths. `GET /v1/debug` becomes a WebSocket that carries one JSON object per text
//! frame: [`debug`] holds those messages and [`frame`] reads and writes them.
//!
//! Invariants: every type here is plain data; a reader ignores fields and events it does not know,
//! so either side may be newer; byte strings that are not UTF-8 survive (see [`Text`]).
//!
//! Not here: sockets (`control-client`, `mta`), what the messages do (`hsl-host`).

pub mod api;
pub mod debug;
pub mod frame;
pub mod openapi;
pub mod rules;
mod text;

pub use text::Text;
