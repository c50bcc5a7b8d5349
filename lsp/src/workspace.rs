//! The state that the main thread owns: open documents and the projects around them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use gen_lsp_types::TextDocumentContentChangeEvent;
use mta_project::{Project, Snapshot};

use crate::capabilities::Client;
use crate::document::Document;
use crate::uri;
use crate::world::{Home, World};

/// Open documents, projects, and how often they changed.
pub(crate) struct Workspace {
    client: Client,
    revision: u64,
    documents: HashMap<Arc<str>, (Arc<Document>, Arc<Home>)>,
    projects: BTreeMap<PathBuf, Arc<Snapshot>>,
}

impl Workspace {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, revision: 0, documents: HashMap::new(), projects: BTreeMap::new() }
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// A document was opened: its text wins over the disk from now on.
    pub(crate) fn open(&mut self, uri: &str, version: i32, text: String) {
        let home = Arc::new(self.home_of(uri));
        let document = Arc::new(Document::new(uri.into(), version, text));
        self.put(document, home);
    }

    /// A document was changed. Changes to documents that are not open are ignored.
    pub(crate) fn change(
        &mut self,
        uri: &str,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) {
        let Some((document, home)) = self.documents.get(uri).cloned() else { return };
        let changed = document.change(version, changes, self.client.encoding);
        self.put(Arc::new(changed), home);
    }

    /// A document was closed: the disk counts again.
    pub(crate) fn close(&mut self, uri: &str) {
        if self.documents.remove(uri).is_some() {
            self.rescan();
        }
    }

    /// Reads every project from the disk again.
    pub(crate) fn rescan(&mut self) {
        self.revision += 1;
        let roots: Vec<_> = self.projects.keys().cloned().collect();
        self.projects.clear();
        for root in roots {
            self.add_project(&root);
        }
    }

    /// Everything at this moment.
    pub(crate) fn world(&self) -> Arc<World> {
        Arc::new(World {
            revision: self.revision,
            client: self.client,
            documents: self.documents.clone(),
            projects: self.projects.clone(),
            views: Mutex::default(),
        })
    }

    fn put(&mut self, document: Arc<Document>, home: Arc<Home>) {
        self.revision += 1;
        if let Some((root, name)) = &home.project
            && let Some(texts) = self.projects.get_mut(root)
        {
            let text = Arc::clone(&document.parse.text);
            Arc::make_mut(texts).insert(Arc::clone(name), text);
        }
        self.documents.insert(Arc::clone(&document.uri), (document, home));
    }

    fn home_of(&mut self, uri: &str) -> Home {
        let Some(path) = uri::to_path(uri) else {
            return Home { path: PathBuf::from(uri), project: None };
        };
        let path = real(&path);
        let project = Project::holding(&path).and_then(|project| {
            let name = project.name_of(&path)?;
            let root = project.root().to_owned();
            self.add_project(&root);
            Some((root, Arc::from(name)))
        });
        Home { path, project }
    }

    /// Reads a project, unless it is known, and lays the open documents over it.
    fn add_project(&mut self, root: &Path) {
        if self.projects.contains_key(root) {
            return;
        }
        let Ok(project) = Project::open(root) else { return };
        let mut texts = project.scan();
        for (document, home) in self.documents.values() {
            match &home.project {
                Some((folder, name)) if folder == root => {
                    texts.insert(Arc::clone(name), Arc::clone(&document.parse.text));
                }
                _ => {}
            }
        }
        self.projects.insert(root.to_owned(), Arc::new(texts));
    }
}

/// The path with links followed as far as it exists: a new file has a folder, at least.
fn real(path: &Path) -> PathBuf {
    let existing = path.ancestors().find_map(|above| {
        let real = above.canonicalize().ok()?;
        Some(real.join(path.strip_prefix(above).ok()?))
    });
    // Joining nothing leaves a trailing slash.
    existing.map_or_else(|| path.to_owned(), |path| path.components().collect())
}
