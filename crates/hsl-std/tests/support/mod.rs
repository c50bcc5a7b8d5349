//! Runs programs on a world that the test chooses: a clock that only sleeping moves, counted
//! chance, and services that answer from memory.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hsl_compile::{MemorySources, Unit};
use hsl_decl::Catalog;
use hsl_std::testing;
use hsl_vm::code::Program;
use hsl_vm::debug::Quiet;
use hsl_vm::request::{DnsAnswer, DnsError, DnsRecord, MemoryAction, MemoryRequest};
use hsl_vm::{
    Array, Fiber, Frozen, Library, Limits, Loaded, MockTable, Mocks, Replacements, Request,
    Response, Resume, Step, Value, World,
};

/// What the program saw and said.
#[derive(Default)]
pub(crate) struct Stage {
    clock: Cell<f64>,
    drawn: Cell<u64>,
    lines: RefCell<Vec<String>>,
}

impl World for Stage {
    fn now(&self) -> f64 {
        1_800_000_000.0 + self.clock.get()
    }
    fn elapsed(&self) -> f64 {
        self.clock.get()
    }
    fn random(&self) -> u64 {
        self.drawn.set(self.drawn.get() + 1);
        self.drawn.get().wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
    fn echo(&self, line: &[u8]) {
        self.lines.borrow_mut().push(String::from_utf8_lossy(line).into_owned());
    }
    fn hostname(&self) -> String {
        "host.example".into()
    }
}

/// Runs a program; gives the lines it echoed.
///
/// # Errors
/// Findings of the compiler, or the uncaught exception.
#[allow(dead_code, reason = "each suite uses some of this module")]
pub(crate) fn run(text: &str) -> Result<Vec<String>, String> {
    run_with(&[], text)
}

/// The same, with files beside the program.
///
/// # Errors
/// Findings of the compiler, or the uncaught exception.
#[allow(dead_code, reason = "not every suite has files")]
pub(crate) fn run_with(files: &[(&str, &[u8])], text: &str) -> Result<Vec<String>, String> {
    start(files, text, Limits::default().memory)
}

/// Runs a program whose values may have so many bytes.
///
/// # Errors
/// As [`run`].
#[allow(dead_code, reason = "each suite uses some of this module")]
pub(crate) fn run_within(text: &str, memory: usize) -> Result<Vec<String>, String> {
    start(&[], text, memory)
}

fn start(files: &[(&str, &[u8])], text: &str, memory: usize) -> Result<Vec<String>, String> {
    let (program, library) = build(files, text)?;
    let loaded = Loaded::new(program, &library).map_err(|error| format!("{error:?}"))?;
    execute(&loaded, memory)
}

/// Compiles a program with files beside it.
///
/// # Errors
/// Findings of the compiler.
pub(crate) fn build(
    files: &[(&str, &[u8])],
    text: &str,
) -> Result<(Arc<Program>, Library), String> {
    let classes = hsl_std::classes().map(|class| class.decl);
    let catalog = Catalog::new(hsl_std::functions(), classes, []);
    let mut library = Library::new();
    hsl_std::bind(&mut library);
    let mut sources = MemorySources::default();
    sources.insert("test.hsl", text.as_bytes());
    files.iter().for_each(|(name, content)| sources.insert(name, content));
    let unit = Unit::new(None, &catalog);
    let build = hsl_compile::build(&sources, "test.hsl", &unit, &library);
    let program = build.program.ok_or_else(|| format!("{:?}", build.diagnostics))?;
    Ok((program, library))
}

/// One run of a loaded program, whose values may have so many bytes.
///
/// # Errors
/// The uncaught exception.
pub(crate) fn execute(loaded: &Rc<Loaded>, memory: usize) -> Result<Vec<String>, String> {
    let stage = Rc::new(Stage::default());
    let limits = Limits { memory, ..Limits::default() };
    let fiber = Fiber::new(loaded, stage.clone(), limits);
    drive(fiber, &stage)?;
    Ok(stage.lines.take())
}

/// Runs a program as a test does, on a library in which everything can be replaced.
///
/// # Errors
/// As [`run`].
#[allow(dead_code, reason = "each suite uses some of this module")]
pub(crate) fn run_as_test(text: &str) -> Result<Vec<String>, String> {
    let classes = hsl_std::classes().map(|class| class.decl);
    let functions = hsl_std::functions().chain(testing::declarations());
    let catalog = Catalog::new(functions, classes, []);
    let mut library = Library::new();
    hsl_std::bind(&mut library);
    let table = MockTable::default();
    let mut library = library.replaceable(&table);
    testing::bind(&mut library);
    let mut sources = MemorySources::default();
    sources.insert("example.test.hsl", text.as_bytes());
    let unit = Unit::new(None, &catalog);
    let build = hsl_compile::build(&sources, "example.test.hsl", &unit, &library);
    let program = build.program.ok_or_else(|| format!("{:?}", build.diagnostics))?;
    let loaded = Loaded::new(program, &library).map_err(|error| format!("{error:?}"))?;
    let stage = Rc::new(Stage::default());
    let replacements = Replacements::default();
    let mut fiber = Fiber::new(&loaded, stage.clone(), Limits::default());
    fiber.attach(Rc::new(Mocks::new(&table, &replacements)));
    fiber.attach(Rc::new(testing::Case::new("test_it", table.names(), replacements.clone())));
    let ended = drive(fiber, &stage);
    replacements.clear();
    ended.map(|()| stage.lines.take())
}

fn drive(mut fiber: Fiber, stage: &Stage) -> Result<(), String> {
    let mut memory = HashMap::new();
    let mut input = Resume::Start;
    loop {
        input = match fiber.resume(input, 10_000, &mut Quiet) {
            Step::Done(_) => return Ok(()),
            Step::Failed(trap) => return Err(trap.to_string()),
            Step::Suspend(request) => Resume::With(serve(*request, stage, &mut memory)),
            Step::Yield | Step::Paused(_) => Resume::Continue,
        };
    }
}

fn serve(request: Request, stage: &Stage, memory: &mut HashMap<Vec<u8>, Frozen>) -> Response {
    match request {
        Request::Sleep(time) => {
            stage.clock.set(stage.clock.get() + time.as_secs_f64());
            Response::Done
        }
        Request::Dns(request) => Response::Dns(match request.name.as_str() {
            "mail.example" => Ok(answer("192.0.2.25", None)),
            "mx.example" => Ok(answer("mx1.example", Some(10))),
            "empty.example" => Ok(DnsAnswer::default()),
            "slow.example" => Err(DnsError::Timeout),
            _ => Err(DnsError::NoSuchName),
        }),
        Request::ReadFile { path } => match path.as_str() {
            "file://lists/domains.txt" => Response::File(b"example.com\r\nexample.org\n".to_vec()),
            other => Response::Failed(format!("no file {other}")),
        },
        Request::Lock { key, .. } => {
            let guard: Box<dyn Any> = Box::new(());
            Response::Locked { guard, value: memory.get(&key).cloned() }
        }
        Request::Store { key, value } => {
            match value {
                Some(value) => memory.insert(key, value),
                None => memory.remove(&key),
            };
            Response::Done
        }
        Request::Hook(wish) if wish.is::<testing::RunHook>() => {
            let answer: testing::HookRun =
                Ok(Array::record([("verdict", Value::string("Accept"))]));
            Response::Hook(Box::new(answer))
        }
        Request::Compute(work) => Response::Computed(work.run()),
        Request::Log(_) => Response::Done,
        Request::Memory(step) => Response::Memory(remember(step, memory)),
        other => Response::Failed(format!("not offered here: {other:?}")),
    }
}

fn answer(data: &str, preference: Option<u16>) -> DnsAnswer {
    let record = DnsRecord { data: data.into(), preference, ttl: 60 };
    DnsAnswer { records: vec![record], secure: true, alias_of: None }
}

fn remember(step: MemoryRequest, memory: &mut HashMap<Vec<u8>, Frozen>) -> Option<Frozen> {
    let MemoryRequest { key, action, .. } = step;
    match action {
        MemoryAction::Fetch => memory.get(&key).cloned(),
        MemoryAction::Store(value) => memory.insert(key, value),
        MemoryAction::Delete => memory.remove(&key),
        MemoryAction::Add(value) => {
            let old = memory.get(&key).cloned();
            memory.entry(key).or_insert(value);
            old
        }
        MemoryAction::Increment(by) => match memory.get(&key).cloned().unwrap_or(0.0.into()) {
            Frozen::Number(old) => {
                memory.insert(key, Frozen::Number(old + by));
                Some(Frozen::Number(old + by))
            }
            _ => None,
        },
    }
}
