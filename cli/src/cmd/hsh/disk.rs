//! The files of a script that runs from disk.
//!
//! A script inside a project finds what it would find on a server: names without a scheme lie below
//! `src/files`. Any other script finds them beside itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hsl_analysis::path::{Scheme, ScriptPath};
use hsl_analysis::{ResolveError, Sources};
use mta_project::{Project, layout};

/// Files on disk, the program itself excepted.
pub(crate) struct Disk {
    name: String,
    text: Arc<[u8]>,
    root: PathBuf,
}

impl Disk {
    /// The files around a program of this name and text.
    pub(crate) fn new(name: &str, text: Vec<u8>, project: Option<&Path>) -> Self {
        let folder = Path::new(name).parent().unwrap_or(Path::new("")).to_owned();
        let real = std::path::absolute(&folder).unwrap_or_else(|_| folder.clone());
        let project = match project {
            Some(folder) => Project::open(folder).ok(),
            None => Project::holding(&real),
        };
        let root = project.map_or(folder, |project| project.path_of(layout::FILES));
        Self { name: name.to_owned(), text: text.into(), root }
    }

    /// Folders that the script may read at run time.
    pub(crate) fn roots(&self) -> [PathBuf; 1] {
        [if self.root.as_os_str().is_empty() { PathBuf::from(".") } else { self.root.clone() }]
    }
}

impl Sources for Disk {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let path = ScriptPath::parse(path);
        let folder = match path.scheme {
            Scheme::Store | Scheme::File => self.root.as_path(),
            Scheme::Relative => Path::new(from).parent().unwrap_or(Path::new("")),
            Scheme::Extras => return Err(ResolveError::Package { name: path.name.to_owned() }),
        };
        let file = folder.join(path.name);
        let found = [file.join("main.hsl"), file].into_iter().find(|path| path.is_file());
        let missing = || ResolveError::Missing { name: path.name.to_owned(), similar: Vec::new() };
        let found = found.ok_or_else(missing)?;
        found.to_str().map(Arc::from).ok_or_else(missing)
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        if name == self.name {
            return Some(Arc::clone(&self.text));
        }
        std::fs::read(name).ok().map(Arc::from)
    }
}
