//! The boundary to functions written in Rust.
//!
//! A native never calls the machine. One that needs a script function called, or a service of the
//! host, answers with a [`NativeFrame`]: a small resumable machine that the run loop drives, so a
//! callback may itself wait, pause or throw.
//!
//! *Not here*: argument conversion is in `convert`, lookup by name in `library`.

mod convert;
mod cx;
mod library;
mod mock;
mod object;

pub use convert::{FromValue, LentValue};
pub use cx::Cx;
pub use library::{Library, NativeId};
pub(crate) use mock::StandIns;
pub use mock::{MockTable, Mocks, Replacements};
pub(crate) use object::Held;
pub use object::{NativeClass, NativeIterator, NativeMethod, NativeObject, NativeRef};

use smallvec::SmallVec;

use crate::fiber::Limit;
use crate::request::{Request, Response};
use crate::value::{Str, Value};

/// A function written in Rust. The number of arguments was checked against its declaration; the
/// slice holds only those that the call supplied. Values may be taken out of it.
pub type Native = fn(&mut Cx<'_>, &mut [Value]) -> NativeResult;

/// What a native or one of its frames answers.
pub type NativeResult = Result<NativeStep, Thrown>;

/// Arguments for a callback.
pub type CallArgs = SmallVec<[Value; 2]>;

/// What happens next.
// The tag stands apart, in a word of its own. Inside the value of the first case, or in the byte
// before it, it makes the compiler copy the value in parts that are then read as a whole, which
// costs a stall for each call.
#[repr(u64)]
pub enum NativeStep {
    /// The call is done.
    Return(Value),
    /// Goes on in this frame, with [`Input::Start`].
    Enter(Box<dyn NativeFrame>),
    /// Waits for the host; only from a frame, which is resumed with the [`Input::Response`].
    Suspend(Box<Request>),
    /// Goes on with [`Input::Start`] after other fibers had their turn, if the slice is spent; only
    /// from a frame. For work in parts: charge what a part costs.
    Again,
    /// Calls a value; only from a frame, which is resumed with the [`Input::Value`].
    Call {
        /// What to call.
        callee: Value,
        /// Its arguments.
        args: CallArgs,
    },
    /// Ends the script with a verdict.
    Terminate(Box<Verdict>),
}

/// What a frame is resumed with.
pub enum Input {
    /// First time, or after [`NativeStep::Again`].
    Start,
    /// Result of the callback.
    Value(Value),
    /// Answer of the host.
    Response(Box<Response>),
}

/// A native call that goes on over several steps. A throw of its callback unwinds through it:
/// the frame is dropped.
pub trait NativeFrame {
    /// Makes the next step.
    ///
    /// # Errors
    /// What the call throws into the script.
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult;
}

/// Why a native did not give a value.
#[derive(Clone, Debug)]
pub enum Thrown {
    /// Becomes an `Exception` with this message and the position of the call.
    Error(String),
    /// This very value is thrown.
    Value(Value),
}

/// How a terminating function ends the script. Arguments are validated.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Name of the function.
    pub name: &'static str,
    /// Its arguments.
    pub args: Vec<Value>,
}

impl Input {
    /// The value of a callback; none for anything else.
    pub fn into_value(self) -> Value {
        if let Self::Value(value) = self { value } else { Value::None }
    }

    /// The answer of the host, if it is one.
    pub fn into_response(self) -> Option<Response> {
        if let Self::Response(response) = self { Some(*response) } else { None }
    }
}

impl NativeStep {
    /// Calls a value.
    pub fn call(callee: &Value, args: impl IntoIterator<Item = Value>) -> Self {
        Self::Call { callee: callee.clone(), args: args.into_iter().collect() }
    }

    /// Goes on in a frame.
    pub fn enter(frame: impl NativeFrame + 'static) -> Self {
        Self::Enter(Box::new(frame))
    }

    /// Waits for the host.
    pub fn suspend(request: Request) -> Self {
        Self::Suspend(Box::new(request))
    }
}

impl Thrown {
    /// An error with this message.
    pub fn error(message: impl Into<String>) -> Self {
        Self::Error(message.into())
    }

    /// The message, or the text of the value.
    pub fn message(&self) -> Str {
        match self {
            Self::Error(message) => message.as_str().into(),
            Self::Value(value) => value.to_text(),
        }
    }
}

impl From<Limit> for Thrown {
    fn from(limit: Limit) -> Self {
        Self::Error(limit.to_string())
    }
}

impl From<String> for Thrown {
    fn from(message: String) -> Self {
        Self::Error(message)
    }
}

impl From<&str> for Thrown {
    fn from(message: &str) -> Self {
        Self::Error(message.to_owned())
    }
}
