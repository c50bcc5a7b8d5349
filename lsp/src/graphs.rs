//! The graph of each project, made when it is first asked for.
//!
//! *Invariants.* A graph belongs to one snapshot of texts. The next one takes over what files say by
//! themselves, so a keystroke costs one file and the links between all.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use diagnostics::Diagnostic;
use hsl_graph::{FileNo, Graph, Input, Role, Shelf};
use hsl_syntax::Parse;
use mta_project::Snapshot;

use crate::document::Document;
use crate::world::World;

/// The newest graph of each project.
#[derive(Debug)]
pub(crate) struct Graphs {
    shelf: Arc<Shelf>,
    known: Mutex<HashMap<PathBuf, Arc<Known>>>,
    looks: Mutex<Looks>,
    /// Those of folders outside of projects.
    folders: Mutex<HashMap<PathBuf, Folder>>,
}

/// Bytes of the texts whose scripts stay in all projects together: thousands of scripts as operators
/// write them.
const ROOM: usize = 8 << 20;

impl Default for Graphs {
    fn default() -> Self {
        Self {
            shelf: Shelf::new(ROOM),
            known: Mutex::default(),
            looks: Mutex::default(),
            folders: Mutex::default(),
        }
    }
}

/// Which projects the rules about projects have looked at.
#[derive(Debug, Default)]
struct Looks {
    /// At any snapshot. From then on only what changes has to be read, so it can be waited for.
    done: HashSet<PathBuf>,
    /// Those whose findings were asked for before that.
    missed: HashSet<PathBuf>,
}

/// Scripts of a folder outside of projects that are looked at.
const MOST: usize = 200;

/// A graph with the texts that it is of.
#[derive(Debug)]
struct Known {
    texts: Arc<Snapshot>,
    graph: Arc<Graph>,
    /// What rules about projects find in each file, once somebody asks.
    findings: OnceLock<HashMap<Arc<str>, Vec<Diagnostic>>>,
}

impl Graphs {
    /// The graph of a snapshot.
    pub(crate) fn of(&self, root: &Path, texts: &Arc<Snapshot>) -> Arc<Graph> {
        Arc::clone(&self.known(root, texts).graph)
    }

    /// Whether a graph of the project was made before, so that the next one costs what changed.
    pub(crate) fn is_known(&self, root: &Path) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).contains_key(root)
    }

    /// What rules about projects find in a file.
    pub(crate) fn findings(
        &self,
        root: &Path,
        texts: &Arc<Snapshot>,
        file: &str,
    ) -> Vec<Diagnostic> {
        let known = self.known(root, texts);
        known.findings().get(file).cloned().unwrap_or_default()
    }

    /// Has the rules about projects look at a snapshot. Whether their findings were
    /// [missed](Self::is_looked_at) before.
    pub(crate) fn look_at(&self, root: &Path, texts: &Arc<Snapshot>) -> bool {
        self.known(root, texts).findings();
        let mut looks = self.looks();
        looks.done.insert(root.to_owned());
        looks.missed.remove(root)
    }

    /// Whether the rules about projects have looked at a project; if not, that was missed.
    pub(crate) fn is_looked_at(&self, root: &Path) -> bool {
        let mut looks = self.looks();
        let is_done = looks.done.contains(root);
        if !is_done {
            looks.missed.insert(root.to_owned());
        }
        is_done
    }

    fn looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, root: &Path, texts: &Arc<Snapshot>) -> Arc<Known> {
        // One at a time: who waits needs the same graph, or the next one after it.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = known.get(root);
        if let Some(same) = before.filter(|known| Arc::ptr_eq(&known.texts, texts)) {
            return Arc::clone(same);
        }
        let before = before.map(|known| Arc::clone(&known.graph));
        let tree = |name: &str| texts.parse_if_known(name).cloned();
        let graph = mta_project::graph_on(&self.shelf, before.as_deref(), texts, tree);
        let graph = Arc::new(graph);
        let newest = Known { texts: Arc::clone(texts), graph, findings: OnceLock::new() };
        let newest = Arc::new(newest);
        known.insert(root.to_owned(), Arc::clone(&newest));
        newest
    }
}

impl Known {
    fn findings(&self) -> &HashMap<Arc<str>, Vec<Diagnostic>> {
        self.findings.get_or_init(|| {
            let mut by_file: HashMap<_, Vec<_>> = HashMap::new();
            // They look at every script several times, which `mailstop check` does, too.
            if self.graph.is_large() {
                return by_file;
            }
            for finding in hsl_lint::lint_project(&self.graph, mta_hooks::catalog()) {
                by_file.entry(Arc::clone(&finding.file)).or_default().push(finding);
            }
            by_file
        })
    }
}

/// The scripts of a folder outside of all projects, as they were when their graph was made.
#[derive(Debug)]
struct Folder {
    /// Counts changes of the disk.
    disk: u64,
    /// Open documents among them.
    open: Vec<Arc<[u8]>>,
    graph: Arc<Graph>,
}

impl Graphs {
    /// The graph of the folder of an open document outside of all projects, and the document's number
    /// there.
    pub(crate) fn loose(&self, world: &World, uri: &str) -> Option<(Arc<Graph>, FileNo)> {
        let (document, home) = world.documents.get(uri)?;
        let name = home.path.to_string_lossy();
        let folder = home.path.parent().unwrap_or(&home.path);
        let in_folder = |path: &Path| path.parent() == Some(folder);
        let mut open: BTreeMap<PathBuf, &Document> = BTreeMap::new();
        for (other, home) in world.documents.values().filter(|(_, home)| in_folder(&home.path)) {
            open.insert(home.path.clone(), other);
        }
        open.insert(home.path.clone(), document);
        let texts: Vec<_> = open.values().map(|open| Arc::clone(&open.parse.text)).collect();
        // One at a time: who waits needs the same graph.
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |known: &&Folder| {
            let same = known.open.iter().zip(&texts).all(|(a, b)| Arc::ptr_eq(a, b));
            known.disk == world.disk && known.open.len() == texts.len() && same
        };
        let graph = match folders.get(folder).filter(is_same) {
            Some(known) => Arc::clone(&known.graph),
            None => {
                let graph = Arc::new(folder_graph(world, folder, &open));
                let made = Folder { disk: world.disk, open: texts, graph: Arc::clone(&graph) };
                folders.insert(folder.to_owned(), made);
                graph
            }
        };
        let number = graph.file_named(&name)?;
        Some((graph, number))
    }
}

/// The graph of open documents and the other scripts of their folder. Names are paths.
fn folder_graph(world: &World, folder: &Path, open: &BTreeMap<PathBuf, &Document>) -> Graph {
    let mut inputs: Vec<Input> = Vec::new();
    let input = |path: &Path, text: &Arc<[u8]>, parse: Option<&Parse>| {
        let name: Arc<str> = path.to_string_lossy().into();
        let is_script = !name.ends_with(".yaml");
        Input {
            text: Arc::clone(text),
            parse: parse.cloned(),
            tree: None,
            role: if is_script { Role::Program } else { Role::Data },
            catalog: mta_hooks::catalog_for(&name),
            name,
        }
    };
    let of_open =
        |open: (&PathBuf, &&Document)| input(open.0, &open.1.parse.text, Some(&open.1.parse));
    inputs.extend(open.iter().map(of_open));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let scripts = paths.filter(|path| path.extension().is_some_and(|end| end == "hsl"));
    let mut closed: Vec<_> = scripts.filter(|path| !open.contains_key(path)).collect();
    closed.sort();
    for path in closed.into_iter().take(MOST) {
        if let Some(text) = mta_project::read_bounded(&path) {
            inputs.push(input(&path, &text, None));
        }
    }
    Graph::new(None, inputs, Arc::new(world.loose()), Shelf::new(usize::MAX))
}
