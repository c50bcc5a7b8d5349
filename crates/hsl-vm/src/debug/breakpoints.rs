//! Breakpoints: instructions patched in a private copy of a program.
//!
//! *Invariants*: offsets never change, so a fiber may swap copies at any resume.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::code::{FunctionId, Op};
use crate::fiber::{Fiber, Frame};
use crate::unit::Loaded;

/// What a debugger calls a breakpoint.
pub type BreakpointId = u32;

/// Instructions that breakpoints replaced, by function and place.
#[derive(Clone, Debug, Default)]
pub struct Originals(HashMap<(FunctionId, u32), Op>);

impl Originals {
    /// Whether there are any.
    pub(crate) fn exist(&self) -> bool {
        !self.0.is_empty()
    }

    /// The instruction that stood here.
    pub(crate) fn get(&self, function: FunctionId, pc: u32) -> Op {
        self.0.get(&(function, pc)).copied().unwrap_or(Op::Nop)
    }
}

/// A private copy of a program that pauses at the given places; see
/// [`crate::code::Program::statements`] for those that exist. `loaded` must be without breakpoints.
pub fn with_breakpoints(
    loaded: &Rc<Loaded>,
    places: &[(FunctionId, u32, BreakpointId)],
) -> Rc<Loaded> {
    let mut program = (**loaded.program()).clone();
    let mut originals = HashMap::new();
    for (function, pc, id) in places {
        let op = program
            .functions
            .get_mut(*function as usize)
            .and_then(|f| f.code.get_mut(*pc as usize));
        if let Some(op) = op {
            originals.entry((*function, *pc)).or_insert(*op);
            *op = Op::Break { id: *id };
        }
    }
    loaded.patched(Arc::new(program), Originals(originals))
}

impl Fiber {
    /// Lets the next resume run the statement that the fiber stands at, even if a breakpoint of its
    /// present program is there: whoever stopped the fiber has been told.
    pub fn pass_breakpoint(&mut self) {
        self.past_breakpoint = self.breakpoint().is_some();
    }

    /// The breakpoint that the next instruction is.
    pub fn breakpoint(&self) -> Option<BreakpointId> {
        let Some(Frame::Script(frame)) = self.frames.last() else { return None };
        let loaded = self.units[usize::from(frame.unit)].loaded();
        let function = loaded.program.functions.get(frame.function as usize);
        match function?.code.get(frame.pc as usize) {
            Some(Op::Break { id }) => Some(*id),
            _ => None,
        }
    }
}
