//! Byte strings.
//!
//! Short texts live in the same allocation as the count; longer ones in a buffer of their own that
//! grows in place while nobody else holds the string.
//!
//! *Invariants*: the content never changes while more than one holder exists; the remembered hash
//! belongs to the content.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

use smallvec::SmallVec;

use super::memory;

/// Bytes that fit beside the count: with its header the allocation is one cache line.
const INLINE: usize = 32;

/// An immutable byte string. Cloning shares it.
#[derive(Clone)]
pub struct Str(Rc<Text>);

struct Text {
    /// Hash of the bytes, 0 while unknown.
    hash: Cell<u32>,
    bytes: SmallVec<[u8; INLINE]>,
}

impl Text {
    fn new(bytes: SmallVec<[u8; INLINE]>) -> Self {
        let text = Self { hash: Cell::new(0), bytes };
        memory::report(text.held());
        text
    }

    /// Bytes that it holds.
    fn held(&self) -> isize {
        let own = size_of::<Self>() + 2 * size_of::<usize>();
        let heap = if self.bytes.spilled() { self.bytes.capacity() } else { 0 };
        (own + heap) as isize
    }
}

impl Clone for Text {
    fn clone(&self) -> Self {
        Self::new(self.bytes.clone())
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        memory::report(-self.held());
    }
}

impl Str {
    /// The empty string.
    pub fn new() -> Self {
        Self::of(SmallVec::new())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The text, with bytes that are no UTF-8 replaced.
    pub fn to_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Several pieces joined.
    pub fn concat(pieces: &[&[u8]]) -> Self {
        let mut bytes = SmallVec::with_capacity(pieces.iter().map(|p| p.len()).sum());
        pieces.iter().for_each(|p| bytes.extend_from_slice(p));
        Self::of(bytes)
    }

    /// A string with room for `capacity` bytes, filled by `fill` through [`Str::append`].
    pub fn with_capacity(capacity: usize) -> Self {
        Self::of(SmallVec::with_capacity(capacity))
    }

    /// The string of one byte: made once per thread, since subscripts of strings give many.
    pub(crate) fn byte(byte: u8) -> Self {
        thread_local! {
            static BYTES: Vec<Str> =
                (0..=u8::MAX).map(|byte| Str::of(SmallVec::from_slice(&[byte]))).collect();
        }
        BYTES.with(|bytes| bytes[usize::from(byte)].clone())
    }

    fn of(bytes: SmallVec<[u8; INLINE]>) -> Self {
        Self(Rc::new(Text::new(bytes)))
    }

    /// Appends bytes; in place when nobody else holds the string.
    pub fn append(&mut self, more: &[u8]) {
        self.edit(|bytes| bytes.extend_from_slice(more));
    }

    /// Appends the text of a number.
    pub fn append_number(&mut self, n: f64) {
        self.edit(|bytes| crate::operators::write_number(bytes, n));
    }

    #[inline]
    fn edit(&mut self, change: impl FnOnce(&mut SmallVec<[u8; INLINE]>)) {
        let text = Rc::make_mut(&mut self.0);
        text.hash.set(0);
        let before = text.bytes.capacity();
        change(&mut text.bytes);
        let after = text.bytes.capacity();
        if after != before {
            let inline = if before <= INLINE { before } else { 0 };
            memory::report((after - before + inline) as isize);
        }
    }

    /// Whether both are the same allocation.
    pub(crate) fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Hash of the bytes, remembered; never 0.
    pub(crate) fn hash_code(&self) -> u32 {
        match self.0.hash.get() {
            0 => {
                let hash = hash_bytes(self.as_bytes());
                self.0.hash.set(hash);
                hash
            }
            hash => hash,
        }
    }
}

/// Hash of a byte string as [`Str::hash_code`] gives it. Texts that differ in the last byte only are
/// neighbours, so that a run of numbered keys shares cache lines of the table.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u32 {
    let Some((last, rest)) = bytes.split_last() else { return 1 };
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(rest);
    near(hasher.finish(), u32::from(*last)).max(1)
}

/// A place far from those of other groups, near those of the same.
pub(super) fn near(group: u64, member: u32) -> u32 {
    let spread = group.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    spread as u32 & !15 | member & 15
}

impl Default for Str {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Str {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Str {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Str {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash_code());
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_lossy(), f)
    }
}

impl From<&[u8]> for Str {
    #[inline]
    fn from(bytes: &[u8]) -> Self {
        match bytes {
            [byte] => Self::byte(*byte),
            _ => Self::of(SmallVec::from_slice(bytes)),
        }
    }
}

impl<const N: usize> From<&[u8; N]> for Str {
    fn from(bytes: &[u8; N]) -> Self {
        Self::from(&bytes[..])
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<String> for Str {
    fn from(text: String) -> Self {
        Self::from(text.into_bytes())
    }
}

impl From<Vec<u8>> for Str {
    fn from(bytes: Vec<u8>) -> Self {
        if bytes.len() <= INLINE {
            Self::from(&bytes[..])
        } else {
            Self::of(SmallVec::from_vec(bytes))
        }
    }
}
