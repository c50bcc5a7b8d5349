//! The content of a file as a stream of C.

use hsl_vm::request::{ForeignAnswer, ForeignRequest};
use hsl_vm::{Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Value};

use super::value::{FfiValue, pointer};

/// Makes a `FILE` of C that reads these bytes, and gives a pointer to it; none where native code is
/// not allowed.
pub(crate) fn open(content: Vec<u8>) -> NativeStep {
    NativeStep::enter(Opening(Some(content)))
}

/// What the stream will read, until the host was asked.
struct Opening(Option<Vec<u8>>);

impl NativeFrame for Opening {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(content) = self.0.take() {
            let request = ForeignRequest::Stream { content };
            return Ok(NativeStep::suspend(Request::Foreign(request)));
        }
        let stream = match input.into_response() {
            Some(Response::Foreign(ForeignAnswer::Block(address, owner))) => {
                let stream = pointer(address);
                if let Some(value) = stream.as_native::<FfiValue>() {
                    value.own(owner);
                }
                stream
            }
            _ => Value::none(),
        };
        Ok(NativeStep::Return(stream))
    }
}
