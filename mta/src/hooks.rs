//! Running a hook: from a program and its variables to a decision.
//!
//! *Invariants.* Every run ends in exactly one decision: that of its verdict, that of falling off
//! the end, or that of an error. An error never accepts. `$context` comes back whatever happened.
//!
//! *Not here.* What each decision means on the wire (`connection`) or for the queue (`delivery`),
//! how a fiber waits (`hsl_host::drive`).

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hsl_decl::Hook;
use hsl_host::debug::StageLink;
use hsl_host::{Cache, Host, drive};
use hsl_vm::code::Program;
use hsl_vm::{
    Fiber, Heap, Library, Limits, LoadError, Loaded, Outcome, Trap, Value, Verdict, World,
};
use mta_config::schema::ScriptLimits;
use mta_hooks::Phase;

use crate::program::Generation;
use crate::telemetry::{Counter, Counters};

/// Bytes of cached results that end with their message.
const MESSAGE_CACHE: usize = 16 << 20;

/// An empty cache for one message.
pub fn message_cache() -> Rc<Cache> {
    Rc::new(Cache::new(MESSAGE_CACHE))
}

/// What one run of a script may use, as the configuration says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Longest time, without time at breakpoints.
    pub time: Duration,
    /// Everything else.
    pub limits: Limits,
}

impl Budget {
    /// The budget of a hook.
    pub fn of(hook: Hook, limits: &ScriptLimits) -> Self {
        let time = if hook == Hook::Eod { limits.eodtime.0 } else { limits.time.0 };
        let limits = Limits {
            call_depth: limits.calls.value as usize,
            memory: usize::try_from(limits.memory.0).unwrap_or(usize::MAX),
            fuel: limits.fuel,
            regex_steps: limits.regex.value,
            ..Limits::default()
        };
        Self { time, limits }
    }
}

/// Programs made ready for one worker thread.
#[derive(Default)]
pub struct Scripts {
    libraries: RefCell<Vec<(Hook, Rc<Library>)>>,
    loaded: RefCell<Vec<(Hook, Rc<Loaded>)>>,
}

impl Scripts {
    /// A program, ready to run.
    fn ready(&self, hook: Hook, program: &Arc<Program>) -> Result<Rc<Loaded>, LoadError> {
        let mut all = self.loaded.borrow_mut();
        let same = |(of, loaded): &&(Hook, Rc<Loaded>)| {
            *of == hook && Arc::ptr_eq(loaded.program(), program)
        };
        if let Some((_, loaded)) = all.iter().find(same) {
            return Ok(loaded.clone());
        }
        // Programs of generations that are gone belong to nobody but this list.
        all.retain(|(_, loaded)| Arc::strong_count(loaded.program()) > 1);
        let loaded = Loaded::new(program.clone(), &self.library(hook))?;
        all.push((hook, loaded.clone()));
        Ok(loaded)
    }

    fn library(&self, hook: Hook) -> Rc<Library> {
        let mut all = self.libraries.borrow_mut();
        if let Some((_, library)) = all.iter().find(|(of, _)| *of == hook) {
            return library.clone();
        }
        let library = Rc::new(mta_hooks::library(Some(hook)));
        all.push((hook, library.clone()));
        library
    }
}

/// What the hooks of one connection or delivery have in common.
pub struct Runner<'a> {
    /// The worker's programs.
    pub scripts: &'a Scripts,
    /// Services.
    pub host: &'a Host,
    /// Cached results that end with the message.
    pub message: &'a Rc<Cache>,
    /// Clock, chance and `echo`.
    pub world: &'a Rc<dyn World>,
    /// What its scripts make, released with it.
    pub heap: &'a Rc<Heap>,
    /// The debug stage of the connection.
    pub stage: Option<&'a StageLink>,
    /// Configuration of the connection or message: what a run may use.
    pub generation: &'a Generation,
    /// What is counted.
    pub counters: &'a Counters,
    /// Name of the connection or message in the log.
    pub id: &'a str,
}

/// One run.
pub struct Run<'a> {
    /// The script; without one the hook decides as if it fell off the end.
    pub program: Option<&'a Arc<Program>>,
    /// What the debugger calls the moment, such as `RCPT <a@example.com>`.
    pub label: &'a str,
    /// Host data for the functions of the hook.
    pub data: Vec<Rc<dyn Any>>,
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// With a verdict.
    Verdict(Box<Verdict>),
    /// It fell off the end, or there was no script.
    Implicit,
    /// With an error.
    Failed,
}

impl Ended {
    /// The hook's decision.
    pub fn decide<P: Phase>(&self) -> P::Decision {
        match self {
            Self::Verdict(verdict) => P::decode(verdict),
            Self::Implicit => P::implicit(),
            Self::Failed => P::on_error(),
        }
    }
}

impl Runner<'_> {
    /// Runs a hook; `context` is replaced by what the script left in `$context`.
    pub async fn run<P: Phase>(&self, run: Run<'_>, phase: P, context: &mut Value) -> P::Decision {
        self.verdict(run, phase, context).await.decide::<P>()
    }

    /// The same, before the end is decoded.
    pub async fn verdict<P: Phase>(&self, run: Run<'_>, phase: P, context: &mut Value) -> Ended {
        let Some(program) = run.program else { return Ended::Implicit };
        self.counters.count(Counter::Hooks);
        let loaded = match self.scripts.ready(P::HOOK, program) {
            Ok(loaded) => loaded,
            Err(error) => return self.failed::<P>(&error),
        };
        let budget = Budget::of(P::HOOK, &self.generation.running.scripting.limits);
        let mut fiber = Fiber::new(&loaded, self.world.clone(), budget.limits);
        fiber.share_heap(self.heap);
        for (name, value) in phase.variables() {
            fiber.set_variable(name, value);
        }
        self.generation.attach(&mut fiber);
        for data in run.data {
            fiber.attach(data);
        }
        let ended = self.drive(&mut fiber, run.label, budget.time).await;
        *context = fiber.variable("$context").unwrap_or_else(Value::none);
        match ended {
            Ok(Outcome::Terminated(verdict)) => Ended::Verdict(verdict),
            Ok(Outcome::Returned(_)) => Ended::Implicit,
            Err(trap) => self.failed::<P>(&trap),
        }
    }

    async fn drive(
        &self,
        fiber: &mut Fiber,
        label: &str,
        patience: Duration,
    ) -> Result<Outcome, Trap> {
        let host = self.host.with_patience(patience).with_message(Rc::clone(self.message));
        let link = self.stage.map(|stage| stage.enter(label));
        drive(fiber, &host, link.as_ref()).await
    }

    fn failed<P: Phase>(&self, error: &dyn std::error::Error) -> Ended {
        self.counters.count(Counter::HookErrors);
        tracing::error!(id = self.id, hook = %P::HOOK, %error, "hook failed");
        Ended::Failed
    }
}
