//! Text frames of the debug WebSocket.
//!
//! Invariants: reading never panics, whatever the bytes; a frame is at most [`MAX_FRAME`] bytes;
//! a call that cannot be read still tells its id when it has one, so that it can be answered.

use serde::Serialize;

use crate::debug::{Call, Event, Failure, FailureCode, Reply, Request};

/// Longest frame either side accepts.
pub const MAX_FRAME: usize = 8 << 20;

/// A frame from the server.
#[derive(Clone, Debug, PartialEq)]
pub enum FromServer {
    /// An answer.
    Reply(Reply),
    /// An event.
    Event(Event),
}

/// A frame that is not of this protocol.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Longer than [`MAX_FRAME`].
    #[error("frame of {0} bytes is longer than {MAX_FRAME}")]
    TooLong(usize),
    /// Not JSON, or not the shape of a message.
    #[error("not a message: {source}")]
    Shape {
        /// Number of the call, when it could be read.
        id: Option<u64>,
        /// What serde found.
        source: serde_json::Error,
    },
}

impl FrameError {
    /// The reply to a call that could not be read. Calls without a number are answered as 0.
    pub fn into_reply(self) -> Reply {
        let reply = match &self {
            Self::TooLong(_) => 0,
            Self::Shape { id, .. } => id.unwrap_or(0),
        };
        let failure = Failure::new(FailureCode::Malformed, self.to_string());
        Reply { reply, answer: crate::debug::Answer::Failure(failure) }
    }
}

/// Reads a call.
///
/// # Errors
/// [`FrameError`] when the frame is too long or not a call; unknown requests are no error.
pub fn read_call(frame: &[u8]) -> Result<Call, FrameError> {
    within_limit(frame)?;
    serde_json::from_slice(frame).map_err(|source| FrameError::Shape { id: id_of(frame), source })
}

/// Reads a frame from the server.
///
/// # Errors
/// [`FrameError`] when the frame is too long or neither reply nor event.
pub fn read_from_server(frame: &[u8]) -> Result<FromServer, FrameError> {
    within_limit(frame)?;
    let shape = |source| FrameError::Shape { id: None, source };
    let value: serde_json::Value = serde_json::from_slice(frame).map_err(shape)?;
    if value.get("reply").is_some() {
        return serde_json::from_value(value).map(FromServer::Reply).map_err(shape);
    }
    serde_json::from_value(value).map(FromServer::Event).map_err(shape)
}

/// Text of a call.
pub fn write_call(id: u64, request: Request) -> String {
    write(&Call { id, request })
}

/// Text of a reply. One that would be too long becomes a failure.
pub fn write_reply(reply: &Reply) -> String {
    let text = write(reply);
    if text.len() <= MAX_FRAME {
        return text;
    }
    write(&FrameError::TooLong(text.len()).into_reply_to(reply.reply))
}

/// Text of an event.
pub fn write_event(event: &Event) -> String {
    write(event)
}

impl FrameError {
    fn into_reply_to(self, reply: u64) -> Reply {
        Reply { reply, ..self.into_reply() }
    }
}

fn within_limit(frame: &[u8]) -> Result<(), FrameError> {
    if frame.len() > MAX_FRAME { Err(FrameError::TooLong(frame.len())) } else { Ok(()) }
}

fn id_of(frame: &[u8]) -> Option<u64> {
    serde_json::from_slice::<serde_json::Value>(frame).ok()?.get("id")?.as_u64()
}

/// The types of this crate have string keys and finite numbers only: they always serialise.
fn write(message: &impl Serialize) -> String {
    serde_json::to_string(message).unwrap_or_default()
}
