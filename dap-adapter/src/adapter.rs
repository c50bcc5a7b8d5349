//! The machine between editor and server.
//!
//! Invariants: every request of the editor is answered once, at the latest when the server is
//! gone; what the server sends late is matched by its call number or dropped.
//!
//! Not here: replies and events of the server (`server`), programs that it starts (`program`), looking into a stopped connection
//! (`inspect`).

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;

use mta_control::debug::{self, ExceptionFilter, Hello, Request, ScopeInfo, Step};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::attach::AttachArguments;
use crate::breakpoints::Breakpoints;
use crate::handles::{FramePlace, Handles, ValuePlace};
use crate::inspect::Page;
use crate::launch::{LaunchArguments, Program};
use crate::program::Launched;
use crate::protocol::{
    self, InitializeArguments, SetBreakpointsArguments, SetExceptionBreakpointsArguments, Source,
    ThreadArguments,
};
use crate::threads::Threads;
use crate::workspace::{Counting, Workspace};

/// What the machine wants done.
#[derive(Debug)]
pub enum Effect {
    /// Send this message to the editor.
    Editor(String),
    /// Open the debug socket at this path, then tell `connected` or `not_connected`.
    Connect(PathBuf),
    /// Start this program and open its debug socket, then tell `connected` or `not_connected`.
    Start(Program),
    /// Send this call to the server.
    Server {
        /// Number of the call.
        id: u64,
        /// The call.
        request: Request,
    },
    /// Close the socket, at which the program ends.
    HangUp,
    /// Close the socket and end.
    End,
}

/// The machine.
#[derive(Debug, Default)]
pub struct Adapter {
    pub(crate) seq: i64,
    pub(crate) calls: u64,
    pub(crate) effects: VecDeque<Effect>,
    pub(crate) pending: HashMap<u64, (Asked, Pending)>,
    pub(crate) beginning: Option<(Asked, Beginning)>,
    pub(crate) launched: Option<Launched>,
    pub(crate) armed: bool,
    pub(crate) breakpoints: Breakpoints,
    pub(crate) filters: Vec<ExceptionFilter>,
    pub(crate) counting: Counting,
    pub(crate) workspace: Workspace,
    pub(crate) threads: Threads,
    pub(crate) frames: Handles<FramePlace>,
    pub(crate) scopes: HashMap<i64, Vec<ScopeInfo>>,
    pub(crate) values: Handles<ValuePlace>,
    pub(crate) sources: Handles<String>,
}

/// A request of the editor that waits for its response.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) seq: i64,
    pub(crate) command: String,
}

/// How a session begins, until it has begun.
#[derive(Debug)]
pub(crate) enum Beginning {
    Attach(Box<AttachArguments>),
    Launch(LaunchArguments),
}

/// What to do with the reply to a call.
#[derive(Debug)]
pub(crate) enum Pending {
    /// Greeting of `attach` and `launch`.
    Hello,
    /// Arming of `attach` and `launch`.
    Arm,
    /// Breakpoints of a file, asked for by the editor.
    Breakpoints(String),
    /// Breakpoints of a file, placed again unasked.
    Refresh(String),
    /// Frames of a thread.
    Stack(i64),
    /// Children of a value.
    Vars(Page),
    /// Value of an expression.
    Eval(FramePlace, String),
    /// Text of a file.
    Source,
    /// Nothing but a response with this body.
    Respond(Value),
    /// The same for a thread that goes on, perhaps to the end of its program.
    GoOn(Value),
    /// Nothing.
    Nothing,
}

/// A failed request: one sentence for the user.
pub(crate) type Refusal = String;

impl Adapter {
    /// Takes the next thing to do.
    pub fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Feeds one message of the editor.
    pub fn editor_sent(&mut self, message: &[u8]) {
        // Without a number there is nothing to answer.
        let Ok(request) = serde_json::from_slice::<protocol::Request>(message) else { return };
        if request.kind != "request" {
            return;
        }
        let asked = Asked { seq: request.seq, command: request.command };
        if let Err(refusal) = self.dispatch(asked.clone(), request.arguments) {
            self.refuse(&asked, &refusal);
        }
    }

    fn dispatch(&mut self, asked: Asked, arguments: Value) -> Result<(), Refusal> {
        match asked.command.as_str() {
            "initialize" => self.initialize(&asked, read(arguments)?),
            "attach" => self.attach(asked, arguments)?,
            "launch" => self.launch(asked, arguments)?,
            "setBreakpoints" => self.set_breakpoints(asked, &read(arguments)?),
            "setExceptionBreakpoints" => self.set_exception_filters(asked, &read(arguments)?),
            "configurationDone" => self.configured(asked),
            "threads" => self.list_threads(&asked),
            "continue" => {
                let body = json!({ "allThreadsContinued": false });
                self.resume(asked, &read(arguments)?, Step::Continue, body)?;
            }
            "next" => self.resume(asked, &read(arguments)?, Step::Next, Value::Null)?,
            "stepIn" => self.resume(asked, &read(arguments)?, Step::In, Value::Null)?,
            "stepOut" => self.resume(asked, &read(arguments)?, Step::Out, Value::Null)?,
            "pause" => self.pause(asked, &read(arguments)?)?,
            "stackTrace" => self.stack_trace(asked, &read(arguments)?)?,
            "scopes" => self.list_scopes(&asked, &read(arguments)?)?,
            "variables" => self.variables(asked, &read(arguments)?)?,
            "evaluate" => self.evaluate(asked, read(arguments)?)?,
            "source" => self.source(asked, &read(arguments)?)?,
            "exceptionInfo" => self.exception_info(&asked, &read(arguments)?)?,
            "disconnect" | "terminate" => self.leave(&asked),
            other => return Err(format!("`{other}` is not supported")),
        }
        Ok(())
    }

    fn initialize(&mut self, asked: &Asked, arguments: InitializeArguments) {
        let first = |from_one: Option<bool>| i64::from(from_one.unwrap_or(true));
        self.counting = Counting {
            first_line: first(arguments.lines_start_at_1),
            first_column: first(arguments.columns_start_at_1),
        };
        self.respond(asked, capabilities());
    }

    fn attach(&mut self, asked: Asked, arguments: Value) -> Result<(), Refusal> {
        self.is_free()?;
        let arguments = AttachArguments::read(arguments).map_err(|e| e.to_string())?;
        let socket = arguments.socket().map_err(|e| e.to_string())?;
        self.workspace = Workspace::new(arguments.root());
        self.beginning = Some((asked, Beginning::Attach(Box::new(arguments))));
        self.effects.push_back(Effect::Connect(socket));
        Ok(())
    }

    /// An adapter has one session.
    pub(crate) fn is_free(&self) -> Result<(), Refusal> {
        match self.beginning.is_some() || self.armed || self.launched.is_some() {
            true => Err("the session has begun already".into()),
            false => Ok(()),
        }
    }

    /// The socket is open.
    pub fn connected(&mut self) {
        let client = concat!("mailstop dap ", env!("CARGO_PKG_VERSION")).to_owned();
        let hello = Hello { proto: vec![debug::PROTOCOL], client, features: Vec::new() };
        self.begin_with(Request::Hello(hello), Pending::Hello);
    }

    /// The socket cannot be opened.
    pub fn not_connected(&mut self, why: &str) {
        match self.beginning.take() {
            Some((asked, Beginning::Attach(_))) => {
                let hint = "start it with `mailstop up`, or name its socket in `target`";
                self.refuse(&asked, &format!("{why}; {hint}"));
            }
            Some((asked, Beginning::Launch(_))) => {
                self.launched = None;
                self.refuse(&asked, why);
            }
            None => {}
        }
    }

    /// The socket is gone.
    pub fn server_gone(&mut self, why: &str) {
        self.give_up(why);
        if self.launched.is_some() {
            // Its end is told when it has ended.
            self.armed = false;
        } else {
            self.beginning = None;
        }
        if std::mem::take(&mut self.armed) {
            self.output("important", &format!("{why}\n"));
            self.event("terminated", Value::Null);
        }
    }

    /// Answers what waits for the other side.
    pub(crate) fn give_up(&mut self, why: &str) {
        let waiting: Vec<_> =
            self.pending.drain().map(|(_, (asked, pending))| (asked, pending)).collect();
        for (asked, pending) in waiting {
            // Why a program did not begin is known when it has ended.
            let waits = self.launched.is_some() && matches!(pending, Pending::Hello | Pending::Arm);
            match pending {
                Pending::GoOn(body) if self.launched.is_some() => self.respond(&asked, body),
                pending if pending.answers_editor() && !waits => self.refuse(&asked, why),
                _ => {}
            }
        }
    }

    pub(crate) fn begin_with(&mut self, request: Request, next: Pending) {
        if let Some((asked, _)) = &self.beginning {
            let asked = asked.clone();
            self.call(asked, request, next);
        }
    }

    fn set_breakpoints(&mut self, asked: Asked, arguments: &SetBreakpointsArguments) {
        let Some(file) = self.file_of(&arguments.source) else {
            let why = "the file is not part of the project";
            let refused = self.breakpoints.refuse(&arguments.breakpoints, why);
            return self.respond(&asked, json!({ "breakpoints": refused }));
        };
        let local = self.workspace.local(&file);
        self.breakpoints.set(&file, &arguments.breakpoints, self.counting, local.as_ref());
        if self.armed {
            let request = self.breakpoints.request(&file, local.as_ref());
            self.call(asked, request, Pending::Breakpoints(file));
        } else {
            let pending = self.breakpoints.pending(&file);
            self.respond(&asked, json!({ "breakpoints": pending }));
        }
    }

    fn file_of(&self, source: &Source) -> Option<String> {
        let reference = source.source_reference.filter(|reference| *reference > 0);
        match reference.and_then(|reference| self.sources.place(reference)) {
            Some(file) => Some(file.clone()),
            None => self.workspace.name(source.path.as_deref()?),
        }
    }

    fn set_exception_filters(
        &mut self,
        asked: Asked,
        arguments: &SetExceptionBreakpointsArguments,
    ) {
        let known = arguments.filters.iter().filter(|filter| *filter == "uncaught");
        self.filters = known.map(|_| ExceptionFilter::Uncaught).collect();
        if self.armed {
            let request = Request::ExceptionFilters { filters: self.filters.clone() };
            self.call(asked, request, Pending::Respond(Value::Null));
        } else {
            self.respond(&asked, Value::Null);
        }
    }

    fn list_threads(&mut self, asked: &Asked) {
        let threads: Vec<_> = self
            .threads
            .iter()
            .map(|(number, thread)| json!({ "id": number, "name": thread.name }))
            .collect();
        self.respond(asked, json!({ "threads": threads }));
    }

    fn resume(
        &mut self,
        asked: Asked,
        arguments: &ThreadArguments,
        step: Step,
        body: Value,
    ) -> Result<(), Refusal> {
        let thread = self.thread_id(arguments.thread_id)?;
        // From here on `running` is no news for the editor.
        self.stop_is_over(&thread);
        let request = Request::Resume(debug::Resume { thread, step });
        self.call(asked, request, Pending::GoOn(body));
        Ok(())
    }

    fn pause(&mut self, asked: Asked, arguments: &ThreadArguments) -> Result<(), Refusal> {
        let thread = self.thread_id(arguments.thread_id)?;
        self.call(asked, Request::Pause { thread }, Pending::Respond(Value::Null));
        Ok(())
    }

    fn exception_info(&mut self, asked: &Asked, at: &ThreadArguments) -> Result<(), Refusal> {
        let thread = self.threads.get(at.thread_id).and_then(|thread| thread.stop.as_ref());
        let stop = thread.ok_or("the thread does not stand")?;
        let body = json!({
            "exceptionId": "exception",
            "description": stop.text.clone().unwrap_or_default(),
            "breakMode": "unhandled",
        });
        self.respond(asked, body);
        Ok(())
    }

    /// The stage ends with the socket: nothing has to be taken back.
    fn leave(&mut self, asked: &Asked) {
        self.armed = false;
        self.respond(asked, Value::Null);
        match (&*asked.command, &self.launched) {
            // Its end is told when it has ended.
            ("terminate", Some(_)) => self.effects.push_back(Effect::HangUp),
            ("terminate", None) => self.event("terminated", Value::Null),
            _ => self.effects.push_back(Effect::End),
        }
    }

    pub(crate) fn thread_id(&self, number: i64) -> Result<debug::ThreadId, Refusal> {
        let thread = self.threads.get(number).ok_or("the thread has ended")?;
        Ok(thread.id.clone())
    }
}

impl Pending {
    pub(crate) fn answers_editor(&self) -> bool {
        !matches!(self, Self::Nothing | Self::Refresh(_))
    }
}

fn read<T: DeserializeOwned>(arguments: Value) -> Result<T, Refusal> {
    // A request whose arguments are all optional may have none.
    let arguments = if arguments.is_null() { json!({}) } else { arguments };
    serde_json::from_value(arguments).map_err(|e| format!("the arguments are not understood: {e}"))
}

fn capabilities() -> Value {
    json!({
        "supportsConfigurationDoneRequest": true,
        "supportsTerminateRequest": true,
        "supportsConditionalBreakpoints": true,
        "supportsHitConditionalBreakpoints": true,
        "supportsLogPoints": true,
        "supportsEvaluateForHovers": true,
        "supportsClipboardContext": true,
        "supportsExceptionInfoRequest": true,
        "supportsDelayedStackTraceLoading": true,
        "exceptionBreakpointFilters": [{
            "filter": "uncaught",
            "label": "Uncaught exceptions",
            "description": "Stop where an exception is thrown that no script catches",
            "default": true,
        }],
    })
}
