//! What the server tells unasked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ThreadId;
use crate::Text;

/// Every event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A thread stands. Other threads are not concerned.
    Stopped {
        /// The thread.
        thread: ThreadId,
        /// Number of the stop, never used twice by a session.
        stop: u64,
        /// Why.
        reason: StopReason,
        /// Breakpoints at this place, by the client's numbers.
        #[serde(default)]
        bp: Vec<u32>,
        /// Message of the exception, when that is the reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Text>,
        /// Seconds until it goes on by itself.
        deadline: f64,
    },
    /// A stopped thread goes on, whoever caused it.
    Running {
        /// The thread.
        thread: ThreadId,
    },
    /// A connection was bound to one of the session's stages.
    ThreadStarted {
        /// The thread.
        thread: ThreadId,
        /// Its name.
        name: String,
        /// Its stage.
        stage: String,
    },
    /// A bound connection closed.
    ThreadExited {
        /// The thread.
        thread: ThreadId,
    },
    /// A thread entered another phase.
    ThreadRenamed {
        /// The thread.
        thread: ThreadId,
        /// Its name from here on.
        name: String,
    },
    /// Output of a script, of a log point or of the server about this session.
    Log {
        /// The thread, if it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<ThreadId>,
        /// How important it is.
        #[serde(default)]
        level: LogLevel,
        /// The line without its end.
        text: Text,
        /// Where, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
        /// One-based line, with `file`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
    },
    /// A stage takes no more connections.
    Disarmed {
        /// Id of the stage.
        stage: String,
        /// Why, for people.
        why: String,
    },
    /// A limit was reached; the thread went on.
    Limit {
        /// The thread.
        thread: ThreadId,
        /// Name of the limit.
        which: String,
        /// What it means, for people.
        message: String,
    },
    /// A stopped thread goes on soon.
    DeadlineSoon {
        /// The thread.
        thread: ThreadId,
        /// Seconds left.
        seconds: f64,
    },
    /// The server runs another configuration; breakpoints were placed anew.
    ConfigChanged {
        /// Digest of the configuration.
        digest: String,
    },
    /// An event of a newer server.
    #[serde(other)]
    Unknown,
}

/// Why a thread stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum StopReason {
    /// A breakpoint.
    Breakpoint,
    /// The end of a step.
    Step,
    /// Asked for.
    Pause,
    /// An exception.
    Exception,
    /// The beginning, where it was asked for.
    Entry,
    /// A reason of a newer server.
    #[serde(other)]
    Unknown,
}

/// Importance of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum LogLevel {
    /// What a script or log point printed.
    #[default]
    Output,
    /// The server about the session.
    Notice,
    /// Something failed.
    Error,
}
