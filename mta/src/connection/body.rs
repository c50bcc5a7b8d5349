//! A message on its way from the wire to the spool.
//!
//! *Invariants.* Memory is bounded whatever the size of the message: the spool takes the bytes as
//! they come, only the header is kept.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use mail_message::{HeaderScanner, Source, fields};
use mail_queue::{BodyWriter, NewBody};

/// A message that is being received.
pub(super) struct Incoming {
    writer: BodyWriter,
    header: HeaderScanner,
}

/// A message that was received whole and is not durable yet.
pub(super) struct Received {
    /// The header block.
    pub(super) header: Vec<u8>,
    /// All bytes.
    pub(super) body: Rc<SharedBody>,
}

/// A body that a script can read until it is handed over.
pub(super) struct SharedBody {
    size: u64,
    body: RefCell<Option<NewBody>>,
}

impl Incoming {
    pub(super) fn new(writer: BodyWriter) -> Self {
        Self { writer, header: HeaderScanner::default() }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.header.push(bytes);
        self.writer.write(bytes)
    }

    pub(super) fn finish(self) -> io::Result<Received> {
        let body = self.writer.finish()?;
        let shared = SharedBody { size: body.size(), body: RefCell::new(Some(body)) };
        Ok(Received { header: self.header.into_bytes(), body: Rc::new(shared) })
    }
}

impl Received {
    /// How many servers the message has passed.
    pub(super) fn hops(&self) -> usize {
        fields(&self.header).filter(|field| field.is("Received")).count()
    }
}

impl SharedBody {
    /// Takes the body for the queue; scripts cannot read it any more.
    pub(super) fn take(&self) -> Option<NewBody> {
        self.body.take()
    }
}

impl Source for SharedBody {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match &*self.body.borrow() {
            Some(body) => body.read_at(offset, buffer),
            None => Err(io::Error::other("the message was handed over to the queue")),
        }
    }
}
