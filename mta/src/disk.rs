//! The real disk under the spool: one folder, owned by one process at a time.
//!
//! *Invariants.* A second process that opens the same folder gets a clear refusal, also after the
//! first one was killed (the lock belongs to the open file and dies with its owner). Files are
//! readable by the owner and its group only, because mail is private.
//!
//! *Not here.* What is stored and when it is flushed (crate `mail-queue`).
//!
//! *Sources.* `fdatasync(2)`: file data without needless metadata. `open(2)`, `fsync(2)`: a new
//! name is durable only after its folder was flushed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mail_queue::disk::{Disk, DiskFile, Entry, Free};
use rustix::fs::{FlockOperation, flock};

/// Why the spool folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another process works on it.
    #[error("the spool {} is in use by another process (see {})", .0.display(), .0.join("lock").display())]
    InUse(PathBuf),
    /// The file system refused.
    #[error("cannot use {} as spool: {source}", path.display())]
    Refused {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// A folder of real files.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    /// Held for as long as the folder is used.
    _lock: File,
}

impl Folder {
    /// Takes the folder at `root` into possession, creating it when needed.
    ///
    /// # Errors
    /// When another process holds it, or the file system refuses.
    pub fn open(root: &Path) -> Result<Self, FolderError> {
        let refused = |source| FolderError::Refused { path: root.to_owned(), source };
        create_folders(root).map_err(refused)?;
        let lock = private().open(root.join("lock")).map_err(refused)?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: lock }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(FolderError::InUse(root.to_owned())),
            Err(error) => Err(refused(error.into())),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Opens a new file, or moves one to a name, in a folder that may have to be created.
    fn in_folder<T>(&self, name: &str, action: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        let path = self.path(name);
        match action(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
                create_folders(folder)?;
                // The new folder is a name in the one above it.
                sync(folder.parent().unwrap_or(folder))?;
                action(&path)
            }
            result => result,
        }
    }

    fn walk(&self, folder: &Path, found: &mut Vec<Entry>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                self.walk(&path, found)?;
            } else if let Some(name) = path.strip_prefix(&self.root).ok().and_then(Path::to_str) {
                found.push(Entry { name: name.to_owned(), size: entry.metadata()?.len() });
            }
        }
        Ok(())
    }
}

impl Disk for Folder {
    fn create_folder(&self, folder: &str) -> io::Result<()> {
        create_folders(&self.path(folder))?;
        sync(&self.root)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<Entry>> {
        let mut found = Vec::new();
        self.walk(&self.path(folder), &mut found)?;
        Ok(found)
    }

    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let file = self.in_folder(name, |path| private().create_new(true).open(path))?;
        Ok(Arc::new(RealFile(file)))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        Ok(Arc::new(RealFile(File::open(self.path(name))?)))
    }

    fn modify(&self, name: &str) -> io::Result<Arc<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).open(self.path(name))?;
        Ok(Arc::new(RealFile(file)))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path(name))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let from = self.path(from);
        self.in_folder(to, |to| fs::rename(&from, to))
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        sync(&self.path(folder))
    }

    fn free(&self) -> io::Result<Free> {
        let volume = rustix::fs::statvfs(&self.root)?;
        let bytes = volume.f_bavail.saturating_mul(volume.f_frsize);
        // Some file systems make inodes as needed and answer zero of zero.
        let inodes = if volume.f_files == 0 { u64::MAX } else { volume.f_favail };
        Ok(Free { bytes, inodes })
    }
}

struct RealFile(File);

impl DiskFile for RealFile {
    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write_all_at(data, offset)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn truncate(&self, size: u64) -> io::Result<()> {
        self.0.set_len(size)
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}

fn create_folders(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o750).create(path)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o640);
    options
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_owner_is_refused_with_a_reason() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("spool");
        let first = Folder::open(&root).unwrap();
        let error = Folder::open(&root).unwrap_err();
        assert!(matches!(&error, FolderError::InUse(path) if *path == root), "{error}");
        drop(first);
        Folder::open(&root).unwrap();
    }

    #[test]
    fn files_are_created_in_new_folders_and_found_again() {
        let temp = tempfile::tempdir().unwrap();
        let disk = Folder::open(temp.path()).unwrap();
        disk.create_folder("bodies").unwrap();
        let file = disk.create("bodies/ab/x").unwrap();
        file.write_at(2, b"hi").unwrap();
        file.sync().unwrap();
        disk.sync_folder("bodies/ab").unwrap();
        assert_eq!(disk.create("bodies/ab/x").err().unwrap().kind(), io::ErrorKind::AlreadyExists);
        let all = disk.list("bodies").unwrap();
        assert_eq!(all, [Entry { name: "bodies/ab/x".into(), size: 4 }]);
        disk.rename("bodies/ab/x", "corrupt/x").unwrap();
        assert_eq!(disk.list("bodies").unwrap(), []);
        let mut bytes = [9; 4];
        assert_eq!(disk.open("corrupt/x").unwrap().read_at(0, &mut bytes).unwrap(), 4);
        assert_eq!(&bytes, b"\0\0hi");
        assert!(disk.free().unwrap().bytes > 0);
    }
}
