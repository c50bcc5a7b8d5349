//! Where one run of a script stands between two resumes.
//!
//! Invariants: what the client says at any stop of a thread holds for all runs of that thread: a
//! script that waits for another one does not finish a step that was left.
//!
//! Not here: whether to stop (`link`), standing still (`park`).

use std::rc::Rc;
use std::sync::Arc;

use hsl_vm::debug::{StepKind, Stepper};
use hsl_vm::{Fiber, Loaded};
use mta_control::debug as wire;

use super::breakpoints::{self, Copy};
use super::park::Cause;
use super::stage::Stage;

/// Where a run stands between two resumes.
#[derive(Default)]
pub(super) struct Run {
    /// The program as it was before breakpoints.
    base: Option<Rc<Loaded>>,
    pub(super) copy: Option<Copy>,
    pub(super) stepper: Option<Stepper>,
    /// The fiber was paused where it stands.
    pub(super) stood: bool,
    /// Why the present step was begun, when the client did not ask for one: a pause, or a stop that
    /// had to wait until the script holds no lock.
    pub(super) cause: Option<Cause>,
    /// Where to stop first.
    pub(super) entry: Option<Entry>,
    /// What the client said that this run knows of.
    pub(super) seen: Resumes,
    /// Whether the step that is under way leads into this run.
    is_stepped_into: bool,
}

/// How often the client let a thread go on, and how far the last time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Resumes {
    pub(super) count: u64,
    pub(super) step: Option<wire::Step>,
}

/// The place where a program that was started for its debugger stops first.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Name of the file.
    pub file: Arc<str>,
    /// The function; the first statement of the file without one.
    pub function: Option<Arc<str>>,
}

impl Entry {
    /// Whether a fiber stands there.
    pub(super) fn is_at(&self, fiber: &Fiber) -> bool {
        let top = fiber.frames().into_iter().next();
        top.is_some_and(|frame| {
            let is_in_file = frame.location.is_some_and(|location| location.file == self.file);
            is_in_file && self.function.as_ref().is_none_or(|function| *function == frame.name)
        })
    }
}

impl Run {
    /// A run that has not begun.
    pub(super) fn new(seen: Resumes, is_stepped_into: bool) -> Self {
        Self { seen, is_stepped_into, ..Self::default() }
    }

    /// Brings the fiber's program up to date with the table of breakpoints.
    pub(super) fn refresh(&mut self, fiber: &mut Fiber, stage: &Stage) {
        let base = self.base.get_or_insert_with(|| fiber.loaded());
        let table = &stage.common.table;
        if self.copy.as_ref().is_some_and(|copy| copy.change == table.change()) {
            return;
        }
        let copy = breakpoints::current(table, base);
        fiber.swap_program(&copy.loaded);
        self.copy = Some(copy);
    }

    /// Takes over what the client said at stops of other runs of the thread.
    pub(super) fn follow(&mut self, fiber: &Fiber, resumes: Resumes) {
        if std::mem::replace(&mut self.seen, resumes) != resumes {
            // The other run has ended: a step that was asked for there ends here.
            let steps = !matches!(resumes.step, None | Some(wire::Step::Continue));
            self.stepper = steps.then(|| Stepper::new(StepKind::Over, fiber));
        }
        let is_entering = self.entry.is_some() && self.stepper.is_none();
        if std::mem::take(&mut self.is_stepped_into) || is_entering {
            self.stepper = Some(Stepper::new(StepKind::Into, fiber));
        }
    }

    /// Takes everything back that debugging did to the fiber.
    pub(super) fn leave(&mut self, fiber: &mut Fiber) {
        if let Some(base) = self.base.take() {
            fiber.swap_program(&base);
        }
        *self = Self::default();
    }
}
