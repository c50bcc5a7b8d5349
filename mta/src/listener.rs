//! Accepting connections.
//!
//! *Invariants.* When the process runs out of descriptors, accepting pauses and everything else
//! goes on; an error of one connection never ends the listener.
//!
//! *Not here.* Opening the sockets ([`crate::sockets`]), what happens on a connection
//! ([`crate::connection`]).

use std::io;
use std::net::SocketAddr;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, UnixListener};

use crate::sockets::{Bound, BoundSocket};

/// Pause after an error of accept that will not go away by itself.
const PAUSE: Duration = Duration::from_millis(100);
/// How often such an error is told.
const COMPLAIN: Duration = Duration::from_secs(60);

/// An accepted connection, not yet registered with a runtime.
#[derive(Debug)]
pub enum Socket {
    /// Over TCP.
    Tcp {
        /// The stream.
        stream: std::net::TcpStream,
        /// Address of the client.
        remote: SocketAddr,
        /// Our address.
        local: SocketAddr,
    },
    /// Over a UNIX socket.
    Unix {
        /// The stream.
        stream: StdUnixStream,
        /// User of the client.
        uid: Option<u32>,
    },
}

/// Accepts connections until the future is dropped, and hands each on.
///
/// # Errors
/// The socket cannot be registered with this runtime.
pub async fn accept(bound: Bound, mut on_socket: impl FnMut(Socket)) -> io::Result<()> {
    let accepting = Accepting::new(bound.socket)?;
    let mut complained: Option<Instant> = None;
    loop {
        match accepting.next().await {
            Ok(socket) => on_socket(socket),
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                if complained.is_none_or(|at| at.elapsed() > COMPLAIN) {
                    tracing::error!(listener = %bound.address, %error, "cannot accept");
                    complained = Some(Instant::now());
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// A socket registered with the runtime.
enum Accepting {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Accepting {
    fn new(socket: BoundSocket) -> io::Result<Self> {
        match socket {
            BoundSocket::Tcp(socket) => TcpListener::from_std(socket).map(Self::Tcp),
            BoundSocket::Unix(socket) => UnixListener::from_std(socket).map(Self::Unix),
        }
    }

    async fn next(&self) -> io::Result<Socket> {
        match self {
            Self::Tcp(listener) => {
                let (stream, remote) = listener.accept().await?;
                // Replies are small and each is waited for.
                stream.set_nodelay(true)?;
                let local = stream.local_addr()?;
                let stream = stream.into_std()?;
                Ok(Socket::Tcp { stream, remote: plain(remote), local: plain(local) })
            }
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                let uid = stream.peer_cred().ok().map(|peer| peer.uid());
                Ok(Socket::Unix { stream: stream.into_std()?, uid })
            }
        }
    }
}

/// Whether the error says something about the connection that was accepted, not about us.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, InvalidInput, NotConnected};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | NotConnected | InvalidInput)
}

/// A client of version 4 on a socket of version 6 is shown as one of version 4.
fn plain(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}
