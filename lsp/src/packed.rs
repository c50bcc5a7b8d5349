//! Packed configuration files as documents: what the server would load, with the way from each place
//! to its source and back.
//!
//! A document is `mailstop-packed:/FOLDER/smtpd-app.yaml`, with the folder of the project.
//!
//! *Not here.* Packing and its places (`mta_project::PackedView`).

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use diagnostics::Span;
use gen_lsp_types as lsp;
use mta_project::{PackedFile, PackedView, Snapshot};

use crate::position::Lines;
use crate::uri;
use crate::world::World;

/// Scheme of the documents.
pub(crate) const SCHEME: &str = "mailstop-packed";

/// What a project packs to, or why it does not.
type Found = Result<PackedView, String>;

/// A packed file with the texts that it was made from.
type Made = (Arc<Snapshot>, Arc<Found>);

/// The newest packed files that somebody looked at.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    known: Mutex<HashMap<(PathBuf, PackedFile), Made>>,
}

impl Packed {
    /// The documents that somebody looked at.
    pub(crate) fn uris(&self) -> Vec<String> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.keys().map(|(root, which)| uri_of(root, *which)).collect()
    }

    fn of(&self, root: &Path, texts: &Arc<Snapshot>, which: PackedFile) -> Arc<Found> {
        let key = (root.to_owned(), which);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((_, found)) = known.filter(|(of, _)| Arc::ptr_eq(of, texts)) {
            return found;
        }
        // Made outside the lock: another request may make the same, which costs only time.
        let found = PackedView::of(texts, which).map_err(|findings| {
            let first = findings.iter().find(|finding| finding.is_error());
            let why = first.map(|first| format!("{}: {}", first.file, first.message));
            why.unwrap_or_else(|| "the project is not complete".to_owned())
        });
        let found = Arc::new(found);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, (Arc::clone(texts), Arc::clone(&found)));
        found
    }
}

/// The document of a packed file.
pub(crate) fn uri_of(root: &Path, which: PackedFile) -> String {
    let path = uri::from_path(&root.join(which.name()));
    format!("{SCHEME}:{}", path.trim_start_matches("file://"))
}

impl World {
    /// The text of a packed document; none for other URIs.
    pub(crate) fn packed_text(&self, document: &str) -> Option<Result<String, String>> {
        let (_, found) = self.packed_at(document)?;
        Some(found.as_ref().as_ref().map(|view| view.text.clone()).map_err(Clone::clone))
    }

    /// Where a place of a packed document comes from.
    pub(crate) fn packed_source(
        &self,
        at: &lsp::TextDocumentPositionParams,
    ) -> Option<lsp::Location> {
        let (root, found) = self.packed_at(at.text_document.uri.as_ref())?;
        let view = found.as_ref().as_ref().ok()?;
        let lines = Lines::new(view.text.as_bytes(), self.client.encoding);
        let (file, span) = view.source(lines.offset(at.position))?;
        let text = self.projects.get(&root)?.text(file)?;
        let range = Lines::new(text, self.client.encoding).range(span);
        let path = root.join(&**file);
        let open = self.documents.values().find(|(_, home)| home.path == path);
        let uri = open.map_or_else(|| uri::from_path(&path), |(open, _)| open.uri.to_string());
        Some(lsp::Location { uri: uri.into(), range })
    }

    /// Where a place of a source lies in what its project packs to.
    pub(crate) fn packed_place(
        &self,
        at: &lsp::TextDocumentPositionParams,
    ) -> Option<lsp::Location> {
        let home = self.home_of(at.text_document.uri.as_ref())?;
        let (root, name) = home.project.as_ref()?;
        let texts = self.projects.get(root)?;
        let offset = Lines::new(texts.text(name)?, self.client.encoding).offset(at.position);
        let mut all = PackedFile::ALL.into_iter().filter_map(|which| {
            let found = self.packed.of(root, texts, which);
            let view = found.as_ref().as_ref().ok()?;
            let span: Span = view.packed(name, offset)?;
            let range = Lines::new(view.text.as_bytes(), self.client.encoding).range(span);
            Some(lsp::Location { uri: uri_of(root, which).into(), range })
        });
        all.next()
    }

    fn packed_at(&self, document: &str) -> Option<(PathBuf, Arc<Found>)> {
        let path = document.strip_prefix(SCHEME)?.strip_prefix(':')?;
        let path = uri::to_path(&format!("file://{path}"))?;
        let root = path.parent()?.to_owned();
        let name = path.file_name()?.to_str()?;
        let which = PackedFile::ALL.into_iter().find(|which| which.name() == name)?;
        let texts = self.projects.get(&root)?;
        let found = self.packed.of(&root, texts, which);
        Some((root, found))
    }
}
