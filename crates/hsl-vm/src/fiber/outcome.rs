//! What goes into a fiber and what comes out.

use std::sync::Arc;

use super::Limit;
use crate::code::Location;
use crate::debug::Pause;
use crate::native::Verdict;
use crate::request::{Request, Response};
use crate::value::Value;

/// How a fiber goes on.
#[derive(Debug)]
pub enum Resume {
    /// From the beginning.
    Start,
    /// After [`Step::Yield`] or [`Step::Paused`].
    Continue,
    /// With the answer to [`Step::Suspend`].
    With(Response),
}

/// Why a fiber returned.
#[derive(Debug)]
pub enum Step {
    /// The script is done.
    Done(Outcome),
    /// The script waits for the host; resume with [`Resume::With`].
    Suspend(Box<Request>),
    /// The slice is spent; resume with [`Resume::Continue`].
    Yield,
    /// The script stands still for a debugger; resume with [`Resume::Continue`].
    Paused(Pause),
    /// The script failed.
    Failed(Trap),
}

/// How a script ended well.
#[derive(Debug)]
pub enum Outcome {
    /// It ran to its end or returned this.
    Returned(Value),
    /// A terminating function ended it.
    Terminated(Box<Verdict>),
}

/// An exception that nothing caught, or a limit.
#[derive(Debug)]
pub struct Trap {
    /// What happened.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
    /// Functions that were running, innermost first.
    pub stack: Vec<StackEntry>,
    /// The value that was thrown; none for a limit.
    pub value: Option<Value>,
    /// The limit that was met; none for an exception.
    pub limit: Option<Limit>,
}

/// A function that was running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackEntry {
    /// Its name.
    pub function: Arc<str>,
    /// Where it stood.
    pub location: Option<Location>,
}

impl std::fmt::Display for Trap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.location {
            Some(at) => write!(f, "{}:{}:{}: {}", at.file, at.line, at.column, self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Trap {}
