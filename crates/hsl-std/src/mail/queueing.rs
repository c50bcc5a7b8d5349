//! Handing a message over to the queue of the server.
//!
//! *Invariants.* A script goes on only when the message is durable, or with an exception.
//!
//! *Not here.* What a copy is (`copy`), the received message of the eod hook, whose copies share its
//! fate (`mta-hooks`).

use std::rc::Rc;
use std::sync::Arc;

use hsl_vm::{Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Thrown};
use mail_message::Source;

use super::copy::{CopyOptions, QueuedCopy, QueuedId};
use super::envelope::GivenAddress;
use crate::binding::record;

/// A message to queue. Travels as [`Request::Hook`]; the server answers with a [`QueuedId`] once the
/// message is durable.
pub struct Submission {
    /// For whom, and how.
    pub copy: QueuedCopy,
    /// The whole message, changes included.
    pub content: Rc<dyn Source>,
}

/// The step that queues `content` for one recipient.
pub(super) fn step(
    content: Rc<dyn Source>,
    addresses: (&GivenAddress, &GivenAddress),
    transportid: String,
    options: CopyOptions,
) -> Result<NativeStep, Thrown> {
    let copy = QueuedCopy::new(1, addresses, transportid, options, Arc::from([]))?;
    Ok(NativeStep::enter(Queueing(Some(Submission { copy, content }))))
}

/// Waits for the server.
struct Queueing(Option<Submission>);

impl NativeFrame for Queueing {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(submission) = self.0.take() {
            return Ok(NativeStep::suspend(Request::Hook(Box::new(submission))));
        }
        let refused = |why: &str| Err(Thrown::Error(format!("queue: {why}")));
        match input.into_response() {
            Some(Response::Hook(answer)) => match answer.downcast::<QueuedId>() {
                Ok(id) => Ok(NativeStep::Return(record(*id))),
                Err(_) => refused("the server did not answer"),
            },
            Some(Response::Failed(why)) => refused(&why),
            _ => refused("the server did not answer"),
        }
    }
}
