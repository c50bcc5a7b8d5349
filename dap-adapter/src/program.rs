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
            Some(_) => self.call(asked, Request::Start {}, Pending::GoOn(Value::Null)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_goes_on_to_its_end_answers_what_let_it_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("a.hsl");
        std::fs::write(&script, "echo 1;").unwrap();
        let mut adapter = Adapter::default();
        let send = |adapter: &mut Adapter, seq: i64, command: &str, arguments: Value| {
            let kind = "request";
            let request =
                json!({ "seq": seq, "type": kind, "command": command, "arguments": arguments });
            adapter.editor_sent(request.to_string().as_bytes());
        };
        send(&mut adapter, 1, "launch", json!({ "program": script }));
        adapter.connected();
        send(&mut adapter, 2, "configurationDone", json!({}));
        adapter.program_ended(0);
        let effects = std::iter::from_fn(|| adapter.next_effect());
        let texts = effects.filter_map(|effect| match effect {
            Effect::Editor(text) => serde_json::from_slice::<Value>(text.as_ref()).ok(),
            _ => None,
        });
        let answers = texts.filter(|told| told["type"] == "response");
        let answers: Vec<_> =
            answers.map(|told| (told["command"].clone(), told["success"].clone())).collect();
        assert!(answers.contains(&("configurationDone".into(), true.into())), "{answers:?}");
    }
}
