//! One connection to a next hop, driven over TCP.
//!
//! *Invariants.* Every wait has a time limit. A message whose stored bytes turn out to be damaged
//! is never finished on the wire: the connection breaks before the final dot.
//!
//! *Not here.* What to say (`smtp_proto::client`), which host ([`crate::route`]), keeping
//! connections ([`super::pool`]).
//!
//! *Sources.* RFC 5321 §4.5.3.2 (time limits).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use mail_message::Patch;
use mail_queue::{Body, BodyError};
use smtp_proto::State;
use smtp_proto::client::{Action, Machine, Outcome, Outgoing, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use uuid::Uuid;

/// Time limit for a connection to come up.
pub const CONNECT: Duration = Duration::from_secs(30);
/// Time limit for one block of message data (RFC 5321 §4.5.3.2.5).
const BLOCK: Duration = Duration::from_secs(180);
/// How much is read at once.
const READ: usize = 4096;

/// Time limits that differ from the defaults.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patience {
    /// For the connection to come up.
    pub connect: Option<Duration>,
    /// For replies.
    pub replies: Vec<(State, Duration)>,
}

impl Patience {
    fn reply(&self, state: State) -> Duration {
        let own = self.replies.iter().find(|(of, _)| *of == state);
        own.map_or_else(|| state.timeout(), |(_, limit)| *limit)
    }
}

/// What is known of a connection.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Its id.
    pub id: Uuid,
    /// Our address.
    pub local: IpAddr,
    /// The address of the server.
    pub remote: SocketAddr,
    /// Name of the server.
    pub host: String,
    /// Our name in EHLO.
    pub helo: String,
    /// Messages that were tried on it.
    pub transactions: u32,
}

/// How sending a message ended.
#[derive(Debug)]
pub enum Sent {
    /// As the server, or the loss of it, decided.
    Ended(Outcome),
    /// Our own copy cannot be read.
    Unreadable(BodyError),
}

/// A message as it goes over the wire.
#[derive(Clone, Copy)]
pub struct Payload<'a> {
    /// The received bytes.
    pub body: &'a Body,
    /// What changes them.
    pub patches: &'a [Patch],
}

/// A connection to a server.
pub struct Session {
    stream: TcpStream,
    machine: Machine,
    facts: Facts,
    /// Nothing can be sent any more; what was received still counts.
    broken: bool,
    /// What the machine wants after the last message.
    next: Option<Action>,
}

impl Session {
    /// Connects to `address`, which belongs to `host`.
    ///
    /// # Errors
    /// When the connection does not come up in time.
    pub async fn connect(
        address: SocketAddr,
        host: &str,
        helo: &str,
        patience: &Patience,
    ) -> io::Result<Self> {
        let limit = patience.connect.unwrap_or(CONNECT);
        let stream = timeout(limit, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        let facts = Facts {
            id: Uuid::new_v4(),
            local: stream.local_addr()?.ip(),
            remote: address,
            host: host.to_owned(),
            helo: helo.to_owned(),
            transactions: 0,
        };
        let settings = Settings { helo: helo.to_owned(), pipelining: true };
        Ok(Self { stream, machine: Machine::new(settings), facts, broken: false, next: None })
    }

    /// What is known of the connection.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Hands a message over.
    pub async fn send(
        &mut self,
        message: Outgoing,
        payload: Payload<'_>,
        patience: &Patience,
    ) -> Sent {
        self.facts.transactions += 1;
        self.next = None;
        self.machine.submit(message);
        loop {
            match self.machine.poll() {
                Action::Done(outcome) => {
                    self.next = Some(self.machine.poll());
                    return Sent::Ended(outcome);
                }
                Action::Body if self.broken => self.machine.lost(),
                Action::Body => {
                    if let Err(error) = self.send_body(payload).await {
                        return Sent::Unreadable(error);
                    }
                }
                // Both would mean that the machine forgot the message.
                Action::Ready | Action::Close => {
                    return Sent::Ended(Outcome::Lost { state: State::Mail });
                }
                action => self.exchange(action, patience).await,
            }
        }
    }

    /// Whether another message may follow.
    pub fn is_ready(&self) -> bool {
        matches!(self.next, Some(Action::Ready))
    }

    /// Says goodbye.
    pub async fn quit(mut self) {
        let patience = Patience::default();
        self.machine.quit();
        let mut next = self.next.take().unwrap_or(Action::Ready);
        while !matches!(next, Action::Close | Action::Body | Action::Done(_)) {
            self.exchange(next, &patience).await;
            next = self.machine.poll();
        }
    }

    async fn exchange(&mut self, action: Action, patience: &Patience) {
        match action {
            Action::Send(bytes) => {
                self.write(&bytes).await;
            }
            Action::Read(_) if self.broken => self.machine.lost(),
            Action::Read(state) => self.read(patience.reply(state)).await,
            Action::Body | Action::Done(_) | Action::Ready | Action::Close => {}
        }
    }

    /// Sends `bytes`; answers whether they left.
    async fn write(&mut self, bytes: &[u8]) -> bool {
        if self.broken {
            return false;
        }
        match timeout(BLOCK, self.stream.write_all(bytes)).await {
            Ok(Ok(())) => return true,
            Ok(Err(_)) => self.last_words(),
            Err(_) => self.machine.timed_out(),
        }
        false
    }

    /// Takes in what the server said before it stopped listening: it may be the reason.
    fn last_words(&mut self) {
        self.broken = true;
        let mut buffer = [0; READ];
        if let Ok(count) = self.stream.try_read(&mut buffer) {
            self.machine.receive(&buffer[..count]);
        }
    }

    async fn read(&mut self, limit: Duration) {
        let mut buffer = [0; READ];
        match timeout(limit, self.stream.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => self.machine.lost(),
            Ok(Ok(count)) => self.machine.receive(&buffer[..count]),
            Err(_) => self.machine.timed_out(),
        }
    }

    /// Sends the message data with the final dot.
    async fn send_body(&mut self, payload: Payload<'_>) -> Result<(), BodyError> {
        let mut reader = payload.body.reader(payload.patches);
        let mut wire = Vec::new();
        while let Some(chunk) = reader.next_chunk()? {
            wire.clear();
            self.machine.write_body(&chunk, &mut wire);
            if !self.write(&wire).await {
                return Ok(());
            }
        }
        wire.clear();
        self.machine.end_body(&mut wire);
        self.write(&wire).await;
        Ok(())
    }
}
