//! Compiles a script and drives it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hsl_compile::{MemorySources, Unit};
use hsl_host::{Host, RealWorld, ServiceOptions, Services, drive};
use hsl_vm::{Fiber, Limits, Loaded, Outcome, Trap, Value};

/// A script with what it may use.
pub(crate) struct Script {
    loaded: Rc<Loaded>,
    pub(crate) limits: Limits,
    pub(crate) time: Duration,
    printed: Rc<RefCell<Vec<String>>>,
}

impl Script {
    pub(crate) fn new(text: &str) -> Self {
        let sources = MemorySources::new().with("main.hsl", text);
        let library = mta_hooks::library(None);
        let unit = Unit::new(None, mta_hooks::catalog());
        let built = hsl_compile::build(&sources, "main.hsl", &unit, &library);
        let program = built.program.unwrap_or_else(|| panic!("{:#?}", built.diagnostics));
        Self {
            loaded: Loaded::new(program, &library).expect("it links"),
            limits: Limits::default(),
            time: Duration::from_secs(300),
            printed: Rc::default(),
        }
    }

    /// The script before its first step.
    pub(crate) fn fiber(&self) -> Fiber {
        let printed = Rc::clone(&self.printed);
        let echo = move |line: &[u8]| {
            printed.borrow_mut().push(String::from_utf8_lossy(line).into_owned());
        };
        Fiber::new(&self.loaded, Rc::new(RealWorld::new("mx.example", echo)), self.limits)
    }

    /// Runs it to its end.
    pub(crate) async fn run(&self, host: &Host) -> Result<Outcome, Trap> {
        drive(&mut self.fiber(), &host.with_patience(self.time), None).await
    }

    /// Lines printed so far.
    pub(crate) fn printed(&self) -> Vec<String> {
        self.printed.take()
    }
}

/// A host of a new process.
pub(crate) fn host() -> Host {
    Host::new(Arc::new(Services::new(ServiceOptions::default())))
}

/// What a script returned as text, or the name of its verdict.
pub(crate) fn text(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Returned(value) => Value::to_text(value).to_lossy().into_owned(),
        Outcome::Terminated(verdict) => verdict.name.to_owned(),
    }
}

/// A worker's runtime, and the tasks of its thread.
pub(crate) struct Worker {
    runtime: tokio::runtime::Runtime,
    local: tokio::task::LocalSet,
}

impl Worker {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self { runtime: runtime.expect("a runtime"), local: tokio::task::LocalSet::new() }
    }

    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.local.block_on(&self.runtime, work)
    }
}
