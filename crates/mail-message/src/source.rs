//! Where the received bytes can be read.

use std::io;
use std::ops::Deref;
use std::rc::Rc;

use crate::Edits;

/// Received bytes behind some storage.
pub trait Source {
    /// How many there are.
    fn size(&self) -> u64;

    /// Reads into the whole buffer from an offset.
    ///
    /// # Errors
    /// The storage failed, or the range passes the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// All of them, when they lie in memory in one piece.
    fn as_slice(&self) -> Option<&[u8]> {
        None
    }
}

/// Received bytes in memory.
#[derive(Clone, Debug, Default)]
pub struct MemorySource<B = Vec<u8>>(pub B);

impl<B: Deref<Target = [u8]>> Source for MemorySource<B> {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        read_slice(&self.0, offset, buffer)
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(&self.0)
    }
}

/// Reads bytes in memory as [`Source::read_at`] does.
///
/// # Errors
/// The range passes the end.
pub(crate) fn read_slice(bytes: &[u8], offset: u64, buffer: &mut [u8]) -> io::Result<()> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    let end = start.saturating_add(buffer.len());
    buffer.copy_from_slice(bytes.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
    Ok(())
}

/// A changed text that is put together while it is read, so that it is never in memory as a whole.
#[derive(Clone)]
pub struct Changed {
    source: Rc<dyn Source>,
    edits: Edits,
}

impl Changed {
    /// The text of a source with changes.
    pub fn new(source: Rc<dyn Source>, edits: Edits) -> Self {
        Self { source, edits }
    }
}

impl Source for Changed {
    fn size(&self) -> u64 {
        self.edits.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let range = offset..offset.saturating_add(buffer.len() as u64);
        if range.end > self.size() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut rest = buffer;
        self.edits.chunks(&*self.source, range, &mut |bytes| {
            let (now, later) = std::mem::take(&mut rest).split_at_mut(bytes.len());
            now.copy_from_slice(bytes);
            rest = later;
        })
    }

    fn as_slice(&self) -> Option<&[u8]> {
        if self.edits.is_unchanged() { self.source.as_slice() } else { None }
    }
}

/// The bytes of a range, borrowed where the source lies in memory.
///
/// # Errors
/// The storage failed, or the range passes the end.
pub(crate) fn bytes(
    source: &dyn Source,
    range: std::ops::Range<u64>,
) -> io::Result<std::borrow::Cow<'_, [u8]>> {
    if let Some(all) = source.as_slice() {
        let bytes = all.get(range.start as usize..range.end as usize);
        return bytes.map(Into::into).ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
    }
    let mut buffer = vec![0; (range.end - range.start) as usize];
    source.read_at(range.start, &mut buffer)?;
    Ok(buffer.into())
}
