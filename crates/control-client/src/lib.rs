//! Client of the control API.
//!
//! [`Client`] asks one question per connection; [`DebugSocket`] is the WebSocket of
//! `GET /v1/debug`, frame by frame.
//!
//! Invariants: every call has a deadline; an answer longer than [`MAX_BODY`] is refused.
//!
//! Not here: the types (`mta-control`), the server (`mta`).

mod debug_socket;
mod http;
mod rules;

use std::io;
use std::path::PathBuf;

use mta_control::api::Finding;

pub use debug_socket::DebugSocket;
pub use http::{Client, MAX_BODY};

/// Why a server could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing listens at the socket.
    #[error("no server answers at {path}: {source}")]
    Connect {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The server did not answer in time.
    #[error("the server did not answer within {0} seconds")]
    Late(u64),
    /// The connection broke, or what came was not HTTP.
    #[error("the connection to the server broke: {0}")]
    Broken(String),
    /// The server refused.
    #[error("{message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Stable name of the cause.
        error: String,
        /// One sentence.
        message: String,
        /// What is wrong in a file, if that is the cause.
        findings: Vec<Finding>,
    },
    /// The answer is not of the control API.
    #[error("the server's answer is not understood: {0}")]
    Answer(String),
}
