//! Waits for a request, and calls the function that its body comes from.

use hsl_vm::request::{HttpAnswer, HttpBody, HttpRequest, NetworkError, Slot, Upload};
use hsl_vm::{
    Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown, Value,
};

use super::ExtendedAnswer;
use crate::binding::record;

/// Most bytes that a function is asked for at a time.
const PART: usize = 64 << 10;
/// Most bytes that a function may give for a request in the background, which waits in memory.
const MAX_QUEUED: usize = 16 << 20;
/// Number of an error in the request itself (`EINVAL`).
const INVALID: i32 = 22;

/// The body of a request.
pub(super) enum Post {
    /// As a whole.
    Whole(HttpBody),
    /// What a function returns.
    Parts(Value),
}

/// What the script wants of the answer.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) extended: bool,
    pub(super) headers: bool,
}

/// One request.
pub(super) struct Transfer {
    request: Option<Box<HttpRequest>>,
    state: State,
    shape: Shape,
}

enum State {
    Begin(Post),
    /// Parts go to the host as they come.
    Streaming {
        callback: Value,
        slot: Slot,
    },
    /// Parts are gathered first: a request in the background may be made again.
    Gathering {
        callback: Value,
        gathered: Vec<u8>,
    },
    Ending,
}

impl Transfer {
    pub(super) fn new(request: HttpRequest, body: Post, shape: Shape) -> Self {
        Self { request: Some(Box::new(request)), state: State::Begin(body), shape }
    }

    fn begin(&mut self, body: Post) -> NativeResult {
        match body {
            Post::Whole(body) => Ok(self.send(body)),
            Post::Parts(callback) => {
                if self.request.as_ref().is_some_and(|request| request.background.is_some()) {
                    let step = next(&callback);
                    self.state = State::Gathering { callback, gathered: Vec::new() };
                    return Ok(step);
                }
                let slot = Slot::default();
                let step = self.send(HttpBody::Stream(slot.clone()));
                self.state = State::Streaming { callback, slot };
                Ok(step)
            }
        }
    }

    fn send(&mut self, body: HttpBody) -> NativeStep {
        self.state = State::Ending;
        match self.request.take() {
            Some(request) => NativeStep::suspend(Request::Http(request, body)),
            None => NativeStep::Return(Value::none()),
        }
    }

    fn stream(&mut self, callback: Value, slot: Slot, input: Input) -> NativeResult {
        let finish = || Ok(NativeStep::suspend(Request::Upload(Upload::Finish(slot.clone()))));
        match input {
            Input::Response(response) => match *response {
                Response::Done => {
                    let step = next(&callback);
                    self.state = State::Streaming { callback, slot };
                    Ok(step)
                }
                // Nobody wants more: the answer, or its absence, is there already.
                _ => finish(),
            },
            input => {
                let part = input.into_value();
                let text = part.to_text();
                if part.is_none() || text.is_empty() {
                    return finish();
                }
                let chunk = Upload::Chunk(slot.clone(), text.to_vec());
                self.state = State::Streaming { callback, slot };
                Ok(NativeStep::suspend(Request::Upload(chunk)))
            }
        }
    }

    fn gather(&mut self, callback: Value, mut gathered: Vec<u8>, input: Input) -> NativeResult {
        let part = input.into_value();
        let text = part.to_text();
        if part.is_none() || text.is_empty() {
            return Ok(self.send(HttpBody::Bytes(gathered)));
        }
        if gathered.len() + text.len() > MAX_QUEUED {
            let message = "http: the body of a request in the background is longer than 16 MiB";
            return Err(Thrown::error(message));
        }
        gathered.extend_from_slice(&text);
        let step = next(&callback);
        self.state = State::Gathering { callback, gathered };
        Ok(step)
    }

    fn end(&self, cx: &mut Cx<'_>, response: Option<Response>) -> NativeResult {
        let value = match response {
            Some(Response::Http(Ok(answer))) => {
                cx.charge(answer.body.len());
                self.shape.of(answer)
            }
            Some(Response::Http(Err(NetworkError { errno: INVALID, message }))) => {
                return Err(Thrown::Error(format!("http: {message}")));
            }
            Some(Response::Done) => Value::boolean(true),
            _ => Value::none(),
        };
        Ok(NativeStep::Return(value))
    }
}

impl NativeFrame for Transfer {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        match std::mem::replace(&mut self.state, State::Ending) {
            State::Begin(body) => self.begin(body),
            State::Streaming { callback, slot } => self.stream(callback, slot, input),
            State::Gathering { callback, gathered } => self.gather(callback, gathered, input),
            State::Ending => self.end(cx, input.into_response()),
        }
    }
}

impl Shape {
    fn of(self, answer: HttpAnswer) -> Value {
        if !self.extended {
            return match answer.status {
                200..=299 => Value::string(answer.body),
                _ => Value::none(),
            };
        }
        let lines = || answer.headers.iter().map(|line| Value::string(line.clone())).collect();
        record(ExtendedAnswer {
            status: answer.status,
            headers: self.headers.then(lines),
            content: Str::from(answer.body),
        })
    }
}

fn next(callback: &Value) -> NativeStep {
    NativeStep::call(callback, [Value::number(PART as f64)])
}
