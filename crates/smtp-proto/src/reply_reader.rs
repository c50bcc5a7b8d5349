//! Reads replies out of a byte stream.
//!
//! *Invariants.* Memory is bounded by `MAX_REPLY`; any split of the stream gives the same replies.
//!
//! *Sources.* RFC 5321 §4.2, with the tolerance of real clients: lines may end in a lone LF.

use crate::{Enhanced, Reply};

/// Most octets of one reply, all lines together.
const MAX_REPLY: usize = 64 * 1024;

/// What a peer sent is no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplyError {
    /// A line does not start with a code.
    #[error("not an SMTP reply: {0:?}")]
    Syntax(String),
    /// The lines of one reply have different codes.
    #[error("reply changes its code from {first} to {second}")]
    Mixed {
        /// Code of the first line.
        first: u16,
        /// Differing code.
        second: u16,
    },
    /// The reply does not end.
    #[error("reply is longer than {MAX_REPLY} octets")]
    TooLong,
}

/// Collects bytes into replies.
#[derive(Debug, Default)]
pub struct ReplyReader {
    buffer: Vec<u8>,
    partial: Option<Reply>,
    /// Octets of the lines already in `partial`.
    taken: usize,
}

impl ReplyReader {
    /// Adds received bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether bytes of an unfinished or unread reply are left.
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty() && self.partial.is_none()
    }

    /// The next whole reply.
    ///
    /// # Errors
    /// The stream is not SMTP; nothing after the error can be trusted.
    pub fn next_reply(&mut self) -> Result<Option<Reply>, ReplyError> {
        while let Some(end) = memchr::memchr(b'\n', &self.buffer) {
            let line: Vec<u8> = self.buffer.drain(..=end).collect();
            self.taken += line.len();
            if self.taken > MAX_REPLY {
                return Err(ReplyError::TooLong);
            }
            if self.line(line.trim_ascii_end())? {
                self.taken = 0;
                return Ok(self.partial.take());
            }
        }
        if self.taken + self.buffer.len() > MAX_REPLY {
            return Err(ReplyError::TooLong);
        }
        Ok(None)
    }

    /// Adds a line; answers whether it was the last of its reply.
    fn line(&mut self, line: &[u8]) -> Result<bool, ReplyError> {
        let syntax =
            || ReplyError::Syntax(String::from_utf8_lossy(line).chars().take(80).collect());
        let (digits, rest) = line.split_at_checked(3).ok_or_else(syntax)?;
        if !matches!(digits, [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9']) {
            return Err(syntax());
        }
        let code = digits.iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        let (last, text) = match rest.split_first() {
            None => (true, rest),
            Some((b' ', text)) => (true, text),
            Some((b'-', text)) => (false, text),
            Some(_) => return Err(syntax()),
        };
        let (enhanced, text) = match Enhanced::split(text) {
            Some((enhanced, text)) => (Some(enhanced), text),
            None => (None, text),
        };
        match &mut self.partial {
            Some(reply) if reply.code != code => {
                return Err(ReplyError::Mixed { first: reply.code, second: code });
            }
            Some(reply) => reply.lines.push(text.to_vec()),
            none => *none = Some(Reply { code, enhanced, lines: vec![text.to_vec()] }),
        }
        Ok(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Option<Reply>, ReplyError> {
        let mut reader = ReplyReader::default();
        reader.push(bytes);
        reader.next_reply()
    }

    #[test]
    fn joins_the_lines_of_a_reply() {
        let reply = read(b"250-mx.example\r\n250-SIZE 100\r\n250 8BITMIME\r\n").unwrap().unwrap();
        assert_eq!(reply.code, 250);
        assert_eq!(reply.lines, [&b"mx.example"[..], b"SIZE 100", b"8BITMIME"]);
    }

    #[test]
    fn takes_the_enhanced_code_out_of_the_text() {
        let reply = read(b"550 5.1.1 unknown\n").unwrap().unwrap();
        assert_eq!(reply.enhanced, Some(Enhanced(5, 1, 1)));
        assert_eq!(reply.text(), "unknown");
    }

    #[test]
    fn waits_for_the_last_line() {
        assert_eq!(read(b"250-a\r\n250 b"), Ok(None));
    }

    #[test]
    fn names_what_is_no_reply() {
        assert!(matches!(read(b"HTTP/1.1 400\r\n"), Err(ReplyError::Syntax(_))));
        assert!(matches!(read(b"999 x\r\n"), Err(ReplyError::Syntax(_))));
        assert!(matches!(read(b"25\r\n"), Err(ReplyError::Syntax(_))));
        assert_eq!(read(b"250-a\r\n251 b\r\n"), Err(ReplyError::Mixed { first: 250, second: 251 }));
        assert_eq!(read(&vec![b'2'; MAX_REPLY + 1]), Err(ReplyError::TooLong));
    }
}
