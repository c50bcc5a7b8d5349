//! What jobs and the main thread send: messages to the editor, and news to the main thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

use crossbeam_channel::Sender;
use gen_lsp_types as lsp;
use lsp_server::{Message, Notification, Request, RequestId, Response, ResponseError};
use serde::Serialize;
use serde_json::{Value, json};

use crate::server::News;
use crate::world::World;

/// How messages go to the editor.
#[derive(Clone)]
pub(crate) enum Wire {
    /// As trees of values.
    Messages(Sender<Message>),
    /// As the text that is sent.
    Texts(Sender<String>),
}

/// What a request is answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) id: RequestId,
    /// The result as JSON.
    pub(crate) result: Result<String, ResponseError>,
}

/// The way to the editor and to the main thread.
#[derive(Clone)]
pub(crate) struct Outbox {
    editor: Wire,
    pub(crate) main: Sender<News>,
    numbers: Arc<AtomicI32>,
}

impl Outbox {
    pub(crate) fn new(editor: Wire, main: Sender<News>) -> Self {
        Self { editor, main, numbers: Arc::default() }
    }

    /// Sends a notification. An editor that hung up is noticed when the next message is read.
    pub(crate) fn notify(&self, method: &str, params: impl Serialize) {
        match &self.editor {
            Wire::Messages(editor) => {
                let note = Notification::new(method.to_owned(), params);
                _ = editor.send(Message::Notification(note));
            }
            Wire::Texts(editor) => {
                let note = Note { jsonrpc: VERSION, method, params };
                _ = editor.send(text(&note));
            }
        }
    }

    /// Sends a request and gives its id.
    pub(crate) fn request(&self, method: &str, params: Value) -> RequestId {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let id = RequestId::from(format!("mailstop-{number}"));
        match &self.editor {
            Wire::Messages(editor) => {
                let request = Request::new(id.clone(), method.to_owned(), params);
                _ = editor.send(Message::Request(request));
            }
            Wire::Texts(editor) => {
                let request =
                    json!({ "jsonrpc": VERSION, "id": id, "method": method, "params": params });
                _ = editor.send(request.to_string());
            }
        }
        id
    }

    /// Answers a request.
    pub(crate) fn answer(&self, answer: &Answer) {
        let Answer { id, result } = answer;
        match &self.editor {
            Wire::Messages(editor) => {
                let value = |text: &String| serde_json::from_str(text).unwrap_or_default();
                let response_result = result.as_ref().map(value).map_err(Clone::clone);
                let response = Response { id: id.clone(), response_result };
                _ = editor.send(Message::Response(response));
            }
            Wire::Texts(editor) => {
                let (name, value) = match result {
                    Ok(value) => ("result", value),
                    Err(error) => ("error", &text(error)),
                };
                let id = text(id);
                let head = format!(r#"{{"jsonrpc":"{VERSION}","id":{id},"{name}":"#);
                _ = editor.send([&head, value.as_str(), "}"].concat());
            }
        }
    }

    /// Tells the main thread.
    pub(crate) fn tell(&self, news: News) {
        // The main thread lives longer than every job.
        _ = self.main.send(news);
    }

    /// Writes a line into the editor's log.
    pub(crate) fn log(&self, kind: lsp::MessageType, message: String) {
        self.notify("window/logMessage", lsp::LogMessageParams { kind, message });
    }
}

/// Of JSON-RPC.
const VERSION: &str = "2.0";

#[derive(Serialize)]
struct Note<'m, P> {
    jsonrpc: &'m str,
    method: &'m str,
    params: P,
}

/// The JSON of what always has one: texts, numbers and names.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Why work stops before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    /// Nobody wants the answer.
    Canceled,
    /// The answer would be about texts of the past.
    Outdated,
}

/// Says when to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop {
    /// The answer is not wanted any more.
    pub(crate) canceled: Arc<AtomicBool>,
    /// The newest revision that counts.
    pub(crate) newest: Arc<AtomicU64>,
}

impl Stop {
    /// Whether to stop work on a snapshot, and why.
    pub(crate) fn reason(&self, world: &World) -> Option<Halt> {
        if self.canceled.load(Ordering::Relaxed) {
            return Some(Halt::Canceled);
        }
        (self.newest.load(Ordering::Relaxed) > world.revision).then_some(Halt::Outdated)
    }
}

/// A request that takes long enough to stop it, or to say how far it is.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a World,
    pub(crate) out: &'a Outbox,
    pub(crate) stop: &'a Stop,
}
