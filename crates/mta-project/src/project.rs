//! A project folder.

use std::io;
use std::path::{Path, PathBuf};

use crate::layout;
use crate::pack::Bundle;
use crate::scan::{list, scan};
use crate::snapshot::Snapshot;
use crate::tests::TestSources;

/// Why a folder is not a project, or cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The folder does not exist.
    #[error("there is no folder {0}")]
    NoFolder(PathBuf),
    /// The folder has no configuration.
    #[error("{0} is not a project: it has no src/config/smtpd-app.yaml")]
    NotAProject(PathBuf),
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A folder with `src/config`, `src/hooks` and `src/files`.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The project in this folder.
    ///
    /// # Errors
    /// The folder does not exist, or has no configuration.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, ProjectError> {
        let folder = folder.as_ref();
        let Ok(root) = folder.canonicalize() else {
            return Err(ProjectError::NoFolder(folder.to_owned()));
        };
        match root.join(layout::RUNNING).is_file() || root.join(layout::STARTUP).is_file() {
            true => Ok(Self { root }),
            false => Err(ProjectError::NotAProject(folder.to_owned())),
        }
    }

    /// The project that holds a folder or file: the nearest folder above it that is one.
    pub fn holding(path: &Path) -> Option<Self> {
        path.ancestors().find_map(|folder| Self::open(folder).ok())
    }

    /// The folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a local server of this project keeps its state.
    pub fn state(&self) -> PathBuf {
        self.root.join(layout::STATE)
    }

    /// The project's name for a file inside it.
    pub fn name_of(&self, path: &Path) -> Option<String> {
        let relative = path.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<_>> = relative.iter().map(|part| part.to_str()).collect();
        Some(parts?.join("/"))
    }

    /// Path of a file by its name.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Finds every file, the tests and scripts outside of `src` too, and reads none: texts come when
    /// they are asked for.
    pub fn list(&self) -> Snapshot {
        list(&self.root)
    }

    /// Reads every file.
    pub fn scan(&self) -> Snapshot {
        scan(&self.root)
    }

    /// Reads every file, and the tests.
    pub fn scan_tests(&self) -> TestSources {
        TestSources::read(&self.root, self.scan())
    }

    /// Writes a bundle to a folder, and gives the files written.
    ///
    /// # Errors
    /// The folder or a file cannot be written.
    pub fn write(bundle: &Bundle, folder: &Path) -> Result<Vec<PathBuf>, ProjectError> {
        let failed = |path: &Path, source| ProjectError::Write { path: path.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
        let digest = format!("{}\n", bundle.digest);
        let files = bundle.files().map(|(kind, text)| (kind.file_name(), text));
        let mut written = Vec::new();
        for (name, text) in files.into_iter().chain([("digest", Some(digest.as_str()))]) {
            let path = folder.join(name);
            let Some(text) = text else {
                // What an older project had would still be in force.
                remove(&path).map_err(|source| failed(&path, source))?;
                continue;
            };
            std::fs::write(&path, text).map_err(|source| failed(&path, source))?;
            written.push(path);
        }
        Ok(written)
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
