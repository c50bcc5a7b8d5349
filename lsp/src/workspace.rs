//! The state that the main thread owns: open documents and the projects around them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::TextDocumentContentChangeEvent;
use mta_project::{Project, Snapshot, ToolSettings, UserSettings};

use crate::capabilities::Client;
use crate::document::Document;
use crate::graphs::Graphs;
use crate::packed::Packed;
use crate::reports::Cache;
use crate::uri;
use crate::world::{Home, World};

/// Open documents, projects, and how often they changed.
pub(crate) struct Workspace {
    client: Client,
    /// The user's settings.
    pub(crate) user: Arc<UserSettings>,
    revision: u64,
    /// How often the disk changed outside of projects, as far as anybody knows.
    disk: u64,
    documents: HashMap<Arc<str>, (Arc<Document>, Arc<Home>)>,
    projects: BTreeMap<PathBuf, Arc<Snapshot>>,
    /// `mailstop.toml` of each project.
    tools: BTreeMap<PathBuf, Arc<ToolSettings>>,
    cache: Arc<Cache>,
    graphs: Arc<Graphs>,
    packed: Arc<Packed>,
}

impl Workspace {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            user: Arc::default(),
            revision: 0,
            disk: 0,
            documents: HashMap::new(),
            projects: BTreeMap::new(),
            tools: BTreeMap::new(),
            cache: Arc::default(),
            graphs: Arc::default(),
            packed: Arc::default(),
        }
    }

    /// A document was opened: its text wins over the disk from now on.
    pub(crate) fn open(&mut self, uri: &str, language: &str, version: i32, text: String) {
        let home = Arc::new(self.home_of(uri));
        let document = Arc::new(Document::new(uri.into(), language, version, text));
        self.disk += u64::from(home.project.is_none());
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
        let Some((_, home)) = self.documents.remove(uri) else { return };
        self.cache.forget(uri);
        self.changed(&HashSet::from([home.path.clone()]));
    }

    /// Files appeared, changed or went; open documents still win. Only what is named is read again.
    pub(crate) fn changed(&mut self, paths: &HashSet<PathBuf>) {
        self.revision += 1;
        self.disk += 1;
        if paths.iter().any(|path| path.ends_with(ToolSettings::FILE)) {
            self.tools.clear();
        }
        for root in self.projects.keys().cloned().collect::<Vec<_>>() {
            if paths.iter().any(|path| path.starts_with(&root)) {
                let is_changed = |name: &str| paths.contains(&root.join(name));
                self.list(&root, is_changed);
            }
        }
    }

    /// The user has other settings.
    pub(crate) fn configure(&mut self, user: UserSettings) {
        self.revision += 1;
        self.disk += 1;
        self.tools.clear();
        self.user = Arc::new(user);
    }

    /// Finds every file again and trusts nothing that was read.
    pub(crate) fn rescan(&mut self) {
        self.revision += 1;
        self.disk += 1;
        self.tools.clear();
        for root in self.projects.keys().cloned().collect::<Vec<_>>() {
            self.list(&root, |_| true);
        }
    }

    /// A project was found and its files were listed; one that is known stays.
    pub(crate) fn add(&mut self, root: PathBuf, texts: Snapshot) {
        if !self.projects.contains_key(&root) {
            self.revision += 1;
            self.insert(root, texts);
        }
    }

    /// Forgets the projects below a folder, unless a document of theirs is open.
    pub(crate) fn leave(&mut self, folder: &Path) {
        self.revision += 1;
        let homes = || self.documents.values().filter_map(|(_, home)| home.project.as_ref());
        let is_used = |root: &Path| homes().any(|(used, _)| used == root);
        let gone = |root: &PathBuf| root.starts_with(folder) && !is_used(root);
        let gone: Vec<_> = self.projects.keys().filter(|root| gone(root)).cloned().collect();
        self.projects.retain(|root, _| !gone.contains(root));
    }

    /// Everything at this moment.
    pub(crate) fn world(&mut self) -> Arc<World> {
        self.tools.retain(|root, _| self.projects.contains_key(root));
        for root in self.projects.keys() {
            if !self.tools.contains_key(root) {
                // One that is wrong is told by `mailstop check`; editing goes on with the defaults.
                let read = ToolSettings::holding_over(root, &self.user);
                let read = read.unwrap_or_else(|_| ToolSettings::of_user(&self.user));
                self.tools.insert(root.clone(), Arc::new(read));
            }
        }
        Arc::new(World {
            revision: self.revision,
            client: self.client,
            user: Arc::clone(&self.user),
            disk: self.disk,
            documents: self.documents.clone(),
            projects: self.projects.clone(),
            tools: self.tools.clone(),
            cache: Arc::clone(&self.cache),
            graphs: Arc::clone(&self.graphs),
            packed: Arc::clone(&self.packed),
        })
    }

    fn put(&mut self, document: Arc<Document>, home: Arc<Home>) {
        self.revision += 1;
        if let Some((root, name)) = &home.project
            && let Some(texts) = self.projects.get_mut(root)
        {
            lay(Arc::make_mut(texts), name, &document);
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
            if !self.projects.contains_key(&root) {
                self.insert(root.clone(), project.list());
            }
            Some((root, Arc::from(name)))
        });
        Home { path, project }
    }

    /// Lists a project again and keeps what was read, unless it changed.
    fn list(&mut self, root: &Path, is_changed: impl Fn(&str) -> bool) {
        let Some(older) = self.projects.remove(root) else { return };
        let Ok(project) = Project::open(root) else { return };
        let mut texts = project.list();
        texts.keep(&older, is_changed);
        self.insert(root.to_owned(), texts);
        // With the open documents the names may be those of before.
        if let Some(texts) = self.projects.get_mut(root) {
            Arc::make_mut(texts).keep_names(&older);
        }
    }

    /// Lays the open documents over a project.
    fn insert(&mut self, root: PathBuf, mut texts: Snapshot) {
        for (document, home) in self.documents.values() {
            match &home.project {
                Some((folder, name)) if *folder == root => lay(&mut texts, name, document),
                _ => {}
            }
        }
        self.projects.insert(root, Arc::new(texts));
    }
}

fn lay(texts: &mut Snapshot, name: &Arc<str>, document: &Document) {
    if document.is_script {
        texts.insert_parsed(Arc::clone(name), document.parse.clone());
    } else {
        texts.insert(Arc::clone(name), Arc::clone(&document.parse.text));
    }
}

/// The path with links followed as far as it exists: a new file has a folder, at least.
pub(crate) fn real(path: &Path) -> PathBuf {
    let existing = path.ancestors().find_map(|above| {
        let real = above.canonicalize().ok()?;
        Some(real.join(path.strip_prefix(above).ok()?))
    });
    // Joining nothing leaves a trailing slash.
    existing.map_or_else(|| path.to_owned(), |path| path.components().collect())
}
