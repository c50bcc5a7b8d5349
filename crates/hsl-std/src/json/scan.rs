//! How far the bytes of a string stand for themselves.

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES << 7;

/// Number of leading bytes that are written as they are whatever the options: ASCII without control
/// characters, quotes and backslashes.
#[inline]
pub(super) fn plain(text: &[u8]) -> usize {
    run(text, |word| special(word) | word & TOPS)
}

/// Number of leading bytes that are read as they are: no control characters, quotes or backslashes.
#[inline]
pub(super) fn verbatim(text: &[u8]) -> usize {
    run(text, special)
}

/// Number of leading bytes without a mark. Eight bytes are looked at in one step; the last ones
/// stand in a word that is filled up with bytes without meaning.
#[inline]
fn run(text: &[u8], marks: impl Fn(u64) -> u64) -> usize {
    let (chunks, tail) = text.as_chunks();
    for (at, chunk) in chunks.iter().enumerate() {
        let found = marks(u64::from_le_bytes(*chunk));
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let rest = tail.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    let found = marks(rest).trailing_zeros() as usize / 8;
    chunks.len() * 8 + found.min(tail.len())
}

/// Marks the top bits of bytes that mean something. Only the lowest mark is sure: a borrow may mark
/// bytes after it.
#[inline]
fn special(word: u64) -> u64 {
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | is(b'"') | is(b'\\')) & TOPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_at_every_place() {
        for length in 0..20 {
            for at in 0..length {
                for byte in 0..=u8::MAX {
                    let mut text = vec![b'a'; length];
                    text[at] = byte;
                    let read = byte >= b' ' && byte != b'"' && byte != b'\\';
                    let written = read && byte.is_ascii();
                    assert_eq!(plain(&text), if written { length } else { at }, "{byte} at {at}");
                    assert_eq!(verbatim(&text), if read { length } else { at }, "{byte} at {at}");
                    // What comes later does not change what was found first.
                    text[length - 1] = 0;
                    let found = |stays| if stays || at == length - 1 { length - 1 } else { at };
                    assert_eq!(plain(&text), found(written), "{byte} at {at} before NUL");
                    assert_eq!(verbatim(&text), found(read), "{byte} at {at} before NUL");
                }
            }
        }
    }
}
