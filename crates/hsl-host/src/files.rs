//! Files that scripts may read.
//!
//! Invariants: only regular files below a root, also after every symbolic link was followed; at
//! most [`MAX_FILE`] bytes. Reading never blocks the worker.
//!
//! *Sources.* Language reference 15.1: `file://` is the script root, `file:` its older spelling.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// Longest file a script may read.
pub const MAX_FILE: u64 = 64 << 20;

/// Folders below which scripts may read.
#[derive(Clone, Debug, Default)]
pub struct FileRoots {
    roots: Vec<PathBuf>,
}

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Outside every root, or not spelled as a path inside one.
    #[error("`{0}` is outside the folders that scripts may read")]
    Outside(String),
    /// A folder, a device, or too long.
    #[error("`{path}` is not a readable file: {why}")]
    Unfit {
        /// As the script wrote it.
        path: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The system refused.
    #[error("cannot read `{path}`: {source}")]
    Io {
        /// As the script wrote it.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

impl FileRoots {
    /// Roots in the order in which relative paths are tried.
    pub fn new(roots: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { roots: roots.into_iter().collect() }
    }

    /// The content of a file.
    ///
    /// # Errors
    /// [`FileError`], by cause.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let io = |source| FileError::Io { path: path.to_owned(), source };
        let unfit = |why| FileError::Unfit { path: path.to_owned(), why };
        let file = File::open(self.resolve(path)?).map_err(io)?;
        let metadata = file.metadata().map_err(io)?;
        if !metadata.is_file() {
            return Err(unfit("it is no regular file"));
        }
        let mut content = Vec::new();
        file.take(MAX_FILE + 1).read_to_end(&mut content).map_err(io)?;
        match content.len() as u64 > MAX_FILE {
            true => Err(unfit("it is longer than 64 MiB")),
            false => Ok(content),
        }
    }

    /// The real path of a file that exists below a root.
    fn resolve(&self, path: &str) -> Result<PathBuf, FileError> {
        let outside = || FileError::Outside(path.to_owned());
        let name = path.strip_prefix("file:").map(|name| name.strip_prefix("//").unwrap_or(name));
        let asked = Path::new(name.unwrap_or(path));
        if path.contains('\0') || asked.components().any(|part| part == Component::ParentDir) {
            return Err(outside());
        }
        let mut missing = None;
        for root in &self.roots {
            match root.join(asked).canonicalize() {
                Ok(real) if below(root, &real) => return Ok(real),
                Ok(_) => {}
                Err(error) if root.join(asked).starts_with(root) => missing = Some(error),
                Err(_) => {}
            }
        }
        Err(missing.map_or_else(outside, |source| FileError::Io { path: path.to_owned(), source }))
    }
}

fn below(root: &Path, real: &Path) -> bool {
    root.canonicalize().is_ok_and(|root| real.starts_with(root))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots() -> (tempfile::TempDir, FileRoots) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        std::fs::create_dir_all(root.join("lists")).unwrap();
        std::fs::write(root.join("lists/a.txt"), "inside").unwrap();
        std::fs::write(folder.path().join("secret"), "outside").unwrap();
        std::os::unix::fs::symlink("../secret", root.join("link")).unwrap();
        std::os::unix::fs::symlink("lists/a.txt", root.join("fine")).unwrap();
        (folder, FileRoots::new([root]))
    }

    #[test]
    fn files_below_a_root_are_read() {
        let (folder, roots) = roots();
        assert_eq!(roots.read("lists/a.txt").unwrap(), b"inside");
        assert_eq!(roots.read("fine").unwrap(), b"inside");
        assert_eq!(roots.read("file://lists/a.txt").unwrap(), b"inside");
        assert_eq!(roots.read("file:fine").unwrap(), b"inside");
        let absolute = folder.path().join("root/lists/a.txt");
        assert_eq!(roots.read(absolute.to_str().unwrap()).unwrap(), b"inside");
    }

    #[test]
    fn nothing_else_is() {
        let (folder, roots) = roots();
        let secret = folder.path().join("secret");
        for path in [
            "../secret",
            "file://../secret",
            "link",
            "lists/../../secret",
            "a\0b",
            secret.to_str().unwrap(),
        ] {
            assert!(matches!(roots.read(path), Err(FileError::Outside(_))), "{path}");
        }
        assert!(matches!(roots.read("lists"), Err(FileError::Unfit { .. })));
        assert!(matches!(roots.read("none"), Err(FileError::Io { .. })));
        assert!(matches!(FileRoots::default().read("a"), Err(FileError::Outside(_))));
    }
}
