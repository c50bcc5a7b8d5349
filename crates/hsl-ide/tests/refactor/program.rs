//! Runs a program of the command line and tells what it printed.

use std::cell::RefCell;
use std::rc::Rc;

use hsl_analysis::{MemorySources, Unit};
use hsl_compile::build;
use hsl_decl::Catalog;
use hsl_vm::debug::Quiet;
use hsl_vm::{Fiber, Library, Limits, Loaded, Response, Resume, Step, World};

/// Turns after which a program counts as endless.
const TURNS: usize = 200;

/// What a program prints, and how it fails; none for a text that is no program of the command line.
pub(crate) fn run(sources: &MemorySources, entry: &str) -> Option<String> {
    let mut library = Library::new();
    hsl_std::bind(&mut library);
    let classes = hsl_std::classes().map(|class| class.decl);
    let catalog = Catalog::new(hsl_std::functions(), classes, []);
    let built = build(sources, entry, &Unit::new(None, &catalog), &library);
    let program = built.program?;
    let console = Rc::new(Console::default());
    let loaded = Loaded::new(program, &library).ok()?;
    let end = end(Fiber::new(&loaded, console.clone(), Limits::default()));
    let printed = String::from_utf8_lossy(&console.0.borrow()).into_owned();
    Some(format!("{printed}{end}"))
}

fn end(mut fiber: Fiber) -> String {
    let mut input = Resume::Start;
    for _ in 0..TURNS {
        input = match fiber.resume(input, 10_000, &mut Quiet) {
            Step::Done(_) => return "end".to_owned(),
            Step::Failed(trap) => {
                // Where it stands in the text may change.
                let text = trap.to_string();
                let first = text.lines().next().unwrap_or_default();
                return first.split_once(": ").map_or(first, |(_, message)| message).to_owned();
            }
            Step::Suspend(_) => Resume::With(Response::Failed("nothing is served".to_owned())),
            Step::Yield | Step::Paused(_) => Resume::Continue,
        };
    }
    "endless".to_owned()
}

#[derive(Default)]
struct Console(RefCell<Vec<u8>>);

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
