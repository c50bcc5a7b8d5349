//! Sockets of scripts.
//!
//! Invariants: a socket is out of its slot while a step runs on it, so a step that is given up
//! closes it; one that is only late leaves it open. Addresses are judged by the policy before
//! anything is sent to them.
//!
//! Sources: POSIX socket(7), connect(2), recv(2) for what the steps mean.

use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use hsl_vm::request::{
    NetworkError, SocketAction, SocketAnswer, SocketFamily, SocketRequest, TlsWishes,
};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags};
use socket2::{Domain, SockAddr, Socket, Type};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::client::TlsStream;

use super::dial::{Connection, free_bind};
use super::{Outbound, error, io_error};

/// Most bytes that one step receives.
const MAX_RECEIVED: usize = 16 << 20;

/// What a slot keeps.
enum Open {
    Plain(Plain),
    /// Boxed: much larger than the other.
    Tls(Box<TlsStream<Connection>>),
    /// A handshake failed: nothing more can be said on the connection.
    Broken,
}

/// A socket without TLS.
struct Plain {
    socket: AsyncFd<Socket>,
    family: SocketFamily,
    stream: bool,
    /// The address at the other end, for TLS.
    peer: String,
}

#[expect(deprecated, reason = "the other constructor is unsafe; this type owns what it shows")]
fn registered(socket: Socket) -> std::io::Result<AsyncFd<Socket>> {
    AsyncFd::new(socket)
}

/// Answers a step.
pub(crate) async fn serve(
    outbound: &Arc<Outbound>,
    request: SocketRequest,
) -> Result<SocketAnswer, NetworkError> {
    let SocketRequest { slot, family, stream, timeout, action } = request;
    let mut open = match slot.take::<Open>() {
        Some(open) => open,
        None => Open::Plain(Plain::new(family, stream)?),
    };
    let mut received = Vec::new();
    let work = step(outbound, &mut open, action, &mut received);
    let answer = match timeout {
        None => work.await,
        Some(limit) => match tokio::time::timeout(limit, work).await {
            Ok(answer) => answer,
            Err(_) => late(limit, std::mem::take(&mut received)),
        },
    };
    slot.put(open);
    answer
}

/// What arrived until then is not lost.
fn late(limit: Duration, received: Vec<u8>) -> Result<SocketAnswer, NetworkError> {
    if !received.is_empty() {
        return Ok(SocketAnswer::Received(received));
    }
    let message = format!("the step on the socket took longer than {} s", limit.as_secs_f64());
    Err(error(Errno::TIMEDOUT, message))
}

async fn step(
    outbound: &Outbound,
    open: &mut Open,
    action: SocketAction,
    received: &mut Vec<u8>,
) -> Result<SocketAnswer, NetworkError> {
    if let SocketAction::Handshake(wishes) = action {
        return handshake(outbound, open, &wishes).await;
    }
    match open {
        Open::Plain(plain) => plain.step(outbound, action, received).await,
        Open::Tls(stream) => step_tls(stream, action).await,
        Open::Broken => Err(error(Errno::NOTCONN, "the TLS handshake failed before")),
    }
}

impl Plain {
    fn new(family: SocketFamily, stream: bool) -> Result<Self, NetworkError> {
        let domain = match family {
            SocketFamily::Inet => Domain::IPV4,
            SocketFamily::Inet6 => Domain::IPV6,
            SocketFamily::Unix => Domain::UNIX,
        };
        let kind = if stream { Type::STREAM } else { Type::DGRAM };
        let made = Socket::new(domain, kind.nonblocking().cloexec(), None).and_then(registered);
        let socket = made.map_err(|failure| io_error("no socket can be made", &failure))?;
        Ok(Self { socket, family, stream, peer: String::new() })
    }

    async fn step(
        &mut self,
        outbound: &Outbound,
        action: SocketAction,
        received: &mut Vec<u8>,
    ) -> Result<SocketAnswer, NetworkError> {
        match action {
            SocketAction::Bind { address, port, nonlocal } => {
                let address = self.address(&address, port)?;
                self.bind(&address, nonlocal)
                    .map_err(|failure| io_error("the socket cannot be bound", &failure))?;
                Ok(SocketAnswer::Done)
            }
            SocketAction::Connect { address, port } => {
                if let Ok(ip) = address.parse() {
                    outbound.dialer.policy().check(ip)?;
                }
                let to = self.address(&address, port)?;
                self.connect(&to).await.map_err(|failure| {
                    io_error(&format!("cannot connect to {address}"), &failure)
                })?;
                self.peer = address;
                Ok(SocketAnswer::Done)
            }
            SocketAction::Send(data) => {
                let sent = self.send(&data).await;
                sent.map_err(|failure| io_error("sending failed", &failure))?;
                Ok(SocketAnswer::Sent(data.len()))
            }
            SocketAction::Receive { length, peek, all, now } => {
                let length = length.min(MAX_RECEIVED);
                let flags = if peek { RecvFlags::PEEK } else { RecvFlags::empty() };
                let done = self.receive(received, length, flags, all && !peek, now).await;
                done.map_err(|failure| io_error("receiving failed", &failure))?;
                Ok(SocketAnswer::Received(std::mem::take(received)))
            }
            SocketAction::Shutdown { read, write } => {
                let how = match (read, write) {
                    (true, true) => std::net::Shutdown::Both,
                    (true, false) => std::net::Shutdown::Read,
                    (false, _) => std::net::Shutdown::Write,
                };
                let done = self.socket.get_ref().shutdown(how);
                done.map_err(|failure| io_error("the socket cannot be shut down", &failure))?;
                Ok(SocketAnswer::Done)
            }
            SocketAction::Descriptor => Ok(SocketAnswer::Descriptor(self.socket.as_raw_fd())),
            SocketAction::CloseNotify | SocketAction::Handshake(_) => {
                Err(error(Errno::PROTO, "TLS was not started on the socket"))
            }
        }
    }

    fn address(&self, address: &str, port: u16) -> Result<SockAddr, NetworkError> {
        if self.family == SocketFamily::Unix {
            let made = SockAddr::unix(address);
            return made.map_err(|failure| io_error(&format!("`{address}`"), &failure));
        }
        let ip: IpAddr = address
            .parse()
            .map_err(|_| error(Errno::INVAL, format!("`{address}` is not an IP address")))?;
        if ip.is_ipv4() != (self.family == SocketFamily::Inet) {
            let message = format!("{address} is not of the family of the socket");
            return Err(error(Errno::AFNOSUPPORT, message));
        }
        Ok(SocketAddr::new(ip, port).into())
    }

    fn bind(&self, address: &SockAddr, nonlocal: bool) -> std::io::Result<()> {
        let socket = self.socket.get_ref();
        if self.family != SocketFamily::Unix {
            if nonlocal {
                free_bind(socket, self.family == SocketFamily::Inet)?;
            }
            socket.set_reuse_address(true)?;
        }
        socket.bind(address)
    }

    async fn connect(&self, address: &SockAddr) -> std::io::Result<()> {
        let socket = self.socket.get_ref();
        let is = |failure: &std::io::Error, errno: Errno| {
            failure.raw_os_error() == Some(errno.raw_os_error())
        };
        match socket.connect(address) {
            Err(failure) if is(&failure, Errno::INPROGRESS) => {}
            done => return done,
        }
        loop {
            let mut ready = self.socket.writable().await?;
            // A socket counts as ready before it begins to connect: asking again tells.
            match socket.connect(address) {
                Err(failure) if is(&failure, Errno::ALREADY) => ready.clear_ready(),
                Err(failure) if is(&failure, Errno::ISCONN) => return Ok(()),
                done => return done,
            }
        }
    }

    async fn send(&self, data: &[u8]) -> std::io::Result<()> {
        let mut rest = data;
        loop {
            let mut ready = self.socket.writable().await?;
            let tried = ready
                .try_io(|socket| Ok(rustix::net::send(socket.as_fd(), rest, SendFlags::NOSIGNAL)?));
            match tried {
                Ok(sent) => rest = &rest[sent?..],
                Err(_would_block) => continue,
            }
            // A datagram is sent whole, an empty one too.
            if rest.is_empty() || !self.stream {
                return Ok(());
            }
        }
    }

    /// Receives into `received`.
    async fn receive(
        &self,
        received: &mut Vec<u8>,
        length: usize,
        flags: RecvFlags,
        all: bool,
        now: bool,
    ) -> std::io::Result<()> {
        let mut part = vec![0; length.min(64 << 10)];
        while received.len() < length {
            let room = part.len().min(length - received.len());
            let mut receive = |socket: &AsyncFd<Socket>| -> std::io::Result<usize> {
                Ok(rustix::net::recv(socket.get_ref().as_fd(), &mut part[..room], flags)?.1)
            };
            let count =
                if now { receive(&self.socket)? } else { self.readable(&mut receive).await? };
            received.extend_from_slice(&part[..count]);
            if count == 0 || !all || !self.stream {
                break;
            }
        }
        Ok(())
    }

    async fn readable(
        &self,
        mut receive: impl FnMut(&AsyncFd<Socket>) -> std::io::Result<usize>,
    ) -> std::io::Result<usize> {
        loop {
            let mut ready = self.socket.readable().await?;
            if let Ok(count) = ready.try_io(&mut receive) {
                return count;
            }
        }
    }

    /// The connection as a stream.
    fn into_stream(self) -> std::io::Result<Connection> {
        let descriptor: OwnedFd = self.socket.into_inner().into();
        Ok(match self.family {
            SocketFamily::Unix => Box::pin(UnixStream::from_std(descriptor.into())?),
            _ => Box::pin(TcpStream::from_std(descriptor.into())?),
        })
    }
}

async fn handshake(
    outbound: &Outbound,
    open: &mut Open,
    wishes: &TlsWishes,
) -> Result<SocketAnswer, NetworkError> {
    let plain = match std::mem::replace(open, Open::Broken) {
        Open::Plain(plain) if plain.stream => plain,
        other => {
            *open = other;
            return Err(error(Errno::PROTO, "TLS needs a connected stream without TLS"));
        }
    };
    let peer = plain.peer.clone();
    let stream = plain
        .into_stream()
        .map_err(|failure| io_error("the socket cannot be used for TLS", &failure))?;
    let secured = outbound.tls.secure(stream, &peer, wishes).await?;
    let certificates = secured.get_ref().1.peer_certificates();
    let leaf = certificates.and_then(<[_]>::first).map(|leaf| leaf.to_vec());
    *open = Open::Tls(Box::new(secured));
    Ok(SocketAnswer::Secured(leaf))
}

async fn step_tls(
    stream: &mut TlsStream<Connection>,
    action: SocketAction,
) -> Result<SocketAnswer, NetworkError> {
    let done: std::io::Result<SocketAnswer> = match action {
        SocketAction::Send(data) => match stream.write_all(&data).await {
            Ok(()) => stream.flush().await.map(|()| SocketAnswer::Sent(data.len())),
            Err(failure) => Err(failure),
        },
        SocketAction::Receive { length, .. } => {
            let mut part = vec![0; length.min(64 << 10)];
            stream.read(&mut part).await.map(|count| {
                part.truncate(count);
                SocketAnswer::Received(part)
            })
        }
        SocketAction::CloseNotify | SocketAction::Shutdown { .. } => {
            stream.shutdown().await.map(|()| SocketAnswer::Done)
        }
        _ => return Err(error(Errno::ISCONN, "the connection is under TLS already")),
    };
    done.map_err(|failure| io_error("TLS failed", &failure))
}
