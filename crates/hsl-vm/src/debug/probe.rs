//! Observers of the run loop. Each is an instantiation of the same loop; [`Quiet`] compiles to
//! nothing.

use crate::code::FunctionId;

/// What an observer is shown: the fiber is about to run an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Whose code it is: 0 for the fiber's own program, others for that of functions which came in
    /// from earlier executions.
    pub unit: u16,
    /// Function.
    pub function: FunctionId,
    /// Instruction.
    pub pc: u32,
    /// Number of activations, natives included.
    pub depth: usize,
    /// Whether a statement starts here.
    pub statement: bool,
}

/// What an observer wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Continue,
    /// Pause before this instruction.
    Pause,
}

/// An observer.
pub trait Probe {
    /// Whether it wants to see anything: when false, the loop has no trace of it.
    const ACTIVE: bool;

    /// Called before every instruction.
    fn observe(&mut self, moment: Moment) -> Verdict;

    /// Whether to pause when a value is thrown.
    fn pause_on_throw(&self, caught: bool) -> bool {
        let _ = caught;
        false
    }
}

/// Observes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Probe for Quiet {
    const ACTIVE: bool = false;

    fn observe(&mut self, _: Moment) -> Verdict {
        Verdict::Continue
    }
}

/// How far a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// To the next statement, wherever.
    Into,
    /// To the next statement of this activation or of one below.
    Over,
    /// To the next statement of an activation below.
    Out,
    /// To the next breakpoint: only throws pause.
    Run,
}

/// Pauses at the end of a step.
#[derive(Clone, Debug)]
pub struct Stepper {
    kind: StepKind,
    depth: usize,
    /// The statement that the step starts from does not end it.
    start: Option<(FunctionId, u32)>,
    /// Whether to pause on throws that the script catches.
    pub on_caught: bool,
    /// Whether to pause on throws that nothing catches.
    pub on_uncaught: bool,
}

impl Stepper {
    /// A step from where the fiber stands.
    pub fn new(kind: StepKind, fiber: &crate::Fiber) -> Self {
        Self {
            kind,
            depth: fiber.frames.len(),
            start: fiber.position(),
            on_caught: false,
            on_uncaught: false,
        }
    }
}

impl Probe for Stepper {
    const ACTIVE: bool = true;

    fn observe(&mut self, moment: Moment) -> Verdict {
        let start = self.start.take();
        if !moment.statement || start == Some((moment.function, moment.pc)) {
            return Verdict::Continue;
        }
        let ends = match self.kind {
            StepKind::Into => true,
            StepKind::Over => moment.depth <= self.depth,
            StepKind::Out => moment.depth < self.depth,
            StepKind::Run => false,
        };
        if ends { Verdict::Pause } else { Verdict::Continue }
    }

    fn pause_on_throw(&self, caught: bool) -> bool {
        if caught { self.on_caught } else { self.on_uncaught }
    }
}

/// Counts instructions, and statements of the fiber's own program: for profiles and coverage.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    /// Instructions run.
    pub instructions: u64,
    /// How often each statement started, by function and instruction.
    pub statements: std::collections::HashMap<(FunctionId, u32), u64>,
}

impl Probe for Counter {
    const ACTIVE: bool = true;

    fn observe(&mut self, moment: Moment) -> Verdict {
        self.instructions += 1;
        if moment.statement && moment.unit == 0 {
            *self.statements.entry((moment.function, moment.pc)).or_default() += 1;
        }
        Verdict::Continue
    }
}
