//! Standing still: a parked task that answers its client until it goes on.
//!
//! Invariants: a pause ends by a command, its deadline, the end of its stage or the drop of the
//! fiber, whichever comes first; nothing here blocks the worker; a command of an earlier stop is
//! answered `stale`.
//!
//! Not here: whether to stop at all (`link`), what is shown (`view`).

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hsl_vm::{Fiber, Value};
use mta_control::Text;
use mta_control::debug::{Answer, Event, Failure, FailureCode, Step, StopReason, Vars};
use tokio::sync::mpsc;

use super::evaluate::Workbench;
use super::link::Bound;
use super::outbox::Outbox;
use super::stage::{Standing, Thread};
use super::view::View;

/// How long before the deadline the client is warned.
const WARNING: Duration = Duration::from_secs(10);

/// Something for a thread that stands.
#[derive(Debug)]
pub(crate) enum Command {
    /// Look at it.
    Look { stop: u64, ticket: Option<Ticket>, what: Look },
    /// Let it go on.
    Resume { stop: u64, step: Step },
    /// Give it more time.
    Extend { stop: u64, by: Duration },
}

/// What to look at.
#[derive(Debug)]
pub(crate) enum Look {
    Stack { start: u32, count: u32 },
    Vars(Vars),
    Eval { frame: u32, text: Text },
}

/// The right to answer one call. Dropped unused, it says that the stop is over.
#[derive(Debug)]
pub(crate) struct Ticket {
    call: u64,
    outbox: Option<Outbox>,
}

/// Why a thread stands.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) reason: StopReason,
    pub(crate) breakpoints: Vec<u32>,
    pub(crate) text: Option<Text>,
}

impl Cause {
    /// A reason with nothing more to say.
    pub(crate) fn plain(reason: StopReason) -> Self {
        Self { reason, breakpoints: Vec::new(), text: None }
    }
}

/// How a pause ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Resumed(Step),
    Deadline,
    Closed,
}

impl Ticket {
    pub(crate) fn new(call: u64, outbox: Outbox) -> Self {
        Self { call, outbox: Some(outbox) }
    }

    pub(crate) fn answer(mut self, answer: Answer) {
        if let Some(outbox) = self.outbox.take() {
            outbox.reply(self.call, answer);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(outbox) = self.outbox.take() {
            let failure = Failure::new(FailureCode::Stale, "the script has gone on");
            outbox.reply(self.call, Answer::Failure(failure));
        }
    }
}

/// Stands until something ends the pause.
pub(crate) async fn stand(
    bound: &Bound,
    commands: &mut mpsc::UnboundedReceiver<Command>,
    fiber: &Fiber,
    workbench: &Workbench,
    cause: Cause,
) -> Ended {
    let settings = bound.stage.settings();
    let number = bound.stage.common.stops.fetch_add(1, Ordering::Relaxed) + 1;
    let mut stop = Stop {
        bound,
        number,
        began: Instant::now(),
        deadline: Instant::now() + settings.pause,
        warned: false,
        results: Vec::new(),
    };
    let _standing = StandingGuard::new(&bound.thread, number, bound);
    bound.stage.common.outbox.event(&Event::Stopped {
        thread: bound.thread.id.clone(),
        stop: number,
        reason: cause.reason,
        bp: cause.breakpoints,
        text: cause.text,
        deadline: settings.pause.as_secs_f64(),
    });
    loop {
        tokio::select! {
            biased;
            () = bound.stage.closed(), if bound.limits.goes_on => return Ended::Closed,
            command = commands.recv() => {
                if let Some(ended) = stop.carry_out(command, fiber, workbench) {
                    return ended;
                }
            }
            () = tokio::time::sleep_until(stop.next_alarm().into()) => {
                if stop.alarm() {
                    return Ended::Deadline;
                }
            }
        }
    }
}

/// One pause.
struct Stop<'a> {
    bound: &'a Bound,
    number: u64,
    began: Instant,
    deadline: Instant,
    warned: bool,
    results: Vec<Value>,
}

impl Stop<'_> {
    fn carry_out(
        &mut self,
        command: Option<Command>,
        fiber: &Fiber,
        workbench: &Workbench,
    ) -> Option<Ended> {
        match command? {
            Command::Resume { stop, step } if stop == self.number => Some(Ended::Resumed(step)),
            Command::Look { stop, ticket, what } if stop == self.number => {
                let answer = self.look(what, fiber, workbench).unwrap_or_else(Answer::Failure);
                if let Some(ticket) = ticket {
                    ticket.answer(answer);
                }
                None
            }
            Command::Extend { stop, by } if stop == self.number => {
                let latest = self.began + self.bound.limits.max_pause;
                self.deadline = (Instant::now() + by).min(latest);
                self.warned = false;
                None
            }
            // Of an earlier stop: its ticket answers when it is dropped.
            _ => None,
        }
    }

    fn look(
        &mut self,
        what: Look,
        fiber: &Fiber,
        workbench: &Workbench,
    ) -> Result<Answer, Failure> {
        let secrets = &workbench.secrets;
        let generation = &self.bound.generation;
        match what {
            Look::Stack { start, count } => {
                let view = View::new(fiber, generation, &self.results, secrets);
                let (frames, total) = view.stack(start, count);
                Ok(Answer::Stack { stop: self.number, total, frames })
            }
            Look::Vars(vars) => {
                let view = View::new(fiber, generation, &self.results, secrets);
                let (variables, total) = view.variables(&vars)?;
                Ok(Answer::Vars { variables, total })
            }
            Look::Eval { frame, text } => {
                tracing::info!(thread = self.bound.thread.id, %text, "debug: evaluate");
                let names = View::new(fiber, generation, &[], secrets).names(frame as usize);
                let value = workbench.evaluate(text.as_bytes(), &names)?;
                self.results.push(value);
                let number = self.results.len() - 1;
                let view = View::new(fiber, generation, &self.results, secrets);
                let variable = view.result(number);
                let result = u32::try_from(number).unwrap_or(u32::MAX);
                Ok(Answer::Value { result, variable })
            }
        }
    }

    fn next_alarm(&self) -> Instant {
        match self.warned {
            true => self.deadline,
            false => self.deadline.checked_sub(WARNING).unwrap_or(self.deadline),
        }
    }

    /// Warns first; true when the deadline has come.
    fn alarm(&mut self) -> bool {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        if !std::mem::replace(&mut self.warned, true) {
            self.bound.stage.common.outbox.event(&Event::DeadlineSoon {
                thread: self.bound.thread.id.clone(),
                seconds: left.as_secs_f64(),
            });
        }
        false
    }
}

/// Counts a standing thread, and tells that it runs when it goes on in whatever way.
struct StandingGuard<'a> {
    thread: &'a Thread,
    bound: &'a Bound,
}

impl<'a> StandingGuard<'a> {
    fn new(thread: &'a Thread, stop: u64, bound: &'a Bound) -> Self {
        thread.set(Standing::Stopped(stop));
        Self { thread, bound }
    }
}

impl Drop for StandingGuard<'_> {
    fn drop(&mut self) {
        self.thread.set(Standing::Running);
        let event = Event::Running { thread: self.thread.id.clone() };
        self.bound.stage.common.outbox.event(&event);
    }
}

/// A place among those that may stand at the same time, given back on drop.
pub(crate) struct Slot<'a>(&'a AtomicU32);

impl<'a> Slot<'a> {
    /// Takes a place if one is free.
    pub(crate) fn take(counter: &'a AtomicU32, most: u32) -> Option<Self> {
        let taken = counter
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < most).then_some(n + 1));
        taken.ok().map(|_| Self(counter))
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
