//! Requests of the editor: run on a snapshot, answered once, stopped when nobody waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use gen_lsp_types as lsp;
use lsp_server::{ErrorCode, Notification, Request, RequestId, ResponseError};
use serde_json::{Value, json};

use super::{News, Server};
use crate::handlers::{self, Refusal};
use crate::jobs::{Urgency, guarded};
use crate::outbox::{Answer, Call, Halt, Stop};

/// A request that was not answered yet.
pub(super) struct Pending {
    method: String,
    stop: Stop,
}

impl Server {
    pub(super) fn request(&mut self, request: Request) {
        let newest = match depends_on_all(&request.method) {
            true => &self.newest,
            false => &self.newest_change,
        };
        let stop = Stop { newest: Arc::clone(newest), ..Stop::default() };
        let pending = Pending { method: request.method.clone(), stop: stop.clone() };
        self.pending.insert(request.id.clone(), pending);
        let (world, out) = (Arc::clone(&self.world), self.out.clone());
        let urgency = match handlers::is_long(&request.method) {
            true => Urgency::Whole,
            false => Urgency::Awaited,
        };
        self.jobs.run(urgency, move || {
            let call = Call { world: &world, out: &out, stop: &stop };
            let answer = respond(&call, request, handlers::answer);
            out.tell(News::Answer(answer));
        });
    }

    pub(super) fn answered(&mut self, answer: &Answer) {
        if self.pending.remove(&answer.id).is_some() {
            self.out.answer(answer);
        }
    }

    /// The editor does not want an answer any more; it gets one nevertheless, as it must.
    pub(super) fn cancel(&mut self, note: Notification) {
        let Some(params) = super::notes::params::<lsp::CancelParams>(note) else { return };
        let id = match params.id {
            lsp::Id::Int(number) => RequestId::from(number),
            lsp::Id::String(name) => RequestId::from(name),
        };
        let Some(Pending { method, stop }) = self.pending.remove(&id) else { return };
        stop.canceled.store(true, Ordering::Relaxed);
        let (code, message) = (ErrorCode::RequestCanceled, format!("{method} was canceled"));
        self.out.answer(&failure(id, code, message));
    }
}

/// Answers a request, whatever happens.
fn respond(
    call: &Call<'_>,
    request: Request,
    answer: impl FnOnce(&Call<'_>, &str, Value) -> Result<String, Refusal>,
) -> Answer {
    let Request { id, method, params } = request;
    let is_stale =
        || is_about_text(&method) && call.stop.reason(call.world) == Some(Halt::Outdated);
    let result = if is_stale() {
        Ok(Err(Refusal::Halted(Halt::Outdated)))
    } else {
        guarded(|| answer(call, &method, params))
    };
    let refusal = match result {
        Ok(Ok(result)) => return Answer { id, result: Ok(result) },
        Ok(Err(refusal)) => refusal,
        Err(panic) => {
            let message = format!("{method} failed: {panic}");
            call.out.log(lsp::MessageType::Error, message.clone());
            return failure(id, ErrorCode::InternalError, message);
        }
    };
    refused(id, &method, refusal)
}

fn refused(id: RequestId, method: &str, refusal: Refusal) -> Answer {
    match refusal {
        Refusal::UnknownMethod => {
            failure(id, ErrorCode::MethodNotFound, format!("there is no method {method}"))
        }
        Refusal::Impossible(why) => failure(id, ErrorCode::RequestFailed, why),
        Refusal::Params(why) => failure(id, ErrorCode::InvalidParams, why),
        Refusal::Halted(Halt::Canceled) => {
            failure(id, ErrorCode::RequestCanceled, format!("{method} was canceled"))
        }
        // Only findings have an answer that says "ask again".
        Refusal::Halted(Halt::Outdated) if depends_on_all(method) => {
            let why = "the texts have changed".to_owned();
            let mut answer = failure(id, ErrorCode::ServerCancelled, why);
            if let Err(error) = &mut answer.result {
                error.data = Some(json!({ "retriggerRequest": true }));
            }
            answer
        }
        Refusal::Halted(Halt::Outdated) => {
            failure(id, ErrorCode::ContentModified, "the text has changed".to_owned())
        }
    }
}

/// Whether the answer is about places in a text, so that an edit makes it worthless.
fn is_about_text(method: &str) -> bool {
    method.starts_with("textDocument/")
}

/// Whether what changes outside of the editor makes the answer worthless. Other answers stay right in
/// the text as it is shown, and whoever asked gets nothing when they are refused.
fn depends_on_all(method: &str) -> bool {
    method.ends_with("/diagnostic")
}

fn failure(id: RequestId, code: ErrorCode, message: String) -> Answer {
    Answer { id, result: Err(ResponseError { code: code as i32, message, data: None }) }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::unbounded;

    use super::*;
    use crate::capabilities::Client;
    use crate::outbox::{Outbox, Wire};
    use crate::workspace::Workspace;

    type Handler = fn(&Call<'_>, &str, Value) -> Result<String, Refusal>;

    /// The error code of a request, and how many lines were logged.
    fn code(method: &str, newest: u64, answer: Handler) -> (i32, usize) {
        let world = Workspace::new(Client::of(&lsp::InitializeParams::default())).world();
        let ((editor, messages), (main, _news)) = (unbounded(), unbounded());
        let out = Outbox::new(Wire::Messages(editor), main);
        let stop = Stop::default();
        stop.newest.store(newest, Ordering::Relaxed);
        let call = Call { world: &world, out: &out, stop: &stop };
        let request = Request::new(RequestId::from(1), method.to_owned(), Value::Null);
        let response = respond(&call, request, answer);
        (response.result.expect_err("an error").code, messages.len())
    }

    #[test]
    fn a_panic_is_answered_and_logged() {
        let broken: Handler = |_, _, _| panic!("no luck");
        assert_eq!(code("textDocument/hover", 0, broken), (-32603, 1));
    }

    #[test]
    fn an_edit_makes_questions_about_the_text_worthless() {
        let fine: Handler = |_, _, _| Err(Refusal::Impossible("asked".to_owned()));
        assert_eq!(code("textDocument/hover", 0, fine), (-32803, 0));
        assert_eq!(code("textDocument/hover", 1, fine), (-32801, 0));
        assert_eq!(code("textDocument/diagnostic", 1, fine), (-32802, 0));
        assert_eq!(code("workspace/executeCommand", 1, fine), (-32803, 0));
    }
}
