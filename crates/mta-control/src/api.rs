//! Bodies of the HTTP part of the control API.
//!
//! Invariants: times are seconds since the UNIX epoch, durations are seconds, sizes are bytes.
//! Fields are only ever added.
//!
//! Not here: paths and their description ([`crate::openapi`]).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Text;

/// Where a server listens, unless told otherwise.
pub const DEFAULT_SOCKET: &str = "/run/mailstop/smtpd.sock";
/// Where a server started by `up` listens, below the project folder.
pub const PROJECT_SOCKET: &str = ".mailstop/run/smtpd.sock";

/// Body of `GET /v1/status`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Status {
    /// Version of the server.
    pub version: String,
    /// Process id.
    pub pid: u32,
    /// What the server does now.
    pub state: State,
    /// When it started.
    pub started: f64,
    /// How long it runs.
    pub uptime: f64,
    /// Digest of the running configuration.
    pub digest: String,
    /// How often the running configuration was replaced since the start.
    pub generation: u64,
    /// Addresses it accepts mail on.
    pub listeners: Vec<Listener>,
    /// SMTP connections.
    pub connections: Connections,
    /// The queue.
    pub queue: QueueTotals,
    /// The spool.
    pub spool: Spool,
    /// Debugging.
    pub debug: DebugTotals,
    /// Every counter of the server by its metric name.
    pub counters: BTreeMap<String, u64>,
}

/// What a server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// Not yet ready.
    #[default]
    Starting,
    /// Accepts and delivers.
    Running,
    /// Finishes what it began.
    Stopping,
}

/// An address that accepts mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Listener {
    /// Server id of the configuration.
    pub id: String,
    /// Address with port.
    pub address: String,
}

/// SMTP connections.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Connections {
    /// Open now.
    pub open: u64,
    /// Accepted since the start.
    pub total: u64,
}

/// Messages in the queue, one per recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct QueueTotals {
    /// In delivery.
    pub sending: u64,
    /// Waiting for their first or next attempt.
    pub waiting: u64,
    /// Held back by an operator.
    pub held: u64,
}

/// The spool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Spool {
    /// Folder.
    pub path: String,
    /// Whether accepted messages are flushed to disk before the server says so.
    pub fsync: bool,
    /// Size of what is stored.
    pub bytes: u64,
}

/// Debugging.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DebugTotals {
    /// Armed stages.
    pub stages: u64,
    /// Connections bound to a stage.
    pub threads: u64,
    /// Connections that stand at a breakpoint.
    pub paused: u64,
}

/// Body of `GET /v1/queue`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Queue {
    /// Totals of the whole queue.
    pub totals: QueueTotals,
    /// Entries of this page, by the time of their next attempt.
    pub messages: Vec<QueueEntry>,
    /// Whether there are more.
    pub more: bool,
}

/// Query of `GET /v1/queue`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct QueueQuery {
    /// Entries to skip.
    pub offset: u64,
    /// Entries to return, at most 1 000; 0 means 100.
    pub limit: u64,
}

impl QueueQuery {
    /// The page size after defaults and cap.
    pub fn page(&self) -> u64 {
        if self.limit == 0 { 100 } else { self.limit.min(1_000) }
    }
}

/// One recipient's copy of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct QueueEntry {
    /// Transaction and number of the copy, `uuid:n`.
    pub id: String,
    /// Envelope sender, empty for the null sender.
    pub sender: Text,
    /// Envelope recipient.
    pub recipient: Text,
    /// Transport that delivers it.
    pub transportid: String,
    /// What happens to it now.
    pub state: QueueState,
    /// Delivery attempts so far.
    pub attempts: u32,
    /// When it was accepted.
    pub accepted: f64,
    /// When it is tried next; missing while it is sent or held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<f64>,
    /// Size of the message.
    pub size: u64,
    /// Last answer of the next hop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Text>,
}

/// What happens to a queued message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum QueueState {
    /// Waits for an attempt.
    #[default]
    Waiting,
    /// Is being sent.
    Sending,
    /// Is held back.
    Held,
}

/// Body of every answer that is not 2xx.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Problem {
    /// Stable name of the cause.
    pub error: String,
    /// One sentence for people.
    pub message: String,
    /// What is wrong in a file, if that is the cause.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// What is wrong at a place of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Finding {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
    /// Code, such as `MS6001`.
    pub code: String,
    /// `error`, `warning` or less.
    pub severity: String,
    /// One sentence.
    pub message: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, column, code, severity, message } = self;
        write!(f, "{file}:{line}:{column}: {severity}[{code}]: {message}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_default_and_a_cap() {
        let page = |limit| QueueQuery { offset: 0, limit }.page();
        assert_eq!((page(0), page(5), page(5_000)), (100, 5, 1_000));
    }

    #[test]
    fn fields_of_a_newer_server_are_ignored() {
        let status: Status = serde_json::from_str(r#"{"version":"9","moon":"full"}"#).unwrap();
        assert_eq!(status.version, "9");
        assert_eq!(status.state, State::Starting);
    }
}
