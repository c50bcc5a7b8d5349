//! A program that was started for its debugger: its process, its socket and what it prints.
//!
//! Invariants: the program's end of the socket is its standard input, so nothing listens anywhere
//! and nothing has to be removed; the process does not outlive the adapter.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::launch::Program;

/// Longest text without an end of line that is held back.
const MAX_HELD: usize = 64 << 10;

/// A running program.
#[derive(Debug)]
pub(crate) struct Debuggee {
    child: Child,
    output: Lines<ChildStdout>,
    errors: Lines<ChildStderr>,
}

/// What a program does unasked.
#[derive(Debug)]
pub(crate) enum Told {
    /// It printed whole lines, or its last words.
    Said(Stream, String),
    /// It ended, with this exit code.
    Ended(i32),
}

/// Where a program prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Errors,
}

impl Debuggee {
    /// Starts a program; gives the adapter's end of the socket, too.
    pub(crate) fn start(command: &Path, program: &Program) -> io::Result<(Self, UnixStream)> {
        let (ours, theirs) = UnixStream::pair()?;
        let theirs = theirs.into_std()?;
        let mut child = Command::new(command)
            .args(&program.arguments)
            .current_dir(&program.folder)
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(output), Some(errors)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok((Self { child, output: Lines::new(output), errors: Lines::new(errors) }, ours))
    }

    /// The next that the program does. May be dropped and called again.
    pub(crate) async fn told(&mut self) -> Told {
        match self.said().await {
            Some((stream, text)) => Told::Said(stream, text),
            // A process that cannot be waited for is gone.
            None => Told::Ended(self.child.wait().await.map_or(-1, code)),
        }
    }

    /// What the program has printed already.
    pub(crate) async fn said_already(&mut self) -> Option<(Stream, String)> {
        tokio::select! {
            biased;
            said = self.said() => said,
            () = std::future::ready(()) => None,
        }
    }

    async fn said(&mut self) -> Option<(Stream, String)> {
        while !(self.output.is_over && self.errors.is_over) {
            let (stream, text) = tokio::select! {
                text = self.output.next(), if !self.output.is_over => (Stream::Output, text),
                text = self.errors.next(), if !self.errors.is_over => (Stream::Errors, text),
            };
            if let Some(text) = text {
                return Some((stream, text));
            }
        }
        None
    }
}

/// The exit code, as a shell tells it.
fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

/// A stream in pieces that end where lines end, so that no character is cut.
#[derive(Debug)]
struct Lines<R> {
    reader: R,
    held: Vec<u8>,
    is_over: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn new(reader: R) -> Self {
        Self { reader, held: Vec::new(), is_over: false }
    }

    /// The next piece. May be dropped and called again.
    async fn next(&mut self) -> Option<String> {
        let mut buffer = [0; 8 << 10];
        loop {
            // A stream that breaks has ended.
            let length = self.reader.read(&mut buffer).await.unwrap_or(0);
            self.held.extend_from_slice(&buffer[..length]);
            self.is_over = length == 0;
            let end = match self.held.iter().rposition(|byte| *byte == b'\n') {
                _ if self.is_over || self.held.len() > MAX_HELD => self.held.len(),
                Some(end) => end + 1,
                None => continue,
            };
            let rest = self.held.split_off(end);
            let piece = std::mem::replace(&mut self.held, rest);
            return (!piece.is_empty()).then(|| String::from_utf8_lossy(&piece).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pieces_end_where_lines_end() {
        let (mut writer, reader) = tokio::io::duplex(64);
        let mut lines = Lines::new(reader);
        let write = async {
            use tokio::io::AsyncWriteExt as _;
            for piece in [&b"one\ntw\xc3"[..], b"\xb6\n", b"rest"] {
                writer.write_all(piece).await.unwrap();
                tokio::task::yield_now().await;
            }
            drop(writer);
        };
        let read = async {
            let mut pieces = Vec::new();
            while let Some(piece) = lines.next().await {
                pieces.push(piece);
            }
            pieces
        };
        let ((), pieces) = tokio::join!(write, read);
        assert_eq!(pieces.concat(), "one\ntwö\nrest");
        assert!(pieces.iter().all(|piece| piece.ends_with('\n') || piece == "rest"), "{pieces:?}");
    }
}
