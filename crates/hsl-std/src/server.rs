//! Calls of the mail server around the script.
//!
//! *Invariants.* Where no server runs, every call raises an exception that says so; nothing is made up.
//!
//! *Not here.* The functions: `queue`, `metrics`.

use std::time::Duration;

use hsl_vm::request::ServerRequest;
use hsl_vm::{
    Array, Cx, Frozen, Input, Key, NativeFrame, NativeResult, NativeStep, Request, Response,
    Thrown, Value,
};

/// Asks the server, and returns its answer.
pub(crate) fn ask(function: &'static str, request: ServerRequest) -> NativeStep {
    NativeStep::enter(Ask { function, request: Some(request) })
}

/// Returns none without asking.
pub(crate) fn none() -> NativeStep {
    NativeStep::Return(Value::none())
}

struct Ask {
    function: &'static str,
    request: Option<ServerRequest>,
}

impl NativeFrame for Ask {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(request) = self.request.take() {
            return Ok(NativeStep::suspend(Request::Server(request)));
        }
        let refused = |message: &str| Err(Thrown::Error(format!("{}: {message}", self.function)));
        match input.into_response() {
            Some(Response::Memory(answer)) => {
                Ok(NativeStep::Return(answer.as_ref().map_or_else(Value::none, Frozen::thaw)))
            }
            Some(Response::Failed(message)) => refused(&message),
            _ => refused("the server did not answer"),
        }
    }
}

/// Names and values of an array of strings and numbers; none when another value is in it.
pub(crate) fn texts(array: &Array) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| match value {
        Value::String(text) => String::from_utf8(text.to_vec()).ok(),
        Value::Number(_) => Some(value.to_text().to_lossy().into_owned()),
        _ => None,
    };
    let name = |key: Key| text(&key.to_value());
    array.iter().map(|(key, value)| Some((name(key)?, text(value)?))).collect()
}

/// Seconds that a script gave; none for what is no time.
pub(crate) fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number).ok()
}
