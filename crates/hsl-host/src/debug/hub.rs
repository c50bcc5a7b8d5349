//! Every armed stage of a process.
//!
//! Invariants: a connection belongs to the first stage, in arming order, that selects it; while
//! nothing is armed, accepting a connection costs one atomic read here; a stage without conditions
//! is refused unless all traffic was asked for.
//!
//! Not here: what a session asks (`session`), what a bound connection does (`link`).

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use mta_control::debug::{Event, Failure, FailureCode, Source, Stage as Wish};
use tokio::sync::watch;

use super::code::Generation;
use super::evaluate::Workbench;
use super::link::{Bound, StageLink};
use super::outbox::{self, Outgoing};
use super::select::Facts;
use super::session::Session;
use super::stage::{Common, DebugLimits, Stage};
use crate::memory::held;

/// What differs between servers.
#[derive(Clone, Debug)]
pub struct DebugOptions {
    /// Whether stages need no conditions: on loopback during development.
    pub all_traffic: bool,
    /// Limits that clients may only lower.
    pub limits: DebugLimits,
    /// Name and version of the server, for clients.
    pub server: String,
    /// What expressions are compiled with.
    pub workbench: Workbench,
}

/// The stages of a process, shared by its workers and its control API.
#[derive(Debug)]
pub struct DebugHub {
    pub(crate) options: DebugOptions,
    limits: Arc<DebugLimits>,
    /// Whether a stage may take connections.
    armed: AtomicBool,
    paused: Arc<AtomicU32>,
    /// Whether a client has said that a program which waits for it may begin.
    started: watch::Sender<bool>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    generation: Arc<Generation>,
    /// In arming order.
    stages: Vec<Arc<Stage>>,
}

impl DebugHub {
    /// A hub without stages.
    pub fn new(options: DebugOptions) -> Self {
        let state = State { generation: Arc::default(), stages: Vec::new() };
        Self {
            limits: Arc::new(options.limits.clone()),
            options,
            armed: AtomicBool::new(false),
            paused: Arc::default(),
            started: watch::Sender::new(false),
            state: Mutex::new(state),
        }
    }

    /// Makes the programs known that new connections run. Sessions place their breakpoints anew.
    pub fn publish(&self, generation: Generation) {
        let generation = Arc::new(generation);
        let mut state = held(&self.state);
        state.generation = Arc::clone(&generation);
        for stage in &state.stages {
            let digest = generation.digest().to_owned();
            stage.common.outbox.event(&Event::ConfigChanged { digest });
        }
    }

    /// The stage of a new connection. Asked once, when it is accepted.
    pub fn select(&self, facts: &Facts) -> Option<StageLink> {
        if !self.armed.load(Ordering::Relaxed) {
            return None;
        }
        let mut state = held(&self.state);
        let now = Instant::now();
        let taken = |stage: &&Arc<Stage>| held(&stage.selector).take(facts, now, rand::random());
        let stage = state.stages.iter().find(taken).cloned();
        let generation = Arc::clone(&state.generation);
        self.sweep(&mut state, now);
        drop(state);
        let name = format!("{} {}", facts.remote, facts.serverid);
        Some(self.link(stage?, generation, &facts.id, name))
    }

    /// Binds a script of a program that was started for its debugger to the stage of that
    /// debugger, whatever its conditions. Nothing without a stage: the script just runs.
    pub fn join(&self, id: &str, name: &str) -> Option<StageLink> {
        let state = held(&self.state);
        let stage = state.stages.first().cloned()?;
        let generation = Arc::clone(&state.generation);
        drop(state);
        Some(self.link(stage, generation, id, name.to_owned()))
    }

    fn link(
        &self,
        stage: Arc<Stage>,
        generation: Arc<Generation>,
        id: &str,
        name: String,
    ) -> StageLink {
        let (thread, commands) = stage.bind(id, name);
        let paused = Arc::clone(&self.paused);
        let limits = Arc::clone(&self.limits);
        let bound = Bound { stage, thread, generation, limits, paused };
        StageLink::new(bound, commands, self.options.workbench.clone())
    }

    /// Opens a session for a client.
    pub fn open(self: &Arc<Self>) -> (Session, Outgoing) {
        let (outbox, outgoing) = outbox::channel();
        (Session::new(Arc::clone(self), outbox), outgoing)
    }

    /// Lets a program begin that waits for its debugger.
    pub(crate) fn start(&self) {
        self.started.send_replace(true);
    }

    /// Waits until a client has set up what it wants and says that the program may begin.
    pub async fn started(&self) {
        // The sender lives as long as the hub.
        let _ = self.started.subscribe().wait_for(|started| *started).await;
    }

    /// Ends every stage and lets everybody go on, as for a shutdown.
    pub fn close(&self) {
        for stage in std::mem::take(&mut held(&self.state).stages) {
            stage.close();
            let why = "the server stops".to_owned();
            stage.common.outbox.event(&Event::Disarmed { stage: stage.id.clone(), why });
        }
        self.armed.store(false, Ordering::Relaxed);
    }

    /// Figures for the status of the server: stages, bound connections, standing connections.
    pub fn totals(&self) -> mta_control::api::DebugTotals {
        let state = held(&self.state);
        mta_control::api::DebugTotals {
            stages: state.stages.len() as u64,
            threads: state.stages.iter().map(|stage| stage.threads().len() as u64).sum(),
            paused: self.paused.load(Ordering::Relaxed).into(),
        }
    }

    pub(crate) fn generation(&self) -> Arc<Generation> {
        Arc::clone(&held(&self.state).generation)
    }

    /// Adds a stage, or changes the one of this id that belongs to the same session.
    pub(crate) fn arm(&self, wish: &Wish, common: &Arc<Common>) -> Result<Arc<Stage>, Failure> {
        self.check(wish)?;
        let refuse =
            |e: super::select::SelectError| Failure::new(FailureCode::Stage, e.to_string());
        let mut state = held(&self.state);
        if let Some(stage) = state.stages.iter().find(|stage| stage.id == wish.id) {
            if !Arc::ptr_eq(&stage.common, common) {
                let message = format!("stage `{}` belongs to another session", wish.id);
                return Err(Failure::new(FailureCode::Stage, message));
            }
            stage.update(wish, &self.limits).map_err(refuse)?;
            self.armed.store(true, Ordering::Relaxed);
            return Ok(Arc::clone(stage));
        }
        let stage = Stage::new(wish, Arc::clone(common), &self.limits, Instant::now());
        let stage = Arc::new(stage.map_err(refuse)?);
        state.stages.push(Arc::clone(&stage));
        self.armed.store(true, Ordering::Relaxed);
        tracing::info!(stage = stage.id, conditions = ?wish.conditions, "debug: armed");
        Ok(stage)
    }

    fn check(&self, wish: &Wish) -> Result<(), Failure> {
        let refuse = |message: &str| Err(Failure::new(FailureCode::Stage, message));
        if wish.id.is_empty() {
            return refuse("a stage needs an id");
        }
        if wish.source == Source::Workspace {
            return refuse("only the running configuration can be debugged");
        }
        if wish.mode == mta_control::debug::Mode::Mutate {
            return refuse("variables cannot be changed on this server");
        }
        let everything = wish.all_traffic || self.options.all_traffic;
        if wish.conditions.select_everything() && !everything {
            return refuse(
                "give remoteips, serverids or probability, or allow all traffic explicitly",
            );
        }
        Ok(())
    }

    /// Ends a stage: everybody in it goes on.
    pub(crate) fn disarm(&self, stage: &Arc<Stage>) {
        let mut state = held(&self.state);
        state.stages.retain(|other| !Arc::ptr_eq(other, stage));
        self.sweep(&mut state, Instant::now());
        drop(state);
        stage.close();
        tracing::info!(stage = stage.id, "debug: disarmed");
    }

    /// Finds out whether any stage may still take connections, and tells those that may not.
    /// An exhausted stage stays for the connections it has.
    fn sweep(&self, state: &mut State, now: Instant) {
        let mut armed = false;
        for stage in &state.stages {
            match held(&stage.selector).exhausted(now) {
                None => armed = true,
                Some(why) => stage.tell_exhausted(why),
            }
        }
        self.armed.store(armed, Ordering::Relaxed);
    }

    /// Notices stages whose time is over. Called now and then.
    pub(crate) fn tick(&self) {
        if self.armed.load(Ordering::Relaxed) {
            self.sweep(&mut held(&self.state), Instant::now());
        }
    }
}
