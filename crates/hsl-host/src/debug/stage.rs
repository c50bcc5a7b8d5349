//! An armed stage and the connections bound to it.
//!
//! Invariants: a thread is in one stage from its start to its end; a closed stage stops nobody, and
//! whoever stood in it has been told to go on.
//!
//! Not here: the choice among stages (`hub`), standing still (`park`).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mta_control::debug::{Event, Mode, Stage as Wish, Thread as WireThread, ThreadId, ThreadState};
use tokio::sync::{mpsc, watch};

use super::breakpoints::Table;
use super::outbox::Outbox;
use super::park::Command;
use super::select::{Exhausted, SelectError, Selector};
use crate::memory::held;

/// What all stages of a session share.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) outbox: Outbox,
    pub(crate) table: Arc<Table>,
    pub(crate) on_uncaught: AtomicBool,
    pub(crate) stops: AtomicU64,
}

/// A selection of connections.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) id: String,
    pub(crate) common: Arc<Common>,
    pub(crate) selector: Mutex<Selector>,
    settings: Mutex<Settings>,
    threads: Mutex<BTreeMap<ThreadId, Arc<Thread>>>,
    paused: AtomicU32,
    exhausted: AtomicBool,
    closed: watch::Sender<bool>,
}

/// What `update` may change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) mode: Mode,
    pub(crate) pause: Duration,
    pub(crate) max_paused: u32,
}

/// Limits of the server that a stage may only lower.
#[derive(Clone, Debug)]
pub struct DebugLimits {
    /// Time at a breakpoint unless the stage names one.
    pub pause: Duration,
    /// Longest time at a breakpoint that can be asked for.
    pub max_pause: Duration,
    /// Longest time that a connection stands in all.
    pub max_delay: Duration,
    /// Connections of a stage that stand at the same time.
    pub max_paused: u32,
    /// Connections of the process that stand at the same time.
    pub max_paused_process: u32,
    /// Whether a thread that stands goes on when its client is gone. Otherwise it stands until it is
    /// dropped.
    pub goes_on: bool,
}

impl Default for DebugLimits {
    /// SMTP clients wait five minutes for most replies (RFC 5321 §4.5.3.2).
    fn default() -> Self {
        Self {
            pause: Duration::from_secs(60),
            max_pause: Duration::from_secs(270),
            max_delay: Duration::from_secs(180),
            max_paused: 4,
            max_paused_process: 16,
            goes_on: true,
        }
    }
}

impl DebugLimits {
    /// Those of a program that was started for its debugger: nobody else waits for it, and it ends
    /// with its debugger.
    pub fn none() -> Self {
        // Not the longest duration there is: a point in time so far away cannot be told.
        let most = Duration::from_secs(u32::MAX.into());
        let goes_on = false;
        Self { pause: most, max_pause: most, max_delay: most, goes_on, ..Self::default() }
    }
}

/// A connection of a stage.
#[derive(Debug)]
pub(crate) struct Thread {
    pub(crate) id: ThreadId,
    /// Address and server; the name adds the phase.
    base: String,
    name: Mutex<String>,
    state: Mutex<Standing>,
    commands: mpsc::UnboundedSender<Command>,
    /// Stop at the next statement.
    pub(crate) pause: AtomicBool,
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Idle,
    Running,
    /// With the number of the stop.
    Stopped(u64),
}

impl Stage {
    pub(crate) fn new(
        wish: &Wish,
        common: Arc<Common>,
        limits: &DebugLimits,
        now: Instant,
    ) -> Result<Self, SelectError> {
        Ok(Self {
            id: wish.id.clone(),
            common,
            selector: Mutex::new(Selector::new(&wish.conditions, now)?),
            settings: Mutex::new(Settings::new(wish, limits)),
            threads: Mutex::default(),
            paused: AtomicU32::new(0),
            exhausted: AtomicBool::new(false),
            closed: watch::Sender::new(false),
        })
    }

    /// Takes over other conditions and limits; bound connections stay.
    pub(crate) fn update(&self, wish: &Wish, limits: &DebugLimits) -> Result<(), SelectError> {
        *held(&self.selector) = Selector::new(&wish.conditions, Instant::now())?;
        *held(&self.settings) = Settings::new(wish, limits);
        self.exhausted.store(false, Ordering::Relaxed);
        Ok(())
    }

    pub(crate) fn settings(&self) -> Settings {
        *held(&self.settings)
    }

    /// Binds a connection.
    pub(crate) fn bind(
        &self,
        id: &str,
        base: String,
    ) -> (Arc<Thread>, mpsc::UnboundedReceiver<Command>) {
        let (commands, receiver) = mpsc::unbounded_channel();
        let thread = Arc::new(Thread {
            id: id.to_owned(),
            name: Mutex::new(base.clone()),
            base,
            state: Mutex::new(Standing::Idle),
            commands,
            pause: AtomicBool::new(false),
        });
        held(&self.threads).insert(id.to_owned(), Arc::clone(&thread));
        self.common.outbox.event(&Event::ThreadStarted {
            thread: thread.id.clone(),
            name: thread.name(),
            stage: self.id.clone(),
        });
        (thread, receiver)
    }

    /// Forgets a connection.
    pub(crate) fn release(&self, thread: &Thread) {
        if held(&self.threads).remove(&thread.id).is_some() {
            self.common.outbox.event(&Event::ThreadExited { thread: thread.id.clone() });
        }
    }

    pub(crate) fn thread(&self, id: &str) -> Option<Arc<Thread>> {
        held(&self.threads).get(id).cloned()
    }

    /// The threads as the client sees them.
    pub(crate) fn threads(&self) -> Vec<WireThread> {
        let threads = held(&self.threads);
        let show = |thread: &Arc<Thread>| WireThread {
            id: thread.id.clone(),
            name: thread.name(),
            stage: self.id.clone(),
            state: thread.standing().into(),
        };
        threads.values().map(show).collect()
    }

    /// Tells the client once that no more connections are taken.
    pub(crate) fn tell_exhausted(&self, why: Exhausted) {
        if !self.exhausted.swap(true, Ordering::Relaxed) {
            let why = why.describe().to_owned();
            self.common.outbox.event(&Event::Disarmed { stage: self.id.clone(), why });
        }
    }

    /// Lets everybody go on and stops nobody from here on.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    pub(crate) fn is_closed(&self) -> bool {
        *self.closed.borrow()
    }

    /// Waits until the stage is closed.
    pub(crate) async fn closed(&self) {
        // The sender lives as long as the stage.
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    pub(crate) fn paused(&self) -> &AtomicU32 {
        &self.paused
    }
}

impl Settings {
    fn new(wish: &Wish, limits: &DebugLimits) -> Self {
        let asked = wish.pause_seconds.and_then(|s| Duration::try_from_secs_f64(s).ok());
        Self {
            mode: wish.mode,
            pause: asked.unwrap_or(limits.pause).min(limits.max_pause),
            max_paused: wish.max_paused.unwrap_or(limits.max_paused).min(limits.max_paused),
        }
    }
}

impl Thread {
    pub(crate) fn name(&self) -> String {
        held(&self.name).clone()
    }

    /// Adds the phase to the name, if there is one; the new name.
    pub(crate) fn rename(&self, phase: &str) -> String {
        let name = match phase {
            "" => self.base.clone(),
            phase => format!("{} · {phase}", self.base),
        };
        held(&self.name).clone_from(&name);
        name
    }

    pub(crate) fn standing(&self) -> Standing {
        *held(&self.state)
    }

    pub(crate) fn set(&self, standing: Standing) {
        *held(&self.state) = standing;
    }

    /// Hands a command to the worker if the thread stands at this stop, or at any for `None`.
    /// The command comes back when it does not.
    pub(crate) fn send(
        &self,
        stop: Option<u64>,
        command: impl FnOnce(u64) -> Command,
        goes_on: bool,
    ) -> Result<(), NotStopped> {
        let mut state = held(&self.state);
        let Standing::Stopped(number) = *state else { return Err(NotStopped::Running) };
        if stop.is_some_and(|stop| stop != number) {
            return Err(NotStopped::Stale);
        }
        if self.commands.send(command(number)).is_err() {
            return Err(NotStopped::Running);
        }
        if goes_on {
            *state = Standing::Running;
        }
        Ok(())
    }

    /// Asks the thread to stop at its next statement.
    pub(crate) fn ask_to_pause(&self) {
        self.pause.store(true, Ordering::Relaxed);
    }
}

/// Why a command has no thread to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotStopped {
    Running,
    Stale,
}

impl From<Standing> for ThreadState {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Idle => Self::Idle,
            Standing::Running => Self::Running,
            Standing::Stopped(_) => Self::Stopped,
        }
    }
}
