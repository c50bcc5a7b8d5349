//! What jobs and the main thread send: messages to the editor, and news to the main thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

use crossbeam_channel::Sender;
use gen_lsp_types as lsp;
use lsp_server::{Message, Notification, Request, RequestId};
use serde::Serialize;
use serde_json::Value;

use crate::server::News;
use crate::world::World;

/// The way to the editor and to the main thread.
#[derive(Clone)]
pub(crate) struct Outbox {
    pub(crate) editor: Sender<Message>,
    pub(crate) main: Sender<News>,
    numbers: Arc<AtomicI32>,
}

impl Outbox {
    pub(crate) fn new(editor: Sender<Message>, main: Sender<News>) -> Self {
        Self { editor, main, numbers: Arc::default() }
    }

    /// Sends a notification. An editor that hung up is noticed when the next message is read.
    pub(crate) fn notify(&self, method: &str, params: impl Serialize) {
        let note = Notification::new(method.to_owned(), params);
        _ = self.editor.send(Message::Notification(note));
    }

    /// Sends a request and gives its id.
    pub(crate) fn request(&self, method: &str, params: Value) -> RequestId {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let id = RequestId::from(format!("mailstop-{number}"));
        let request = Request::new(id.clone(), method.to_owned(), params);
        _ = self.editor.send(Message::Request(request));
        id
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
    /// The newest revision there is.
    pub(crate) newest: Arc<AtomicU64>,
}

impl Stop {
    /// Whether to stop work on a snapshot, and why.
    pub(crate) fn reason(&self, world: &World) -> Option<Halt> {
        if self.canceled.load(Ordering::Relaxed) {
            return Some(Halt::Canceled);
        }
        (self.newest.load(Ordering::Relaxed) != world.revision).then_some(Halt::Outdated)
    }
}

/// A request that takes long enough to stop it, or to say how far it is.
pub(crate) struct Call<'a> {
    pub(crate) world: &'a World,
    pub(crate) out: &'a Outbox,
    pub(crate) stop: &'a Stop,
}
