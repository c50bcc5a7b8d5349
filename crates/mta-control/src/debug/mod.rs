//! Messages of `GET /v1/debug`.
//!
//! The client sends [`Call`]s, the server answers each with one [`Reply`] that repeats the call's
//! id, and sends [`Event`]s at any time. The first call is `hello`. Everything a session armed
//! ends with its connection.
//!
//! Invariants: unknown fields are ignored; an unknown request is answered `unsupported`; a handle
//! that belongs to an earlier stop is answered `stale`, never with another stop's data.
//!
//! Not here: frames as text ([`crate::frame`]), what the server does (`hsl-host`), the editor's
//! protocol (`dap-adapter`).

mod event;
mod reply;
mod request;
mod stage;
mod value;

pub use event::{Event, LogLevel, StopReason};
pub use reply::{
    Answer, Failure, FailureCode, Frame, Limits, Placed, Range, Reply, ScopeInfo, Thread,
    ThreadState, Welcome,
};
pub use request::{Breakpoint, Call, ExceptionFilter, Hello, Request, Resume, ScopeId, Step, Vars};
pub use stage::{Conditions, Mode, Source, Stage};
pub use value::{Key, Number, Value, Variable};

/// Version of the messages, negotiated by `hello`.
pub const PROTOCOL: u32 = 1;

/// A connection or delivery that the session may look at; its id in the server's log.
pub type ThreadId = String;
