//! What one client asks and gets.
//!
//! Invariants: a call is answered once, at once or by the worker of its thread; before `hello`
//! nothing else is answered; dropping the session ends its stages.
//!
//! Not here: the WebSocket that carries the frames (`mta`).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mta_control::Text;
use mta_control::debug::{
    Answer, Breakpoint, Call, ExceptionFilter, Failure, FailureCode, Hello, Limits, PROTOCOL,
    Request, Stage as Wish, Welcome,
};
use mta_control::frame;

use super::breakpoints::Table;
use super::hub::DebugHub;
use super::outbox::Outbox;
use super::park::{Command, Look, Ticket};
use super::stage::{Common, NotStopped, Stage, Thread};
use crate::memory::held;

/// A client's side of the hub.
#[derive(Debug)]
pub struct Session {
    hub: Arc<DebugHub>,
    common: Arc<Common>,
    greeted: AtomicBool,
    stages: Mutex<Vec<Arc<Stage>>>,
}

impl Session {
    pub(crate) fn new(hub: Arc<DebugHub>, outbox: Outbox) -> Self {
        let common = Common {
            outbox,
            table: Arc::new(Table::default()),
            on_uncaught: AtomicBool::new(false),
            stops: AtomicU64::new(0),
        };
        let greeted = AtomicBool::new(false);
        Self { hub, common: Arc::new(common), greeted, stages: Mutex::default() }
    }

    /// Takes a frame of the client; the answer comes out of the session's outgoing frames.
    pub fn call(&self, frame: &[u8]) {
        let call = match frame::read_call(frame) {
            Ok(call) => call,
            Err(error) => {
                let reply = error.into_reply();
                return self.common.outbox.reply(reply.reply, reply.answer);
            }
        };
        let ticket = Ticket::new(call.id, self.common.outbox.clone());
        match self.answer(call, ticket) {
            Ok(()) => {}
            Err((ticket, failure)) => ticket.answer(Answer::Failure(failure)),
        }
    }

    /// Something that happens now and then: stages whose time is over are noticed.
    pub fn tick(&self) {
        self.hub.tick();
    }

    fn answer(&self, call: Call, ticket: Ticket) -> Result<(), (Ticket, Failure)> {
        let greeted = self.greeted.load(Ordering::Relaxed);
        if !greeted && !matches!(call.request, Request::Hello(_)) {
            return Err((ticket, Failure::new(FailureCode::Greeting, "say hello first")));
        }
        let answer = match call.request {
            Request::Stack { thread, start, count } => {
                return self.look(&thread, None, ticket, Look::Stack { start, count });
            }
            Request::Vars(vars) => {
                let (thread, stop) = (vars.thread.clone(), Some(vars.stop));
                return self.look(&thread, stop, ticket, Look::Vars(vars));
            }
            Request::Eval { thread, stop, frame, text } => {
                return self.look(&thread, Some(stop), ticket, Look::Eval { frame, text });
            }
            other => self.at_once(other),
        };
        match answer {
            Ok(answer) => {
                ticket.answer(answer);
                Ok(())
            }
            Err(failure) => Err((ticket, failure)),
        }
    }

    fn at_once(&self, request: Request) -> Result<Answer, Failure> {
        match request {
            Request::Hello(hello) => return self.hello(&hello),
            Request::Arm { stage } => self.arm(&stage)?,
            Request::Update { stage } => {
                self.stage(&stage.id)?;
                self.arm(&stage)?;
            }
            Request::Disarm { stage } => self.disarm(&stage)?,
            Request::Breakpoints { file, digest, breakpoints } => {
                return Ok(self.place(&file, digest.as_deref(), breakpoints));
            }
            Request::ExceptionFilters { filters } => {
                let on = filters.contains(&ExceptionFilter::Uncaught);
                self.common.on_uncaught.store(on, Ordering::Relaxed);
            }
            Request::Start {} => self.hub.start(),
            Request::Threads {} => {
                let threads = held(&self.stages).iter().flat_map(|stage| stage.threads()).collect();
                return Ok(Answer::Threads { threads });
            }
            Request::Resume(resume) => {
                let thread = self.thread(&resume.thread)?;
                let step = resume.step;
                thread.send(None, |stop| Command::Resume { stop, step }, true)?;
            }
            Request::Extend { thread, seconds } => {
                let by = Duration::try_from_secs_f64(seconds).unwrap_or_default();
                let thread = self.thread(&thread)?;
                thread.send(None, |stop| Command::Extend { stop, by }, false)?;
            }
            Request::Pause { thread } => self.thread(&thread)?.ask_to_pause(),
            Request::Source { file } => return self.source(&file),
            Request::Unknown => {
                return Err(Failure::new(FailureCode::Unsupported, "unknown request"));
            }
            // Answered by the thread's worker.
            Request::Stack { .. } | Request::Vars(_) | Request::Eval { .. } => {}
        }
        Ok(Answer::Done {})
    }

    fn hello(&self, hello: &Hello) -> Result<Answer, Failure> {
        if !hello.proto.contains(&PROTOCOL) {
            let message = format!("this server speaks version {PROTOCOL} only");
            return Err(Failure::new(FailureCode::Greeting, message));
        }
        self.greeted.store(true, Ordering::Relaxed);
        tracing::info!(client = hello.client, "debug: session");
        let options = &self.hub.options;
        let roles = ["debug.observe", "debug.pause"].map(str::to_owned).to_vec();
        let all_traffic = options.all_traffic.then(|| "allTraffic".to_owned());
        Ok(Answer::Welcome(Welcome {
            proto: PROTOCOL,
            server: options.server.clone(),
            digest: self.hub.generation().digest().to_owned(),
            roles,
            limits: Limits {
                pause_seconds: options.limits.pause.as_secs_f64(),
                max_pause_seconds: options.limits.max_pause.as_secs_f64(),
                max_paused: options.limits.max_paused,
            },
            features: all_traffic.into_iter().collect(),
        }))
    }

    fn arm(&self, wish: &Wish) -> Result<(), Failure> {
        let stage = self.hub.arm(wish, &self.common)?;
        let mut stages = held(&self.stages);
        if !stages.iter().any(|known| Arc::ptr_eq(known, &stage)) {
            stages.push(stage);
        }
        Ok(())
    }

    fn disarm(&self, id: &str) -> Result<(), Failure> {
        let stage = self.stage(id)?;
        held(&self.stages).retain(|known| !Arc::ptr_eq(known, &stage));
        self.hub.disarm(&stage);
        Ok(())
    }

    fn stage(&self, id: &str) -> Result<Arc<Stage>, Failure> {
        let found = held(&self.stages).iter().find(|stage| stage.id == id).cloned();
        found.ok_or_else(|| Failure::new(FailureCode::Missing, format!("no stage `{id}`")))
    }

    fn thread(&self, id: &str) -> Result<Arc<Thread>, Failure> {
        let found = held(&self.stages).iter().find_map(|stage| stage.thread(id));
        found.ok_or_else(|| Failure::new(FailureCode::Missing, "the thread has ended"))
    }

    fn place(&self, file: &str, digest: Option<&str>, breakpoints: Vec<Breakpoint>) -> Answer {
        let generation = self.hub.generation();
        let mut placed = self.common.table.replace(file, breakpoints, &generation);
        let running = generation.file_digest(file);
        if let (Some(digest), Some(running)) = (digest, running)
            && digest != running
        {
            let note = "the server runs another version of this file";
            let verified = placed.iter_mut().filter(|one| one.verified);
            verified.for_each(|one| one.message = Some(note.to_owned()));
        }
        Answer::Breakpoints { breakpoints: placed }
    }

    fn source(&self, file: &str) -> Result<Answer, Failure> {
        let generation = self.hub.generation();
        let missing = || Failure::new(FailureCode::Missing, format!("no file `{file}`"));
        let text = Text::from(&generation.text(file).ok_or_else(missing)?[..]);
        let digest = generation.file_digest(file).unwrap_or_default();
        Ok(Answer::Source { text, digest })
    }

    fn look(
        &self,
        thread: &str,
        stop: Option<u64>,
        ticket: Ticket,
        what: Look,
    ) -> Result<(), (Ticket, Failure)> {
        let thread = match self.thread(thread) {
            Ok(thread) => thread,
            Err(failure) => return Err((ticket, failure)),
        };
        let mut ticket = Some(ticket);
        let sent =
            thread.send(stop, |stop| Command::Look { stop, ticket: ticket.take(), what }, false);
        match (sent, ticket) {
            (Err(error), Some(ticket)) => Err((ticket, error.into())),
            _ => Ok(()),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        for stage in held(&self.stages).drain(..) {
            self.hub.disarm(&stage);
        }
    }
}

impl From<NotStopped> for Failure {
    fn from(error: NotStopped) -> Self {
        match error {
            NotStopped::Running => Self::new(FailureCode::Running, "the script does not stand"),
            NotStopped::Stale => Self::new(FailureCode::Stale, "the script has gone on"),
        }
    }
}
