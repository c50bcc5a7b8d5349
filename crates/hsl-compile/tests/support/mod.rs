//! A world and a host in memory: enough to run any program of the language suites.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use diagnostics::{Diagnostic, LineIndex};
use hsl_compile::{Build, MemorySources, Sources, Unit, build};
use hsl_decl::Catalog;
use hsl_vm::debug::Quiet;
use hsl_vm::request::{
    CacheKey, DnsAnswer, ForeignAnswer, ForeignRequest, MemoryAction, MemoryRequest,
};
use hsl_vm::{
    Fiber, Frozen, Library, Limits, Loaded, Outcome, Request, Response, Resume, Step, World,
};

/// Turns and calls after which a program of a suite counts as endless.
const SLICES: usize = 2_000;

/// The library of the command line.
pub(crate) fn library() -> Library {
    let mut library = Library::new();
    hsl_std::bind(&mut library);
    library
}

/// Its declarations.
pub(crate) fn catalog() -> Catalog {
    let classes = hsl_std::classes().map(|class| class.decl);
    Catalog::new(hsl_std::functions(), classes, [])
}

/// Compiles a program of the command line.
pub(crate) fn compile(sources: &MemorySources, entry: &str) -> Build {
    build(sources, entry, &Unit::new(None, &catalog()), &library())
}

/// Findings as `code severity line:column "text" message`.
pub(crate) fn render(sources: &MemorySources, findings: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in findings {
        let text = sources.read(&finding.file).unwrap_or_default();
        let at = LineIndex::new(&text).line_col(finding.span.start);
        let shown = String::from_utf8_lossy(&text[finding.span.range(text.len())]).into_owned();
        let (line, column) = (at.line + 1, at.col + 1);
        let code = finding.code.id;
        let file = Some(&*finding.file).filter(|name| *name != "main.hsl");
        let file = file.map(|name| format!("{name}:")).unwrap_or_default();
        out += &format!("{code} {file}{line}:{column} {shown:?} {}\n", finding.message);
        for label in &finding.labels {
            let text = sources.read(&label.file).unwrap_or_default();
            let shown = String::from_utf8_lossy(&text[label.span.range(text.len())]).into_owned();
            out += &format!("  {shown:?} {}\n", label.message);
        }
        if let Some(help) = &finding.help {
            out += &format!("  help: {help}\n");
        }
    }
    out
}

/// Lines that a program printed, and how it ended when it failed.
pub(crate) struct Run {
    pub(crate) output: String,
    pub(crate) failure: Option<String>,
}

/// Runs a program to its end.
pub(crate) fn run(program: &std::sync::Arc<hsl_vm::code::Program>) -> Run {
    run_with(program, Limits::default())
}

/// Runs a program until it ends or meets a limit.
pub(crate) fn run_with(program: &std::sync::Arc<hsl_vm::code::Program>, limits: Limits) -> Run {
    let console = Rc::new(Console::default());
    let failure = match Loaded::new(program.clone(), &library()) {
        Ok(loaded) => drive(Fiber::new(&loaded, console.clone(), limits)),
        Err(error) => Some(error.to_string()),
    };
    let output = console.0.borrow();
    Run { output: String::from_utf8_lossy(&output).into_owned(), failure }
}

fn drive(mut fiber: Fiber) -> Option<String> {
    let mut host = Host::default();
    let mut input = Resume::Start;
    for _ in 0..SLICES {
        input = match fiber.resume(input, 10_000, &mut Quiet) {
            Step::Done(Outcome::Returned(_)) => return None,
            Step::Done(Outcome::Terminated(verdict)) => return Some(verdict.name.to_owned()),
            Step::Failed(trap) => return Some(trap.to_string()),
            Step::Suspend(request) => Resume::With(host.serve(*request)),
            Step::Yield | Step::Paused(_) => Resume::Continue,
        };
    }
    Some("the program does not end".to_owned())
}

#[derive(Default)]
pub(crate) struct Console(pub(crate) RefCell<Vec<u8>>);

impl World for Console {
    fn now(&self) -> f64 {
        1_700_000_000.0
    }

    fn elapsed(&self) -> f64 {
        1.0
    }

    fn random(&self) -> u64 {
        4
    }

    fn echo(&self, line: &[u8]) {
        let mut out = self.0.borrow_mut();
        out.extend_from_slice(line);
        out.push(b'\n');
    }

    fn hostname(&self) -> String {
        "host.example".to_owned()
    }
}

impl Console {
    /// What was printed.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.borrow()).into_owned()
    }
}

/// Shared memory, locks and caches of one process.
#[derive(Default)]
pub(crate) struct Host {
    memory: HashMap<Vec<u8>, Frozen>,
    cache: Vec<(CacheKey, Frozen)>,
    callback: u64,
    /// Shared by all guards of locks.
    locks: Rc<()>,
}

impl Host {
    /// Locks that are held.
    pub(crate) fn locks(&self) -> usize {
        Rc::strong_count(&self.locks) - 1
    }

    pub(crate) fn serve(&mut self, request: Request) -> Response {
        match request {
            Request::Lock { key, fetch, .. } => {
                let value = if fetch { self.memory.get(&key).cloned() } else { None };
                Response::Locked { guard: Box::new(Rc::clone(&self.locks)), value }
            }
            Request::Store { key, value } => {
                match value {
                    Some(value) => self.memory.insert(key, value),
                    None => self.memory.remove(&key),
                };
                Response::Done
            }
            Request::Memory(request) => Response::Memory(self.remember(request)),
            Request::CacheGet(key) => {
                let found = self.cache.iter().rev().find(|(known, _)| *known == key);
                Response::Memory(found.map(|(_, value)| value.clone()))
            }
            Request::CachePut { key, value, .. } => {
                self.cache.push((key, value));
                Response::Done
            }
            Request::Foreign(request) => Response::Foreign(self.foreign(request)),
            Request::Sleep(_) => Response::Done,
            Request::Dns(_) => Response::Dns(Ok(DnsAnswer::default())),
            other => Response::Failed(format!("{other:?} is not served here")),
        }
    }

    /// A library whose functions call the last callback with 3, and return what it returns.
    fn foreign(&mut self, request: ForeignRequest) -> ForeignAnswer {
        match request {
            ForeignRequest::Open { .. } => ForeignAnswer::Handle(Arc::new(())),
            ForeignRequest::Symbol { .. } => ForeignAnswer::Address(Some(1)),
            ForeignRequest::Callback { token, .. } => {
                self.callback = token;
                ForeignAnswer::Block(1, Arc::new(()))
            }
            ForeignRequest::Call { .. } => {
                ForeignAnswer::CalledBack { token: self.callback, arguments: vec![3] }
            }
            ForeignRequest::Continue { value, .. } => ForeignAnswer::Returned(value),
            _ => ForeignAnswer::Block(1, Arc::new(())),
        }
    }

    fn remember(&mut self, request: MemoryRequest) -> Option<Frozen> {
        let MemoryRequest { key, action, .. } = request;
        match action {
            MemoryAction::Fetch => self.memory.get(&key).cloned(),
            MemoryAction::Store(value) => self.memory.insert(key, value),
            MemoryAction::Delete => self.memory.remove(&key),
            MemoryAction::Add(value) => {
                let before = self.memory.get(&key).cloned();
                self.memory.entry(key).or_insert(value);
                before
            }
            MemoryAction::Increment(by) => {
                let now = self.memory.entry(key).or_insert(Frozen::Number(0.0));
                let Frozen::Number(number) = now else { return None };
                *number += by;
                Some(Frozen::Number(*number))
            }
        }
    }
}
