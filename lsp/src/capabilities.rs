//! What the editor can do, and what it is told that we can.

use gen_lsp_types::{
    ClientCapabilities, InitializeParams, ServerCapabilities, TextDocumentSyncKind,
    TextDocumentSyncOptions,
};

use crate::handlers;
use crate::position::Encoding;

/// What matters of an editor's abilities.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    /// Unit of columns.
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics; then none are pushed.
    pub(crate) pulls_diagnostics: bool,
    /// It fills in snippets.
    pub(crate) snippets: bool,
    /// It can be asked to watch files.
    pub(crate) watches_files: bool,
}

impl Client {
    /// Reads what the editor said about itself.
    pub(crate) fn of(params: &InitializeParams) -> Self {
        let all: &ClientCapabilities = &params.capabilities;
        let document = all.text_document.as_ref();
        let encodings = all.general.as_ref().and_then(|g| g.position_encodings.as_deref());
        let completion = document.and_then(|d| d.completion.as_ref());
        let item = completion.and_then(|c| c.completion_item.as_ref());
        let workspace = all.workspace.as_ref();
        let watch = workspace.and_then(|w| w.did_change_watched_files.as_ref());
        Self {
            encoding: Encoding::choose(encodings.unwrap_or_default()),
            pulls_diagnostics: document.is_some_and(|d| d.diagnostic.is_some()),
            snippets: item.and_then(|item| item.snippet_support) == Some(true),
            watches_files: watch.and_then(|watch| watch.dynamic_registration) == Some(true),
        }
    }

    /// What this editor is offered.
    pub(crate) fn offer(self) -> ServerCapabilities {
        let mut all = ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(
                TextDocumentSyncOptions {
                    open_close: Some(true),
                    change: Some(TextDocumentSyncKind::Incremental),
                    save: Some(true.into()),
                    ..TextDocumentSyncOptions::default()
                }
                .into(),
            ),
            ..ServerCapabilities::default()
        };
        handlers::offer(self, &mut all);
        all
    }
}
