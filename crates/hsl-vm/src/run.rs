//! Executes instructions.

use crate::debug::Probe;
use crate::fiber::{Fiber, Resume, Step};
use crate::native::{NativeIterator, NativeRef};
use crate::value::Array;

/// The state of a `foreach`, in a register.
pub enum Iteration {
    /// Over a snapshot of an array, from a cursor.
    Array(Array, usize),
    /// Over a native object.
    Native(Box<dyn NativeIterator>),
    /// Over a generator; the number of the next item.
    Generator(NativeRef, u32),
}

pub(crate) fn resume<P: Probe>(
    fiber: &mut Fiber,
    input: Resume,
    slice: u32,
    probe: &mut P,
) -> Step {
    let _ = (fiber, input, slice, probe);
    Step::Yield
}
