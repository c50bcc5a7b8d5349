//! The bytes of a message: taken in as a stream, read back in ranges or with edits applied.
//!
//! *Invariants.* A body up to [`crate::Options::inline`] bytes stays in memory until its commit and
//! lives inside the segment log; a longer one goes to a file of its own while it arrives, so memory
//! per connection is bounded. A writer or a finished body that is dropped before its commit leaves no
//! file. Reading a body to its end proves its checksum.
//!
//! *Not here.* Where in the log it lives and when it moves ([`crate::log`]).

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::disk::{Disk, DiskFile, read_exact_at};
use crate::edit::{Piece, pieces};
use crate::log::segment_name;
use mail_message::{Patch, Source};

/// Longest body that is kept in memory and inside the log, unless configured otherwise.
pub const INLINE: usize = 256 * 1024;
/// How much of a body is read at once.
const CHUNK: usize = 128 * 1024;

/// Why a stored body cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The disk refused.
    #[error("cannot read the message body")]
    Read(#[from] io::Error),
    /// The bytes are not those that were written.
    #[error("the message body is damaged: its checksum does not match")]
    Damaged,
}

/// Takes in a body as it arrives.
pub struct BodyWriter {
    disk: Arc<dyn Disk>,
    inline: usize,
    transaction: Uuid,
    memory: Vec<u8>,
    file: Option<BodyFile>,
    size: u64,
    crc: u32,
}

/// A complete body that waits for its commit.
pub struct NewBody {
    pub(crate) transaction: Uuid,
    pub(crate) size: u64,
    pub(crate) crc: u32,
    pub(crate) memory: Vec<u8>,
    pub(crate) file: Option<BodyFile>,
}

/// A body file that disappears unless it is kept.
pub(crate) struct BodyFile {
    disk: Arc<dyn Disk>,
    name: String,
    file: Arc<dyn DiskFile>,
    kept: bool,
}

impl BodyWriter {
    pub(crate) fn new(disk: Arc<dyn Disk>, inline: usize, transaction: Uuid) -> Self {
        Self { disk, inline, transaction, memory: Vec::new(), file: None, size: 0, crc: 0 }
    }

    /// How many bytes were written so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// When the body outgrew memory and its file cannot be written; the body is lost then, and
    /// the client must be told to come back.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() && self.memory.len() + bytes.len() > self.inline {
            self.file = Some(BodyFile::create(&self.disk, self.transaction)?);
        }
        self.memory.extend_from_slice(bytes);
        self.crc = crc32c::crc32c_append(self.crc, bytes);
        self.size += bytes.len() as u64;
        match self.file.is_some() && self.memory.len() >= self.inline {
            true => self.spill(),
            false => Ok(()),
        }
    }

    /// The complete body.
    ///
    /// # Errors
    /// As [`BodyWriter::write`].
    pub fn finish(mut self) -> io::Result<NewBody> {
        if self.file.is_some() {
            self.spill()?;
        }
        let Self { transaction, size, crc, memory, file, .. } = self;
        Ok(NewBody { transaction, size, crc, memory, file })
    }

    fn spill(&mut self) -> io::Result<()> {
        if let Some(file) = &self.file {
            file.file.write_at(self.size - self.memory.len() as u64, &self.memory)?;
            self.memory.clear();
        }
        Ok(())
    }
}

impl NewBody {
    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl Source for NewBody {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match &self.file {
            Some(file) => read_exact_at(&*file.file, offset, buffer),
            None => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX);
                let end = start.saturating_add(buffer.len());
                let bytes = self.memory.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?;
                buffer.copy_from_slice(bytes);
                Ok(())
            }
        }
    }
}

impl Source for Body {
    fn size(&self) -> u64 {
        self.0.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        Body::read_at(self, offset, buffer)
    }
}

impl BodyFile {
    fn create(disk: &Arc<dyn Disk>, transaction: Uuid) -> io::Result<Self> {
        let name = body_name(transaction);
        let file = disk.create(&name)?;
        Ok(Self { disk: disk.clone(), name, file, kept: false })
    }

    /// Makes the bytes and the name durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync()?;
        self.disk.sync_folder(self.name.rsplit_once('/').map_or("", |(folder, _)| folder))
    }

    /// The file belongs to a committed message from now on.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for BodyFile {
    fn drop(&mut self) {
        if !self.kept {
            // Nothing to tell: a file that stays behind is removed at the next start.
            let _ = self.disk.remove(&self.name);
        }
    }
}

/// The name of the file of a body that is too long for the log.
pub(crate) fn body_name(transaction: Uuid) -> String {
    format!("bodies/{:02x}/{transaction}", transaction.as_bytes()[15])
}

/// The body of a queued message; clones are cheap and share the stored bytes.
#[derive(Clone)]
pub struct Body(Arc<Stored>);

pub(crate) struct Stored {
    disk: Arc<dyn Disk>,
    pub(crate) transaction: Uuid,
    pub(crate) size: u64,
    pub(crate) crc: u32,
    place: Mutex<Place>,
}

/// Where the bytes stand now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a segment, from this byte on.
    Segment { number: u64, offset: u64 },
    /// In a file of their own.
    File,
}

impl Body {
    pub(crate) fn new(
        disk: Arc<dyn Disk>,
        (transaction, size, crc): (Uuid, u64, u32),
        place: Place,
    ) -> Self {
        Self(Arc::new(Stored { disk, transaction, size, crc, place: Mutex::new(place) }))
    }

    pub(crate) fn stored(&self) -> &Stored {
        &self.0
    }

    /// Its size as received.
    pub fn size(&self) -> u64 {
        self.0.size
    }

    /// Reads `buffer.len()` received bytes from `offset`, without proving a checksum.
    ///
    /// # Errors
    /// When the disk refuses or the range passes the end.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if offset + buffer.len() as u64 > self.0.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        loop {
            let place = self.0.place();
            match self.0.read_from(place, offset, buffer) {
                // Compaction moved the body between the look and the read: look again.
                Err(_) if self.0.place() != place => {}
                result => return result,
            }
        }
    }

    /// Reads all received bytes and proves their checksum.
    ///
    /// # Errors
    /// When the disk refuses or the bytes are damaged.
    pub fn load(&self) -> Result<Vec<u8>, BodyError> {
        let mut bytes = vec![0; self.0.size as usize];
        self.read_at(0, &mut bytes)?;
        match crc32c::crc32c(&bytes) == self.0.crc {
            true => Ok(bytes),
            false => Err(BodyError::Damaged),
        }
    }

    /// Streams the message as `edits` make it.
    pub fn reader(&self, edits: &[Patch]) -> BodyReader {
        let pieces = pieces(self.size(), edits);
        BodyReader {
            body: self.clone(),
            pieces: pieces.into_iter(),
            range: 0..0,
            hashed: 0,
            crc: 0,
        }
    }
}

impl Stored {
    pub(crate) fn place(&self) -> Place {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn move_to(&self, place: Place) {
        *self.place.lock().unwrap_or_else(PoisonError::into_inner) = place;
    }

    fn read_from(&self, place: Place, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match place {
            Place::File => {
                let file = self.disk.open(&body_name(self.transaction))?;
                read_exact_at(&*file, offset, buffer)
            }
            Place::Segment { number, offset: start } => {
                let file = self.disk.open(&segment_name(number))?;
                read_exact_at(&*file, start + offset, buffer)
            }
        }
    }
}

/// Streams an edited message in chunks.
pub struct BodyReader {
    body: Body,
    pieces: std::vec::IntoIter<Piece>,
    range: std::ops::Range<u64>,
    hashed: u64,
    crc: u32,
}

impl BodyReader {
    /// The next bytes; `None` at the end, after the checksum was proved.
    ///
    /// # Errors
    /// When the disk refuses, or at the end when the bytes read were damaged: whoever sends them
    /// on must not finish the transfer then.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>, BodyError> {
        loop {
            if !self.range.is_empty() {
                return self.read_original().map(Some);
            }
            match self.pieces.next() {
                Some(Piece::Original { start, end }) => self.range = start..end,
                Some(Piece::Inserted(bytes)) => return Ok(Some(bytes.to_vec())),
                None => return self.finish(),
            }
        }
    }

    fn read_original(&mut self) -> Result<Vec<u8>, BodyError> {
        self.hash_up_to(self.range.start)?;
        let size = (self.range.end - self.range.start).min(CHUNK as u64);
        let chunk = self.read(self.range.start, size)?;
        self.range.start += size;
        Ok(chunk)
    }

    fn finish(&mut self) -> Result<Option<Vec<u8>>, BodyError> {
        self.hash_up_to(self.body.size())?;
        match self.crc == self.body.0.crc {
            true => Ok(None),
            false => Err(BodyError::Damaged),
        }
    }

    /// Reads what an edit deleted, which the checksum covers as well.
    fn hash_up_to(&mut self, end: u64) -> Result<(), BodyError> {
        while self.hashed < end {
            self.read(self.hashed, (end - self.hashed).min(CHUNK as u64))?;
        }
        Ok(())
    }

    fn read(&mut self, start: u64, size: u64) -> Result<Vec<u8>, BodyError> {
        let mut chunk = vec![0; size as usize];
        self.body.read_at(start, &mut chunk)?;
        self.crc = crc32c::crc32c_append(self.crc, &chunk);
        self.hashed = start + size;
        Ok(chunk)
    }
}
