//! The main loop.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, select, unbounded};
use gen_lsp_types as lsp;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::capabilities::Client;
use crate::handlers::{Refusal, answer, findings};
use crate::jobs::{Jobs, guarded};
use crate::workspace::Workspace;
use crate::world::World;

/// Threads for requests; two keep a slow one from holding up the others.
const THREADS: usize = 2;

/// Serves one editor until it says `exit` or hangs up.
///
/// # Errors
/// The editor broke the protocol.
pub fn serve(connection: Connection) -> anyhow::Result<()> {
    let (id, params) = connection.initialize_start()?;
    let params: lsp::InitializeParams = serde_json::from_value(params)
        .context("`initialize` has parameters that are not its own")?;
    let client = Client::of(&params);
    let version = env!("CARGO_PKG_VERSION");
    let result = json!({
        "capabilities": client.offer(),
        "serverInfo": { "name": "mailstop", "version": version },
    });
    connection.initialize_finish(id, result)?;
    Server::new(connection, client).run()
}

/// What a job tells the main thread.
enum Done {
    /// The answer to a request.
    Answer(Response),
    /// Findings of a document at a revision.
    Findings(u64, lsp::PublishDiagnosticsParams),
}

struct Server {
    connection: Connection,
    client: Client,
    workspace: Workspace,
    world: Arc<World>,
    jobs: Jobs,
    /// The newest revision, for jobs that are no longer worth their time.
    newest: Arc<AtomicU64>,
    done: (Sender<Done>, Receiver<Done>),
    /// Requests that were not answered yet.
    pending: HashMap<RequestId, String>,
}

impl Server {
    fn new(connection: Connection, client: Client) -> Self {
        let workspace = Workspace::new(client);
        let world = workspace.world();
        Self {
            connection,
            client,
            workspace,
            world,
            jobs: Jobs::new(THREADS),
            newest: Arc::default(),
            done: unbounded(),
            pending: HashMap::new(),
        }
    }

    fn run(mut self) -> anyhow::Result<()> {
        if self.client.watches_files {
            self.send(watch_request());
        }
        loop {
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(Message::Request(request)) => {
                        if self.connection.handle_shutdown(&request)? {
                            return Ok(());
                        }
                        self.request(request);
                    }
                    Ok(Message::Notification(note)) if note.method == "exit" => return Ok(()),
                    Ok(Message::Notification(note)) => self.notification(note),
                    Ok(Message::Response(_)) => {}
                    Err(_) => return Ok(()),
                },
                recv(self.done.1) -> done => if let Ok(done) = done {
                    self.finish(done);
                },
            }
        }
    }

    fn send(&self, message: Message) {
        // An editor that hung up is noticed when the next message is read.
        _ = self.connection.sender.send(message);
    }

    fn request(&mut self, request: Request) {
        self.pending.insert(request.id.clone(), request.method.clone());
        let world = Arc::clone(&self.world);
        let done = self.done.0.clone();
        self.jobs.run(move || {
            let response = respond(&world, request);
            _ = done.send(Done::Answer(response));
        });
    }

    fn finish(&mut self, done: Done) {
        match done {
            Done::Answer(response) => {
                if self.pending.remove(&response.id).is_some() {
                    self.send(Message::Response(response));
                }
            }
            Done::Findings(revision, params) => {
                if revision == self.workspace.revision() {
                    let method = "textDocument/publishDiagnostics".to_owned();
                    self.send(Message::Notification(Notification::new(method, params)));
                }
            }
        }
    }

    fn notification(&mut self, note: Notification) {
        match note.method.as_str() {
            "textDocument/didOpen" => self.opened(note),
            "textDocument/didChange" => self.changed(note),
            "textDocument/didClose" => self.closed(note),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.workspace.rescan();
                self.moved();
            }
            "$/cancelRequest" => self.cancel(note),
            _ => {}
        }
    }

    fn opened(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidOpenTextDocumentParams>(note) else { return };
        let document = params.text_document;
        self.workspace.open(document.uri.as_ref(), document.version, document.text);
        self.moved();
    }

    fn changed(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidChangeTextDocumentParams>(note) else { return };
        let document = params.text_document;
        let uri = document.text_document_identifier.uri;
        self.workspace.change(uri.as_ref(), document.version, params.content_changes);
        self.moved();
    }

    fn closed(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidCloseTextDocumentParams>(note) else { return };
        let uri = params.text_document.uri;
        self.workspace.close(uri.as_ref());
        self.moved();
        if !self.client.pulls_diagnostics {
            // Findings of a document that nobody sees any more.
            let empty =
                lsp::PublishDiagnosticsParams { uri, version: None, diagnostics: Vec::new() };
            self.finish(Done::Findings(self.workspace.revision(), empty));
        }
    }

    fn cancel(&mut self, note: Notification) {
        let Some(params) = params::<lsp::CancelParams>(note) else { return };
        let id = match params.id {
            lsp::Id::Int(number) => RequestId::from(number),
            lsp::Id::String(name) => RequestId::from(name),
        };
        if let Some(method) = self.pending.remove(&id) {
            let code = ErrorCode::RequestCanceled as i32;
            let response = Response::new_err(id, code, format!("{method} was canceled"));
            self.send(Message::Response(response));
        }
    }

    /// Takes a new snapshot and looks at every open document again: an edit of one file changes
    /// what others mean.
    fn moved(&mut self) {
        self.world = self.workspace.world();
        self.newest.store(self.world.revision, Ordering::Relaxed);
        if self.client.pulls_diagnostics {
            return;
        }
        for (document, _) in self.world.documents.values() {
            let (uri, version) = (Arc::clone(&document.uri), document.version);
            let world = Arc::clone(&self.world);
            let newest = Arc::clone(&self.newest);
            let done = self.done.0.clone();
            self.jobs.run(move || {
                if newest.load(Ordering::Relaxed) != world.revision {
                    return;
                }
                let Ok(diagnostics) = guarded(|| findings(&world, &uri)) else { return };
                let uri = uri.to_string().into();
                let params =
                    lsp::PublishDiagnosticsParams { uri, version: Some(version), diagnostics };
                _ = done.send(Done::Findings(world.revision, params));
            });
        }
    }
}

fn respond(world: &World, request: Request) -> Response {
    let Request { id, method, params } = request;
    let error = |code: ErrorCode, message: String| (code as i32, message);
    let result = match guarded(|| answer(world, &method, params)) {
        Ok(Ok(value)) => return Response::new_ok(id, value),
        Ok(Err(Refusal::UnknownMethod)) => {
            error(ErrorCode::MethodNotFound, format!("there is no method {method}"))
        }
        Ok(Err(Refusal::Impossible(why))) => error(ErrorCode::RequestFailed, why),
        Ok(Err(Refusal::Params(why))) => error(ErrorCode::InvalidParams, why),
        Err(panic) => error(ErrorCode::InternalError, format!("{method} failed: {panic}")),
    };
    Response::new_err(id, result.0, result.1)
}

/// The parameters of a notification; one that is malformed cannot be answered and is ignored.
fn params<P: DeserializeOwned>(note: Notification) -> Option<P> {
    serde_json::from_value(note.params).ok()
}

/// Asks the editor to tell when scripts, data or configuration change on disk.
fn watch_request() -> Message {
    let watchers = json!([{ "globPattern": "**/src/{config,hooks,files}/**" }]);
    let registration = json!({
        "id": "files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    });
    let params = json!({ "registrations": [registration] });
    let id = RequestId::from("watch".to_owned());
    Message::Request(Request::new(id, "client/registerCapability".to_owned(), params))
}
