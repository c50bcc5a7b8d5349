//! A window on a source that moves forward.

use std::io;

use crate::Source;

const WINDOW: usize = 64 * 1024;

/// Reads a source from front to back in bounded memory, or not at all when it lies in memory.
pub(super) struct Reader<'s> {
    source: &'s dyn Source,
    whole: Option<&'s [u8]>,
    size: u64,
    start: u64,
    buffer: Vec<u8>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: &'s dyn Source) -> Self {
        let (whole, size) = (source.as_slice(), source.size());
        Self { source, whole, size, start: 0, buffer: Vec::new() }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The bytes from a position: at least `want` of them, or all that there are.
    pub(super) fn window(&mut self, at: u64, want: usize) -> io::Result<&[u8]> {
        if let Some(whole) = self.whole {
            return Ok(whole.get(at as usize..).unwrap_or_default());
        }
        let left = self.size.saturating_sub(at);
        let want = left.min(want as u64);
        let known = self.start..self.start + self.buffer.len() as u64;
        if !(known.start <= at && at + want <= known.end) {
            self.buffer.resize(left.min(want.max(WINDOW as u64)) as usize, 0);
            self.source.read_at(at, &mut self.buffer)?;
            self.start = at;
        }
        Ok(&self.buffer[(at - self.start) as usize..])
    }
}
