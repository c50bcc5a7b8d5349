//! What the server says: replies to calls, and events.
//!
//! Invariants: a reply is matched by its number or dropped; a stop that is over takes its numbers
//! with it.

use mta_control::debug::{self, Answer, Event, Request};
use mta_control::frame::FromServer;
use serde_json::{Value, json};

use crate::adapter::{Adapter, Asked, Beginning, Effect, Pending};
use crate::attach::AttachArguments;
use crate::breakpoints;
use crate::handles::FramePlace;
use crate::protocol;
use crate::threads::Stop;

impl Adapter {
    /// Feeds one frame of the server.
    pub fn server_sent(&mut self, frame: FromServer) {
        match frame {
            FromServer::Event(event) => self.server_event(event),
            FromServer::Reply(reply) => {
                if let Some((asked, pending)) = self.pending.remove(&reply.reply) {
                    self.reply(asked, pending, reply.answer);
                }
            }
        }
    }

    pub(crate) fn reply(&mut self, asked: Asked, pending: Pending, answer: Answer) {
        match (pending, answer) {
            (Pending::Hello | Pending::Arm, Answer::Failure(failure)) => {
                self.beginning = None;
                if self.launched.is_some() {
                    self.effects.push_back(Effect::HangUp);
                }
                self.refuse(&asked, &failure.message);
            }
            (pending, Answer::Failure(failure)) if pending.answers_editor() => {
                self.refuse(&asked, &failure.message);
            }
            (Pending::Hello, Answer::Welcome(welcome)) => self.arm(&welcome),
            (Pending::Arm, _) => self.armed(&asked),
            (Pending::Nothing, Answer::Threads { threads }) => {
                threads.into_iter().for_each(|thread| self.thread_started(&thread.id, thread.name));
            }
            (Pending::Breakpoints(file), Answer::Breakpoints { breakpoints }) => {
                let list = self.placed(&file, breakpoints);
                self.respond(&asked, json!({ "breakpoints": list }));
            }
            (Pending::Refresh(file), Answer::Breakpoints { breakpoints }) => {
                for breakpoint in self.placed(&file, breakpoints) {
                    let body = json!({ "reason": "changed", "breakpoint": breakpoint });
                    self.event("breakpoint", body);
                }
            }
            (Pending::Stack(thread), Answer::Stack { stop, total, frames }) => {
                self.frames_arrived(&asked, thread, stop, total, frames);
            }
            (Pending::Vars(page), Answer::Vars { variables, total }) => {
                self.children_arrived(asked, page, variables, total);
            }
            (Pending::Eval(frame, text), Answer::Value { result, variable }) => {
                self.value_arrived(&asked, frame, text, result, &variable);
            }
            (Pending::Source, Answer::Source { text, .. }) => {
                self.respond(&asked, json!({ "content": text.to_string() }));
            }
            (Pending::Respond(body) | Pending::GoOn(body), _) => self.respond(&asked, body),
            (Pending::Nothing | Pending::Refresh(_), _) => {}
            (_, _) => self.refuse(&asked, "the server's answer is not understood"),
        }
    }

    pub(crate) fn arm(&mut self, welcome: &debug::Welcome) {
        let development = welcome.features.iter().any(|feature| feature == "allTraffic");
        let Some((asked, beginning)) = &self.beginning else { return };
        let stage = match beginning {
            Beginning::Attach(arguments) => arguments.stage(development),
            Beginning::Launch(arguments) if arguments.no_debug => {
                let asked = asked.clone();
                return self.begun(&asked);
            }
            Beginning::Launch(_) => AttachArguments::default().stage(true),
        };
        self.begin_with(Request::Arm { stage }, Pending::Arm);
    }

    pub(crate) fn armed(&mut self, asked: &Asked) {
        self.armed = true;
        self.begun(asked);
        self.send(Request::Threads {}, Pending::Nothing);
        self.send(Request::ExceptionFilters { filters: self.filters.clone() }, Pending::Nothing);
        self.refresh();
    }

    /// The editor may say what it wants from here on.
    fn begun(&mut self, asked: &Asked) {
        self.beginning = None;
        self.respond(asked, Value::Null);
        self.event("initialized", Value::Null);
    }

    /// Places every breakpoint again.
    pub(crate) fn refresh(&mut self) {
        for file in self.breakpoints.files() {
            let local = self.workspace.local(&file);
            let request = self.breakpoints.request(&file, local.as_ref());
            self.send(request, Pending::Refresh(file));
        }
    }

    pub(crate) fn placed(
        &self,
        file: &str,
        placed: Vec<debug::Placed>,
    ) -> Vec<protocol::Breakpoint> {
        let local = self.workspace.local(file);
        let source = self.source_here(file, local.as_ref());
        let place = |one| breakpoints::placed(one, &source, self.counting, local.as_ref());
        placed.into_iter().map(place).collect()
    }

    pub(crate) fn server_event(&mut self, event: Event) {
        match event {
            Event::Stopped { thread, stop, reason, bp, text, deadline: _ } => {
                let text = text.map(|text| text.to_string());
                self.stopped(&thread, Stop { number: stop, reason, text }, &bp);
            }
            Event::Running { thread } => {
                if let Some(number) = self.stop_is_over(&thread) {
                    let body = json!({ "threadId": number, "allThreadsContinued": false });
                    self.event("continued", body);
                }
            }
            Event::ThreadStarted { thread, name, .. } => self.thread_started(&thread, name),
            Event::ThreadExited { thread } => {
                self.stop_is_over(&thread);
                if let Some(number) = self.threads.exit(&thread) {
                    self.event("thread", json!({ "reason": "exited", "threadId": number }));
                }
            }
            Event::ThreadRenamed { thread, name } => {
                if let Some((_, thread)) = self.threads.by_id(&thread) {
                    thread.name = name;
                }
            }
            Event::Log { level, text, file, line, .. } => self.log(level, &text, file, line),
            Event::Disarmed { stage: _, why } => {
                self.output("important", &format!("no more connections are taken: {why}\n"));
            }
            Event::Limit { message, .. } => self.output("important", &format!("{message}\n")),
            Event::DeadlineSoon { seconds, .. } => {
                let text = format!("the connection goes on by itself in {seconds:.0} s\n");
                self.output("console", &text);
            }
            Event::ConfigChanged { .. } => self.refresh(),
            Event::Unknown => {}
        }
    }

    pub(crate) fn thread_started(&mut self, id: &str, name: String) {
        if let (number, true) = self.threads.enter(id, name) {
            self.event("thread", json!({ "reason": "started", "threadId": number }));
        }
    }

    pub(crate) fn stopped(&mut self, id: &str, stop: Stop, breakpoints: &[u32]) {
        self.thread_started(id, id.to_owned());
        let Some((number, thread)) = self.threads.by_id(id) else { return };
        let mut body = json!({
            "reason": stop_reason(stop.reason),
            "threadId": number,
            "allThreadsStopped": false,
        });
        if !breakpoints.is_empty() {
            body["hitBreakpointIds"] = json!(breakpoints);
        }
        if let Some(text) = &stop.text {
            body["text"] = json!(text);
        }
        thread.stop = Some(stop);
        self.event("stopped", body);
    }

    /// Forgets a stop with its numbers; the thread's number if it stood.
    pub(crate) fn stop_is_over(&mut self, id: &str) -> Option<i64> {
        let (number, thread) = self.threads.by_id(id)?;
        thread.stop.take()?;
        let over = |place: &FramePlace| place.thread == number;
        self.frames.forget(over);
        self.values.forget(|place| over(&place.frame));
        let frames = &self.frames;
        self.scopes.retain(|frame, _| frames.place(*frame).is_some());
        Some(number)
    }

    pub(crate) fn log(
        &mut self,
        level: debug::LogLevel,
        text: &mta_control::Text,
        file: Option<String>,
        line: Option<u32>,
    ) {
        let category = match level {
            debug::LogLevel::Output => "stdout",
            debug::LogLevel::Notice => "console",
            debug::LogLevel::Error => "stderr",
        };
        let mut body = json!({ "category": category, "output": format!("{text}\n") });
        if let (Some(file), Some(line)) = (file, line) {
            let local = self.workspace.local(&file);
            body["source"] = json!(self.source_here(&file, local.as_ref()));
            body["line"] = json!(i64::from(line) - 1 + self.counting.first_line);
        }
        self.event("output", body);
    }
}

fn stop_reason(reason: debug::StopReason) -> &'static str {
    match reason {
        debug::StopReason::Breakpoint => "breakpoint",
        debug::StopReason::Step => "step",
        debug::StopReason::Exception => "exception",
        debug::StopReason::Entry => "entry",
        debug::StopReason::Pause | debug::StopReason::Unknown => "pause",
    }
}
