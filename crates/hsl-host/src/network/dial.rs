//! Connects scripts to other machines.
//!
//! Invariants: only addresses that the policy allows are tried, in the order in which they were
//! found; the time limit counts for the look-up and all addresses together.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::time::Duration;

use hsl_vm::request::{NetworkError, Origin};
use rustix::io::Errno;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream, UnixStream};

use super::{NetworkPolicy, error, io_error};
use crate::dns::Dns;

/// Most addresses of a host that are tried.
const MAX_ADDRESSES: usize = 8;

/// Bytes in both directions.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection, whatever it is made of.
pub(super) type Connection = Pin<Box<dyn Stream>>;

/// Opens connections.
#[derive(Debug)]
pub(crate) struct Dialer {
    policy: NetworkPolicy,
    origins: HashMap<String, IpAddr>,
}

impl Dialer {
    pub(crate) fn new(policy: NetworkPolicy, origins: HashMap<String, IpAddr>) -> Self {
        Self { policy, origins }
    }

    pub(crate) fn policy(&self) -> &NetworkPolicy {
        &self.policy
    }

    /// The local address that a script asks for.
    pub(super) fn origin(&self, origin: &Origin) -> Result<Option<IpAddr>, NetworkError> {
        if let Some(id) = &origin.id {
            let unknown = || {
                let message = format!("no address of the configuration has the id `{id}`");
                error(Errno::ADDRNOTAVAIL, message)
            };
            return self.origins.get(id).copied().map(Some).ok_or_else(unknown);
        }
        let Some(ip) = &origin.ip else { return Ok(None) };
        let wrong = |_| error(Errno::INVAL, format!("`{ip}` is not an IP address to connect from"));
        ip.parse().map(Some).map_err(wrong)
    }

    /// The addresses of a host that may be connected to.
    pub(super) async fn resolve(&self, dns: &Dns, host: &str) -> Result<Vec<IpAddr>, NetworkError> {
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        let found = dns.addresses(bare).await.map_err(|failure| {
            error(Errno::HOSTUNREACH, format!("the host {bare} cannot be looked up: {failure}"))
        })?;
        if found.is_empty() {
            return Err(error(Errno::HOSTUNREACH, format!("the host {bare} has no address")));
        }
        // One denied address is enough: a name that has both is set up to reach what it may not.
        found.iter().try_for_each(|ip| self.policy.check(*ip))?;
        Ok(found)
    }

    /// Connects to a host and port over TCP.
    pub(super) async fn tcp(
        &self,
        dns: &Dns,
        (host, port): (&str, u16),
        origin: &Origin,
        limit: Duration,
    ) -> Result<TcpStream, NetworkError> {
        let from = self.origin(origin)?;
        let work = async {
            let mut ips = self.resolve(dns, host).await?;
            ips.retain(|ip| from.is_none_or(|from| from.is_ipv4() == ip.is_ipv4()));
            let mut last = error(
                Errno::ADDRNOTAVAIL,
                format!("the host {host} has no address of the family to connect from"),
            );
            for ip in ips.into_iter().take(MAX_ADDRESSES) {
                match connect(SocketAddr::new(ip, port), from, origin.nonlocal).await {
                    Ok(stream) => return Ok(stream),
                    Err(failure) => last = io_error(&format!("cannot connect to {ip}"), &failure),
                }
            }
            Err(last)
        };
        within(limit, &format!("connecting to {host}"), work).await
    }

    /// Connects to a UNIX socket.
    pub(super) async fn unix(
        &self,
        path: &str,
        limit: Duration,
    ) -> Result<UnixStream, NetworkError> {
        let work = async {
            let connected = UnixStream::connect(path).await;
            connected.map_err(|failure| io_error(&format!("cannot connect to {path}"), &failure))
        };
        within(limit, &format!("connecting to {path}"), work).await
    }
}

async fn connect(
    to: SocketAddr,
    from: Option<IpAddr>,
    nonlocal: bool,
) -> std::io::Result<TcpStream> {
    let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_nodelay(true)?;
    if let Some(from) = from {
        if nonlocal {
            free_bind(&socket, to.is_ipv4())?;
        }
        socket.bind(SocketAddr::new(from, 0))?;
    }
    socket.connect(to).await
}

/// Lets a socket take an address that the machine does not have.
pub(super) fn free_bind(socket: &impl std::os::fd::AsFd, ipv4: bool) -> std::io::Result<()> {
    let socket = socket2::SockRef::from(socket);
    if ipv4 { socket.set_freebind_v4(true) } else { socket.set_freebind_v6(true) }
}

/// Ends work that takes too long.
pub(super) async fn within<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, NetworkError>>,
) -> Result<T, NetworkError> {
    let late = |_| {
        let message = format!("{what} took longer than {} s", limit.as_secs_f64());
        Err(error(Errno::TIMEDOUT, message))
    };
    tokio::time::timeout(limit, work).await.unwrap_or_else(late)
}
