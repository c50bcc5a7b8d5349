//! Encoded words: text beyond ASCII in header values.
//!
//! *Sources.* RFC 2047 §2, §4, §5 and §6.2.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use memchr::memmem;

use crate::charset::to_utf8;

/// Most bytes of text in one encoded word: with its frame it stays within the 75 of RFC 2047 §2.
const CHUNK: usize = 42;

/// Encodes a value that is not plain ASCII; plain ones, and bytes that are not UTF-8, stay.
pub fn encode(value: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(value) else { return value.to_vec() };
    if text.is_ascii() && !text.contains("=?") {
        return value.to_vec();
    }
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (chunk, tail) = rest.split_at(rest.floor_char_boundary(CHUNK));
        words.push(format!("=?utf-8?B?{}?=", STANDARD.encode(chunk)));
        rest = tail;
    }
    words.join(" ").into_bytes()
}

/// Decodes the encoded words of a value to UTF-8; what cannot be decoded stays as it is.
pub fn decode(value: &[u8]) -> Vec<u8> {
    let finder = memmem::Finder::new("=?");
    let mut out = Vec::with_capacity(value.len());
    let mut words = Words::default();
    let mut rest = value;
    while let Some(start) = finder.find(rest) {
        let gap = &rest[..start];
        match word(&rest[start..]) {
            Some(word) => {
                // RFC 2047 §6.2: blanks between two encoded words do not count.
                if words.is_empty() || !gap.iter().all(u8::is_ascii_whitespace) {
                    words.finish(&mut out);
                    out.extend_from_slice(gap);
                    words = Words::default();
                }
                words.push(&word, gap);
                rest = &rest[start + word.raw.len()..];
            }
            None => {
                words.finish(&mut out);
                words = Words::default();
                out.extend_from_slice(&rest[..start + 2]);
                rest = &rest[start + 2..];
            }
        }
    }
    words.finish(&mut out);
    out.extend_from_slice(rest);
    out
}

/// An encoded word.
struct Word<'a> {
    charset: &'a [u8],
    bytes: Vec<u8>,
    raw: &'a [u8],
}

/// Encoded words with nothing but blanks between them: many programs split characters among them.
#[derive(Default)]
struct Words<'a> {
    /// Character set, bytes, and the words as they were written.
    runs: Vec<(&'a [u8], Vec<u8>, Vec<u8>)>,
}

impl<'a> Words<'a> {
    fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    fn push(&mut self, word: &Word<'a>, gap: &[u8]) {
        match self.runs.last_mut() {
            Some((charset, bytes, raw)) if charset.eq_ignore_ascii_case(word.charset) => {
                bytes.extend_from_slice(&word.bytes);
                raw.extend_from_slice(gap);
                raw.extend_from_slice(word.raw);
            }
            _ => self.runs.push((word.charset, word.bytes.clone(), word.raw.to_vec())),
        }
    }

    fn finish(&self, out: &mut Vec<u8>) {
        for (charset, bytes, raw) in &self.runs {
            out.extend_from_slice(&to_utf8(charset, bytes).unwrap_or_else(|| raw.clone()));
        }
    }
}

/// Reads `=?charset?encoding?text?=` at the start.
fn word(text: &[u8]) -> Option<Word<'_>> {
    let inner = text.strip_prefix(b"=?")?;
    let charset = &inner[..memchr::memchr(b'?', inner)?];
    let encoding = *inner.get(charset.len() + 1)?;
    let start = charset.len() + 2;
    let data = inner.get(start..)?.strip_prefix(b"?")?;
    let end = memchr::memchr(b'?', data).filter(|end| data.get(end + 1) == Some(&b'='))?;
    let data = &data[..end];
    if data.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let bytes = match encoding.to_ascii_uppercase() {
        b'B' => decode_base64(data)?,
        b'Q' => decode_q(data)?,
        _ => return None,
    };
    Some(Word { charset, bytes, raw: &text[..2 + start + 1 + end + 2] })
}

fn decode_base64(data: &[u8]) -> Option<Vec<u8>> {
    let end = data.iter().rposition(|&b| b != b'=').map_or(0, |last| last + 1);
    STANDARD_NO_PAD.decode(&data[..end]).ok()
}

fn decode_q(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    let mut bytes = data.iter();
    while let Some(&byte) = bytes.next() {
        out.push(match byte {
            b'_' => b' ',
            b'=' => hex(*bytes.next()?)? << 4 | hex(*bytes.next()?)?,
            byte => byte,
        });
    }
    Some(out)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| value.try_into().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        String::from_utf8(decode(text.as_bytes())).unwrap()
    }

    #[test]
    fn decodes_both_encodings() {
        assert_eq!(decoded("=?utf-8?B?w6TDtg==?= end"), "äö end");
        assert_eq!(decoded("a =?iso-8859-1?q?=E4_b?= c"), "a ä b c");
        assert_eq!(decoded("=?UTF-8*de?Q?x?=   =?utf-8?Q?y?= z"), "xy z");
    }

    #[test]
    fn characters_split_among_words_are_joined() {
        assert_eq!(decoded("=?utf-8?B?4oI=?= =?UTF-8?Q?=AC?="), "€");
        assert_eq!(decoded("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?="), "日本");
        assert_eq!(decoded("=?koi8-r?Q?=D4?= =?utf-8?Q?=FF?= x"), "т=?utf-8?Q?=FF?= x");
    }

    #[test]
    fn what_cannot_be_decoded_stays() {
        for text in [
            "=?utf-8?B?!?=",
            "=?x-unknown?Q?a?=",
            "=?utf-8?Q?=F?=",
            "=?",
            "=?a?Q?b",
            "=?utf-8?Q?=FF?=",
        ] {
            assert_eq!(decoded(text), text);
        }
    }

    #[test]
    fn no_encoded_word_is_longer_than_allowed() {
        let words = String::from_utf8(encode("ä€".repeat(60).as_bytes())).unwrap();
        assert!(words.split(' ').all(|word| word.len() <= 75), "{words}");
    }
}
