//! What the server answers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ScopeId, ThreadId, Variable};
use crate::Text;

/// The answer to one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reply {
    /// Number of the call.
    pub reply: u64,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// Every answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "answer", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Answer {
    /// To `hello`.
    Welcome(Welcome),
    /// The request was carried out and has nothing to tell.
    Done {},
    /// To `breakpoints`, in the order of the request.
    Breakpoints {
        /// Where they were placed.
        breakpoints: Vec<Placed>,
    },
    /// To `threads`.
    Threads {
        /// The connections.
        threads: Vec<Thread>,
    },
    /// To `stack`.
    Stack {
        /// Number of the stop; `vars` and `eval` repeat it.
        stop: u64,
        /// Frames of the whole stack.
        total: u32,
        /// The frames asked for, innermost first.
        frames: Vec<Frame>,
    },
    /// To `vars`.
    Vars {
        /// Children in order.
        variables: Vec<Variable>,
        /// Children there are.
        total: u64,
    },
    /// To `eval`.
    Value {
        /// Number of the result below the scope `results`.
        result: u32,
        /// The value.
        variable: Variable,
    },
    /// To `source`.
    Source {
        /// The text.
        text: Text,
        /// SHA-256 of the text in hexadecimal.
        digest: String,
    },
    /// The request was not carried out.
    Failure(Failure),
    /// An answer of a newer server.
    #[serde(other)]
    Unknown,
}

/// First words of the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Welcome {
    /// Version of the messages from here on.
    pub proto: u32,
    /// Name and version of the server.
    pub server: String,
    /// Digest of the running configuration.
    pub digest: String,
    /// What this client may do.
    pub roles: Vec<String>,
    /// Limits of this server.
    pub limits: Limits,
    /// Optional abilities of the server; `allTraffic` when stages need no conditions.
    pub features: Vec<String>,
}

/// Limits of debugging.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Limits {
    /// Seconds a connection stands at a breakpoint unless asked otherwise.
    pub pause_seconds: f64,
    /// Most seconds that can be asked for.
    pub max_pause_seconds: f64,
    /// Connections of a stage that stand at the same time.
    pub max_paused: u32,
}

/// Where a breakpoint went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Placed {
    /// Number the client gave it.
    pub id: u32,
    /// Whether it can be hit.
    pub verified: bool,
    /// One-based position of the statement, when verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// Why it is not verified, or what to know about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A range of a file. Lines and byte columns count from one; the end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Range {
    /// First line.
    pub line: u32,
    /// First byte column.
    pub col: u32,
    /// Last line.
    pub end_line: u32,
    /// Byte column after the last byte.
    pub end_col: u32,
}

/// A connection or delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Address, server and phase, for people.
    pub name: String,
    /// Stage it belongs to.
    #[serde(default)]
    pub stage: String,
    /// What it does.
    #[serde(default)]
    pub state: ThreadState,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ThreadState {
    /// No script runs.
    #[default]
    Idle,
    /// A script runs or waits for a service.
    Running,
    /// Stands at a breakpoint.
    Stopped,
}

/// A call that has not returned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Frame {
    /// Its number at this stop; 0 is the innermost.
    pub frame: u32,
    /// Name of the function.
    pub function: Text,
    /// Project-relative file.
    pub file: String,
    /// SHA-256 in hexadecimal of the file's text as the server runs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Where it stands.
    pub range: Range,
    /// Its groups of variables.
    #[serde(default)]
    pub scopes: Vec<ScopeInfo>,
}

/// A group of variables that exists in a frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScopeInfo {
    /// Which one.
    pub scope: ScopeId,
    /// How many variables it has.
    #[serde(default)]
    pub length: u64,
}

/// Why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// For programs.
    pub code: FailureCode,
    /// For people, one sentence.
    pub message: String,
}

impl Failure {
    /// A failure with its sentence.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Kinds of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum FailureCode {
    /// The frame is not a call of this protocol.
    Malformed,
    /// The server does not know the request.
    Unsupported,
    /// `hello` is missing or has no common version.
    Greeting,
    /// Not allowed for this client or in this mode.
    Denied,
    /// No thread, stage or file of this name.
    Missing,
    /// The stop is over.
    Stale,
    /// The thread runs.
    Running,
    /// The expression does not compile or fails.
    Expression,
    /// The stage cannot be armed.
    Stage,
    /// A code of a newer server.
    #[serde(other)]
    Unknown,
}
