//! A private copy of a sample project.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A project in a folder of its own, removed when dropped.
pub struct Project {
    folder: TempDir,
}

impl Project {
    /// Copies a folder of the workspace, such as `examples/starter`.
    pub fn copy_of(name: &str) -> Self {
        let from = workspace().join(name);
        let folder = tempfile::tempdir().expect("temporary folder");
        copy(&from, folder.path());
        Self { folder }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Text of a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Replaces or makes a file.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("inside the project")).expect("folder");
        fs::write(path, text).expect("file");
    }

    /// One-based number of the first line of a file that contains a text.
    pub fn line_of(&self, name: &str, text: &str) -> usize {
        let at = self.read(name).lines().position(|line| line.contains(text));
        at.unwrap_or_else(|| panic!("{name} has no line with {text:?}")) + 1
    }
}

fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the workspace").to_path_buf()
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let entry = entry.expect("folder entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            if entry.file_name() != ".mailstop" && entry.file_name() != "dist" {
                fs::create_dir_all(&target).expect("folder");
                copy(&entry.path(), &target);
            }
        } else {
            fs::copy(entry.path(), target).expect("copy");
        }
    }
}
