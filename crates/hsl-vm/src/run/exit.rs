//! Why the instruction loop returns.

use crate::debug::PauseReason;
use crate::fiber::Target;
use crate::native::{NativeRef, NativeStep, Thrown};
use crate::value::Value;

/// Something that the instruction loop leaves to the loop over activations.
pub(crate) enum Exit {
    /// The slice is spent.
    OutOfFuel,
    /// The script holds or touches so much that its limits must be looked at.
    Noteworthy,
    /// The debugger wants the fiber to stand still.
    Pause(PauseReason),
    /// Something was thrown.
    Throw(Thrown),
    /// The function on top returns, and its caller is no script function.
    Return(Value),
    /// A call of the value in `stack[base]` with the `argc` arguments after it.
    Invoke { base: usize, argc: usize, target: Target },
    /// A native wants more than to return.
    Step { step: NativeStep, name: &'static str, target: Target },
    /// The `IterNext` at instruction `at` wants an item of a generator.
    GeneratorNext { generator: NativeRef, at: u32 },
    /// A generator gives an item; `register` receives what `next` passes.
    YieldItem { item: Value, register: crate::code::Reg },
    /// A module is imported.
    Module(u32),
    /// A barrier begins.
    Lock { key: Vec<u8>, register: crate::code::Reg, fetch: bool },
    /// A barrier ends; the value to store, unset to delete.
    Unlock { value: Option<Value> },
    /// A cleanup handler ends.
    EndCleanup(Value),
}

impl From<Thrown> for Exit {
    fn from(thrown: Thrown) -> Self {
        Self::Throw(thrown)
    }
}

impl From<String> for Exit {
    fn from(message: String) -> Self {
        Self::Throw(Thrown::Error(message))
    }
}
