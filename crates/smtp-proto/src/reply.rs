//! Replies: what a server says, written and read.
//!
//! *Invariants.* An encoded line has at most 512 octets with its CRLF and holds no CR, LF or NUL
//! of its own, whatever text a script supplied.
//!
//! *Sources.* RFC 5321 §4.2 and §4.5.3.1.5; RFC 2034, RFC 3463 for enhanced status codes.

use std::fmt;

/// Most octets of a reply line, CRLF included (RFC 5321 §4.5.3.1.5).
const MAX_LINE: usize = 512;

/// Most lines of a reply that we send; peers read long replies badly.
const MAX_LINES: usize = 100;

/// An enhanced status code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Enhanced(pub u16, pub u16, pub u16);

impl Enhanced {
    /// Reads `5.1.1` from the start of a text, with the rest after one space.
    pub fn split(text: &[u8]) -> Option<(Self, &[u8])> {
        let end = text.iter().position(|&b| b == b' ').unwrap_or(text.len());
        let word = std::str::from_utf8(&text[..end]).ok()?;
        let mut parts = word.split('.').map(number);
        let code = Self(parts.next()??, parts.next()??, parts.next()??);
        let valid = parts.next().is_none() && matches!(code.0, 2 | 4 | 5);
        valid.then(|| (code, text.get(end + 1..).unwrap_or_default()))
    }
}

/// One to three digits.
fn number(text: &str) -> Option<u16> {
    let digits = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// First digit of a reply code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// 2xx
    Success,
    /// 3xx
    Intermediate,
    /// 4xx
    Temporary,
    /// 5xx
    Permanent,
}

/// A reply with its code and lines.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Reply {
    /// Three digits, 200 to 599.
    pub code: u16,
    /// Enhanced status code, when there is one.
    pub enhanced: Option<Enhanced>,
    /// Text of each line, without codes; none is written as one empty line.
    pub lines: Vec<Vec<u8>>,
}

impl Reply {
    /// A reply without an enhanced status code; `\n` in the text starts a new line.
    pub fn basic(code: u16, text: impl AsRef<[u8]>) -> Self {
        let lines = text.as_ref().split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
        Self { code, enhanced: None, lines }
    }

    /// A reply with an enhanced status code.
    pub fn new(code: u16, enhanced: Enhanced, text: impl AsRef<[u8]>) -> Self {
        Self { enhanced: Some(enhanced), ..Self::basic(code, text) }
    }

    /// Class of the code.
    pub const fn class(&self) -> Class {
        match self.code / 100 {
            2 => Class::Success,
            3 => Class::Intermediate,
            4 => Class::Temporary,
            _ => Class::Permanent,
        }
    }

    /// The text of all lines joined by spaces, lossily, for logs.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.lines.join(&b' ')).into_owned()
    }

    /// Appends the wire form; enhanced codes are left out when `enhanced` is false.
    pub fn encode(&self, enhanced: bool, out: &mut Vec<u8>) {
        let prefix = match self.enhanced {
            Some(code) if enhanced => format!("{code} "),
            _ => String::new(),
        };
        let count = self.lines.len().clamp(1, MAX_LINES);
        for at in 0..count {
            let last = at + 1 == count;
            out.extend_from_slice(self.code.to_string().as_bytes());
            out.push(if last { b' ' } else { b'-' });
            out.extend_from_slice(prefix.as_bytes());
            let text = self.lines.get(at).map(Vec::as_slice).unwrap_or_default();
            push_text(text, MAX_LINE - 6 - prefix.len(), out);
            out.extend_from_slice(b"\r\n");
        }
    }

    /// The wire form with enhanced codes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(true, &mut out);
        out
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(String::from_utf8_lossy(&self.to_bytes()).trim_end())
    }
}

/// Appends text without characters that would end or cut a line, up to a limit that does not
/// split a UTF-8 sequence.
fn push_text(text: &[u8], limit: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend(text.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n' | 0)));
    let mut end = out.len().min(start + limit);
    while end < out.len() && end > start && out[end] & 0xc0 == 0x80 {
        end -= 1;
    }
    out.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn several_lines_repeat_both_codes() {
        let reply = Reply::new(550, Enhanced(5, 7, 1), "one\ntwo");
        assert_eq!(reply.to_bytes(), b"550-5.7.1 one\r\n550 5.7.1 two\r\n");
    }

    #[test]
    fn an_empty_reply_still_is_a_line() {
        let reply = Reply { code: 250, enhanced: None, lines: Vec::new() };
        assert_eq!(reply.to_bytes(), b"250 \r\n");
    }

    #[test]
    fn enhanced_codes_are_read_only_when_whole() {
        assert_eq!(Enhanced::split(b"5.1.1 no"), Some((Enhanced(5, 1, 1), &b"no"[..])));
        assert_eq!(Enhanced::split(b"4.7.25"), Some((Enhanced(4, 7, 25), &b""[..])));
        for text in ["5.1 no", "3.1.1 no", "5.1.1.1 x", "5.1.1x", "5..1", "", "5.1.+1"] {
            assert_eq!(Enhanced::split(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_line_is_longer_than_the_protocol_allows(
            text in proptest::collection::vec(any::<u8>(), 0..2000),
            code in 200u16..600,
            status in proptest::option::of((2u16..6, 0u16..1000, 0u16..1000)),
        ) {
            let enhanced = status.map(|(a, b, c)| Enhanced(a, b, c));
            let wire = Reply { enhanced, ..Reply::basic(code, &text) }.to_bytes();
            let body = wire.strip_suffix(b"\r\n").expect("ends in CRLF");
            for line in body.split(|&b| b == b'\n') {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                prop_assert!(line.len() <= MAX_LINE - 2);
                prop_assert!(!line.contains(&b'\r') && !line.contains(&0));
                prop_assert!(line.starts_with(code.to_string().as_bytes()));
            }
        }
    }
}
