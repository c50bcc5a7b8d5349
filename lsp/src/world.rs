//! Everything that requests read, at one moment.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hsl_analysis::{Sources, Unit};
use hsl_ide::View;
use mta_project::{Snapshot, layout};

use crate::capabilities::Client;
use crate::document::Document;
use crate::loose::Loose;
use crate::uri;

/// Where a document belongs.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    /// Its absolute path, links followed.
    pub(crate) path: PathBuf,
    /// Folder of its project, and its name there.
    pub(crate) project: Option<(PathBuf, Arc<str>)>,
}

/// A snapshot of documents and projects. Views are made when they are first asked for.
#[derive(Debug)]
pub(crate) struct World {
    /// Counts edits.
    pub(crate) revision: u64,
    /// The editor's abilities.
    pub(crate) client: Client,
    /// Open documents by URI, with where they belong.
    pub(crate) documents: HashMap<Arc<str>, (Arc<Document>, Arc<Home>)>,
    /// The texts of each project by its folder: open documents over the disk.
    pub(crate) projects: BTreeMap<PathBuf, Arc<Snapshot>>,
    /// Views that were asked for.
    pub(crate) views: Mutex<HashMap<Arc<str>, Arc<View>>>,
}

impl World {
    /// The open document of a URI.
    pub(crate) fn document(&self, uri: &str) -> Option<&Arc<Document>> {
        self.documents.get(uri).map(|(document, _)| document)
    }

    /// Everything known about an open script.
    pub(crate) fn view(&self, uri: &str) -> Option<Arc<View>> {
        let (document, home) = self.documents.get(uri)?;
        let known = self.views.lock().unwrap_or_else(PoisonError::into_inner).get(uri).cloned();
        if known.is_some() {
            return known;
        }
        // Made outside the lock: another request may make the same view, which costs only time.
        let view = Arc::new(self.make(document, home));
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        views.insert(Arc::clone(&document.uri), Arc::clone(&view));
        Some(view)
    }

    fn make(&self, document: &Document, home: &Home) -> View {
        let project = home
            .project
            .as_ref()
            .and_then(|(root, name)| self.projects.get(root).map(|texts| (texts, name)));
        let parse = document.parse.clone();
        match project {
            Some((texts, name)) => {
                let paths = texts.below(layout::FILES);
                let paths = paths.filter_map(|(name, _)| layout::file_id(name)).map(Arc::from);
                View::new(name, parse, &**texts, unit_of(name), paths.collect())
            }
            None => {
                let name: Arc<str> = home.path.to_string_lossy().into();
                let unit = Unit::new(None, mta_hooks::catalog_for(&name));
                View::new(&name, parse, &self.loose(), unit, Vec::new())
            }
        }
    }

    fn loose(&self) -> impl Sources {
        let texts: HashMap<String, Arc<[u8]>> = self
            .documents
            .values()
            .map(|(document, home)| {
                (home.path.to_string_lossy().into_owned(), Arc::clone(&document.parse.text))
            })
            .collect();
        Loose { open: move |name: &str| texts.get(name).map(Arc::clone) }
    }

    /// The URI of a file that a view names, the editor's own when it is open.
    pub(crate) fn uri_of(&self, view_uri: &str, file: &str) -> Option<String> {
        let (_, home) = self.documents.get(view_uri)?;
        let path = match &home.project {
            Some((root, _)) => root.join(file),
            None => PathBuf::from(file),
        };
        Some(self.open_at(&path).map_or_else(|| uri::from_path(&path), |uri| uri.to_string()))
    }

    /// The text of a file that a view names.
    pub(crate) fn text_of(&self, view: &View, file: &str) -> Option<Arc<[u8]>> {
        let files = &view.resolved.program.files;
        files.iter().find(|known| *known.name == *file).map(|known| Arc::clone(&known.text))
    }

    fn open_at(&self, path: &Path) -> Option<&Arc<str>> {
        let found = self.documents.values().find(|(_, home)| home.path == *path);
        found.map(|(document, _)| &document.uri)
    }
}

/// What a file of a project is compiled for: the hook of its folder; files that are imported are
/// looked at for every hook.
fn unit_of(name: &str) -> Unit<'static> {
    let catalog = mta_hooks::catalog_for(name);
    match layout::hook_of(name) {
        _ if mta_hooks::is_test(name) => Unit::new(None, catalog),
        Some((hook, _)) => Unit::new(Some(hook), catalog),
        None if layout::file_id(name).is_some() => Unit::library(catalog),
        None => Unit::new(None, catalog),
    }
}
