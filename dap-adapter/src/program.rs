//! A session with a program that the adapter starts: from `launch` to its exit code.
//!
//! Invariants: `launch` is answered when the program waits for the debugger, or has ended before;
//! the program begins at `configurationDone`; its end is told after everything that it printed.

use mta_control::debug::Request;
use serde_json::{Value, json};

use crate::adapter::{Adapter, Asked, Beginning, Effect, Pending, Refusal};
use crate::debuggee::Stream;
use crate::launch::LaunchArguments;

/// How the command begins to say why it failed.
const ERROR: &str = "error: ";

/// A program that was started.
#[derive(Debug, Default)]
pub(crate) struct Launched {
    /// Why it failed, as it said last.
    error: Option<String>,
}

impl Adapter {
    pub(crate) fn launch(&mut self, asked: Asked, arguments: Value) -> Result<(), Refusal> {
        self.is_free()?;
        let arguments = LaunchArguments::read(arguments).map_err(|e| e.to_string())?;
        let (program, workspace) = arguments.program().map_err(|e| e.to_string())?;
        self.workspace = workspace;
        self.beginning = Some((asked, Beginning::Launch(arguments)));
        self.launched = Some(Launched::default());
        self.effects.push_back(Effect::Start(program));
        Ok(())
    }

    /// The editor has said what it wants; a server runs already.
    pub(crate) fn configured(&mut self, asked: Asked) {
        match self.launched {
            Some(_) => self.call(asked, Request::Start {}, Pending::Respond(Value::Null)),
            None => self.respond(&asked, Value::Null),
        }
    }

    /// The program printed something.
    pub fn program_said(&mut self, stream: Stream, text: &str) {
        let category = match stream {
            Stream::Output => "stdout",
            Stream::Errors => "stderr",
        };
        if let (Stream::Errors, Some(launched)) = (stream, &mut self.launched) {
            let error = text.lines().filter_map(|line| line.strip_prefix(ERROR)).next_back();
            launched.error = error.map(str::to_owned).or(launched.error.take());
        }
        self.output(category, text);
    }

    /// The program ended, and everything that it printed is told.
    pub fn program_ended(&mut self, code: i32) {
        self.give_up("the program has ended");
        self.armed = false;
        let error = self.launched.take().and_then(|launched| launched.error);
        if let Some((asked, _)) = self.beginning.take() {
            let why = error.unwrap_or_else(|| {
                format!("the program ended with exit code {code} before it could be debugged")
            });
            return self.refuse(&asked, &why);
        }
        self.event("exited", json!({ "exitCode": code }));
        self.event("terminated", Value::Null);
    }
}
