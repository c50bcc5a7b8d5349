//! One thread's place to run cases.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hsl_host::debug::StageLink;
use hsl_host::{Host, RealWorld, ServiceOptions, Services, drive, observe};
use hsl_std::testing::{self, HookRun, RunHook};
use hsl_vm::debug::Counter;
use hsl_vm::{
    Fiber, Library, Limits, Loaded, MockTable, Mocks, Outcome as Done, Replacements, Trap, World,
};
use mta_project::layout;
use tokio::runtime::Runtime;

use super::case::{Ended, Outcome, Problem, printable};
use super::coverage::Coverage;
use super::hooks::{HookScripts, Hooks};
use super::suite::{Case, Suite};
use crate::cmd::debuggee::{Debugger, gone};
use crate::exit::{Exit, Failure};
use crate::out::say;

/// Most lines of output that are kept of a case.
const MOST_LINES: usize = 200;
/// As long as it takes.
const FOREVER: Duration = Duration::from_secs(u32::MAX as u64);

/// What tests run on: everything that a script can call, each of it replaceable, and the functions
/// of tests.
pub(super) fn library(table: &MockTable) -> Library {
    let mut library = mta_hooks::library(None).replaceable(table);
    testing::bind(&mut library);
    library
}

/// One thread's runtime and programs.
pub(in crate::cmd) struct Bench<'a> {
    suite: Arc<Suite>,
    runtime: Runtime,
    timeout: Duration,
    debugger: Option<&'a Debugger>,
    library: Library,
    table: MockTable,
    loaded: RefCell<HashMap<Arc<str>, Rc<Loaded>>>,
    hooks: Rc<HookScripts>,
    coverage: Option<Rc<RefCell<Coverage>>>,
}

impl<'a> Bench<'a> {
    /// A thread's bench; with a debugger, cases run under the debugger, with `counts` it notes which
    /// lines run.
    pub(super) fn new(
        suite: &Arc<Suite>,
        timeout: Duration,
        debugger: Option<&'a Debugger>,
        counts: bool,
    ) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let table = MockTable::default();
        let coverage: Option<Rc<RefCell<Coverage>>> = counts.then(Rc::default);
        Ok(Self {
            suite: Arc::clone(suite),
            runtime: runtime.map_err(|error| Failure::new(Exit::Findings, error))?,
            timeout,
            debugger,
            library: library(&table),
            loaded: RefCell::default(),
            hooks: Rc::new(HookScripts::new(suite, &table, coverage.clone())),
            table,
            coverage,
        })
    }

    /// A bench for hooks by themselves.
    pub(in crate::cmd) fn of_hooks(
        suite: &Arc<Suite>,
        debugger: Option<&'a Debugger>,
    ) -> Result<Self, Failure> {
        Self::new(suite, FOREVER, debugger, false)
    }

    /// Runs one hook by itself and shows what it prints; nothing when Ctrl-C came first, or the
    /// debugger left.
    pub(in crate::cmd) fn run_hook(&self, wish: RunHook) -> Option<HookRun> {
        let world: Rc<dyn World> = Rc::new(RealWorld::new("localhost", show));
        let mocks = Rc::new(Mocks::new(&self.table, &Replacements::default()));
        let id = wish.id.as_deref().filter(|id| !id.is_empty());
        let link = self.debugger.and_then(|debugger| debugger.bind("hook", id.unwrap_or("hook")));
        let hooks = Hooks::new(&self.hooks, self.host(), &world, &mocks, link.map(Rc::new))
            .stopping_on_entry(self.debugger.is_some_and(Debugger::stops_on_entry));
        self.runtime.block_on(self.unless_left(hooks.run(wish)))
    }

    /// Which lines ran.
    pub(super) fn into_coverage(self) -> Coverage {
        self.coverage.map(|coverage| coverage.take()).unwrap_or_default()
    }

    /// Runs a case to its end.
    pub(super) fn run(&self, case: &Case) -> Outcome {
        let began = Instant::now();
        let printed = Rc::new(RefCell::new(Vec::new()));
        let run = self.loaded(case).map(|loaded| self.run_loaded(case, &loaded, &printed));
        let (ended, assertions) =
            run.unwrap_or_else(|message| (Ended::Broken(Problem::new(message)), 0));
        let (case, took, printed) = (case.clone(), began.elapsed(), printed.take());
        Outcome { case, ended, took, assertions, printed }
    }

    fn run_loaded(
        &self,
        case: &Case,
        loaded: &Rc<Loaded>,
        printed: &Rc<RefCell<Vec<String>>>,
    ) -> (Ended, u32) {
        let (lines, shows) = (Rc::clone(printed), self.debugger.is_some());
        let world: Rc<dyn World> = Rc::new(RealWorld::new("localhost", move |line| match shows {
            // Whoever looks on wants to see it when it happens.
            true => show(line),
            false => keep(&lines, line),
        }));
        let replacements = Replacements::default();
        let mocks = Rc::new(Mocks::new(&self.table, &replacements));
        let known = self.hooks.replaceable();
        let test = Rc::new(testing::Case::new(&*case.function, known, replacements.clone()));
        let plain = self.host();
        let link = self.debugger.and_then(|debugger| debugger.bind(&case.title(), &case.function));
        let link = link.map(Rc::new);
        let hooks = Hooks::new(&self.hooks, plain.clone(), &world, &mocks, link.clone());
        // A test that waits for a hook does not know how long that stands.
        let patience = if link.is_some() { FOREVER } else { self.timeout };
        let host = plain.with_hook(Rc::new(hooks)).with_patience(patience);
        let mut fiber = Fiber::new(loaded, world, Limits::default());
        fiber.attach(mocks);
        fiber.attach(test.clone());
        let driven = self.drive(&mut fiber, &host, case, link.as_deref());
        replacements.clear();
        (ended(&test, driven), test.assertions())
    }

    /// Services of a process that has just started.
    fn host(&self) -> Host {
        let texts = self.suite.sources.project().clone();
        let services = Services::new(ServiceOptions::default());
        Host::new(Arc::new(services))
            .with_files(Arc::new(move |id| texts.text(&layout::file_name(id)).cloned()))
    }

    /// The end of the script; nothing when Ctrl-C came first, or the debugger left.
    fn drive(
        &self,
        fiber: &mut Fiber,
        host: &Host,
        case: &Case,
        link: Option<&StageLink>,
    ) -> Option<Result<Done, Trap>> {
        let debug = self.debugger.zip(link);
        let debug =
            debug.map(|(debugger, link)| debugger.enter(link, &case.file, Some(&case.function)));
        let mut counter = Counter::default();
        let program = Arc::clone(fiber.loaded().program());
        let driven = self.runtime.block_on(async {
            let run = async {
                match self.coverage {
                    Some(_) => observe(fiber, host, &mut counter).await,
                    None => drive(fiber, host, debug.as_ref()).await,
                }
            };
            self.unless_left(run).await
        });
        if let Some(coverage) = &self.coverage {
            coverage.borrow_mut().add(&program, &counter);
        }
        driven
    }

    /// What comes of a run, unless Ctrl-C comes first, or the debugger leaves.
    async fn unless_left<T>(&self, run: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            Ok(()) = tokio::signal::ctrl_c() => None,
            () = gone(self.debugger) => None,
            ended = run => Some(ended),
        }
    }

    fn loaded(&self, case: &Case) -> Result<Rc<Loaded>, String> {
        if let Some(loaded) = self.loaded.borrow().get(&case.file) {
            return Ok(Rc::clone(loaded));
        }
        let program = self.suite.program(&case.file).ok_or("the file was not compiled")?;
        let loaded = Loaded::new(Arc::clone(program), &self.library);
        let loaded = loaded.map_err(|error| error.to_string())?;
        self.loaded.borrow_mut().insert(Arc::clone(&case.file), Rc::clone(&loaded));
        Ok(loaded)
    }
}

fn show(line: &[u8]) {
    say!("{}", printable(&String::from_utf8_lossy(line)));
}

fn keep(lines: &RefCell<Vec<String>>, line: &[u8]) {
    let mut lines = lines.borrow_mut();
    if lines.len() < MOST_LINES {
        lines.push(printable(&String::from_utf8_lossy(line)));
    }
}

fn ended(test: &testing::Case, driven: Option<Result<Done, Trap>>) -> Ended {
    let Some(driven) = driven else { return Ended::Interrupted };
    let problem = driven.as_ref().err().map(Problem::of);
    match (test.failure(), problem) {
        (Some(message), Some(problem)) if problem.message == printable(&message) => {
            Ended::Failed(problem)
        }
        // The test went on after it, or failed otherwise later.
        (Some(message), _) => Ended::Failed(Problem::new(printable(&message))),
        (None, Some(problem)) => Ended::Broken(problem),
        (None, None) if !test.has_started() => {
            Ended::Broken(Problem::new("the file returned before the test was called"))
        }
        (None, None) => Ended::Passed,
    }
}
