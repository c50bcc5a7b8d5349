//! A connection of a stage, or a program that was started for its debugger, and its runs.
//!
//! Invariants: breakpoints may change at any time and hold from the next resume on; a thread never
//! stands while its script holds a lock; when the limits are reached it goes on and the client is
//! told.
//!
//! Not here: standing itself (`park`), what a run remembers (`run`).

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hsl_vm::debug::{BreakpointId, Pause, PauseReason, Quiet, StepKind, Stepper};
use hsl_vm::{Fiber, Resume, Step};
use mta_control::Text;
use mta_control::debug::{self as wire, Event, LogLevel, Mode, StopReason, ThreadId};
use tokio::sync::{Mutex, mpsc};

use super::breakpoints::Armed;
use super::code::Generation;
use super::evaluate::Workbench;
use super::park::{self, Cause, Command, Ended, Slot};
use super::run::{Entry, Resumes, Run};
use super::stage::{DebugLimits, Stage, Standing, Thread};
use super::view::View;
use crate::memory::held;

/// What binds a connection to its stage.
#[derive(Debug)]
pub(crate) struct Bound {
    pub(crate) stage: Arc<Stage>,
    pub(crate) thread: Arc<Thread>,
    pub(crate) generation: Arc<Generation>,
    pub(crate) limits: Arc<DebugLimits>,
    /// Threads of the process that stand.
    pub(crate) paused: Arc<AtomicU32>,
}

/// A connection that belongs to a stage, from accept to close.
#[derive(Debug)]
pub struct StageLink {
    bound: Bound,
    commands: Mutex<mpsc::UnboundedReceiver<Command>>,
    workbench: Workbench,
    stood: std::sync::Mutex<Duration>,
    /// Phases of the runs that are under way: one, and those that it waits for.
    phases: std::sync::Mutex<Vec<String>>,
    resumes: std::sync::Mutex<Resumes>,
}

/// One hook run of such a connection.
pub struct DebugLink<'a> {
    link: &'a StageLink,
    run: RefCell<Run>,
}

impl StageLink {
    pub(crate) fn new(
        bound: Bound,
        commands: mpsc::UnboundedReceiver<Command>,
        workbench: Workbench,
    ) -> Self {
        let commands = Mutex::new(commands);
        let (stood, phases, resumes) = Default::default();
        Self { bound, commands, workbench, stood, phases, resumes }
    }

    /// The thread's id.
    pub fn thread(&self) -> &ThreadId {
        &self.bound.thread.id
    }

    /// Begins a run. The phase becomes part of the thread's name (`RCPT <a@example.com>`). A run may
    /// begin while another one waits for it: a step into the call that waits leads into it.
    pub fn enter(&self, phase: &str) -> DebugLink<'_> {
        let mut phases = held(&self.phases);
        let seen = *held(&self.resumes);
        let is_stepped_into = !phases.is_empty() && seen.step == Some(wire::Step::In);
        phases.push(phase.to_owned());
        drop(phases);
        self.show_phase(phase);
        DebugLink { link: self, run: RefCell::new(Run::new(seen, is_stepped_into)) }
    }

    fn show_phase(&self, phase: &str) {
        let thread = &self.bound.thread;
        let name = thread.rename(phase);
        thread.set(Standing::Running);
        self.bound.tell(&Event::ThreadRenamed { thread: thread.id.clone(), name });
    }

    /// Passes a line of the script's output on to the client.
    pub fn echo(&self, line: &[u8]) {
        self.bound.log(LogLevel::Output, Text::from(line), None);
    }
}

impl Drop for StageLink {
    fn drop(&mut self) {
        self.bound.stage.release(&self.bound.thread);
    }
}

impl Drop for DebugLink<'_> {
    fn drop(&mut self) {
        let mut phases = held(&self.link.phases);
        phases.pop();
        let outer = phases.last().cloned();
        drop(phases);
        match outer {
            Some(phase) => self.link.show_phase(&phase),
            None => self.link.bound.thread.set(Standing::Idle),
        }
    }
}

impl Bound {
    fn tell(&self, event: &Event) {
        self.stage.common.outbox.event(event);
    }

    fn log(&self, level: LogLevel, text: Text, at: Option<(String, u32)>) {
        let (file, line) = at.unzip();
        let thread = Some(self.thread.id.clone());
        self.stage.common.outbox.log(&Event::Log { thread, level, text, file, line });
    }

    fn limit(&self, which: &str, message: String) {
        let (thread, which) = (self.thread.id.clone(), which.to_owned());
        self.tell(&Event::Limit { thread, which, message });
    }
}

impl DebugLink<'_> {
    /// Lets the run stop first where it enters this place.
    pub fn stop_at(self, entry: Entry) -> Self {
        self.run.borrow_mut().entry = Some(entry);
        self
    }

    /// Runs a slice with the present breakpoints, stepping if a step is under way.
    pub(crate) fn resume(&self, fiber: &mut Fiber, input: Resume, slice: u32) -> Step {
        let bound = &self.link.bound;
        let mut run = self.run.borrow_mut();
        if bound.stage.is_closed() {
            run.leave(fiber);
            return fiber.resume(input, slice, &mut Quiet);
        }
        run.refresh(fiber, &bound.stage);
        run.follow(fiber, *held(&self.link.resumes));
        if std::mem::take(&mut run.stood) {
            fiber.pass_breakpoint();
        }
        if bound.thread.pause.swap(false, Ordering::Relaxed) {
            run.stepper = Some(Stepper::new(StepKind::Into, fiber));
            run.cause.get_or_insert_with(|| Cause::plain(StopReason::Pause));
        }
        let on_uncaught = bound.stage.common.on_uncaught.load(Ordering::Relaxed);
        if on_uncaught && run.stepper.is_none() {
            run.stepper = Some(Stepper::new(StepKind::Run, fiber));
        }
        match &mut run.stepper {
            None => fiber.resume(input, slice, &mut Quiet),
            Some(stepper) => {
                stepper.on_uncaught = on_uncaught;
                fiber.resume(input, slice, stepper)
            }
        }
    }

    /// Stands at a pause, if the thread may, until it goes on.
    pub(crate) async fn park(&self, fiber: &mut Fiber, pause: &Pause) {
        self.run.borrow_mut().stood = true;
        let Some(cause) = self.cause(fiber, pause) else { return };
        if fiber.holds_lock() {
            return self.defer(fiber, cause);
        }
        let bound = &self.link.bound;
        if bound.stage.settings().mode == Mode::Observe {
            return self.observe(fiber, &cause);
        }
        let Some(_slots) = self.slots() else { return };
        self.run.borrow_mut().cause = None;
        tracing::info!(thread = bound.thread.id, stage = bound.stage.id, "debug: paused");
        let began = Instant::now();
        let mut commands = self.link.commands.lock().await;
        let ended = park::stand(bound, &mut commands, fiber, &self.link.workbench, cause).await;
        drop(commands);
        let stood = began.elapsed();
        *held(&self.link.stood) += stood;
        tracing::info!(thread = bound.thread.id, ?ended, ?stood, "debug: goes on");
        self.go_on(fiber, ended, stood);
    }

    /// Why to stop, or nothing when this hit is none of the client's business.
    fn cause(&self, fiber: &Fiber, pause: &Pause) -> Option<Cause> {
        match pause.reason {
            PauseReason::Breakpoint(id) => {
                let breakpoints = self.hits(fiber, id);
                let cause = Cause { breakpoints, ..Cause::plain(StopReason::Breakpoint) };
                (!cause.breakpoints.is_empty()).then_some(cause)
            }
            PauseReason::Step => self.end_of_step(fiber),
            PauseReason::Uncaught | PauseReason::Caught => {
                let text = fiber.thrown().map(|value| Text::from(&value.to_text()[..]));
                Some(Cause { text, ..Cause::plain(StopReason::Exception) })
            }
        }
    }

    /// Why to stop where a step ends, before the breakpoint that may be there: it is met here and not
    /// again when the thread goes on.
    fn end_of_step(&self, fiber: &Fiber) -> Option<Cause> {
        let breakpoints = fiber.breakpoint().map(|id| self.hits(fiber, id)).unwrap_or_default();
        let mut run = self.run.borrow_mut();
        let is_entry = run.entry.as_ref().is_some_and(|entry| entry.is_at(fiber));
        let is_entering = run.entry.is_some() && run.cause.is_none() && !is_entry;
        let goes_on = is_entering || !self.shows(fiber);
        if goes_on && breakpoints.is_empty() {
            run.stepper = Some(Stepper::new(StepKind::Into, fiber));
            return None;
        }
        let reason = match () {
            () if is_entry => StopReason::Entry,
            () if goes_on => StopReason::Breakpoint,
            () => StopReason::Step,
        };
        let mut cause = run.cause.take().unwrap_or_else(|| Cause::plain(reason));
        cause.breakpoints.extend(breakpoints);
        Some(cause)
    }

    /// The breakpoints at an instruction that stop here, by the client's numbers.
    fn hits(&self, fiber: &Fiber, id: BreakpointId) -> Vec<u32> {
        let armed = self.run.borrow().copy.as_ref().map(|copy| copy.armed(id).to_vec());
        armed.iter().flatten().filter_map(|one| self.hit(fiber, one)).collect()
    }

    /// Whether the author of the script wrote the place where it stands.
    fn shows(&self, fiber: &Fiber) -> bool {
        let location = fiber.frames().into_iter().next().and_then(|frame| frame.location);
        location.is_none_or(|location| self.link.bound.generation.shows(&location))
    }

    /// Whether a breakpoint stops here; log points never do.
    fn hit(&self, fiber: &Fiber, armed: &Armed) -> Option<u32> {
        let names = || {
            View::new(fiber, &self.link.bound.generation, &[], &self.link.workbench.secrets)
                .names(0)
        };
        if let Some(condition) = &armed.wish.cond {
            match self.link.workbench.evaluate(condition.as_bytes(), &names()) {
                Ok(value) if value.truthy() => {}
                Ok(_) => return None,
                Err(failure) => {
                    let text = format!("the condition of a breakpoint failed: {failure}");
                    self.link.bound.log(LogLevel::Error, text.into(), position(fiber));
                    return None;
                }
            }
        }
        if !armed.counts() {
            return None;
        }
        let Some(message) = &armed.wish.log else { return Some(armed.wish.id) };
        let mask = &self.link.workbench;
        let text = mask.interpolate(message.as_bytes(), &names());
        let text = View::new(fiber, &self.link.bound.generation, &[], &mask.secrets).masked(text);
        self.link.bound.log(LogLevel::Output, text, position(fiber));
        None
    }

    /// Reports a hit of a stage that only observes.
    fn observe(&self, fiber: &Fiber, cause: &Cause) {
        let text = match &cause.text {
            Some(text) => format!("exception: {text}"),
            None => "breakpoint reached".to_owned(),
        };
        self.link.bound.log(LogLevel::Notice, text.into(), position(fiber));
    }

    /// A stop here would stop strangers: it is taken at the first statement after the lock.
    fn defer(&self, fiber: &Fiber, cause: Cause) {
        let mut run = self.run.borrow_mut();
        run.stepper = Some(Stepper::new(StepKind::Into, fiber));
        run.cause = Some(cause);
    }

    /// Places among those that may stand; the client is told when there are none.
    fn slots(&self) -> Option<(Slot<'_>, Slot<'_>)> {
        let bound = &self.link.bound;
        if *held(&self.link.stood) >= bound.limits.max_delay {
            let most = bound.limits.max_delay.as_secs();
            let message = format!("the connection has stood for {most} s in all and stops no more");
            bound.limit("delay", message);
            return None;
        }
        let most = bound.stage.settings().max_paused;
        let stage = Slot::take(bound.stage.paused(), most);
        let slots = stage.zip(Slot::take(&bound.paused, bound.limits.max_paused_process));
        if slots.is_none() {
            let message = "too many connections stand already: this one was not stopped";
            bound.limit("maxPaused", message.to_owned());
        }
        slots
    }

    fn go_on(&self, fiber: &Fiber, ended: Ended, stood: Duration) {
        let kind = match ended {
            Ended::Resumed(wire::Step::Next) => Some(StepKind::Over),
            Ended::Resumed(wire::Step::In) => Some(StepKind::Into),
            Ended::Resumed(wire::Step::Out) => Some(StepKind::Out),
            Ended::Resumed(wire::Step::Continue) | Ended::Deadline | Ended::Closed => None,
        };
        let step = match ended {
            Ended::Resumed(step) => Some(step),
            Ended::Deadline | Ended::Closed => None,
        };
        let mut resumes = held(&self.link.resumes);
        *resumes = Resumes { count: resumes.count + 1, step };
        let mut run = self.run.borrow_mut();
        run.seen = *resumes;
        run.stepper = kind.map(|kind| Stepper::new(kind, fiber));
        // Whoever has stopped the program elsewhere knows where it begins.
        run.entry = None;
        if ended == Ended::Deadline {
            let message =
                format!("a connection stood for {:.0} s and goes on", stood.as_secs_f64());
            self.link.bound.limit("pauseSeconds", message);
        }
    }
}

fn position(fiber: &Fiber) -> Option<(String, u32)> {
    let location = fiber.frames().into_iter().find_map(|frame| frame.location)?;
    Some((location.file.to_string(), location.line))
}
