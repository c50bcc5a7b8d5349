//! What a client asks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Key, Stage, ThreadId};
use crate::Text;

/// A request with the number that its reply repeats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Call {
    /// Number chosen by the client.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub request: Request,
}

/// Every request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "request", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Request {
    /// Opens the session; must come first.
    Hello(Hello),
    /// Starts a stage.
    Arm {
        /// The stage.
        stage: Stage,
    },
    /// Changes the conditions and limits of a stage; bound connections stay bound.
    Update {
        /// The stage.
        stage: Stage,
    },
    /// Ends a stage; its connections go on.
    Disarm {
        /// Id of the stage.
        stage: String,
    },
    /// Replaces the breakpoints of one file in every stage of the session.
    Breakpoints {
        /// Project-relative name of the file.
        file: String,
        /// SHA-256 of the client's text in hexadecimal, to find out that the server runs another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest: Option<String>,
        /// All breakpoints of the file.
        #[serde(default)]
        breakpoints: Vec<Breakpoint>,
    },
    /// Replaces the exception filters of the session.
    ExceptionFilters {
        /// The filters that are on.
        #[serde(default)]
        filters: Vec<ExceptionFilter>,
    },
    /// Lets a program begin that was started for its debugger and waits for it. A server, which
    /// runs already, has nothing to begin.
    Start {},
    /// Lists the connections of the session's stages.
    Threads {},
    /// Frames of a stopped thread, innermost first.
    Stack {
        /// The thread.
        thread: ThreadId,
        /// Frames to skip.
        #[serde(default)]
        start: u32,
        /// Frames to return; 0 means all.
        #[serde(default)]
        count: u32,
    },
    /// Children of a scope or of a value.
    Vars(Vars),
    /// Value of an expression in a frame. Effects are refused.
    Eval {
        /// The thread.
        thread: ThreadId,
        /// Number of the stop the frame belongs to.
        stop: u64,
        /// Number of the frame.
        #[serde(default)]
        frame: u32,
        /// The expression.
        text: Text,
    },
    /// Lets a stopped thread go on.
    Resume(Resume),
    /// Stops a thread at its next statement.
    Pause {
        /// The thread.
        thread: ThreadId,
    },
    /// Asks for more time at the present stop, counted from now and cut to the server's limit.
    Extend {
        /// The thread.
        thread: ThreadId,
        /// Seconds.
        seconds: f64,
    },
    /// Text of a file as the server runs it.
    Source {
        /// Project-relative name of the file.
        file: String,
    },
    /// A request of a newer client.
    #[serde(other)]
    Unknown,
}

/// First words of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Hello {
    /// Versions the client speaks.
    pub proto: Vec<u32>,
    /// Name and version of the client, for the audit log.
    pub client: String,
    /// Optional abilities of the client.
    pub features: Vec<String>,
}

/// A breakpoint as the user set it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Breakpoint {
    /// Number chosen by the client, unique in the session.
    pub id: u32,
    /// One-based line.
    pub line: u32,
    /// One-based byte column, to choose among several statements of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub col: Option<u32>,
    /// Expression that must be true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cond: Option<Text>,
    /// Hits that count: `n`, `==n`, `>=n`, `>n`, `%n`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hit: Option<String>,
    /// Message to log instead of stopping; `{expression}` is replaced by its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Text>,
}

/// When an exception stops a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ExceptionFilter {
    /// Nobody catches it.
    Uncaught,
    /// A filter of a newer client; it has no effect.
    #[serde(other)]
    Unknown,
}

/// Arguments of `vars`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vars {
    /// The thread.
    pub thread: ThreadId,
    /// Number of the stop.
    pub stop: u64,
    /// Number of the frame.
    #[serde(default)]
    pub frame: u32,
    /// Where the path begins.
    pub scope: ScopeId,
    /// Keys from the scope down to the value whose children are wanted.
    #[serde(default)]
    pub path: Vec<Key>,
    /// Children to skip.
    #[serde(default)]
    pub start: u32,
    /// Children to return; 0 means 100, which is also the most.
    #[serde(default)]
    pub count: u32,
    /// 1 for the children alone, 2 for their children as well.
    #[serde(default)]
    pub depth: u8,
}

/// A group of variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ScopeId {
    /// Variables of the function.
    Locals,
    /// `$arguments`.
    Arguments,
    /// `$connection`.
    Connection,
    /// `$transaction`.
    Transaction,
    /// `$message`.
    Message,
    /// `$context`.
    Context,
    /// Variables of the file, outside functions.
    Globals,
    /// Results of `eval` at this stop; the first key of a path is the number of the result.
    Results,
}

/// Arguments of `resume`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Resume {
    /// The thread.
    pub thread: ThreadId,
    /// How far.
    pub step: Step,
}

/// How far a thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// To the next breakpoint.
    Continue,
    /// To the next statement of the same function, or of its caller when it ends.
    Next,
    /// To the next statement, also inside a call.
    In,
    /// To the next statement of the caller.
    Out,
}
