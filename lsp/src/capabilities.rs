//! What the editor can do, and what it is told that we can.

use gen_lsp_types as lsp;
use lsp::{ClientCapabilities, InitializeParams, ServerCapabilities};

use crate::handlers;
use crate::position::Encoding;
use crate::proto::EditSupport;

/// Command of editors that runs the script of a URI.
pub(crate) const RUN: &str = "mailstop.run";
/// Command of editors that runs the script of a URI in the debugger.
pub(crate) const DEBUG: &str = "mailstop.debug";
/// Command of editors that runs the script of a URI on a sample, without a server.
pub(crate) const RUN_SAMPLE: &str = "mailstop.runSample";
/// Command of editors that does so in the debugger.
pub(crate) const DEBUG_SAMPLE: &str = "mailstop.debugSample";

/// Command of editors that runs one test: the URI of its file, and its name.
pub(crate) const TEST: &str = "mailstop.runTest";
/// Command of editors that runs one test in the debugger: the URI of its file, and its name.
pub(crate) const DEBUG_TEST: &str = "mailstop.debugTest";

/// Whether the editor says that it has these commands of its own, in
/// `experimental.commands.commands`.
fn has_commands(all: &ClientCapabilities, wanted: &[&str]) -> bool {
    let known = all.experimental.as_ref().and_then(|e| e.get("commands")?.get("commands"));
    let known = known.and_then(serde_json::Value::as_array);
    let has = |name: &&str| known.is_some_and(|known| known.iter().any(|k| k == *name));
    wanted.iter().all(has)
}

/// What matters of an editor's abilities.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    /// Unit of columns.
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics; then none are pushed.
    pub(crate) pulls_diagnostics: bool,
    /// It takes findings of other documents with those that it asks for.
    pub(crate) relates_documents: bool,
    /// It asks for diagnostics again when it is told to.
    pub(crate) refreshes_diagnostics: bool,
    /// It asks for semantic tokens again when it is told to.
    pub(crate) refreshes_tokens: bool,
    /// It asks for hints between the words again when it is told to.
    pub(crate) refreshes_hints: bool,
    /// It asks for what stands above lines again when it is told to.
    pub(crate) refreshes_lenses: bool,
    /// It asks for the edits of a code action when somebody takes it.
    pub(crate) resolves_actions: bool,
    /// It fills in snippets.
    pub(crate) snippets: bool,
    /// It asks for the documentation of an item of a list when it shows it.
    pub(crate) resolves_docs: bool,
    /// It asks for the further edits of an item when somebody takes it.
    pub(crate) resolves_imports: bool,
    /// It shows where an item comes from beside its name.
    pub(crate) labels_items: bool,
    /// Takes what all items of a list have in common once.
    pub(crate) defaults_items: bool,
    /// It can be asked to watch files.
    pub(crate) watches_files: bool,
    /// It can be asked for the user's settings.
    pub(crate) configures: bool,
    /// It tells when they change, if it is asked to.
    pub(crate) tells_settings: bool,
    /// It shows progress that the server begins.
    pub(crate) shows_progress: bool,
    /// It shows documents that the server names.
    pub(crate) shows_documents: bool,
    /// It has commands that run scripts ([`RUN`], [`DEBUG`]).
    pub(crate) runs_scripts: bool,
    /// It has commands that run the script of a hook on a sample ([`RUN_SAMPLE`], [`DEBUG_SAMPLE`]).
    pub(crate) runs_samples: bool,
    /// It has a command that runs a test ([`TEST`]).
    pub(crate) runs_tests: bool,
    /// It has a command that debugs a test ([`DEBUG_TEST`]).
    pub(crate) debugs_tests: bool,
    /// It asks the server for documents that are no files.
    pub(crate) shows_pages: bool,
    /// What it does with changes of several files.
    pub(crate) edits: EditSupport,
}

impl Client {
    /// Whether findings that are made later reach it.
    pub(crate) fn hears_later(&self) -> bool {
        !self.pulls_diagnostics || self.refreshes_diagnostics
    }

    /// Reads what the editor said about itself.
    pub(crate) fn of(params: &InitializeParams) -> Self {
        let all: &ClientCapabilities = &params.capabilities;
        let document = all.text_document.as_ref();
        let encodings = all.general.as_ref().and_then(|g| g.position_encodings.as_deref());
        let completion = document.and_then(|d| d.completion.as_ref());
        let item = completion.and_then(|c| c.completion_item.as_ref());
        let resolves = |property: &str| {
            let resolve = item.and_then(|item| item.resolve_support.as_ref());
            resolve.is_some_and(|resolve| resolve.properties.iter().any(|p| p == property))
        };
        let list = completion.and_then(|c| c.completion_list.as_ref());
        let list = list.and_then(|l| l.item_defaults.as_deref());
        let diagnostic = document.and_then(|d| d.diagnostic.as_ref());
        let workspace = all.workspace.clone().unwrap_or_default();
        let watch = workspace.did_change_watched_files;
        let tokens = workspace.semantic_tokens;
        let action = document.and_then(|d| d.code_action.as_ref());
        let resolved = action.and_then(|action| action.resolve_support.as_ref());
        let resolves_edit = resolved.is_some_and(|r| r.properties.iter().any(|p| p == "edit"));
        Self {
            encoding: Encoding::choose(encodings.unwrap_or_default()),
            pulls_diagnostics: diagnostic.is_some(),
            relates_documents: diagnostic.and_then(|d| d.related_document_support) == Some(true),
            refreshes_diagnostics: workspace.diagnostics.and_then(|d| d.refresh_support)
                == Some(true),
            refreshes_tokens: tokens.and_then(|t| t.refresh_support) == Some(true),
            refreshes_hints: workspace.inlay_hint.and_then(|h| h.refresh_support) == Some(true),
            refreshes_lenses: workspace.code_lens.and_then(|l| l.refresh_support) == Some(true),
            resolves_actions: resolves_edit && action.and_then(|a| a.data_support) == Some(true),
            snippets: item.and_then(|item| item.snippet_support) == Some(true),
            edits: EditSupport::of(all),
            resolves_docs: resolves("documentation"),
            resolves_imports: resolves("documentation") && resolves("additionalTextEdits"),
            labels_items: item.and_then(|item| item.label_details_support) == Some(true),
            defaults_items: list.is_some_and(|known| {
                ["editRange", "data"].iter().all(|one| known.iter().any(|name| name == one))
            }),
            watches_files: watch.and_then(|watch| watch.dynamic_registration) == Some(true),
            configures: workspace.configuration == Some(true),
            tells_settings: workspace
                .did_change_configuration
                .and_then(|change| change.dynamic_registration)
                == Some(true),
            shows_progress: all.window.as_ref().and_then(|w| w.work_done_progress) == Some(true),
            shows_documents: all
                .window
                .as_ref()
                .and_then(|w| w.show_document.as_ref())
                .is_some_and(|show| show.support),
            runs_scripts: has_commands(all, &[RUN, DEBUG]),
            runs_samples: has_commands(all, &[RUN_SAMPLE, DEBUG_SAMPLE]),
            runs_tests: has_commands(all, &[TEST]),
            debugs_tests: has_commands(all, &[DEBUG_TEST]),
            shows_pages: workspace.text_document_content.is_some(),
        }
    }

    /// What this editor is offered.
    pub(crate) fn offer(self) -> ServerCapabilities {
        let sync = lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::Incremental),
            save: Some(true.into()),
            ..lsp::TextDocumentSyncOptions::default()
        };
        let folders = lsp::WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(true.into()),
        };
        let mut all = ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(sync.into()),
            workspace: Some(lsp::WorkspaceOptions {
                workspace_folders: Some(folders),
                ..lsp::WorkspaceOptions::default()
            }),
            ..ServerCapabilities::default()
        };
        handlers::offer(self, &mut all);
        all
    }
}
