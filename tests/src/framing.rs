//! `Content-Length` framing over the standard streams of a child, as LSP and DAP use it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use serde_json::Value;

use crate::PATIENCE;

/// A child process that speaks framed JSON.
pub(crate) struct Peer {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// Messages that arrived while another one was waited for.
    waiting: Vec<Value>,
}

impl Peer {
    /// Starts the command and a thread that reads its messages.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let input = child.stdin.take().expect("stdin is piped");
        let output = child.stdout.take().expect("stdout is piped");
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { child, input, messages, waiting: Vec::new() }
    }

    /// Writes one message.
    pub(crate) fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("peer is alive");
        self.input.flush().expect("peer is alive");
    }

    /// The first message, already arrived or still to come, that fits.
    pub(crate) fn wait(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.waiting.iter().position(&fits) {
            return self.waiting.remove(at);
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.messages.recv_timeout(left) {
                Ok(message) if fits(&message) => return message,
                Ok(message) => self.waiting.push(message),
                Err(error) => panic!("no {what}: {error}; other messages: {:#?}", self.waiting),
            }
        }
    }

    /// Whether a message that fits has arrived by now.
    pub(crate) fn arrived(&mut self, fits: impl Fn(&Value) -> bool) -> bool {
        self.waiting.extend(self.messages.try_iter());
        self.waiting.iter().any(fits)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The child may be gone already; either way it must not outlive the test.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
