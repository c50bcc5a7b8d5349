//! Messages in a byte stream: `Content-Length: N`, an empty line, N bytes of JSON.
//!
//! Invariants: reading never panics; headers other than `Content-Length` are skipped; a message
//! longer than [`MAX_MESSAGE`] ends the stream with an error instead of filling the memory.

/// Longest message from the editor.
const MAX_MESSAGE: usize = 32 << 20;
/// Longest block of headers.
const MAX_HEADER: usize = 8 << 10;

/// A stream that is not of this protocol. It cannot be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// No end of the headers in sight.
    #[error("the header of a message is too long")]
    Header,
    /// No usable `Content-Length`.
    #[error("a message has no valid Content-Length")]
    Length,
}

/// Cuts a stream into messages, however it arrives.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
}

impl Decoder {
    /// Adds bytes that arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Takes the next whole message, if there is one.
    ///
    /// # Errors
    /// [`WireError`] when the stream is not of this protocol.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, WireError> {
        let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
            return if self.buffer.len() > MAX_HEADER { Err(WireError::Header) } else { Ok(None) };
        };
        let body = end + 4;
        let length = content_length(&self.buffer[..end]).ok_or(WireError::Length)?;
        if self.buffer.len() - body < length {
            return Ok(None);
        }
        let message = self.buffer[body..body + length].to_vec();
        self.buffer.drain(..body + length);
        Ok(Some(message))
    }
}

/// A message with its header.
pub fn encode(body: &str) -> Vec<u8> {
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn content_length(header: &[u8]) -> Option<usize> {
    let header = std::str::from_utf8(header).ok()?;
    let mut lines = header.split("\r\n").filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| name.trim().eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok().filter(|length| *length <= MAX_MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_headers_are_skipped() {
        let mut decoder = Decoder::default();
        decoder.push(b"Content-Type: x\r\ncontent-length: 2\r\n\r\n{}rest");
        assert_eq!(decoder.next_message(), Ok(Some(b"{}".to_vec())));
        assert_eq!(decoder.next_message(), Ok(None));
    }

    #[test]
    fn a_stream_without_lengths_is_refused() {
        let mut decoder = Decoder::default();
        decoder.push(b"Content-Length: 99999999999\r\n\r\n");
        assert_eq!(decoder.next_message(), Err(WireError::Length));
        let mut decoder = Decoder::default();
        decoder.push(&[b'a'; MAX_HEADER + 1]);
        assert_eq!(decoder.next_message(), Err(WireError::Header));
    }

    proptest! {
        #[test]
        fn messages_survive_any_cut(texts in proptest::collection::vec(".{0,40}", 0..5), cut in 1usize..9) {
            let stream: Vec<u8> = texts.iter().flat_map(|text| encode(text)).collect();
            let mut decoder = Decoder::default();
            let mut read = Vec::new();
            for piece in stream.chunks(cut) {
                decoder.push(piece);
                while let Some(message) = decoder.next_message().unwrap() {
                    read.push(String::from_utf8(message).unwrap());
                }
            }
            prop_assert_eq!(read, texts);
        }
    }
}
