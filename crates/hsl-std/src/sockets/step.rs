//! Waits for a step on a socket.

use std::rc::Rc;

use hsl_vm::request::{SocketAction, SocketAnswer, SocketRequest};
use hsl_vm::{Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Value};

use super::{Held, Socket};
use crate::binding::object;
use crate::foreign;

/// Number of the error for a socket that is closed (`EBADF`).
const CLOSED: i32 = 9;
/// Number of the error for a host without the service (`ENOSYS`).
const NO_SERVICE: i32 = 38;

/// What a successful step gives.
#[derive(Clone, Copy)]
pub(super) enum Give {
    /// The socket.
    Socket,
    /// What the host answered.
    Answer,
}

/// A step on its way.
pub(super) struct Step {
    held: Rc<Held>,
    action: Option<SocketAction>,
    give: Give,
}

impl Step {
    pub(super) fn begin(held: &Rc<Held>, action: SocketAction, give: Give) -> NativeStep {
        NativeStep::enter(Self { held: Rc::clone(held), action: Some(action), give })
    }
}

impl NativeFrame for Step {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(action) = self.action.take() {
            return Ok(request(&self.held, action));
        }
        let value = match answer(&self.held, input) {
            None => Value::none(),
            Some(SocketAnswer::Descriptor(number)) => {
                foreign::descriptor(object(Socket(Rc::clone(&self.held))), number)
            }
            Some(SocketAnswer::Sent(count)) => Value::number(count as f64),
            Some(SocketAnswer::Received(bytes)) => {
                cx.charge(bytes.len());
                Value::string(Str::from(bytes))
            }
            Some(SocketAnswer::Done | SocketAnswer::Secured(_)) => match self.give {
                Give::Socket => object(Socket(Rc::clone(&self.held))),
                Give::Answer => Value::boolean(true),
            },
        };
        Ok(NativeStep::Return(value))
    }
}

/// Asks the host for a step.
pub(super) fn request(held: &Rc<Held>, action: SocketAction) -> NativeStep {
    if held.closed.get() {
        held.errno.set(CLOSED);
        return NativeStep::Return(Value::none());
    }
    NativeStep::suspend(Request::Socket(SocketRequest {
        slot: held.slot.borrow().clone(),
        family: held.family,
        stream: held.stream,
        timeout: held.timeout.get(),
        action,
    }))
}

/// What the host answered; none after an error, whose number is kept.
pub(super) fn answer(held: &Held, input: Input) -> Option<SocketAnswer> {
    match input.into_response() {
        Some(Response::Socket(Ok(answer))) => Some(answer),
        Some(Response::Socket(Err(failure))) => {
            held.errno.set(failure.errno);
            None
        }
        _ => {
            held.errno.set(NO_SERVICE);
            None
        }
    }
}
