//! Standard input and output.
//!
//! What the server says most is long and was made from typed structs: it comes here as text, ready to
//! be sent, and is never a tree of values in between.
//!
//! *Invariants.* Who has sent something knows that it goes out before whatever is sent later: a
//! channel holds nothing, it only hands over.
//!
//! *Sources.* LSP 3.18, "Base Protocol".

use std::io::{self, Write as _};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded, never, select};
use lsp_server::{Connection, Message, Notification};

/// The threads that read and write.
pub(crate) struct Streams {
    reader: JoinHandle<io::Result<()>>,
    writer: JoinHandle<io::Result<()>>,
}

/// Opens both: a connection, and the way of what is text already.
pub(crate) fn open() -> (Connection, Sender<String>, Streams) {
    let (sender, messages) = bounded(0);
    let (texts, ready) = bounded(0);
    let (heard, receiver) = bounded(0);
    let writer = thread::spawn(move || write_all(&messages, ready));
    let reader = thread::spawn(move || read_all(&heard));
    (Connection { sender, receiver }, texts, Streams { reader, writer })
}

impl Streams {
    /// Waits until the editor said `exit` or hung up, and everything is written.
    ///
    /// # Errors
    /// A stream failed.
    pub(crate) fn join(self) -> io::Result<()> {
        let broke = |_| io::Error::other("a thread of the connection panicked");
        self.reader.join().map_err(broke)??;
        self.writer.join().map_err(broke)?
    }
}

fn read_all(heard: &Sender<Message>) -> io::Result<()> {
    let mut input = io::stdin().lock();
    while let Some(message) = Message::read(&mut input)? {
        let is_exit = matches!(&message, Message::Notification(Notification { method, .. }) if method == "exit");
        // The server may have ended first, which its own error tells.
        if heard.send(message).is_err() || is_exit {
            break;
        }
    }
    Ok(())
}

fn write_all(messages: &Receiver<Message>, mut texts: Receiver<String>) -> io::Result<()> {
    let mut output = io::stdout().lock();
    loop {
        select! {
            recv(messages) -> message => match message {
                Ok(message) => message.write(&mut output)?,
                Err(_) => return Ok(()),
            },
            recv(texts) -> text => match text {
                Ok(text) => {
                    write!(output, "Content-Length: {}\r\n\r\n", text.len())?;
                    output.write_all(text.as_bytes())?;
                    output.flush()?;
                }
                Err(_) => texts = never(),
            },
        }
    }
}
