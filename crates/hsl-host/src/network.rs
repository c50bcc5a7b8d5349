//! Connections that scripts open.
//!
//! Invariants: every address is judged by the policy after its name was resolved, and the one that
//! was judged is the one that is connected to; a connection that is given up is closed; every wait
//! has a limit.
//!
//! Not here: connections of the server itself, which deliver mail.

mod dane;
mod dial;
pub(crate) mod http;
mod policy;
pub(crate) mod smtp;
pub(crate) mod socket;
mod tls;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hsl_vm::request::NetworkError;
use mta_config::Network;
use rustix::io::Errno;

pub use policy::NetworkPolicy;
pub use tls::{ClientCertificate, ClientCertificateError};

use dial::Dialer;
use http::Http;
use tls::Tls;

/// What connections of scripts may reach, and what they use unless a script says otherwise.
#[derive(Clone, Debug)]
pub struct NetworkOptions {
    /// Networks that may be reached although the next list denies them.
    pub allow: Vec<Network>,
    /// Networks that may not be reached.
    pub deny: Vec<Network>,
    /// Addresses to connect from, by id.
    pub origins: HashMap<String, IpAddr>,
    /// Certificates of ours, by id.
    pub certificates: HashMap<String, ClientCertificate>,
    /// PEM texts of authorities that are trusted besides those of the system.
    pub authorities: Vec<String>,
    /// Whether peers and hosts are verified unless a script says otherwise.
    pub verify: bool,
    /// Longest transfer over HTTP of a script that sets no `timeout`; none for no limit.
    pub http_time: Option<Duration>,
    /// Largest answer over HTTP to a script that sets no `max_file_size`, in bytes.
    pub http_size: u64,
    /// Queues of requests in the background.
    pub http_queues: usize,
    /// The server that takes every message that scripts send, whatever server they name.
    pub relay: Option<SocketAddr>,
}

impl Default for NetworkOptions {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            deny: mta_config::default_denied(),
            origins: HashMap::new(),
            certificates: HashMap::new(),
            authorities: Vec::new(),
            verify: true,
            http_time: Some(Duration::from_secs(60)),
            http_size: 64 << 20,
            http_queues: 8,
            relay: None,
        }
    }
}

/// The services that reach other machines.
#[derive(Debug)]
pub(crate) struct Outbound {
    pub(crate) dialer: Dialer,
    pub(crate) tls: Tls,
    pub(crate) http: Http,
    /// Where messages go instead of where scripts send them.
    pub(crate) relay: Option<SocketAddr>,
}

impl Outbound {
    pub(crate) fn new(options: NetworkOptions) -> Arc<Self> {
        let policy = NetworkPolicy::new(options.allow.clone(), options.deny.clone());
        Arc::new(Self {
            http: Http::new(&options),
            relay: options.relay,
            dialer: Dialer::new(policy, options.origins),
            tls: Tls::new(options.certificates, options.authorities, options.verify),
        })
    }
}

fn error(errno: Errno, message: impl Into<String>) -> NetworkError {
    NetworkError { errno: errno.raw_os_error(), message: message.into() }
}

fn io_error(what: &str, failure: &std::io::Error) -> NetworkError {
    let errno = failure.raw_os_error().unwrap_or_else(|| match failure.kind() {
        std::io::ErrorKind::TimedOut => Errno::TIMEDOUT.raw_os_error(),
        std::io::ErrorKind::UnexpectedEof => Errno::CONNRESET.raw_os_error(),
        _ => Errno::IO.raw_os_error(),
    });
    NetworkError { errno, message: format!("{what}: {failure}") }
}
