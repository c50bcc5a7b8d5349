//! The graph of each project, made when it is first asked for.
//!
//! *Invariants.* A graph belongs to one snapshot of texts. The next one takes over what files say by
//! themselves, so a keystroke costs one file and the links between all.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use diagnostics::Diagnostic;
use hsl_graph::{Graph, Input, Role};
use mta_project::Snapshot;

use crate::world::World;

/// The newest graph of each project.
#[derive(Debug, Default)]
pub(crate) struct Graphs {
    known: Mutex<HashMap<PathBuf, Arc<Known>>>,
}

/// A graph with the texts that it is of.
#[derive(Debug)]
struct Known {
    texts: Arc<Snapshot>,
    graph: Arc<Graph>,
    /// What rules about projects find in it, once somebody asks.
    findings: OnceLock<Vec<Diagnostic>>,
}

impl Graphs {
    /// The graph of a snapshot.
    pub(crate) fn of(&self, root: &Path, texts: &Arc<Snapshot>) -> Arc<Graph> {
        Arc::clone(&self.known(root, texts).graph)
    }

    /// What rules about projects find in a file.
    pub(crate) fn findings(
        &self,
        root: &Path,
        texts: &Arc<Snapshot>,
        file: &str,
    ) -> Vec<Diagnostic> {
        let known = self.known(root, texts);
        let find = || hsl_lint::lint_project(&known.graph, mta_hooks::catalog());
        let all = known.findings.get_or_init(find);
        all.iter().filter(|finding| *finding.file == *file).cloned().collect()
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
        let graph = Arc::new(mta_project::graph(before.as_deref(), texts, tree));
        let newest = Known { texts: Arc::clone(texts), graph, findings: OnceLock::new() };
        let newest = Arc::new(newest);
        known.insert(root.to_owned(), Arc::clone(&newest));
        newest
    }
}

/// The graph of an open document outside of all projects.
pub(crate) fn loose(world: &World, uri: &str) -> Option<Graph> {
    let (document, home) = world.documents.get(uri)?;
    let name: Arc<str> = home.path.to_string_lossy().into();
    let input = Input {
        text: Arc::clone(&document.parse.text),
        parse: Some(document.parse.clone()),
        role: if name.ends_with(".yaml") { Role::Data } else { Role::Program },
        catalog: mta_hooks::catalog_for(&name),
        name,
    };
    Some(Graph::new(None, vec![input], &hsl_analysis::MemorySources::new()))
}
