//! Texts of at most 15 bytes, which need no allocation.
//!
//! They are made and compared as two words: copies of unknown length and comparisons byte by byte
//! cost more than all the rest.
//!
//! *Invariants*: bytes beyond the length are zero, so that two short texts are equal exactly when
//! their 16 bytes are.

use bytemuck::{CheckedBitPattern, NoUninit};

/// Most bytes of a short text.
pub(super) const ROOM: usize = 15;

/// A length. The values that it does not have tell a string what else it may be.
#[derive(Clone, Copy, PartialEq, Eq, NoUninit, CheckedBitPattern)]
#[repr(u8)]
#[expect(dead_code, reason = "lengths are made from their numbers")]
enum Length {
    L0,
    L1,
    L2,
    L3,
    L4,
    L5,
    L6,
    L7,
    L8,
    L9,
    L10,
    L11,
    L12,
    L13,
    L14,
    L15,
}

/// A text of at most [`ROOM`] bytes.
#[derive(Clone, Copy, NoUninit, CheckedBitPattern)]
#[repr(C)]
pub(super) struct Short {
    length: Length,
    head: [u8; 7],
    tail: u64,
}

impl Short {
    /// The empty text.
    pub(super) const EMPTY: Self = Self { length: Length::L0, head: [0; 7], tail: 0 };

    /// The text of one byte.
    pub(super) const fn byte(byte: u8) -> Self {
        Self { length: Length::L1, head: [byte, 0, 0, 0, 0, 0, 0], tail: 0 }
    }

    /// The text, when it is short enough.
    #[inline]
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        if text.len() > ROOM {
            return None;
        }
        Self::from_bits(text.len() as u128 | (bits(text) << 8))
    }

    /// This text and more, when both together are short enough.
    #[inline]
    pub(super) fn with(self, more: &[u8]) -> Option<Self> {
        if more.len() > ROOM {
            return None;
        }
        self.joined(more.len(), bits(more))
    }

    /// This text and another, when both together are short enough.
    #[inline]
    pub(super) fn with_short(self, more: Self) -> Option<Self> {
        self.joined(more.length as usize, more.bits() >> 8)
    }

    /// This text and up to eight bytes, the first lowest, when both together are short enough.
    #[inline]
    pub(super) fn with_packed(self, bytes: u64, count: usize) -> Option<Self> {
        self.joined(count, bytes.into())
    }

    #[inline(always)]
    fn joined(self, length: usize, bits: u128) -> Option<Self> {
        let at = self.length as usize;
        if at + length > ROOM {
            return None;
        }
        // After a full text there is nothing to append, and no place to shift it to.
        let more = bits.checked_shl(8 * (at as u32 + 1)).unwrap_or(0);
        Self::from_bits((self.bits() + length as u128) | more)
    }

    /// The text with some letters changed. The change sees a length first, which is no letter, and
    /// zeros after the end: then it needs no loop.
    #[inline(always)]
    pub(super) fn mapped(self, change: impl Fn(&mut [u8])) -> Self {
        let mut bytes: [u8; 16] = bytemuck::must_cast(self);
        change(&mut bytes);
        bytemuck::checked::try_cast(bytes).unwrap_or(self)
    }

    #[inline(always)]
    fn from_bits(bits: u128) -> Option<Self> {
        let words = [(bits as u64).to_le(), ((bits >> 64) as u64).to_le()];
        bytemuck::checked::try_cast(words).ok()
    }

    #[inline(always)]
    pub(super) fn as_bytes(&self) -> &[u8] {
        &bytemuck::bytes_of(self)[1..=self.length as usize]
    }

    /// Length and bytes as one number, the length lowest.
    #[inline(always)]
    pub(super) fn bits(&self) -> u128 {
        let [low, high]: [u64; 2] = bytemuck::must_cast(*self);
        u128::from(u64::from_le(low)) | u128::from(u64::from_le(high)) << 64
    }
}

/// A text of at most 15 bytes as a number, its first byte lowest.
#[inline(always)]
fn bits(text: &[u8]) -> u128 {
    // Two words that meet or overlap cover every length; overlapping bytes are the same.
    let length = text.len();
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let last = u128::from(u64::from_le_bytes(*last)) << (8 * (length - 8));
        u128::from(u64::from_le_bytes(*first)) | last
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        let last = u64::from(u32::from_le_bytes(*last)) << (8 * (length - 4));
        u128::from(u64::from(u32::from_le_bytes(*first)) | last)
    } else if let [first, .., last] = text {
        let middle = u64::from(text[length / 2]) << (8 * (length / 2));
        u128::from(u64::from(*first) | middle | u64::from(*last) << (8 * (length - 1)))
    } else {
        text.first().map_or(0, |byte| u128::from(*byte))
    }
}
