//! A small assembler and world for the tests.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use diagnostics::Span;
use hsl_decl::{
    Contexts, Docs, Effect, Follows, Function as Declaration, Origin, Param, Sinks, Ty,
};
use hsl_vm::code::{
    BuildError, FileId, FunctionBuilder, FunctionId, Module, Op, Program, ProgramBuilder, Reg,
};
use hsl_vm::debug::{Probe, Quiet};
use hsl_vm::{
    Array, Cx, Fiber, Frozen, Input, Library, Limits, Loaded, NativeFrame, NativeResult,
    NativeStep, Outcome, Request, Resume, Step, Thrown, Trap, Value, World,
};

/// Text of the one source file: statement `n` of a test stands on line `n`.
pub const SOURCE: &[u8] = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n";

/// The bytes of a line of [`SOURCE`].
pub fn line(n: usize) -> Span {
    Span::new(2 * (n - 1), 2 * (n - 1) + 1)
}

pub const fn r(n: u16) -> Reg {
    Reg(n)
}

/// Collects a program.
pub struct Assembler {
    pub program: ProgramBuilder,
    pub file: FileId,
    pub main: FunctionId,
}

impl Assembler {
    pub fn new() -> Self {
        let mut program = ProgramBuilder::new();
        let name: Arc<str> = Arc::from("test.hsl");
        let file = program.file(&name, SOURCE);
        let main = program.declare_function();
        program.module(Module { name, main });
        Self { program, file, main }
    }

    /// A function with registers enough for any test.
    pub fn function(&self, name: &str, params: u16) -> FunctionBuilder {
        let mut f = FunctionBuilder::new(name, self.file, line(1));
        f.set_signature(hsl_vm::code::Signature {
            params,
            required: params,
            ..hsl_vm::code::Signature::default()
        });
        for _ in params..20 {
            f.register();
        }
        f
    }

    /// Defines a function of plain instructions.
    pub fn define(&mut self, name: &str, params: u16, code: impl IntoIterator<Item = Op>) -> u32 {
        let mut f = self.function(name, params);
        code.into_iter().for_each(|op| f.emit(op));
        let id = self.program.declare_function();
        self.program.define_function(id, f.finish().expect("as the test assembled it"));
        id
    }

    pub fn text(&mut self, text: &str) -> u32 {
        self.program.constant(Frozen::from(text))
    }

    pub fn number(&mut self, n: f64) -> u16 {
        self.program.number(n).expect("as the test assembled it")
    }

    /// Finishes with this main function.
    pub fn main(mut self, f: FunctionBuilder) -> Result<Arc<Program>, BuildError> {
        self.program.define_function(self.main, f.finish()?);
        self.program.finish(self.main)
    }

    /// Finishes with these instructions as the main function.
    pub fn code(self, code: impl IntoIterator<Item = Op>) -> Result<Arc<Program>, BuildError> {
        let mut f = self.function("main", 0);
        code.into_iter().for_each(|op| f.emit(op));
        self.main(f)
    }
}

/// Collects what a script prints.
#[derive(Default)]
pub struct Paper(RefCell<Vec<String>>);

impl Paper {
    pub fn text(&self) -> String {
        self.0.borrow().join("\n")
    }
}

impl World for Paper {
    fn now(&self) -> f64 {
        1_000_000.0
    }

    fn elapsed(&self) -> f64 {
        0.0
    }

    fn random(&self) -> u64 {
        4
    }

    fn echo(&self, line: &[u8]) {
        self.0.borrow_mut().push(String::from_utf8_lossy(line).into_owned());
    }

    fn hostname(&self) -> String {
        "test.example".to_owned()
    }
}

/// A fiber with what it printed.
pub struct Running {
    pub fiber: Fiber,
    pub paper: Rc<Paper>,
}

pub fn start(program: &Arc<Program>) -> Running {
    start_with(program, Limits::default())
}

pub fn start_with(program: &Arc<Program>, limits: Limits) -> Running {
    let loaded = Loaded::new(Arc::clone(program), &library()).expect("as the test assembled it");
    let paper = Rc::new(Paper::default());
    let world: Rc<dyn World> = Rc::<Paper>::clone(&paper);
    Running { fiber: Fiber::new(&loaded, world, limits), paper }
}

impl Running {
    pub fn step(&mut self, input: Resume) -> Step {
        self.probe(input, &mut Quiet)
    }

    pub fn probe<P: Probe>(&mut self, input: Resume, probe: &mut P) -> Step {
        self.fiber.resume(input, 1_000_000, probe)
    }

    /// Runs to the end; the script must not wait.
    pub fn finish(&mut self) -> Value {
        match self.step(Resume::Start) {
            Step::Done(Outcome::Returned(value)) => value,
            other => panic!("{other:?}"),
        }
    }

    pub fn fail(&mut self) -> Trap {
        match self.step(Resume::Start) {
            Step::Failed(trap) => trap,
            other => panic!("{other:?}"),
        }
    }
}

const fn declare(name: &'static str, params: &'static [Param], effect: Effect) -> Declaration {
    Declaration {
        name,
        topic: "test",
        params,
        returns: Ty::ANY,
        keys: &[],
        elements: None,
        follows: Follows::Nothing,
        origin: Origin::Inherited,
        cleans: Sinks::NONE,
        options: &[],
        contexts: Contexts::Everywhere,
        effect,
        limit: None,
        is_static: false,
        deprecated: None,
        differs: None,
        docs: Docs(""),
    }
}

const fn param(name: &'static str) -> Param {
    Param::new(name, Ty::ANY)
}

static MAP: Declaration = declare("map", &[param("f"), param("list")], Effect::Callback);
static WAIT: Declaration = declare("wait", &[], Effect::External);
static ACCEPT: Declaration = declare("Accept", &[param("reason")], Effect::Terminates);
static LENGTH: Declaration = declare("length", &[param("x")], Effect::Pure);

/// `map`, `wait`, `Accept` and `length`.
pub fn library() -> Library {
    let mut library = Library::new();
    library.insert(&MAP, |_, args| {
        let Some(list) = args[1].as_array() else { return Err(Thrown::error("no list")) };
        let todo: Vec<_> = list.values().cloned().collect();
        let f = args[0].clone();
        Ok(NativeStep::enter(Map { f, todo: todo.into_iter(), done: Array::new() }))
    });
    library.insert(&WAIT, |_, _| Ok(NativeStep::enter(Wait)));
    library.insert(&ACCEPT, |_, args| {
        let args = args.to_vec();
        Ok(NativeStep::Terminate(Box::new(hsl_vm::Verdict { name: "Accept", args })))
    });
    library.insert(&LENGTH, |_, args| {
        let n = args[0].as_array().map_or(0, Array::len);
        Ok(NativeStep::Return(Value::number(n as f64)))
    });
    library
}

struct Map {
    f: Value,
    todo: std::vec::IntoIter<Value>,
    done: Array,
}

impl NativeFrame for Map {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Input::Value(value) = input {
            self.done.push(value);
        }
        match self.todo.next() {
            Some(item) => Ok(NativeStep::call(&self.f, [item])),
            None => Ok(NativeStep::Return(std::mem::take(&mut self.done).into())),
        }
    }
}

struct Wait;

impl NativeFrame for Wait {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        match input.into_response() {
            None => Ok(NativeStep::suspend(Request::Sleep(std::time::Duration::from_secs(1)))),
            Some(hsl_vm::Response::Memory(Some(value))) => Ok(NativeStep::Return(value.thaw())),
            Some(hsl_vm::Response::Failed(message)) => Err(Thrown::Error(message)),
            Some(_) => Ok(NativeStep::Return(Value::none())),
        }
    }
}
