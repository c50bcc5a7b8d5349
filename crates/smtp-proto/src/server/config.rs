//! Limits and choices of the server machine.
//!
//! *Sources.* RFC 5321 §4.5.3.1 for the floors below which no limit should go.

use crate::body::LineEndings;

/// Settings of a receiving server.
#[derive(Clone, Debug)]
pub struct Config {
    /// Our name, in the greeting and for `<postmaster>`.
    pub hostname: String,
    /// Most octets of a message.
    pub max_size: u64,
    /// Most RCPT commands of a message, refused ones included.
    pub max_recipients: usize,
    /// Most messages of a connection.
    pub max_messages: Option<u64>,
    /// Most octets of a command line with its end.
    pub max_line: usize,
    /// Failed commands in a row after which the connection is closed.
    pub max_errors: u32,
    /// What happens to a CR or LF that stands alone in message data.
    pub line_endings: LineEndings,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            hostname: "localhost".to_owned(),
            max_size: 50 << 20,
            max_recipients: 1000,
            max_messages: None,
            max_line: 4096,
            max_errors: 20,
            line_endings: LineEndings::default(),
        }
    }
}
