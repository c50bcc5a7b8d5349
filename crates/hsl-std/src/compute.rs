//! Work that takes long: on another thread, while other fibers run.

use std::any::Any;

use hsl_vm::request::Work;
use hsl_vm::{Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Thrown, Value};

/// Does work here when it is quick, else on another thread; `show` makes the result of what it gives.
///
/// The work must be bounded: it goes on to its end, whatever happens to the fiber.
pub(crate) fn compute<T: Any + Send>(
    slow: bool,
    work: impl FnOnce() -> T + Send + 'static,
    show: impl FnOnce(T) -> Value + 'static,
) -> NativeStep {
    if slow {
        return wait(work, |computed| Ok(show(computed)));
    }
    NativeStep::Return(show(work()))
}

/// As [`compute`], where making the result may fail.
pub(crate) fn try_compute<T: Any + Send>(
    slow: bool,
    work: impl FnOnce() -> T + Send + 'static,
    show: impl FnOnce(T) -> Result<Value, Thrown> + 'static,
) -> NativeResult {
    if slow {
        return Ok(wait(work, show));
    }
    show(work()).map(NativeStep::Return)
}

fn wait<T: Any + Send>(
    work: impl FnOnce() -> T + Send + 'static,
    show: impl FnOnce(T) -> Result<Value, Thrown> + 'static,
) -> NativeStep {
    NativeStep::enter(Computing { work: Some(Work::new(work)), show: Some(Box::new(show)) })
}

/// Makes the result of what the work gave.
type Show<T> = Box<dyn FnOnce(T) -> Result<Value, Thrown>>;

/// Waits for the result.
struct Computing<T> {
    work: Option<Work>,
    show: Option<Show<T>>,
}

impl<T: Any> NativeFrame for Computing<T> {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(work) = self.work.take() {
            return Ok(NativeStep::suspend(Request::Compute(work)));
        }
        let computed = match input.into_response() {
            Some(Response::Computed(computed)) => computed.downcast::<T>().ok(),
            Some(Response::Failed(message)) => return Err(Thrown::Error(message)),
            _ => None,
        };
        match computed.zip(self.show.take()) {
            Some((computed, show)) => show(*computed).map(NativeStep::Return),
            None => Err(Thrown::error("the computation gave no result")),
        }
    }
}
