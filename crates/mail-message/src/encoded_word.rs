//! Encoded words: text beyond ASCII in header values.
//!
//! *Sources.* RFC 2047 §2, §4, §5 and §6.2.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

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
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    let mut after_word = false;
    while let Some(start) = find(rest, b"=?") {
        match word(&rest[start..]) {
            Some((text, length)) => {
                // RFC 2047 §6.2: blanks between two encoded words do not count.
                let gap = &rest[..start];
                if !after_word || !gap.iter().all(u8::is_ascii_whitespace) {
                    out.extend_from_slice(gap);
                }
                out.extend_from_slice(&text);
                rest = &rest[start + length..];
                after_word = true;
            }
            None => {
                out.extend_from_slice(&rest[..start + 2]);
                rest = &rest[start + 2..];
                after_word = false;
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

/// Decodes `=?charset?encoding?text?=` at the start; answers the text and the length of the word.
fn word(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let inner = text.strip_prefix(b"=?")?;
    let charset = inner.split(|&b| b == b'?').next()?;
    let encoding = *inner.get(charset.len() + 1)?;
    let start = charset.len() + 2;
    let data = inner.get(start..)?.strip_prefix(b"?")?;
    let end = find(data, b"?=")?;
    let data = &data[..end];
    if data.iter().any(|b| b.is_ascii_whitespace() || *b == b'?') {
        return None;
    }
    let bytes = match encoding.to_ascii_uppercase() {
        b'B' => decode_base64(data)?,
        b'Q' => decode_q(data)?,
        _ => return None,
    };
    Some((to_utf8(charset, bytes)?, 2 + start + 1 + end + 2))
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

/// RFC 2231 §5 lets a language follow the charset after `*`.
fn to_utf8(charset: &[u8], bytes: Vec<u8>) -> Option<Vec<u8>> {
    let name = charset.split(|&b| b == b'*').next()?;
    match name.to_ascii_lowercase().as_slice() {
        b"utf-8" | b"utf8" | b"us-ascii" => std::str::from_utf8(&bytes).is_ok().then_some(bytes),
        b"iso-8859-1" | b"latin1" => {
            Some(bytes.into_iter().map(char::from).collect::<String>().into_bytes())
        }
        _ => None,
    }
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
