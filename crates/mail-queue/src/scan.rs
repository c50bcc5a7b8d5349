//! Reading one segment from front to back, over whatever state it is in.
//!
//! *Invariants.* Reads only. Records of a sealed segment have their meta parts proved, those of
//! an unsealed one their bodies too, because only there a write may have been cut.
//!
//! *Not here.* What the records mean together, and repairs ([`crate::recover`]).

use std::io;
use std::sync::Arc;

use crate::disk::{DiskFile, read_exact_at};
use crate::record::{HEADER, Header, Kind, SEGMENT_HEADER};

/// How much is read at once where records are small.
const AHEAD: u64 = 64 * 1024;

/// What stands at a place of a segment.
pub(crate) enum Found {
    /// A record with its meta part, and where the group begins that it was written with.
    Record { offset: u64, header: Header, group: u64, meta: Vec<u8> },
    /// A region before the next record that is none: a cut write or damage.
    Gap { offset: u64, size: u64 },
}

/// What follows the last record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    /// Where the last record ends.
    pub(crate) offset: u64,
    /// Bytes after it that were never acknowledged.
    pub(crate) discarded: u64,
    /// The segment says that it is complete.
    pub(crate) sealed: bool,
}

/// Walks over a segment whose header was read already.
pub(crate) struct Scan {
    window: Window,
    salt: u64,
    offset: u64,
    sealed: bool,
}

impl Scan {
    pub(crate) fn new(file: Arc<dyn DiskFile>, salt: u64) -> io::Result<Self> {
        let mut window = Window { size: file.size()?, file, start: 0, buffer: Vec::new() };
        let seal_at = window.size.saturating_sub(HEADER);
        let last = window.slice(seal_at, HEADER)?;
        let sealed = Header::decode(last, salt, seal_at).is_some_and(|(h, _)| h.kind == Kind::Seal);
        Ok(Self { window, salt, offset: SEGMENT_HEADER, sealed })
    }

    /// What stands next, or what follows the last record.
    pub(crate) fn next(&mut self) -> io::Result<Result<Found, End>> {
        if let Some((header, group)) = self.record_at(self.offset)? {
            let offset = self.offset;
            self.offset += header.record_size();
            let meta = self.window.slice(offset + HEADER, header.meta_size.into())?.to_vec();
            return Ok(Ok(Found::Record { offset, header, group, meta }));
        }
        match self.next_record(self.offset + 8)? {
            Some(next) => {
                let offset = std::mem::replace(&mut self.offset, next);
                Ok(Ok(Found::Gap { offset, size: next - offset }))
            }
            None => Ok(Err(self.end())),
        }
    }

    fn end(&self) -> End {
        let discarded = self.window.size.saturating_sub(self.offset);
        End { offset: self.offset, discarded, sealed: self.sealed }
    }

    /// The header of a whole record at `offset`.
    fn record_at(&mut self, offset: u64) -> io::Result<Option<(Header, u64)>> {
        let bytes = self.window.slice(offset, HEADER)?;
        let Some((header, group)) = Header::decode(bytes, self.salt, offset) else {
            return Ok(None);
        };
        if offset + header.record_size() > self.window.size {
            return Ok(None);
        }
        let meta = self.window.slice(offset + HEADER, header.meta_size.into())?;
        let whole =
            crc32c::crc32c(meta) == header.meta_crc && self.body_is_whole(offset, &header)?;
        Ok(whole.then_some((header, group)))
    }

    fn body_is_whole(&mut self, offset: u64, header: &Header) -> io::Result<bool> {
        if self.sealed || header.kind == Kind::Void {
            return Ok(true);
        }
        let start = offset + HEADER + u64::from(header.meta_size);
        let body = self.window.slice(start, header.body_size.into())?;
        Ok(crc32c::crc32c(body) == header.body_crc)
    }

    /// The first place from `offset` on where a whole record stands.
    fn next_record(&mut self, mut offset: u64) -> io::Result<Option<u64>> {
        while offset + HEADER <= self.window.size {
            if self.record_at(offset)?.is_some() {
                return Ok(Some(offset));
            }
            offset += 8;
        }
        Ok(None)
    }
}

/// A file seen through a buffer.
struct Window {
    file: Arc<dyn DiskFile>,
    size: u64,
    start: u64,
    buffer: Vec<u8>,
}

impl Window {
    /// `size` bytes from `offset`; fewer at the end of the file.
    fn slice(&mut self, offset: u64, size: u64) -> io::Result<&[u8]> {
        let end = offset.saturating_add(size).min(self.size);
        let offset = offset.min(end);
        if offset < self.start || end > self.start + self.buffer.len() as u64 {
            let fill = (end - offset).max(AHEAD).min(self.size - offset);
            self.buffer.resize(fill as usize, 0);
            self.start = offset;
            read_exact_at(&*self.file, offset, &mut self.buffer)?;
        }
        let from = (offset - self.start) as usize;
        Ok(&self.buffer[from..from + (end - offset) as usize])
    }
}
