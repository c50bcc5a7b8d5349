//! The receiving side of message data.

/// What happens to a CR or LF that stands alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEndings {
    /// It becomes CRLF.
    Normalize,
    /// The message is refused.
    Reject,
    /// Refused from strangers, CRLF for clients that logged in or are trusted.
    #[default]
    RejectUnauthenticated,
    /// It stays.
    Keep,
}

/// Position relative to the last line end, on the raw bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// After CRLF or at the very start.
    LineStart,
    /// After a dot that began a line.
    Dot,
    /// After a dot that began a line, and CR.
    DotCr,
    /// Within a line.
    Middle,
    /// After a CR within a line.
    Cr,
    /// After the end.
    End,
}

/// Decodes the bytes between 354 and the final dot.
#[derive(Debug)]
pub struct DataReader {
    at: At,
    normalize: bool,
    bare: bool,
}

impl DataReader {
    /// A reader at the start of the data; `normalize` makes lone CR and LF into CRLF.
    pub fn new(normalize: bool) -> Self {
        Self { at: At::LineStart, normalize, bare: false }
    }

    /// Whether a lone CR or LF was seen.
    pub fn saw_bare_line_ending(&self) -> bool {
        self.bare
    }

    /// Whether the end was read.
    pub fn is_at_end(&self) -> bool {
        self.at == At::End
    }

    /// Decodes bytes into `out` up to the end of the data; answers how many were read.
    pub fn read(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> usize {
        let mut done = 0;
        while done < bytes.len() && self.at != At::End {
            if self.at == At::Middle {
                let rest = &bytes[done..];
                let plain = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
                out.extend_from_slice(&rest[..plain]);
                done += plain;
            }
            if let Some(&byte) = bytes.get(done) {
                self.byte(byte, out);
                done += 1;
            }
        }
        done
    }

    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.at = match (self.at, byte) {
            (At::LineStart, b'.') => At::Dot,
            (At::Dot, b'\r') => At::DotCr,
            (At::DotCr, b'\n') => At::End,
            (At::Cr, b'\n') => {
                out.extend_from_slice(b"\r\n");
                At::LineStart
            }
            (At::Cr | At::DotCr, b'\r') => {
                self.bare(b'\r', out);
                At::Cr
            }
            (At::Cr | At::DotCr, byte) => {
                self.bare(b'\r', out);
                self.plain(byte, out)
            }
            (_, b'\r') => At::Cr,
            (_, byte) => self.plain(byte, out),
        };
    }

    /// A byte that cannot be part of CRLF.
    fn plain(&mut self, byte: u8, out: &mut Vec<u8>) -> At {
        if byte == b'\n' {
            self.bare(byte, out)
        } else {
            out.push(byte)
        }
        At::Middle
    }

    fn bare(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.bare = true;
        if self.normalize { out.extend_from_slice(b"\r\n") } else { out.push(byte) }
    }
}
