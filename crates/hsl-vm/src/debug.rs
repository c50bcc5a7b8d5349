//! What a debugger sees and does.
//!
//! *Invariants*: a fiber that nobody debugs runs the untouched program in the loop without probes.

mod breakpoints;
mod inspect;
mod probe;

pub use breakpoints::{BreakpointId, Originals, with_breakpoints};
pub use inspect::{FrameView, Variable};
pub use probe::{Counter, Moment, Probe, Quiet, StepKind, Stepper, Verdict};

/// Why a fiber stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub reason: PauseReason,
}

/// Why a fiber stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseReason {
    /// A breakpoint of the program copy.
    Breakpoint(BreakpointId),
    /// A step ended, or a pause was asked for.
    Step,
    /// A value was thrown that nothing in the script will catch.
    Uncaught,
    /// A value was thrown that the script will catch.
    Caught,
}
