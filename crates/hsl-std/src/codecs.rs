//! Text forms of bytes: base64, base32, percent escapes, xtext.
//!
//! *Not here.* Structured formats (`json`, `csv`), digests (`hash`).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hsl_macros::library;
use hsl_vm::{Cx, Str, Thrown};
use smtp_proto::xtext;

/// Builtins of this topic.
#[library(topic = "codecs")]
pub(crate) mod functions {
    use super::*;

    /// Encodes a string as base64 on one line, with padding.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the text would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo base64_encode("hello"); // aGVsbG8=
    /// ```
    ///
    /// Source: RFC 4648 §4. Since: 0.1. Compat: same.
    #[builtin(effect = pure, keeps = [Key, Output, Query])]
    fn base64_encode(cx: &mut Cx<'_>, string: Str) -> String {
        cx.charge(string.len());
        STANDARD.encode(&*string)
    }

    /// Decodes base64.
    ///
    /// White space and every other character outside the alphabet is skipped, padding may be
    /// missing.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo base64_decode("aGVs bG8="); // hello
    /// ```
    ///
    /// Source: RFC 4648 §4. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn base64_decode(cx: &mut Cx<'_>, string: Str) -> Str {
        cx.charge(string.len());
        Str::from(unpack_bits(&string, 6, base64_digit))
    }

    /// Encodes a string as base64 with the alphabet for URLs, without padding.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the text would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo base64url_encode("\xfb\xff"); // -_8
    /// ```
    ///
    /// Source: RFC 4648 §5. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn base64url_encode(cx: &mut Cx<'_>, string: Str) -> String {
        cx.charge(string.len());
        URL_SAFE_NO_PAD.encode(&*string)
    }

    /// Decodes base64 with the alphabet for URLs.
    ///
    /// Characters outside the alphabet are skipped.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo base64url_decode("aGVsbG8"); // hello
    /// ```
    ///
    /// Source: RFC 4648 §5. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn base64url_decode(cx: &mut Cx<'_>, string: Str) -> Str {
        cx.charge(string.len());
        Str::from(unpack_bits(&string, 6, base64url_digit))
    }

    /// Encodes a string as base32, with padding.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the text would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo base32_encode("foobar"); // MZXW6YTBOI======
    /// ```
    ///
    /// Source: RFC 4648 §6. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn base32_encode(cx: &mut Cx<'_>, string: Str) -> String {
        cx.charge(string.len());
        base32(&string)
    }

    /// Decodes base32, in either case.
    ///
    /// Characters outside the alphabet are skipped.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo base32_decode("MZXW6YTBOI======"); // foobar
    /// ```
    ///
    /// Source: RFC 4648 §6. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn base32_decode(cx: &mut Cx<'_>, string: Str) -> Str {
        cx.charge(string.len());
        Str::from(unpack_bits(&string, 5, base32_digit))
    }

    /// Percent-encodes everything except unreserved characters.
    ///
    /// Unreserved are ASCII letters, digits and `-._~`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the text would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo url_encode("a b&c=d"); // a%20b%26c%3Dd
    /// ```
    ///
    /// Source: RFC 3986 §2.3. Since: 0.1. Compat: same.
    #[builtin(effect = pure, cleans = [Query, Lines, Header])]
    fn url_encode(cx: &mut Cx<'_>, string: Str) -> Result<Str, Thrown> {
        cx.charge(string.len());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let escaped = string.iter().filter(|byte| !plain(**byte)).count();
        cx.reserve(string.len().saturating_add(2 * escaped))?;
        Ok(Str::from(percent_escape(&string, plain)))
    }

    /// Decodes percent escapes.
    ///
    /// A plus sign stays a plus sign, and malformed escapes are kept.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo url_decode("a%20b+c%zz"); // a b+c%zz
    /// ```
    ///
    /// Source: RFC 3986 §2.1. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn url_decode(cx: &mut Cx<'_>, string: Str) -> Str {
        cx.charge(string.len());
        Str::from(unescape(&string, b'%'))
    }

    /// Encodes a text for a parameter of an SMTP command.
    ///
    /// Printable ASCII except `+` and `=` stays, the rest becomes `+` and two hexadecimal digits.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the text would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo xtext_encode("a=b c"); // a+3Db+20c
    /// ```
    ///
    /// Source: RFC 3461 §4. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn xtext_encode(cx: &mut Cx<'_>, text: Str) -> Result<Str, Thrown> {
        cx.charge(text.len());
        let escaped = text.iter().filter(|byte| !xtext::is_xchar(**byte)).count();
        cx.reserve(text.len().saturating_add(2 * escaped))?;
        Ok(Str::from(xtext::encode(&text)))
    }

    /// Decodes the text of a parameter of an SMTP command.
    ///
    /// Malformed escapes are kept.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo xtext_decode("a+3Db+20c"); // a=b c
    /// ```
    ///
    /// Source: RFC 3461 §4. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn xtext_decode(cx: &mut Cx<'_>, text: Str) -> Str {
        cx.charge(text.len());
        Str::from(unescape(&text, b'+'))
    }
}

/// Collects digits of `width` bits into bytes; bits that fill no byte are dropped.
fn unpack_bits(text: &[u8], width: u32, digit: fn(u8) -> Option<u32>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * width as usize / 8);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text {
        let Some(value) = digit(*byte) else {
            // Padding ends a group; another text may follow.
            if *byte == b'=' {
                held = 0;
            }
            continue;
        };
        bits = (bits << width) | value;
        held += width;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
        }
    }
    out
}

fn base64_digit(byte: u8) -> Option<u32> {
    match byte {
        b'+' => Some(62),
        b'/' => Some(63),
        other => alphanumeric_digit(other),
    }
}

fn base64url_digit(byte: u8) -> Option<u32> {
    match byte {
        b'-' => Some(62),
        b'_' => Some(63),
        other => alphanumeric_digit(other),
    }
}

fn alphanumeric_digit(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        _ => None,
    }
}

fn base32_digit(byte: u8) -> Option<u32> {
    match byte.to_ascii_uppercase() {
        upper @ b'A'..=b'Z' => Some(u32::from(upper - b'A')),
        b'2'..=b'7' => Some(u32::from(byte - b'2') + 26),
        _ => None,
    }
}

fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let bits =
            (0..5).fold(0_u64, |bits, at| bits << 8 | u64::from(*group.get(at).unwrap_or(&0)));
        let digits = (group.len() * 8).div_ceil(5);
        out.extend((0..8).map(|at| match at < digits {
            true => char::from(ALPHABET[(bits >> (35 - 5 * at)) as usize & 31]),
            false => '=',
        }));
    }
    out
}

fn percent_escape(text: &[u8], plain: impl Fn(u8) -> bool) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if plain(*byte) {
            out.push(*byte);
        } else {
            out.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
    out
}

fn unescape(text: &[u8], mark: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let escaped = (text[at] == mark).then(|| text.get(at + 1..at + 3).and_then(hex_byte));
        match escaped.flatten() {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(text[at]);
                at += 1;
            }
        }
    }
    out
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let [high, low] = digits else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(*high)? << 4 | digit(*low)?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_pads_every_length() {
        // RFC 4648 §10.
        let expected = ["", "MY======", "MZXQ====", "MZXW6===", "MZXW6YQ=", "MZXW6YTB"];
        for (length, expected) in expected.iter().enumerate() {
            assert_eq!(base32(&b"fooba"[..length]), *expected);
            assert_eq!(unpack_bits(expected.as_bytes(), 5, base32_digit), &b"fooba"[..length]);
        }
    }
}
