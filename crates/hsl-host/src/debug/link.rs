//! A connection of a stage, and its hook runs.
//!
//! Invariants: breakpoints may change at any time and hold from the next resume on; a thread never
//! stands while its script holds a lock; when the limits are reached it goes on and the client is
//! told.
//!
//! Not here: standing itself (`park`).

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hsl_vm::debug::{Pause, PauseReason, Quiet, StepKind, Stepper};
use hsl_vm::{Fiber, Loaded, Resume, Step};
use mta_control::Text;
use mta_control::debug::{self as wire, Event, LogLevel, Mode, StopReason, ThreadId};
use tokio::sync::{Mutex, mpsc};

use super::breakpoints::{self, Armed, Copy};
use super::code::Generation;
use super::evaluate::Workbench;
use super::park::{self, Cause, Command, Ended, Slot};
use super::stage::{DebugLimits, Stage, Standing, Thread};
use super::view::View;

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
}

/// One hook run of such a connection.
pub struct DebugLink<'a> {
    link: &'a StageLink,
    run: RefCell<Run>,
}

/// Where a hook run stands between two resumes.
#[derive(Default)]
struct Run {
    /// The program as it was before breakpoints.
    base: Option<Rc<Loaded>>,
    copy: Option<Copy>,
    stepper: Option<Stepper>,
    /// The fiber was paused where it stands.
    stood: bool,
    /// Why the present step was begun, when the client did not ask for one: a pause, or a stop that
    /// had to wait until the script holds no lock.
    cause: Option<Cause>,
}

impl StageLink {
    pub(crate) fn new(
        bound: Bound,
        commands: mpsc::UnboundedReceiver<Command>,
        workbench: Workbench,
    ) -> Self {
        let stood = std::sync::Mutex::default();
        Self { bound, commands: Mutex::new(commands), workbench, stood }
    }

    /// The thread's id.
    pub fn thread(&self) -> &ThreadId {
        &self.bound.thread.id
    }

    /// Begins a hook run. The phase becomes part of the thread's name (`RCPT <a@example.com>`).
    pub fn enter(&self, phase: &str) -> DebugLink<'_> {
        let thread = &self.bound.thread;
        let name = thread.rename(phase);
        thread.set(Standing::Running);
        self.bound.tell(&Event::ThreadRenamed { thread: thread.id.clone(), name });
        DebugLink { link: self, run: RefCell::default() }
    }

    /// Passes a line of the script's output on to the client.
    pub fn echo(&self, line: &[u8]) {
        self.bound.log(LogLevel::Output, Text::from(line), None);
    }

    fn stood(&self) -> std::sync::MutexGuard<'_, Duration> {
        crate::memory::held(&self.stood)
    }
}

impl Drop for StageLink {
    fn drop(&mut self) {
        self.bound.stage.release(&self.bound.thread);
    }
}

impl Drop for DebugLink<'_> {
    fn drop(&mut self) {
        self.link.bound.thread.set(Standing::Idle);
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
    /// Runs a slice with the present breakpoints, stepping if a step is under way.
    pub(crate) fn resume(&self, fiber: &mut Fiber, input: Resume, slice: u32) -> Step {
        let bound = &self.link.bound;
        let mut run = self.run.borrow_mut();
        if bound.stage.is_closed() {
            run.leave(fiber);
            return fiber.resume(input, slice, &mut Quiet);
        }
        run.refresh(fiber, &bound.stage);
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
        *self.link.stood() += stood;
        tracing::info!(thread = bound.thread.id, ?ended, ?stood, "debug: goes on");
        self.go_on(fiber, ended, stood);
    }

    /// Why to stop, or nothing when this hit is none of the client's business.
    fn cause(&self, fiber: &Fiber, pause: &Pause) -> Option<Cause> {
        let mut run = self.run.borrow_mut();
        match pause.reason {
            PauseReason::Breakpoint(id) => {
                let armed = run.copy.as_ref().map(|copy| copy.armed(id).to_vec());
                drop(run);
                let hit: Vec<u32> = armed?.iter().filter_map(|one| self.hit(fiber, one)).collect();
                let cause = Cause { breakpoints: hit, ..Cause::plain(StopReason::Breakpoint) };
                (!cause.breakpoints.is_empty()).then_some(cause)
            }
            PauseReason::Step => {
                Some(run.cause.take().unwrap_or_else(|| Cause::plain(StopReason::Step)))
            }
            PauseReason::Uncaught | PauseReason::Caught => {
                let text = fiber.thrown().map(|value| Text::from(&value.to_text()[..]));
                Some(Cause { text, ..Cause::plain(StopReason::Exception) })
            }
        }
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
        if *self.link.stood() >= bound.limits.max_delay {
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
        self.run.borrow_mut().stepper = kind.map(|kind| Stepper::new(kind, fiber));
        if ended == Ended::Deadline {
            let message =
                format!("a connection stood for {:.0} s and goes on", stood.as_secs_f64());
            self.link.bound.limit("pauseSeconds", message);
        }
    }
}

impl Run {
    /// Brings the fiber's program up to date with the table of breakpoints.
    fn refresh(&mut self, fiber: &mut Fiber, stage: &Stage) {
        let base = self.base.get_or_insert_with(|| fiber.loaded());
        let table = &stage.common.table;
        if self.copy.as_ref().is_some_and(|copy| copy.change == table.change()) {
            return;
        }
        let copy = breakpoints::current(table, base);
        fiber.swap_program(&copy.loaded);
        self.copy = Some(copy);
    }

    /// Takes everything back that debugging did to the fiber.
    fn leave(&mut self, fiber: &mut Fiber) {
        if let Some(base) = self.base.take() {
            fiber.swap_program(&base);
        }
        *self = Self::default();
    }
}

fn position(fiber: &Fiber) -> Option<(String, u32)> {
    let location = fiber.frames().into_iter().find_map(|frame| frame.location)?;
    Some((location.file.to_string(), location.line))
}
