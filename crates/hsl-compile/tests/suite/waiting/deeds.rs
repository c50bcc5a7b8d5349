//! One run of a place, under a driver that does what the cell of the matrix says.

use std::rc::Rc;
use std::sync::Arc;

use hsl_vm::code::Program;
use hsl_vm::debug::{Quiet, with_breakpoints};
use hsl_vm::{Fiber, Limits, Loaded, Outcome, Request, Resume, Step};

use crate::support::{Console, Host, library};

/// Steps after which a run counts as endless.
const STEPS: usize = 100_000;

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// At its end.
    Done,
    /// With this message.
    Failed(String),
}

impl Ending {
    pub(super) fn is_good(&self) -> bool {
        *self == Self::Done
    }
}

/// A run.
pub(super) struct Journey {
    fiber: Option<Fiber>,
    console: Rc<Console>,
    host: Host,
    /// What the fiber goes on with.
    input: Option<Resume>,
    ending: Option<Ending>,
    suspended: usize,
    slept: usize,
    yielded: usize,
    paused: usize,
    steps: usize,
}

impl Journey {
    pub(super) fn new(program: &Arc<Program>) -> Self {
        let loaded = Loaded::new(Arc::clone(program), &library()).expect("compiled here");
        let console = Rc::new(Console::default());
        let fiber = Fiber::new(&loaded, Rc::<Console>::clone(&console), Limits::default());
        Self {
            fiber: Some(fiber),
            console,
            host: Host::default(),
            input: Some(Resume::Start),
            ending: None,
            suspended: 0,
            slept: 0,
            yielded: 0,
            paused: 0,
            steps: 0,
        }
    }

    /// Puts a breakpoint at every statement of every file.
    pub(super) fn break_everywhere(&mut self) {
        let Some(fiber) = &mut self.fiber else { return };
        let loaded = fiber.loaded();
        let program = loaded.program();
        let files = program.files.iter().flat_map(|file| program.statements(&file.name));
        let places: Vec<_> = (1..).zip(files).map(|(id, (f, row))| (f, row.pc, id)).collect();
        fiber.swap_program(&with_breakpoints(&loaded, &places));
    }

    /// Goes on until the fiber returns once.
    pub(super) fn step(&mut self, slice: u32) {
        let (Some(fiber), Some(input)) = (&mut self.fiber, self.input.take()) else { return };
        self.steps += 1;
        self.input = match fiber.resume(input, slice, &mut Quiet) {
            Step::Done(Outcome::Returned(_)) => self.end(Ending::Done),
            Step::Done(Outcome::Terminated(verdict)) => {
                self.end(Ending::Failed(verdict.name.to_owned()))
            }
            Step::Failed(trap) => self.end(Ending::Failed(trap.to_string())),
            Step::Suspend(request) => {
                self.suspended += 1;
                self.slept += usize::from(matches!(*request, Request::Sleep(_)));
                Some(Resume::With(self.host.serve(*request)))
            }
            Step::Yield => {
                self.yielded += 1;
                Some(Resume::Continue)
            }
            Step::Paused(_) => {
                self.paused += 1;
                // A debugger looks around.
                for frame in fiber.frames() {
                    fiber.locals(frame.index);
                    fiber.globals(frame.index);
                }
                Some(Resume::Continue)
            }
        };
        if self.steps > STEPS {
            self.input = self.end(Ending::Failed("it does not end".to_owned()));
        }
    }

    /// Goes on to the end.
    pub(super) fn run(&mut self, slice: u32) {
        while self.ending.is_none() {
            self.step(slice);
        }
    }

    /// Drops the script as it stands.
    pub(super) fn abandon(&mut self) {
        self.input = None;
        self.fiber = None;
    }

    fn end(&mut self, ending: Ending) -> Option<Resume> {
        self.ending = Some(ending);
        None
    }

    pub(super) fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    pub(super) fn output(&self) -> String {
        self.console.text()
    }

    pub(super) fn suspended(&self) -> usize {
        self.suspended
    }

    /// How often the script slept: once for each deed.
    pub(super) fn deeds(&self) -> usize {
        self.slept
    }

    pub(super) fn yielded(&self) -> usize {
        self.yielded
    }

    pub(super) fn paused(&self) -> usize {
        self.paused
    }

    /// Locks that are held.
    pub(super) fn locks(&self) -> usize {
        self.host.locks()
    }
}
