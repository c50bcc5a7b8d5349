//! The storage that the spool stands on, as little of a file system as it needs.
//!
//! *Invariants.* Names are relative, use `/`, and never contain `..`. What was written is durable
//! only after [`DiskFile::sync`], and a name only after [`Disk::sync_folder`] of its folder.
//!
//! *Not here.* Real files (crate `mta`), a disk that loses writes on purpose
//! ([`crate::memory_disk`]).

use std::io;
use std::sync::Arc;

/// A file found in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name relative to the root, folder included.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

/// What is left on the volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Free {
    /// Bytes that may still be written.
    pub bytes: u64,
    /// Files that may still be created; `u64::MAX` where the file system does not count them.
    pub inodes: u64,
}

/// A folder tree that files can be created in, read from and removed from.
pub trait Disk: Send + Sync {
    /// Creates `folder` (and what leads to it) when it is not there.
    fn create_folder(&self, folder: &str) -> io::Result<()>;

    /// All files in `folder` and below, in no particular order.
    fn list(&self, folder: &str) -> io::Result<Vec<Entry>>;

    /// Creates an empty file; one of that name must not exist. Its folder is created if needed.
    fn create(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;

    /// Opens an existing file for reading.
    fn open(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;

    /// Opens an existing file for reading and writing.
    fn modify(&self, name: &str) -> io::Result<Arc<dyn DiskFile>>;

    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Moves a file to a new name, replacing what stood there; creates the folder if needed.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Makes the names in `folder` durable, and `folder` itself.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;

    /// What is left on the volume.
    fn free(&self) -> io::Result<Free>;
}

/// An open file; may be used from several threads.
pub trait DiskFile: Send + Sync {
    /// Writes all of `data` at `offset`.
    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()>;

    /// Reads up to `buffer.len()` bytes at `offset`; 0 at the end of the file.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Makes all written data durable (`fdatasync`).
    fn sync(&self) -> io::Result<()>;

    /// Cuts the file to `size` bytes.
    fn truncate(&self, size: u64) -> io::Result<()>;

    /// Its size in bytes.
    fn size(&self) -> io::Result<u64>;
}

/// Fills `buffer` from `offset` of `file`.
///
/// # Errors
/// `UnexpectedEof` when the file ends before the buffer is full, else what the file answered.
pub fn read_exact_at(file: &dyn DiskFile, mut offset: u64, buffer: &mut [u8]) -> io::Result<()> {
    let mut rest = buffer;
    while !rest.is_empty() {
        match file.read_at(offset, rest)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                offset += read as u64;
                rest = &mut rest[read..];
            }
        }
    }
    Ok(())
}
