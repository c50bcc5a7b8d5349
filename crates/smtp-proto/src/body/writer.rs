//! The sending side of message data.

/// Dot-stuffs a message and ends it.
///
/// A CR or LF that stands alone becomes CRLF: sent as it is, the next server might take it for a
/// line end and see the end of the data where there is none.
#[derive(Debug)]
pub struct DataWriter {
    /// The last byte written ended a line, or nothing was written.
    line_start: bool,
    /// A CR was read that is not written yet.
    cr: bool,
}

impl Default for DataWriter {
    fn default() -> Self {
        Self { line_start: true, cr: false }
    }
}

impl DataWriter {
    /// Appends the wire form of message bytes.
    pub fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            let after_cr = std::mem::take(&mut self.cr);
            if first == b'\n' {
                rest = &rest[1..];
                self.end_line(out);
                continue;
            }
            if after_cr {
                self.end_line(out);
            }
            if first == b'\r' {
                rest = &rest[1..];
                self.cr = true;
                continue;
            }
            if self.line_start && first == b'.' {
                out.push(b'.');
            }
            let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..end]);
            self.line_start = false;
            rest = &rest[end..];
        }
    }

    /// Appends the end of the data, with the line end that the message may lack.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        if self.cr || !self.line_start {
            self.end_line(out);
        }
        out.extend_from_slice(b".\r\n");
    }

    fn end_line(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.line_start = true;
    }
}

#[cfg(test)]
mod tests {
    use super::super::DataReader;
    use super::*;
    use proptest::prelude::*;

    fn decode(bytes: &[u8], normalize: bool) -> (Vec<u8>, usize, DataReader) {
        let mut reader = DataReader::new(normalize);
        let mut out = Vec::new();
        let read = reader.read(bytes, &mut out);
        (out, read, reader)
    }

    fn encode(bytes: &[u8]) -> Vec<u8> {
        let mut writer = DataWriter::default();
        let mut out = Vec::new();
        writer.write(bytes, &mut out);
        writer.finish(&mut out);
        out
    }

    #[test]
    fn no_other_line_ending_ends_the_data() {
        for end in [
            "\n.\n",
            "\n.\r\n",
            "\r.\r",
            "\r\n.\n",
            "\r\n.\r",
            "\r.\r\n",
            "\n\r.\r\n",
            "\r\n\0.\r\n",
        ] {
            let text = format!("a{end}b\r\n");
            for normalize in [false, true] {
                let (_, _, reader) = decode(text.as_bytes(), normalize);
                assert!(!reader.is_at_end(), "{end:?}");
            }
        }
        let (out, read, reader) = decode(b".\r\nQUIT\r\n", true);
        assert!(reader.is_at_end() && out.is_empty() && read == 3);
    }

    #[test]
    fn dots_are_removed_after_real_line_ends_only() {
        assert_eq!(decode(b"..a\r\n.b\r\nc\n.d\r\n.\r\n", false).0, b".a\r\nb\r\nc\n.d\r\n");
        assert_eq!(decode(b"a\n.b\r\n.\r\n", true).0, b"a\r\n.b\r\n");
    }

    #[test]
    fn lone_line_ends_are_noticed() {
        for text in
            ["a\nb\r\n.\r\n", "a\rb\r\n.\r\n", ".\rb\r\n.\r\n", "a\r\r\n.\r\n", ".\n\r\n.\r\n"]
        {
            assert!(decode(text.as_bytes(), false).2.saw_bare_line_ending(), "{text:?}");
        }
        assert!(!decode(b"a\r\n\r\n..\r\n.\r\n", false).2.saw_bare_line_ending());
    }

    #[test]
    fn the_writer_never_sends_a_lone_line_end() {
        assert_eq!(encode(b"a\nb\rc\r\nd"), b"a\r\nb\r\nc\r\nd\r\n.\r\n");
        assert_eq!(encode(b"a\r"), b"a\r\n.\r\n");
        assert_eq!(encode(b""), b".\r\n");
        assert_eq!(encode(b"a\n.\n.b"), b"a\r\n..\r\n..b\r\n.\r\n");
    }

    fn wire() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(b'a'), Just(0)];
        proptest::collection::vec(byte, 0..60)
    }

    proptest! {
        #[test]
        fn any_split_decodes_alike(bytes in wire(), cut in 0usize..60, normalize: bool) {
            let cut = cut.min(bytes.len());
            let (whole, read, one) = decode(&bytes, normalize);
            let mut two = DataReader::new(normalize);
            let mut out = Vec::new();
            let mut total = two.read(&bytes[..cut], &mut out);
            total += two.read(&bytes[cut..], &mut out) * usize::from(total == cut);
            prop_assert_eq!(whole, out);
            prop_assert_eq!(read, total);
            prop_assert_eq!(one.is_at_end(), two.is_at_end());
            prop_assert_eq!(one.saw_bare_line_ending(), two.saw_bare_line_ending());
        }

        #[test]
        fn what_is_written_reads_back(bytes in wire(), cut in 0usize..60) {
            let cut = cut.min(bytes.len());
            let mut writer = DataWriter::default();
            let mut sent = Vec::new();
            writer.write(&bytes[..cut], &mut sent);
            writer.write(&bytes[cut..], &mut sent);
            writer.finish(&mut sent);
            let (received, read, reader) = decode(&sent, false);
            prop_assert!(reader.is_at_end() && read == sent.len());
            prop_assert!(!reader.saw_bare_line_ending());
            prop_assert_eq!(encode(&received), sent);
        }
    }
}
