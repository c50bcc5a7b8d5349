//! How strings look in written JSON.
//!
//! Bytes of the language need not be UTF-8. They are checked, escaped and brought to ASCII in one go,
//! eight at a time where they stand for themselves. To make text of them first, as `serde` wants its
//! strings, and to look for escapes after that was slower than PHP (`bench std`); keys still go that
//! way, since `serde_json` has no bytes for them.

use std::borrow::Cow;
use std::io::{self, Write};

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES << 7;

/// The text, with U+FFFD for bytes that are no UTF-8. Few texts have such, and looking for them is
/// slower than to see that there are none.
#[inline]
pub(super) fn readable(text: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed)
}

/// Bytes that are written at a time.
const GATHERED: usize = 256;
/// Most bytes that one step touches: two escapes, of which the last touches two more.
const STEP: usize = 14;

/// Writes what stands between the quotes of strings.
pub(super) struct Strings {
    /// The top bits of all bytes if those beyond ASCII are escaped.
    beyond: u64,
    /// What is written next.
    gathered: [u8; GATHERED],
}

impl Strings {
    pub(super) const fn new(ascii: bool) -> Self {
        Self { beyond: if ascii { TOPS } else { 0 }, gathered: [0; GATHERED] }
    }

    /// Writes bytes, with U+FFFD for what is no UTF-8.
    pub(super) fn bytes<W: Write + ?Sized>(&mut self, out: &mut W, text: &[u8]) -> io::Result<()> {
        if self.beyond != 0 {
            return self.escaped(out, text);
        }
        self.escaped(out, readable(text).as_bytes())
    }

    /// Writes text of which only what is beyond ASCII may need escapes.
    pub(super) fn fragment<W: Write + ?Sized>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        if self.beyond == 0 || text.is_ascii() {
            return out.write_all(text.as_bytes());
        }
        self.escaped(out, text.as_bytes())
    }

    fn escaped<W: Write + ?Sized>(&mut self, out: &mut W, text: &[u8]) -> io::Result<()> {
        let (mut rest, mut length) = (text, 0);
        while let Some(&first) = rest.first() {
            let Some(place) = self.gathered[length..].first_chunk_mut() else {
                out.write_all(&self.gathered[..length])?;
                length = 0;
                continue;
            };
            let (written, read) = if !first.is_ascii() && self.beyond != 0 {
                character(place, rest)
            } else {
                match run(place, rest, self.beyond) {
                    0 => (control(place, first), 1),
                    run => (run, run),
                }
            };
            length += written;
            rest = &rest[read..];
        }
        out.write_all(&self.gathered[..length])
    }
}

/// Writes up to eight bytes that stand for themselves, and says how many did.
#[inline]
fn run(place: &mut [u8; STEP], text: &[u8], beyond: u64) -> usize {
    let word = word(text);
    place[..8].copy_from_slice(&word.to_le_bytes());
    (special(word) | word & beyond).trailing_zeros() as usize / 8
}

/// The first eight bytes of a text, the first lowest. Less are followed by zeros.
#[inline]
fn word(text: &[u8]) -> u64 {
    if let Some(eight) = text.first_chunk() {
        return u64::from_le_bytes(*eight);
    }
    // Two halves that meet or overlap cover every length; overlapping bytes are the same.
    match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => {
            let last = u64::from(u32::from_le_bytes(*last)) << (8 * (text.len() - 4));
            u64::from(u32::from_le_bytes(*first)) | last
        }
        _ => text.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// Marks the top bits of control characters, quotes and backslashes. Only the lowest mark is sure: a
/// borrow may mark bytes after it.
#[inline]
fn special(word: u64) -> u64 {
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, b' ') | is(b'"') | is(b'\\')) & TOPS
}

/// Writes an ASCII character that has to be escaped, and gives the length of what it became.
#[inline]
fn control(place: &mut [u8; STEP], character: u8) -> usize {
    let letter = match character {
        8 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        12 => b'f',
        b'\r' => b'r',
        ..b' ' => {
            place[..8].copy_from_slice(&unit(character.into()));
            return 6;
        }
        quote => quote,
    };
    place[..2].copy_from_slice(&[b'\\', letter]);
    2
}

/// Writes the character at the start of a text that begins beyond ASCII, by its units in UTF-16.
/// Gives the length of what it became, and its own.
#[inline]
fn character(place: &mut [u8; STEP], text: &[u8]) -> (usize, usize) {
    if let Some((one, length)) = one_unit(text) {
        place[..8].copy_from_slice(&unit(one));
        return (6, length);
    }
    // Four bytes are enough for a character, and for what is none.
    let chunk = text[..text.len().min(4)].utf8_chunks().next();
    let character = chunk.as_ref().and_then(|chunk| chunk.valid().chars().next());
    let length = match character {
        Some(character) => character.len_utf8(),
        None => chunk.map_or(1, |chunk| chunk.invalid().len()),
    };
    let mut written = 0;
    let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
    for one in character.encode_utf16(&mut [0; 2]) {
        place[written..written + 8].copy_from_slice(&unit(*one));
        written += 6;
    }
    (written, length)
}

/// A character of two or three bytes at the start of a text, and its length.
#[inline]
fn one_unit(text: &[u8]) -> Option<(u16, usize)> {
    let bits = |byte: u8| u16::from(byte & 0x3f);
    let goes_on = |byte: u8| byte & 0xc0 == 0x80;
    match *text {
        [first @ 0xc2..=0xdf, second, ..] if goes_on(second) => {
            Some((u16::from(first & 0x1f) << 6 | bits(second), 2))
        }
        [first @ 0xe0..=0xef, second, third, ..] if goes_on(second) && goes_on(third) => {
            let unit = u16::from(first & 0xf) << 12 | bits(second) << 6 | bits(third);
            // Longer than it has to be, or half of a pair.
            let is_character = unit >= 0x800 && !(0xd800..0xe000).contains(&unit);
            is_character.then_some((unit, 3))
        }
        _ => None,
    }
}

/// The six bytes of an escape, and two without a meaning: eight are written in one step.
#[inline]
fn unit(unit: u16) -> [u8; 8] {
    let [high, low] = unit.to_be_bytes().map(|byte| u64::from(HEX[usize::from(byte)]));
    (BEGIN | high << 16 | low << 32).to_le_bytes()
}

/// How an escape begins.
const BEGIN: u64 = u16::from_le_bytes(*b"\\u") as u64;

/// The two hexadecimal digits of each byte, the first lowest.
const HEX: [u16; 256] = {
    let digits = b"0123456789abcdef";
    let mut all = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        all[byte] = u16::from_le_bytes([digits[byte >> 4], digits[byte & 15]]);
        byte += 1;
    }
    all
};
