//! Where a string occurs in another.
//!
//! The general searcher prepares itself for long texts, which costs more than to look through a header
//! line. Short needles are therefore found by their first byte.
//!
//! *Invariants.* The work stays in proportion to the text: a needle is compared byte by byte only up to
//! [`SHORT`] bytes.

use memchr::{memchr, memchr_iter, memmem};
use smallvec::SmallVec;

/// Longest needle that is found by its first byte.
const SHORT: usize = 4;

/// Positions in one text; those of a header block need no allocation.
pub(super) type Positions = SmallVec<[usize; 32]>;

/// The first position of a needle; the empty one is everywhere.
#[inline]
pub(super) fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr(*byte, text),
        [first, rest @ ..] if rest.len() < SHORT => {
            memchr_iter(*first, text).find(|at| text[at + 1..].starts_with(rest))
        }
        _ => memmem::find(text, needle),
    }
}

/// Positions of a needle, without overlaps, so many at most; none for an empty one.
pub(super) fn occurrences(text: &[u8], needle: &[u8], most: usize) -> Positions {
    match needle {
        [] => Positions::new(),
        [byte] => memchr_iter(*byte, text).take(most).collect(),
        [first, rest @ ..] if rest.len() < SHORT => {
            let mut free = 0;
            let apart = |at: &usize| {
                let found = *at >= free && text[at + 1..].starts_with(rest);
                if found {
                    free = at + needle.len();
                }
                found
            };
            memchr_iter(*first, text).filter(apart).take(most).collect()
        }
        _ => memmem::find_iter(text, needle).take(most).collect(),
    }
}

/// The byte position that an offset means; may lie behind the end.
pub(super) fn position(text: &[u8], offset: f64) -> usize {
    // The usual offset needs no conversion, which also looks at what is no position.
    if offset == 0.0 {
        return 0;
    }
    if offset < 0.0 { text.len().saturating_sub(-offset as usize) } else { offset as usize }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts over few bytes, so that needles occur, overlap and nearly occur.
    fn texts() -> Vec<Vec<u8>> {
        let mut texts = vec![vec![]];
        for length in [1, 2, 3, 7, 40] {
            for seed in 0..60_u32 {
                let byte = |at: u32| {
                    b"ab\0\xff"[((seed.wrapping_mul(2_654_435_761) >> (at % 29)) & 3) as usize]
                };
                texts.push((0..length).map(byte).collect());
            }
        }
        texts
    }

    #[test]
    fn short_needles_are_found_as_long_ones_are() {
        for text in texts() {
            for needle in texts().iter().filter(|needle| needle.len() <= 7) {
                assert_eq!(find(&text, needle), memmem::find(&text, needle));
                if !needle.is_empty() {
                    let expect: Vec<_> = memmem::find_iter(&text, needle).collect();
                    assert_eq!(
                        occurrences(&text, needle, usize::MAX).to_vec(),
                        expect,
                        "{text:?} {needle:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn occurrences_do_not_overlap() {
        assert_eq!(occurrences(b"aaaaa", b"aa", 9).to_vec(), [0, 2]);
        assert_eq!(occurrences(b"abaababa", b"aba", 9).to_vec(), [0, 3]);
        assert!(occurrences(b"abc", b"", 9).is_empty());
    }
}
