//! `$connection`: facts about the SMTP connection, as each hook shows them.
//!
//! *Invariants.* The server fills one [`Connection`]; a hook that runs before a fact can be known
//! does not show its key.

use hsl_macros::Record;
use hsl_vm::{Str, Value};

/// Everything known about a connection.
#[derive(Clone, Record)]
pub struct Connection {
    /// Identity and addresses.
    #[field(flatten)]
    pub peer: Peer,
    /// HELO information, once given.
    pub helo: Option<Helo>,
    /// TLS information, when TLS is active.
    pub tls: Option<Tls>,
    /// Login information, when authenticated.
    pub auth: Option<Auth>,
}

/// Identity and addresses of a connection.
#[derive(Clone, Record)]
pub struct Peer {
    /// Connection id.
    #[field(origin = Server)]
    pub id: Str,
    /// Priority of the connection: 0 or 1.
    #[field(since = "5.9")]
    pub priority: u8,
    /// Client IP address.
    pub remoteip: Str,
    /// Client TCP port.
    pub remoteport: u16,
    /// Forward-confirmed reverse DNS name of the client, when known.
    #[field(origin = Word)]
    pub remoteptr: Option<Str>,
    /// User id of a Unix-socket client, when applicable.
    pub remoteuid: Option<u32>,
    /// Local IP address.
    pub localip: Str,
    /// Local TCP port.
    pub localport: u16,
    /// Id of the receiving server configuration.
    #[field(id = Server)]
    pub serverid: Str,
}

/// What the client said in HELO or EHLO.
#[derive(Clone, Record)]
pub struct Helo {
    /// Command that it was said with.
    #[field(values = ["HELO", "EHLO"])]
    pub verb: Str,
    /// Host name given by the client.
    #[field(origin = Word)]
    pub host: Str,
}

/// The TLS session.
#[derive(Clone, Record)]
pub struct Tls {
    /// TLS protocol.
    pub protocol: Str,
    /// TLS cipher.
    pub cipher: Str,
    /// TLS key size in bits.
    pub keysize: u16,
    /// Server name requested by the client, when given.
    #[field(origin = Word)]
    pub sni: Option<Str>,
    /// Peer certificate, when given.
    pub peercert: Option<PeerCertificate>,
}

/// The certificate of the other side.
#[derive(Clone, Record)]
pub struct PeerCertificate {
    /// Certificate resource for X509().
    #[field(ty = "X509Resource")]
    pub x509: Value,
    /// List of certificate resources.
    pub chain: Vec<Value>,
    /// Certificate verification error number (0 = fine).
    pub error: u32,
}

/// The login.
#[derive(Clone, Record)]
pub struct Auth {
    /// SASL mechanism in upper case.
    pub mechanism: Str,
    /// Authenticated user, when known.
    #[field(origin = Word)]
    pub username: Option<Str>,
}

/// `$connection` before the banner: the addresses are arguments of that hook.
#[derive(Record)]
pub struct ConnectConnection {
    /// Connection id.
    #[field(origin = Server)]
    pub id: Str,
    /// Priority of the connection: 0 or 1.
    #[field(since = "5.9")]
    pub priority: u8,
}

/// `$connection` while HELO is decided: the new name is an argument of that hook.
#[derive(Record)]
pub struct HeloConnection {
    /// Identity and addresses.
    #[field(flatten)]
    pub peer: Peer,
    /// TLS information, when TLS is active.
    pub tls: Option<Tls>,
    /// Login information, when authenticated.
    pub auth: Option<Auth>,
}

/// `$connection` while a login is decided.
#[derive(Record)]
pub struct AuthConnection {
    /// Identity and addresses.
    #[field(flatten)]
    pub peer: Peer,
    /// HELO information, once given.
    pub helo: Option<Helo>,
    /// TLS information, when TLS is active.
    pub tls: Option<Tls>,
}

impl From<Connection> for ConnectConnection {
    fn from(connection: Connection) -> Self {
        Self { id: connection.peer.id, priority: connection.peer.priority }
    }
}

impl From<Connection> for HeloConnection {
    fn from(connection: Connection) -> Self {
        Self { peer: connection.peer, tls: connection.tls, auth: connection.auth }
    }
}

impl From<Connection> for AuthConnection {
    fn from(connection: Connection) -> Self {
        Self { peer: connection.peer, helo: connection.helo, tls: connection.tls }
    }
}
