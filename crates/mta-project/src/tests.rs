//! The test files of a project: every `*.test.hsl`, wherever it lies.
//!
//! *Invariants.* Tests are never packed, and no hook can import one.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use hsl_analysis::path::{Scheme, ScriptPath, directory, normalize};
use hsl_analysis::{ResolveError, Sources};
use hsl_syntax::Parse;

use crate::layout;
use crate::snapshot::Snapshot;

/// Folders nested deeper than this are not looked into.
const DEEPEST: usize = 16;

/// Folders that hold what was made from the project, or come from elsewhere.
const FOREIGN: &[&str] = &[layout::DIST, "node_modules", "target"];

/// A project's own files, and above them its tests.
#[derive(Clone, Debug)]
pub struct TestSources {
    project: Snapshot,
    /// Scripts outside of `src`: tests, and what they import from beside them.
    beside: Snapshot,
}

impl TestSources {
    /// The tests below a folder, over a scan of it.
    pub(crate) fn read(root: &Path, project: Snapshot) -> Self {
        let mut beside = Snapshot::new();
        scripts_beside(root, &mut |name| {
            if let Ok(text) = fs::read(root.join(&name)) {
                beside.insert(name, text);
            }
        });
        Self { project, beside }
    }

    /// The project without its tests.
    pub fn project(&self) -> &Snapshot {
        &self.project
    }

    /// Names and texts of the test files, by name.
    pub fn tests(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<[u8]>)> {
        self.beside.files().filter(|(name, _)| mta_hooks::is_test(name))
    }

    /// Every file, those of the project first.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<[u8]>)> {
        self.project.files().chain(self.beside.files())
    }

    /// Every file in one place, for showing findings.
    pub fn everything(&self) -> Snapshot {
        let mut all = self.project.clone();
        self.beside.files().for_each(|(name, text)| all.insert(Arc::clone(name), Arc::clone(text)));
        all
    }

    /// The text of a file.
    pub fn text(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.beside.text(name).or_else(|| self.project.text(name))
    }

    /// Replaces the text of a file.
    pub(crate) fn replace(&mut self, name: Arc<str>, text: Arc<[u8]>) {
        match self.beside.text(&name) {
            Some(_) => self.beside.insert(name, text),
            None => self.project.insert(name, text),
        }
    }

    /// The same with another text for one test.
    #[must_use]
    pub fn with_text(&self, name: &str, text: Vec<u8>) -> Self {
        let mut sources = self.clone();
        sources.beside.insert(name, text);
        sources
    }
}

impl Sources for TestSources {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let parsed = ScriptPath::parse(path);
        if parsed.scheme == Scheme::Relative && self.project.text(from).is_none() {
            let name = normalize(directory(from), parsed.name).ok_or(ResolveError::Outside)?;
            let is_there = self.beside.text(&name).is_some() || self.project.text(&name).is_some();
            if is_there {
                return Ok(name.into());
            }
        }
        self.project.resolve(from, path)
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.text(name).cloned()
    }

    fn parsed(&self, name: &str) -> Option<Parse> {
        self.beside.parse(name).or_else(|| self.project.parse(name)).cloned()
    }
}

/// Names the scripts that a scan of the project does not: tests, and scripts outside of `src`.
pub(crate) fn scripts_beside(root: &Path, found: &mut dyn FnMut(String)) {
    look_into(root, "", 0, found);
}

fn look_into(root: &Path, folder: &str, depth: usize, found: &mut dyn FnMut(String)) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder {
            let is_foreign = name.starts_with('.') || FOREIGN.contains(&&*name);
            if !is_foreign && depth < DEEPEST {
                look_into(root, &path, depth + 1, found);
            }
            continue;
        }
        let is_wanted = name.ends_with(".hsl") && !path.starts_with("src/");
        if is_wanted || mta_hooks::is_test(&name) {
            found(path);
        }
    }
}
