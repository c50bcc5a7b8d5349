//! One SMTP connection: bytes to the machine, what the machine wants to spool, scripts and client.
//!
//! *Invariants.* A connection uses the configuration that was current when it was accepted, to its
//! end. The reply to the end of data leaves after the queue made the message durable. However the
//! connection ends, the disconnect hook runs once.
//!
//! *Not here.* What SMTP says next (`smtp-proto`), running scripts ([`crate::hooks`]).
//!
//! *Sources.* RFC 5321 §3.8, §4.5.3.2 and §6.1.

mod answer;
mod body;
mod dialogue;
pub(crate) mod envelope;
mod patience;
mod policy;
mod session;
#[cfg(test)]
pub(crate) mod tests;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use hsl_host::debug::{Facts, StageLink};
use smtp_proto::server::Action;
use smtp_proto::{Enhanced, Reply};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

use crate::listener::Socket;
use crate::program::Generation;
use crate::server::Server;
use crate::telemetry::Counter;
use crate::worker::{Local, Workers};
use dialogue::{Dialogue, Ending};
use patience::Patience;
use session::Session;
use wire::{Wire, Woken};

/// Serves a connection that a listener of a server accepted, on the least loaded worker.
pub fn serve(server: &Arc<Server>, workers: &Workers, serverid: &Arc<str>, socket: Socket) {
    let (server, serverid) = (server.clone(), serverid.clone());
    workers.spawn(move |local| async move { begin(server, local, serverid, socket).await });
}

async fn begin(server: Arc<Server>, local: Rc<Local>, serverid: Arc<str>, socket: Socket) {
    let session = Session::new(&serverid, &socket);
    let id = session.id.clone();
    let result = match socket {
        Socket::Tcp { stream, remote, .. } => match TcpStream::from_std(stream) {
            Ok(stream) => greet(&server, local, session, stream, Some(remote)).await,
            Err(error) => Err(error),
        },
        Socket::Unix { stream, .. } => match UnixStream::from_std(stream) {
            Ok(stream) => greet(&server, local, session, stream, None).await,
            Err(error) => Err(error),
        },
    };
    if let Err(error) = result {
        tracing::debug!(id, %error, "connection ended");
    }
}

/// Serves a connection to its end, unless there are too many.
async fn greet<S: AsyncRead + AsyncWrite + Unpin>(
    server: &Arc<Server>,
    local: Rc<Local>,
    session: Session,
    stream: S,
    remote: Option<SocketAddr>,
) -> io::Result<()> {
    server.counters.count(Counter::Connections);
    let serverid = session.serverid.clone();
    let generation = server.generation();
    let mut wire = Wire::new(stream);
    let _open = server.connections.enter(&serverid, remote.map(|remote| remote.ip()));
    if concurrency(server, &generation, &serverid).is_some_and(|limit| {
        // This connection is among those that are counted.
        server.connections.of(&serverid) > limit.into()
    }) {
        server.counters.count(Counter::ConnectionsRefused);
        let busy = Reply::new(421, Enhanced(4, 3, 2), "Too many connections");
        wire.send(&busy.to_bytes());
        return wire.close().await;
    }
    let stage = stage(server, &session, remote);
    let Some(dialogue) = Dialogue::new(server.clone(), local, generation, session, stage) else {
        tracing::error!(serverid = &*serverid, "the running configuration has no such server");
        return Ok(());
    };
    converse(dialogue, wire).await;
    Ok(())
}

/// The limit of the running file, else that of the startup file.
fn concurrency(server: &Server, generation: &Generation, id: &str) -> Option<u32> {
    let startup = server.startup.servers.iter().find(|server| server.id.value == id);
    let running = generation.server(id).and_then(|server| server.concurrency);
    running.or_else(|| startup.and_then(|server| server.concurrency))
}

/// The debug stage of a new connection. Only TCP clients have an address to choose by.
fn stage(server: &Server, session: &Session, remote: Option<SocketAddr>) -> Option<StageLink> {
    let serverid = session.serverid.to_string();
    server.hub.select(&Facts { id: session.id.clone(), remote: remote?, serverid })
}

/// Carries bytes until either side ends the connection, then runs the disconnect hook.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(mut dialogue: Dialogue, mut wire: Wire<S>) {
    let mut patience = Patience::new(dialogue.idle(), Instant::now());
    wire.set_patience(dialogue.idle());
    let ending = match exchange(&mut dialogue, &mut wire, &mut patience).await {
        Ok(ending) => ending,
        Err(error) => Ending::Broken(error),
    };
    // The client hears what was said before the hook that it need not wait for.
    let closed = wire.close().await;
    let ending = match (ending, closed) {
        (Ending::Local, Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
            Ending::Broken(error)
        }
        (ending, _) => ending,
    };
    dialogue.disconnected(ending).await;
}

async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
    dialogue: &mut Dialogue,
    wire: &mut Wire<S>,
    patience: &mut Patience,
) -> io::Result<Ending> {
    let shutdown = dialogue.shutdown();
    let mut stopping = false;
    loop {
        let before = dialogue.machine.commands();
        let over = work(dialogue, wire, patience).await?;
        dialogue.count_commands(dialogue.machine.commands() - before);
        if over {
            return Ok(Ending::Local);
        }
        wire.flush().await?;
        let stop = async {
            match stopping {
                true => std::future::pending().await,
                false => shutdown.begun().await,
            }
        };
        let deadline = patience.deadline(Instant::now());
        match wire.wait(dialogue.machine.in_data(), deadline, stop).await? {
            Woken::Received(0) => return Ok(Ending::Remote),
            Woken::Received(count) => {
                dialogue.machine.receive(wire.received(count));
                if !patience.received(count, Instant::now()) {
                    dialogue.machine.timed_out();
                }
            }
            Woken::Late => dialogue.machine.timed_out(),
            Woken::Stopped => {
                stopping = true;
                dialogue.machine.shut_down();
            }
        }
    }
}

/// Does what the machine asks until it wants input; answers whether the connection is over.
async fn work<S: AsyncRead + AsyncWrite + Unpin>(
    dialogue: &mut Dialogue,
    wire: &mut Wire<S>,
    patience: &mut Patience,
) -> io::Result<bool> {
    while let Some(action) = dialogue.machine.poll() {
        match action {
            Action::Send(bytes) => {
                wire.send(&bytes);
                if wire.is_full() {
                    wire.flush().await?;
                }
            }
            Action::Hook(call) => wire.flush_while(dialogue.decide(call)).await?,
            Action::OpenBody => {
                dialogue.open_body();
                patience.begin_data(Instant::now());
            }
            Action::Body(bytes) => dialogue.store(&bytes),
            Action::Discard => {
                dialogue.discard();
                patience.end_data(Instant::now());
            }
            Action::Commit => {
                wire.flush_while(dialogue.commit()).await?;
                patience.end_data(Instant::now());
            }
            Action::Close => return Ok(true),
        }
    }
    Ok(false)
}
