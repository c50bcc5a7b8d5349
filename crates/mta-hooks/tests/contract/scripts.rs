//! Runs scripts in the surroundings of a hook, without any service.

use std::cell::RefCell;
use std::rc::Rc;

use hsl_compile::{MemorySources, Unit};
use hsl_decl::Hook;
use hsl_vm::debug::Quiet;
use hsl_vm::{Array, Fiber, Limits, Loaded, NativeObject, Response, Resume, Step, Value, World};
use mail_message::{HeaderScanner, MemorySource, Message};
use mta_hooks::message::EodMessage;
use mta_hooks::metadata::Metadata;

const TEXT: &[u8] = b"Received: from a\r\nSubject: Hello\r\nX-Spam: no\r\n\r\nHi.\r\n";

/// A world in which nothing moves.
#[derive(Default)]
struct Still(RefCell<Vec<String>>);

impl World for Still {
    fn now(&self) -> f64 {
        1_800_000_000.0
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
        "host.example".into()
    }
}

/// Runs a script; gives what it printed.
///
/// # Errors
/// What is wrong with the script, or what it threw.
pub(crate) fn run(hook: Option<Hook>, text: &str) -> Result<Vec<String>, String> {
    let library = mta_hooks::library(hook);
    let mut sources = MemorySources::default();
    sources.insert("test.hsl", text.as_bytes());
    let unit = Unit::new(hook, mta_hooks::catalog());
    let build = hsl_compile::build(&sources, "test.hsl", &unit, &library);
    let messages = build.diagnostics.iter().filter(|finding| finding.is_error());
    let messages: Vec<_> =
        messages.map(|finding| format!("{} {}", finding.code.id, finding.message)).collect();
    let program = build.program.ok_or_else(|| messages.join("; "))?;
    let loaded = Loaded::new(program, &library).map_err(|error| error.to_string())?;
    let world = Rc::new(Still::default());
    let mut fiber = Fiber::new(&loaded, world.clone(), Limits::default());
    fiber.attach(Rc::new(Metadata::default()));
    for (name, value) in hook.map(variables).unwrap_or_default() {
        fiber.set_variable(name, value);
    }
    let mut input = Resume::Start;
    for _ in 0..1000 {
        input = match fiber.resume(input, 100_000, &mut Quiet) {
            Step::Done(_) => return Ok(world.0.take()),
            Step::Failed(trap) => return Err(trap.to_string()),
            Step::Suspend(_) => Resume::With(Response::Failed("no service".into())),
            Step::Yield | Step::Paused(_) => Resume::Continue,
        };
    }
    Err("does not end".to_owned())
}

fn variables(hook: Hook) -> Vec<(&'static str, Value)> {
    let decl = mta_hooks::catalog().hook(hook).expect("every hook is declared");
    let mut variables = mta_hooks::sample::variables(decl, &Array::new()).expect("samples fit");
    if hook == Hook::Eod {
        let (_, arguments) = &mut variables[0];
        let mut changed = arguments.as_array().expect("an array").clone();
        changed.set("mail".into(), Value::from(mail() as Rc<dyn NativeObject>));
        *arguments = Value::array(changed);
    }
    variables
}

fn mail() -> Rc<EodMessage> {
    let mut scanner = HeaderScanner::default();
    scanner.push(TEXT);
    let message = Message::new(scanner.into_bytes(), Rc::new(MemorySource(TEXT.to_vec())));
    EodMessage::new("5d6f".into(), message, Box::new(|_| true))
}
