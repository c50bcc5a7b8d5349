//! What the editor can do, and what it is told that we can.

use gen_lsp_types::{
    ClientCapabilities, CompletionOptions, DiagnosticOptions, DocumentOnTypeFormattingOptions,
    InitializeParams, ServerCapabilities, TextDocumentSyncKind, TextDocumentSyncOptions,
};

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
        let triggers = ["$", "[", "\"", ">", ":", "{"].map(str::to_owned).to_vec();
        ServerCapabilities {
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
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(triggers),
                ..CompletionOptions::default()
            }),
            hover_provider: Some(true.into()),
            definition_provider: Some(true.into()),
            document_symbol_provider: Some(true.into()),
            folding_range_provider: Some(true.into()),
            document_formatting_provider: Some(true.into()),
            document_range_formatting_provider: Some(true.into()),
            document_on_type_formatting_provider: Some(DocumentOnTypeFormattingOptions {
                first_trigger_character: "}".to_owned(),
                more_trigger_character: Some(vec![";".to_owned(), "\n".to_owned()]),
            }),
            diagnostic_provider: self.pulls_diagnostics.then(|| {
                DiagnosticOptions {
                    identifier: Some("mailstop".to_owned()),
                    inter_file_dependencies: true,
                    workspace_diagnostics: false,
                    work_done_progress_options: Default::default(),
                }
                .into()
            }),
            ..ServerCapabilities::default()
        }
    }
}
