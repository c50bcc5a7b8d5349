//! Values, bytecode and fibers of HSL.
//!
//! A synchronous register machine that returns when it must wait: [`Fiber::resume`] runs until the
//! script is done, suspends on a [`Request`], has spent its slice, or stands at a breakpoint.
//!
//! *Invariants*: nothing here touches a file, socket, clock or random source; what a script may see
//! of them comes through [`World`] and [`Response`]. A verified program cannot index outside its
//! registers, constants or code.
//!
//! *Not here*: compiling (`hsl-compile`), builtins (`hsl-std`), serving requests (`hsl-host`).

pub mod code;
pub mod debug;
mod fiber;
mod native;
mod operators;
pub mod request;
mod run;
mod unit;
mod value;
mod world;

pub use fiber::{Fiber, Limit, Limits, Outcome, Resume, StackEntry, Step, Trap};
pub use native::{
    CallArgs, Cx, FromValue, Input, LentValue, Library, MockTable, Mocks, Native, NativeClass,
    NativeFrame, NativeId, NativeIterator, NativeMethod, NativeObject, NativeRef, NativeResult,
    NativeStep, Replacements, Thrown, Verdict,
};
pub use operators::{NumberText, parse_number, to_int32, write_number};
pub use request::{Request, Response};
pub use unit::{Globals, LoadError, Loaded};
pub use value::{
    Array, Callable, Exception, Freezer, Frozen, FrozenKey, FrozenObject, Groups, Heap, Instance,
    Iter, Key, Pattern, Regex, RegexError, Str, Tally, Value,
};
pub use world::{LocalOffset, World};

#[doc(hidden)]
pub use run::Iteration;
#[doc(hidden)]
pub use value::Cell;
