//! Content of longer texts.
//!
//! *Invariants*: what fits beside the count is there, unless it shrank from something longer or is the
//! beginning of it.

use std::ops::Range;

/// Bytes that fit beside the count, so that both need one allocation.
pub(super) const INLINE: usize = 62;

/// Bytes in the allocation of the count, or in a buffer of their own.
// The tag stands beside the length; in the capacity of the buffer it would take a word of its own.
#[repr(u8)]
#[derive(Clone)]
pub(super) enum Bytes {
    /// Beside the count.
    Near {
        /// How many of them.
        length: u8,
        /// The bytes, then room for more.
        room: [u8; INLINE],
    },
    /// In a buffer.
    Apart(Vec<u8>),
}

const _: () = assert!(size_of::<Bytes>() == 64);

impl Bytes {
    /// None yet, beside the count.
    pub(super) const EMPTY: Self = Self::Near { length: 0, room: [0; INLINE] };

    #[inline(always)]
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Near { length, room } => room.get(..usize::from(*length)).unwrap_or_default(),
            Self::Apart(buffer) => buffer,
        }
    }

    pub(super) fn as_mut_slice(&mut self) -> &mut [u8] {
        match self {
            Self::Near { length, room } => room.get_mut(..usize::from(*length)).unwrap_or_default(),
            Self::Apart(buffer) => buffer,
        }
    }

    /// Size of the buffer.
    #[inline(always)]
    pub(super) const fn held(&self) -> usize {
        match self {
            Self::Near { .. } => 0,
            Self::Apart(buffer) => buffer.capacity(),
        }
    }

    /// Appends bytes.
    #[inline]
    pub(super) fn push(&mut self, more: &[u8]) {
        match self {
            Self::Near { length, room } => {
                let free = &mut room[usize::from(*length).min(INLINE)..];
                match free.get_mut(..more.len()) {
                    Some(place) => {
                        place.copy_from_slice(more);
                        *length += more.len() as u8;
                    }
                    None => self.move_apart(more),
                }
            }
            Self::Apart(buffer) => buffer.extend_from_slice(more),
        }
    }

    #[cold]
    fn move_apart(&mut self, more: &[u8]) {
        let mut buffer = Vec::with_capacity((self.as_slice().len() + more.len()).max(2 * INLINE));
        buffer.extend_from_slice(self.as_slice());
        buffer.extend_from_slice(more);
        *self = Self::Apart(buffer);
    }

    /// Keeps a part only; refuses when most of a buffer would be left empty.
    pub(super) fn keep(&mut self, kept: Range<usize>) -> bool {
        match self {
            Self::Near { length, room } => {
                *length = kept.len() as u8;
                room.copy_within(kept, 0);
                true
            }
            Self::Apart(buffer) if kept.len() >= buffer.capacity() / 2 => {
                buffer.truncate(kept.end);
                buffer.drain(..kept.start);
                true
            }
            Self::Apart(_) => false,
        }
    }
}
