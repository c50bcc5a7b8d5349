//! The main loop.
//!
//! *Invariants.* One thread owns the state, and what the editor tells is applied in the order of the
//! wire. It never waits: reading a workspace and looking at scripts are jobs.

mod across;
mod asked;
mod notes;
mod pushed;
mod requests;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use crossbeam_channel::{Receiver, Sender, after, never, select, unbounded};
use gen_lsp_types as lsp;
use lsp_server::{Connection, ErrorCode, Message, RequestId, Response};
use mta_project::{Snapshot, UserSettings};
use serde_json::json;

use crate::capabilities::Client;
use crate::jobs::Jobs;
use crate::outbox::{Answer, Outbox, Wire};
use crate::reports::Report;
use crate::uri;
use crate::workspace::{Workspace, real};
use crate::world::World;
use asked::Asked;
use pushed::Pushed;
use requests::Pending;

/// Serves one editor until it says `exit` or hangs up.
///
/// # Errors
/// The editor broke the protocol.
pub fn serve(connection: Connection) -> anyhow::Result<()> {
    serve_on(connection, None)
}

/// Serves one editor; what is text already goes another way, if there is one.
pub(crate) fn serve_on(
    connection: Connection,
    texts: Option<Sender<String>>,
) -> anyhow::Result<()> {
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
    let wire = match texts {
        Some(texts) => Wire::Texts(texts),
        None => Wire::Messages(connection.sender.clone()),
    };
    Server::new(connection, wire, client, params).run()
}

/// What a job tells the main thread.
pub(crate) enum News {
    /// The answer to a request.
    Answer(Answer),
    /// The findings of a document in a snapshot.
    Findings {
        /// Of the snapshot.
        revision: u64,
        /// Of the document.
        uri: Arc<str>,
        /// Of the document in the snapshot.
        version: i32,
        /// What was found.
        report: Arc<Report>,
    },
    /// A project was found, and its files.
    Listed(PathBuf, Snapshot),
    /// The rules about projects have looked at a project of which findings were asked for before.
    LookedAcross,
    /// Nothing that was read from the disk is to be trusted.
    Rescan,
}

struct Server {
    connection: Connection,
    client: Client,
    /// Folders that the editor opened.
    folders: Vec<PathBuf>,
    workspace: Workspace,
    world: Arc<World>,
    jobs: Jobs,
    /// The newest revision, for jobs that are no longer worth their time.
    newest: Arc<AtomicU64>,
    /// The revision of the editor's newest change, for answers whose places are no longer right.
    newest_change: Arc<AtomicU64>,
    out: Outbox,
    news: Receiver<News>,
    /// Requests that were not answered yet.
    pending: HashMap<RequestId, Pending>,
    /// Projects that the rules about projects were told to look at.
    looked_across: HashSet<PathBuf>,
    /// What the editor was asked.
    asked: Asked,
    pushed: Pushed,
}

impl Server {
    fn new(
        connection: Connection,
        wire: Wire,
        client: Client,
        params: lsp::InitializeParams,
    ) -> Self {
        let mut workspace = Workspace::new(client);
        let section = params.initialization_options.clone().unwrap_or_default();
        workspace.configure(UserSettings::of_section(&section));
        let (tell, news) = unbounded();
        let out = Outbox::new(wire, tell);
        Self {
            world: workspace.world(),
            folders: folders_of(&params),
            connection,
            client,
            workspace,
            jobs: Jobs::new(),
            newest: Arc::default(),
            newest_change: Arc::default(),
            out,
            news,
            pending: HashMap::new(),
            looked_across: HashSet::new(),
            asked: Asked::default(),
            pushed: Pushed::default(),
        }
    }

    fn run(mut self) -> anyhow::Result<()> {
        self.begin();
        loop {
            let idle = self.pushed.wait().map_or_else(never, after);
            select! {
                recv(self.connection.receiver) -> message => match message {
                    Ok(Message::Request(request)) => {
                        if request.method == "shutdown" {
                            leave(&self.connection, request.id);
                            return Ok(());
                        }
                        self.request(request);
                    }
                    // Whoever does not say `shutdown` first is told so (LSP 3.18, `exit`).
                    Ok(Message::Notification(note)) if note.method == "exit" => {
                        anyhow::bail!("the editor said `exit` without `shutdown`")
                    }
                    Ok(Message::Notification(note)) => self.notification(note),
                    Ok(Message::Response(response)) => self.response(response),
                    Err(_) => return Ok(()),
                },
                recv(self.news) -> news => if let Ok(news) = news {
                    self.hear(news);
                },
                recv(idle) -> _ => self.look_at_all(),
            }
        }
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Answer(answer) => self.answered(&answer),
            News::Findings { revision, uri, version, report } => {
                self.found(revision, &uri, version, &report);
            }
            News::Listed(root, texts) => {
                // What was found before the settings came may be what nobody wants.
                let user = &self.workspace.user;
                if !self.folders.iter().any(|folder| user.excludes(folder, &root)) {
                    self.workspace.add(root, texts);
                    self.moved_outside();
                }
            }
            News::LookedAcross => self.refresh_findings(),
            News::Rescan => {
                self.workspace.rescan();
                self.moved_outside();
            }
        }
    }

    /// Takes a new snapshot after a change by the editor.
    fn moved(&mut self) {
        self.take_snapshot();
        self.newest_change.store(self.world.revision, Ordering::Relaxed);
    }

    fn take_snapshot(&mut self) {
        self.world = self.workspace.world();
        self.newest.store(self.world.revision, Ordering::Relaxed);
        self.look_across();
    }

    /// The user has other settings.
    fn configure(&mut self, user: UserSettings) {
        if *self.workspace.user == user {
            return;
        }
        let other_folders = self.workspace.user.exclude != user.exclude;
        self.workspace.configure(user);
        if other_folders {
            self.folders.iter().for_each(|folder| self.workspace.leave(folder));
        }
        self.moved_outside();
        if self.client.refreshes_hints {
            self.out.request("workspace/inlayHint/refresh", json!(null));
        }
        if self.client.refreshes_lenses {
            self.out.request("workspace/codeLens/refresh", json!(null));
        }
        if other_folders {
            self.index();
        }
    }

    /// Takes a new snapshot after a change that no document of the editor's shows.
    fn moved_outside(&mut self) {
        self.take_snapshot();
        self.refresh_findings();
        if self.client.refreshes_tokens {
            self.out.request("workspace/semanticTokens/refresh", json!(null));
        }
    }

    /// Findings may be others, though no document has changed.
    fn refresh_findings(&mut self) {
        if !self.client.pulls_diagnostics {
            self.look_at_all();
        } else if self.client.refreshes_diagnostics {
            self.out.request("workspace/diagnostic/refresh", json!(null));
        }
    }
}

/// The folders of `initialize`, in the words of old and new editors.
#[allow(deprecated)] // Old editors name one folder.
fn folders_of(params: &lsp::InitializeParams) -> Vec<PathBuf> {
    let many = params.workspace_folders_initialize_params.workspace_folders.as_ref();
    let uris: Vec<&lsp::Uri> = match many {
        Some(lsp::WorkspaceFolders::WorkspaceFolderList(folders)) => {
            folders.iter().map(|folder| &folder.uri).collect()
        }
        _ => params.root_uri.iter().collect(),
    };
    uris.into_iter().filter_map(|uri| uri::to_path(&uri.0)).map(|path| real(&path)).collect()
}

/// Says that nothing is held any more, and waits until the editor lets go.
///
/// Answers to what we asked, and notifications that were on their way, may still come; requests are
/// refused (LSP 3.18, `shutdown`).
fn leave(connection: &Connection, id: RequestId) {
    _ = connection.sender.send(Message::Response(Response::new_ok(id, ())));
    for message in &connection.receiver {
        match message {
            Message::Notification(note) if note.method == "exit" => return,
            Message::Request(request) => {
                let (code, why) = (ErrorCode::InvalidRequest, "the server is shutting down");
                let refusal = Response::new_err(request.id, code as i32, why.to_owned());
                _ = connection.sender.send(Message::Response(refusal));
            }
            Message::Notification(_) | Message::Response(_) => {}
        }
    }
}
