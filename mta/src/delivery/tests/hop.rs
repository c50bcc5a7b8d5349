//! A next hop on a thread of its own that says what a test wants.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says what to answer to a line of connection number n; none is the usual answer, `CLOSE` ends
/// the connection.
type Answer = fn(usize, &str) -> Option<&'static str>;

/// What the hop noticed.
#[derive(Debug)]
pub(super) enum Heard {
    Line(String),
    /// The final dot was answered.
    Message,
    Closed,
}

pub(super) struct Hop {
    pub(super) port: u16,
    heard: Receiver<Heard>,
    gate: Arc<Mutex<()>>,
}

impl Hop {
    pub(super) fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (tell, heard) = channel();
        let gate = Arc::new(Mutex::new(()));
        let inner = gate.clone();
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { return };
                drop(held(&inner));
                let tell = tell.clone();
                std::thread::spawn(move || talk(stream, number, answer, &tell));
            }
        });
        Self { port, heard, gate }
    }

    /// A port on which nobody listens.
    pub(super) fn closed_port() -> u16 {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.local_addr().expect("an address").port()
    }

    /// Keeps new connections waiting for their greeting while the guard lives.
    pub(super) fn pause(&self) -> MutexGuard<'_, ()> {
        held(&self.gate)
    }

    /// The lines up to the end of the next message.
    pub(super) fn message(&self) -> Vec<String> {
        self.collect(|heard| matches!(heard, Heard::Message))
    }

    /// The lines before this one.
    pub(super) fn until(&self, line: &str) -> Vec<String> {
        self.collect(|heard| matches!(heard, Heard::Line(found) if found == line))
    }

    /// Waits until a connection ends; answers whether a message was finished on it.
    pub(super) fn finished_a_message(&self) -> bool {
        let mut finished = false;
        self.collect(|heard| {
            finished |= matches!(heard, Heard::Message);
            matches!(heard, Heard::Closed)
        });
        finished
    }

    fn collect(&self, mut is_end: impl FnMut(&Heard) -> bool) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let heard = match self.heard.recv_timeout(PATIENCE) {
                Ok(heard) => heard,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("nothing more after {lines:#?}")
                }
            };
            if is_end(&heard) {
                return lines;
            }
            if let Heard::Line(line) = heard {
                lines.push(line);
            }
        }
    }
}

fn talk(mut stream: TcpStream, number: usize, answer: Answer, tell: &Sender<Heard>) {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
    let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).is_ok();
    let mut in_data = false;
    say("220 hop.example");
    while let Some(Ok(line)) = lines.next() {
        // A test that is over hears nothing.
        let _ = tell.send(Heard::Line(line.clone()));
        let (usual, ends) = match line.as_str() {
            "." if in_data => ("250 2.0.0 taken", true),
            _ if in_data => continue,
            "DATA" => ("354 go on", false),
            "QUIT" => ("221 bye", false),
            line if line.starts_with("EHLO") => ("250-hop.example\r\n250 8BITMIME", false),
            _ => ("250 ok", false),
        };
        let reply = answer(number, &line).unwrap_or(usual);
        in_data = reply.starts_with("354");
        if reply == "CLOSE" || !say(reply) || line == "QUIT" {
            break;
        }
        if ends {
            let _ = tell.send(Heard::Message);
        }
    }
    let _ = tell.send(Heard::Closed);
}

fn held(gate: &Mutex<()>) -> MutexGuard<'_, ()> {
    gate.lock().unwrap_or_else(PoisonError::into_inner)
}
