//! Steps of the host, one after the other.

use hsl_vm::request::{ForeignAnswer, ForeignRequest};
use hsl_vm::{Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Thrown, Value};

use super::value;

type Then = Box<dyn FnOnce(&mut Cx<'_>, ForeignAnswer) -> Result<Next, Thrown>>;

/// What comes after a step.
pub(super) enum Next {
    /// The end.
    Return(Value),
    /// Another one.
    Ask(ForeignRequest, Then),
}

impl Next {
    pub(super) fn ask(
        request: ForeignRequest,
        then: impl FnOnce(&mut Cx<'_>, ForeignAnswer) -> Result<Self, Thrown> + 'static,
    ) -> Self {
        Self::Ask(request, Box::new(then))
    }

    /// The step; until the last one `held` lives, and with it the memory that it owns.
    fn into_step(self, held: Value) -> NativeStep {
        match self {
            Self::Return(value) => NativeStep::Return(value),
            Self::Ask(request, then) => {
                NativeStep::enter(Steps { next: Some((request, then)), then: None, _held: held })
            }
        }
    }
}

/// The last step.
pub(super) fn finish(value: Value) -> Result<Next, Thrown> {
    Ok(Next::Return(value))
}

/// Makes a step, and what follows from its answer.
pub(super) fn begin(
    request: ForeignRequest,
    then: impl FnOnce(&mut Cx<'_>, ForeignAnswer) -> Result<Next, Thrown> + 'static,
) -> NativeStep {
    Next::ask(request, then).into_step(Value::none())
}

/// Goes on with the address that a pointer holds.
pub(super) fn with_word(
    function: &'static str,
    pointer: &Value,
    then: impl FnOnce(u64) -> Result<Next, Thrown> + 'static,
) -> Result<NativeStep, Thrown> {
    if value::of(function, pointer)?.kind() != hsl_vm::request::CType::Pointer {
        return Err(Thrown::Error(format!("{function}: wants a pointer")));
    }
    with_any_word(function, pointer, then)
}

/// Goes on with the bits of a value, also of one that stands in memory.
pub(super) fn with_any_word(
    function: &'static str,
    held: &Value,
    then: impl FnOnce(u64) -> Result<Next, Thrown> + 'static,
) -> Result<NativeStep, Thrown> {
    let of = value::of(function, held)?;
    let next = match of.place() {
        None => then(of.word())?,
        Some(address) => read(address, of.kind().size(), then),
    };
    Ok(next.into_step(held.clone()))
}

/// Reads a value of so many bytes.
pub(super) fn read(
    from: u64,
    size: usize,
    then: impl FnOnce(u64) -> Result<Next, Thrown> + 'static,
) -> Next {
    let request = ForeignRequest::Read { from, length: Some(size), most: size };
    Next::ask(request, |_, answer| match answer {
        ForeignAnswer::Bytes(bytes) => {
            let mut word = [0; 8];
            word.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
            then(u64::from_le_bytes(word))
        }
        _ => Err(odd()),
    })
}

/// The host answered something else.
pub(super) fn odd() -> Thrown {
    Thrown::error("FFI: the host did not answer")
}

/// The answer to a step.
pub(super) fn answer(input: Input) -> Result<ForeignAnswer, Thrown> {
    match input.into_response() {
        Some(Response::Foreign(answer)) => Ok(answer),
        Some(Response::Failed(message)) => Err(Thrown::Error(format!("FFI: {message}"))),
        _ => Err(odd()),
    }
}

/// The step to make, or what follows from the one that was made.
struct Steps {
    next: Option<(ForeignRequest, Then)>,
    then: Option<Then>,
    _held: Value,
}

impl NativeFrame for Steps {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(then) = self.then.take() {
            match then(cx, answer(input)?)? {
                Next::Return(value) => return Ok(NativeStep::Return(value)),
                Next::Ask(request, then) => self.next = Some((request, then)),
            }
        }
        let (request, then) = self.next.take().ok_or_else(odd)?;
        self.then = Some(then);
        Ok(NativeStep::suspend(Request::Foreign(request)))
    }
}
