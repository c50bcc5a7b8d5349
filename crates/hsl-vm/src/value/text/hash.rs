//! Hashes of keys.
//!
//! Keys come from the network, so their hashes depend on a secret of the process: nobody outside can
//! choose names that all meet in one place of a table. Nothing that a script can see depends on it.
//!
//! Texts that differ only in the last four bits of their last byte are neighbours, and so are numbers
//! that follow each other: a run of numbered keys shares cache lines of the table.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

/// The secret of this process.
static SEED: LazyLock<(u64, u64)> = LazyLock::new(|| {
    let state = RandomState::new();
    (state.hash_one(1_u8) | 1, state.hash_one(2_u8))
});

/// Neighbours differ in these bits only.
const NEAR: u64 = 15;

#[inline(always)]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a).wrapping_mul(u128::from(b));
    product as u64 ^ (product >> 64) as u64
}

/// A place for a member of a group, never 0.
#[inline(always)]
fn near(group: u64, member: u64) -> u32 {
    ((group >> 32) as u32 & !(NEAR as u32) | (member & NEAR) as u32).max(1)
}

/// Hash of an integer.
#[inline]
pub(crate) fn hash_int(n: i64) -> u32 {
    let (a, b) = *SEED;
    near(fold(n as u64 >> 4 ^ b, a), n as u64)
}

/// Hash of a short text, given with its length lowest and zeros above its end.
#[inline]
pub(super) fn hash_short(bits: u128) -> u32 {
    let (a, b) = *SEED;
    // The last byte stands at the place that the length tells.
    let last = (bits as u32 & NEAR as u32) * 8;
    let member = (bits >> last) as u64;
    let group = bits & !(u128::from(NEAR) << last);
    near(fold(group as u64 ^ a, (group >> 64) as u64 ^ b), member)
}

/// Hash of a text that is too long to be short.
pub(super) fn hash_long(text: &[u8]) -> u32 {
    let (a, b) = *SEED;
    let Some((last, rest)) = text.split_last() else { return 1 };
    let mut hash = fold(text.len() as u64 ^ a, b);
    let mut chunks = rest.chunks_exact(16);
    for chunk in &mut chunks {
        hash = mix(hash, word(&chunk[..8]), word(&chunk[8..]), a);
    }
    let tail = chunks.remainder();
    let (low, high) = tail.split_at(tail.len().min(8));
    let last = u64::from(*last);
    hash = mix(hash, word(low) ^ (last & !NEAR) << 56, word(high), a);
    near(fold(hash, a), last)
}

/// Hashes for tables of parts of programs, which scripts choose.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Keyed;

impl BuildHasher for Keyed {
    type Hasher = KeyedHasher;

    fn build_hasher(&self) -> KeyedHasher {
        let (seed, start) = *SEED;
        KeyedHasher { seed, state: start }
    }
}

/// A hash under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyedHasher {
    seed: u64,
    state: u64,
}

impl Hasher for KeyedHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(16) {
            let (low, high) = chunk.split_at(chunk.len().min(8));
            self.state = mix(self.state, word(low), word(high), self.seed);
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(n.into());
    }

    fn write_u64(&mut self, n: u64) {
        self.state = fold(self.state ^ n, self.seed);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }

    fn finish(&self) -> u64 {
        fold(self.state, self.seed)
    }
}

#[inline(always)]
fn mix(hash: u64, low: u64, high: u64, seed: u64) -> u64 {
    fold(hash ^ low, high ^ seed)
}

/// Up to eight bytes as a number.
#[inline(always)]
fn word(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}
