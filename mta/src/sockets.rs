//! The sockets that a server listens on, opened before anything else runs.
//!
//! A port below 1024 needs privileges and a busy port must stop the start, so both happen here, once,
//! with a message that names the server and the address.
//!
//! *Not here.* Accepting connections ([`crate::listener`]).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use mta_config::Startup;
use mta_config::schema::{Listener, ServerKind, StartupServer};
use socket2::{Domain, Protocol, Socket, Type};

/// Connections that may wait to be accepted where the configuration does not say.
const BACKLOG: u32 = 1024;
/// Added to a port below 1024 on loopback, where a developer has no privileges.
const UNPRIVILEGED: u16 = 8000;

/// Where a server may be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Where the configuration says.
    Configured,
    /// On 127.0.0.1 only.
    Loopback {
        /// Port of the first listener, the next ones count up; 0 lets the system choose. Without
        /// it, the configured port, moved up by 8000 if it is below 1024.
        port: Option<u16>,
        /// Folder for UNIX sockets.
        folder: PathBuf,
    },
}

/// A socket that waits for connections.
#[derive(Debug)]
pub struct Bound {
    /// Id of the server of the configuration.
    pub server: String,
    /// Id of the listener, if it has one.
    pub listener: Option<String>,
    /// The socket, in non-blocking mode.
    pub socket: BoundSocket,
    /// Where it listens: address and port, or a path.
    pub address: String,
}

/// The socket itself.
#[derive(Debug)]
pub enum BoundSocket {
    /// TCP.
    Tcp(TcpListener),
    /// UNIX.
    Unix(UnixListener),
}

/// A socket could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("server `{server}` cannot listen on {address}: {source}")]
pub struct SocketError {
    /// Id of the server of the configuration.
    pub server: String,
    /// The address or path.
    pub address: String,
    /// What the system said.
    pub source: io::Error,
}

/// Opens every listener of every SMTP server.
///
/// # Errors
/// The first socket that cannot be opened.
pub fn open(startup: &Startup, reach: &Reach) -> Result<Vec<Bound>, SocketError> {
    let servers = startup.servers.iter().filter(|server| *server.kind == ServerKind::Smtp);
    let mut open = Vec::new();
    for (server, listener) in servers.flat_map(|s| s.listeners.iter().map(move |l| (s, l))) {
        open.push(bind(server, listener, &Place::of(listener, reach, open.len()))?);
    }
    Ok(open)
}

fn bind(server: &StartupServer, listener: &Listener, place: &Place) -> Result<Bound, SocketError> {
    let server = server.id.value.clone();
    match place.bind(listener) {
        Ok((socket, address)) => {
            Ok(Bound { server, listener: listener.id.clone(), socket, address })
        }
        Err(source) => Err(SocketError { server, address: place.to_string(), source }),
    }
}

enum Place {
    Path(PathBuf),
    Tcp(SocketAddr),
    /// Every address of both families.
    Any(u16),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Tcp(address) => address.fmt(f),
            Self::Any(port) => write!(f, "port {port}"),
        }
    }
}

impl Place {
    /// Where a listener is opened; `at` counts the listeners of all servers.
    fn of(listener: &Listener, reach: &Reach, at: usize) -> Self {
        let port = listener.port.unwrap_or_default();
        match (reach, &listener.path) {
            (Reach::Configured, Some(path)) => Self::Path(path.clone()),
            (Reach::Configured, None) => match listener.address {
                Some(address) => Self::Tcp((address, port).into()),
                None => Self::Any(port),
            },
            (Reach::Loopback { folder, .. }, Some(path)) => {
                let name = path.file_name().map_or(Path::new("listener.sock"), Path::new);
                Self::Path(folder.join(name))
            }
            (Reach::Loopback { port: chosen, .. }, None) => {
                let port = chosen.map_or_else(|| unprivileged(port), |first| counted(first, at));
                Self::Tcp((Ipv4Addr::LOCALHOST, port).into())
            }
        }
    }

    fn bind(&self, listener: &Listener) -> io::Result<(BoundSocket, String)> {
        let backlog = listener.backlog.unwrap_or(BACKLOG);
        let tcp = |socket: TcpListener| {
            let address = socket.local_addr()?.to_string();
            Ok((BoundSocket::Tcp(socket), address))
        };
        match self {
            Self::Path(path) => {
                let socket = bind_path(path)?;
                Ok((BoundSocket::Unix(socket), path.display().to_string()))
            }
            Self::Tcp(address) => tcp(bind_tcp(*address, backlog)?),
            Self::Any(port) => {
                let v6 = SocketAddr::from((Ipv6Addr::UNSPECIFIED, *port));
                let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, *port));
                match bind_tcp(v6, backlog) {
                    // A kernel without IPv6.
                    Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                        tcp(bind_tcp(v4, backlog)?)
                    }
                    socket => tcp(socket?),
                }
            }
        }
    }
}

fn unprivileged(port: u16) -> u16 {
    if (1..1024).contains(&port) { port + UNPRIVILEGED } else { port }
}

fn counted(first: u16, at: usize) -> u16 {
    if first == 0 { 0 } else { first.saturating_add(u16::try_from(at).unwrap_or(u16::MAX)) }
}

fn bind_tcp(address: SocketAddr, backlog: u32) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for the connections of the process before.
    socket.set_reuse_address(true)?;
    if address.ip() == IpAddr::from(Ipv6Addr::UNSPECIFIED) {
        socket.set_only_v6(false)?;
    }
    socket.bind(&address.into())?;
    socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

/// A socket file that nobody listens on is what a killed process left behind.
fn bind_path(path: &Path) -> io::Result<UnixListener> {
    let is_dead = |path: &Path| std::os::unix::net::UnixStream::connect(path).is_err();
    if path.exists() && is_dead(path) {
        std::fs::remove_file(path)?;
    }
    let socket = UnixListener::bind(path)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn startup(listeners: &str) -> Startup {
        let text = format!("version: \"6.10\"\nservers: [{{id: in, listeners: {listeners}}}]\n");
        let loaded = mta_config::load_startup(&Arc::from("t.yaml"), text.as_bytes(), true);
        loaded.value.expect("a valid configuration")
    }

    fn loopback(port: Option<u16>) -> Reach {
        Reach::Loopback { port, folder: PathBuf::from("/nowhere") }
    }

    fn places(listeners: &str, reach: &Reach) -> Vec<String> {
        let startup = startup(listeners);
        let listeners = startup.servers[0].listeners.iter().enumerate();
        listeners.map(|(at, listener)| Place::of(listener, reach, at).to_string()).collect()
    }

    #[test]
    fn listeners_stay_on_loopback_without_privileges() {
        let three = "[{port: 25, address: 192.0.2.1}, {port: 2525}, {path: /run/x/lmtp.sock}]";
        assert_eq!(
            places(three, &Reach::Configured),
            ["192.0.2.1:25", "port 2525", "/run/x/lmtp.sock"]
        );
        assert_eq!(
            places(three, &loopback(None)),
            ["127.0.0.1:8025", "127.0.0.1:2525", "/nowhere/lmtp.sock"]
        );
        assert_eq!(places(three, &loopback(Some(4000)))[..2], ["127.0.0.1:4000", "127.0.0.1:4001"]);
        assert_eq!(places(three, &loopback(Some(0)))[..2], ["127.0.0.1:0", "127.0.0.1:0"]);
    }

    #[test]
    fn a_busy_port_names_server_and_address() {
        let first = open(&startup("[{port: 25}]"), &loopback(Some(0))).expect("a free port");
        let port: SocketAddr = first[0].address.parse().expect("an address");
        let error = open(&startup("[{port: 25}]"), &loopback(Some(port.port()))).unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with(&format!("server `in` cannot listen on {port}:")), "{text}");
        assert!(text.contains("in use"), "{text}");
    }
}
