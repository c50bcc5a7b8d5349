//! Where the received bytes can be read.

use std::io;

/// Received bytes behind some storage.
pub trait Source {
    /// How many there are.
    fn size(&self) -> u64;

    /// Reads into the whole buffer from an offset.
    ///
    /// # Errors
    /// The storage failed, or the range passes the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// Received bytes in memory.
#[derive(Clone, Debug, Default)]
pub struct MemorySource(pub Vec<u8>);

impl Source for MemorySource {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = start.saturating_add(buffer.len());
        let bytes = self.0.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }
}
