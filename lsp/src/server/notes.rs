//! What the editor tells, in the order of the wire.

use std::collections::HashSet;
use std::path::PathBuf;

use gen_lsp_types as lsp;
use lsp_server::Notification;
use mta_project::{SECTION, UserSettings};
use serde::de::DeserializeOwned;

use super::Server;
use crate::uri;
use crate::workspace::real;

impl Server {
    pub(super) fn notification(&mut self, note: Notification) {
        match note.method.as_str() {
            "textDocument/didOpen" => self.opened(note),
            "textDocument/didChange" => self.changed(note),
            "textDocument/didClose" => self.closed(note),
            "textDocument/didSave" => self.saved(note),
            "workspace/didChangeWatchedFiles" => self.watched(note),
            "workspace/didCreateFiles" => self.made(note),
            "workspace/didDeleteFiles" => self.deleted(note),
            "workspace/didRenameFiles" => self.renamed(note),
            "workspace/didChangeWorkspaceFolders" => self.folders_changed(note),
            "workspace/didChangeConfiguration" => self.configured(note),
            "window/workDoneProgress/cancel" => {
                if let Some(params) = params::<lsp::WorkDoneProgressCancelParams>(note) {
                    self.cancel_bar(&params.token);
                }
            }
            "$/cancelRequest" => self.cancel(note),
            _ => {}
        }
    }

    fn opened(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidOpenTextDocumentParams>(note) else { return };
        let document = params.text_document;
        let language = document.language_id.as_str();
        self.workspace.open(document.uri.as_ref(), language, document.version, document.text);
        self.moved();
        self.edited(document.uri.as_ref());
    }

    fn changed(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidChangeTextDocumentParams>(note) else { return };
        let document = params.text_document;
        let uri = document.text_document_identifier.uri;
        self.workspace.change(uri.as_ref(), document.version, params.content_changes);
        self.moved();
        self.edited(uri.as_ref());
    }

    fn closed(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidCloseTextDocumentParams>(note) else { return };
        let uri = params.text_document.uri;
        self.workspace.close(uri.as_ref());
        self.moved();
        self.unpublish(uri);
    }

    /// The text on disk is that of the document now, which is known; but other programs may have
    /// waited for it, and not every editor watches files.
    fn saved(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidSaveTextDocumentParams>(note) else { return };
        for uri in self.world.packed.uris() {
            let params = serde_json::json!({ "uri": uri });
            self.out.request("workspace/textDocumentContent/refresh", params);
        }
        if !self.client.watches_files {
            self.on_disk([params.text_document.uri]);
        }
    }

    fn watched(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidChangeWatchedFilesParams>(note) else { return };
        self.on_disk(params.changes.into_iter().map(|event| event.uri));
    }

    fn made(&mut self, note: Notification) {
        let Some(params) = params::<lsp::CreateFilesParams>(note) else { return };
        self.on_disk(params.files.into_iter().map(|file| file.uri));
    }

    fn renamed(&mut self, note: Notification) {
        let Some(params) = params::<lsp::RenameFilesParams>(note) else { return };
        self.on_disk(params.files.into_iter().flat_map(|file| [file.old_uri, file.new_uri]));
    }

    /// What imports a file that is gone is told so at once.
    fn deleted(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DeleteFilesParams>(note) else { return };
        self.on_disk(params.files.into_iter().map(|file| file.uri));
    }

    fn on_disk(&mut self, uris: impl IntoIterator<Item = lsp::Uri>) {
        let paths = uris.into_iter().filter_map(|uri| uri::to_path(uri.as_ref()));
        let paths: HashSet<PathBuf> = paths.map(|path| real(&path)).collect();
        self.workspace.changed(&paths);
        self.moved_outside();
    }

    fn folders_changed(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidChangeWorkspaceFoldersParams>(note) else { return };
        let path = |folder: &lsp::WorkspaceFolder| uri::to_path(folder.uri.as_ref());
        for gone in params.event.removed.iter().filter_map(path).map(|path| real(&path)) {
            self.folders.retain(|folder| *folder != gone);
            self.workspace.leave(&gone);
        }
        self.folders.extend(params.event.added.iter().filter_map(path).map(|path| real(&path)));
        self.moved_outside();
        self.index();
    }

    /// Editors that can be asked are; the others send what changed.
    fn configured(&mut self, note: Notification) {
        let Some(params) = params::<lsp::DidChangeConfigurationParams>(note) else { return };
        match self.client.configures {
            true => self.ask_settings(),
            false => self.configure(UserSettings::of_section(&params.settings[SECTION])),
        }
    }
}

/// The parameters of a notification; one that is malformed cannot be answered and is ignored.
pub(super) fn params<P: DeserializeOwned>(note: Notification) -> Option<P> {
    serde_json::from_value(note.params).ok()
}
