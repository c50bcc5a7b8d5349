//! What a large message costs, counted by the allocator.

use std::io::{self, Write};
use std::rc::Rc;

use allocation_counter::measure;
use mail_message::{MemorySource, Message, Source, Written};

const MIB: usize = 1 << 20;
const HEAD: &str = "Subject: large\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
    --b\r\nContent-Type: text/plain\r\n\r\nsmall\r\n\
    --b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n";

/// Bytes that are stored elsewhere and are read in chunks.
struct Storage(MemorySource<Rc<[u8]>>);

impl Source for Storage {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.0.read_at(offset, buffer)
    }
}

/// Takes exactly these bytes, in this order.
struct Exactly<'a>(Vec<&'a [u8]>);

impl Write for Exactly<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let next = self.0.iter_mut().find(|piece| !piece.is_empty());
        let next = next.ok_or(io::ErrorKind::WriteZero)?;
        let length = bytes.len().min(next.len());
        if bytes[..length] != next[..length] {
            return Err(io::ErrorKind::InvalidData.into());
        }
        *next = &next[length..];
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_message_of_a_hundred_mebibytes_is_changed_in_little_memory() {
    let line = "QUJD".repeat(19) + "\r\n";
    let text = [HEAD, &line.repeat(100 * MIB / line.len() + 1), "--b--\r\n"].concat();
    let text: Rc<[u8]> = text.into_bytes().into();
    let (field, put, at) = ("X-Checked: yes\r\n", "changed", 50 * MIB);
    let in_memory: Rc<dyn Source> = Rc::new(MemorySource(Rc::clone(&text)));
    let stored: Rc<dyn Source> = Rc::new(Storage(MemorySource(Rc::clone(&text))));
    for source in [in_memory, stored] {
        let mut out = Exactly(vec![field.as_bytes(), &text[..at], put.as_bytes(), &text[at + 3..]]);
        let most = measure(|| {
            let mut message = Message::read(Rc::clone(&source)).expect("readable");
            assert_eq!(message.descendants(0).expect("readable"), 1..3);
            assert_eq!(message.body(1, true).expect("readable").as_deref(), Some(&b"small"[..]));
            message.add(0, "X-Checked", b"yes", Written::Verbatim).expect("a field");
            let start = (field.len() + at) as u64;
            message.modify(start, 3, put.as_bytes()).expect("a place in the message");
            message.render(&mut out).expect("exactly these bytes");
        });
        assert!(out.0.iter().all(|piece| piece.is_empty()), "something is missing at the end");
        assert!(most.bytes_max < MIB as u64, "{} bytes", most.bytes_max);
    }
}
