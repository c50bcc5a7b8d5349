//! Requests that reach other machines: HTTP, sockets, questions to SMTP servers.
//!
//! *Invariants*: what stays open between two requests lives in a [`Slot`], which the host fills; it
//! closes when the last value that holds the slot dies, or when a request on it is given up.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// A place where the host keeps what a script opened. Clones are the same place.
#[derive(Clone, Default)]
pub struct Slot(Rc<RefCell<Option<Box<dyn Any>>>>);

impl Slot {
    /// Takes out what is kept, if it is of this type. Whoever does not put it back closes it.
    pub fn take<T: 'static>(&self) -> Option<T> {
        let kept = self.0.borrow_mut().take()?;
        match kept.downcast() {
            Ok(kept) => Some(*kept),
            Err(other) => {
                *self.0.borrow_mut() = Some(other);
                None
            }
        }
    }

    /// Keeps this instead of what was kept.
    pub fn put<T: 'static>(&self, kept: T) {
        *self.0.borrow_mut() = Some(Box::new(kept));
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_none()
    }
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_empty() { "Slot(empty)" } else { "Slot(open)" })
    }
}

/// From which local address a connection starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// An address.
    pub ip: Option<String>,
    /// The id of an address in the configuration.
    pub id: Option<String>,
    /// Whether the address need not be one of the machine's.
    pub nonlocal: bool,
}

/// What a script wants of TLS; what it leaves out follows the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsWishes {
    /// Whether the chain must lead to a known authority.
    pub verify_peer: Option<bool>,
    /// Whether the certificate must be for the host that is connected to.
    pub verify_host: Option<bool>,
    /// Names of which the certificate must have one, instead of the host.
    pub verify_names: Vec<String>,
    /// Whether the bundled authorities are trusted besides those of the system.
    pub default_ca: bool,
    /// Server name to send; none sends none.
    pub sni: Option<String>,
    /// Versions as a comma list; `!` excludes.
    pub protocols: Option<String>,
    /// Cipher suites by name, as a list with `:` or commas.
    pub ciphers: Option<String>,
    /// Id of the client's certificate in the configuration.
    pub client_cert: Option<String>,
}

/// An HTTP request, apart from its body.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// Where.
    pub url: String,
    /// Method; chosen by the body if none.
    pub method: Option<String>,
    /// Header lines, `Name: value`.
    pub headers: Vec<String>,
    /// Time for the connection.
    pub connect_timeout: Duration,
    /// Time for the transfer once connected; the host's default if none.
    pub timeout: Option<Duration>,
    /// Largest answer in bytes; the host's default if none.
    pub max_size: Option<u64>,
    /// Redirects to follow; none for any number.
    pub redirects: Option<u32>,
    /// Local address.
    pub origin: Origin,
    /// Path of a UNIX socket to connect to instead of the host of the URL.
    pub unix_socket: Option<String>,
    /// Verification and certificates.
    pub tls: TlsWishes,
    /// Address of a proxy; empty for none, the system's setting if left out.
    pub proxy: Option<String>,
    /// Whether the answer is not waited for, and how it is tried again.
    pub background: Option<Background>,
}

/// The body of an HTTP request.
#[derive(Clone, Debug)]
pub enum HttpBody {
    /// None.
    None,
    /// These bytes.
    Bytes(Vec<u8>),
    /// What comes in [`Upload::Chunk`]s; answered by [`super::Response::Done`].
    Stream(Slot),
}

/// How a request that nobody waits for is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Background {
    /// Number of the queue, modulo the number of queues.
    pub queue: u64,
    /// Repetitions after a failure.
    pub retries: u32,
    /// Time before each.
    pub delay: Duration,
}

/// A step of a request whose body comes in parts.
#[derive(Debug)]
pub enum Upload {
    /// More of the body; answered by [`super::Response::Done`], or `Failed` when no more is wanted.
    Chunk(Slot, Vec<u8>),
    /// The end of the body; answered by [`super::Response::Http`].
    Finish(Slot),
}

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpAnswer {
    /// Status code.
    pub status: u16,
    /// Header lines, `Name: value`.
    pub headers: Vec<Vec<u8>>,
    /// The body.
    pub body: Vec<u8>,
}

/// Why something on the network failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NetworkError {
    /// Error number as the system counts them.
    pub errno: i32,
    /// What happened, as a sentence without a final dot.
    pub message: String,
}

/// A step on a socket.
#[derive(Debug)]
pub struct SocketRequest {
    /// Where the socket is kept; empty before the first step and once it is closed.
    pub slot: Slot,
    /// Its family.
    pub family: SocketFamily,
    /// Whether it is a stream; else it carries datagrams.
    pub stream: bool,
    /// Time for this step; the run of the script bounds it anyway.
    pub timeout: Option<Duration>,
    /// What to do.
    pub action: SocketAction,
}

/// Families of sockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketFamily {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
    /// UNIX.
    Unix,
}

/// What to do with a socket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketAction {
    /// Takes a local address, or a path.
    Bind {
        /// Address or path.
        address: String,
        /// Port.
        port: u16,
        /// Whether the address need not be one of the machine's.
        nonlocal: bool,
    },
    /// Connects to an address or path.
    Connect {
        /// Address or path.
        address: String,
        /// Port.
        port: u16,
    },
    /// Sends all of it.
    Send(Vec<u8>),
    /// Receives.
    Receive {
        /// Most bytes.
        length: usize,
        /// Leaves them to be received again.
        peek: bool,
        /// Waits for all of them.
        all: bool,
        /// Does not wait.
        now: bool,
    },
    /// Ends one direction or both.
    Shutdown {
        /// No more receiving.
        read: bool,
        /// No more sending.
        write: bool,
    },
    /// Starts TLS as a client; steps on the connection go through it from then on.
    Handshake(Box<TlsWishes>),
    /// Sends the end of TLS.
    CloseNotify,
    /// Tells its number in the system, for native code.
    Descriptor,
}

/// What a step on a socket gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketAnswer {
    /// Nothing.
    Done,
    /// Bytes sent.
    Sent(usize),
    /// Bytes received; none at the end.
    Received(Vec<u8>),
    /// The certificate of the peer, in DER.
    Secured(Option<Vec<u8>>),
    /// The number of the socket. It is another socket's once this one is closed.
    Descriptor(i32),
}

/// A question to an SMTP server: what it says to a recipient, to a login, or to a message.
#[derive(Clone, Debug)]
pub struct SmtpQuestion {
    /// Address or name of the server; the mail servers of the recipient's domain if none.
    pub host: Option<String>,
    /// Port.
    pub port: u16,
    /// Name for EHLO; that of the system if none.
    pub helo: Option<String>,
    /// Local address.
    pub origin: Origin,
    /// User and password of a login before MAIL.
    pub login: Option<(String, String)>,
    /// Sender and recipient, without angle brackets; none asks about the login only.
    pub envelope: Option<(String, String)>,
    /// A message to hand over after the recipient was accepted.
    pub delivery: Option<SmtpDelivery>,
    /// Whether and how the connection is secured.
    pub tls: SmtpTls,
    /// Verification and certificates.
    pub wishes: TlsWishes,
    /// Whether the connected host's name is sent as the server's name.
    pub sni_of_host: bool,
    /// Attributes of XCLIENT, by name.
    pub xclient: Vec<(String, String)>,
    /// Whether LMTP is spoken.
    pub lmtp: bool,
    /// Patterns of mail servers that are kept, all when empty.
    pub mx_include: Vec<String>,
    /// Patterns of mail servers that are left out.
    pub mx_exclude: Vec<String>,
    /// Time for the connection.
    pub connect_timeout: Duration,
    /// Times by state, in lower case.
    pub timeouts: Vec<(String, Duration)>,
}

/// A message to hand over to an SMTP server.
#[derive(Clone)]
pub struct SmtpDelivery {
    /// Recipients after the first, without angle brackets.
    pub recipients: Vec<String>,
    /// The message, before dot-stuffing.
    pub message: Vec<u8>,
}

impl std::fmt::Debug for SmtpDelivery {
    /// Shows nothing of the message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SmtpDelivery({} bytes)", self.message.len())
    }
}

/// Whether a connection to an SMTP server is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpTls {
    /// Never.
    Disabled,
    /// When the server offers it.
    Optional,
    /// Always.
    Required,
    /// As DNS demands (RFC 7672), else when the server offers it.
    Dane,
    /// As DNS demands, and not without.
    DaneRequired,
    /// As DNS demands, else always and verified.
    DaneOrVerified,
}

/// What an SMTP server said last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmtpAnswer {
    /// Code of the reply; 0 when there was none.
    pub code: u16,
    /// Lines of the reply, or why there is none.
    pub lines: Vec<String>,
    /// Enhanced code of the reply.
    pub enhanced: Option<[u16; 3]>,
    /// Name of the state that the reply belongs to, in capitals.
    pub state: String,
    /// Whether the reply answers what was asked: the recipient, the login, or the message.
    pub reached: bool,
    /// Without a reply: whether asking again is of no use.
    pub permanent: bool,
    /// The connection on which it was said.
    pub connection: Option<Box<SmtpConnection>>,
    /// Whether the connection was secured.
    pub tls: bool,
    /// The certificate of the server and those that came with it, in DER; empty without TLS.
    pub certificates: Vec<Vec<u8>>,
}

/// A connection to an SMTP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpConnection {
    /// Our address.
    pub local: String,
    /// The address of the server.
    pub remote: String,
    /// The name of the server.
    pub host: String,
}
