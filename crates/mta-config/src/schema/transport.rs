//! `transportgroups` of `smtpd-app.yaml`: how mail leaves.
//!
//! A transport inherits every block that it leaves out from its group ([`TransportGroup::resolve`]).

use crate::scalar::{Any, Ignored, Spanned, words};
use crate::section::section;
use crate::units::Period;

section! {
    /// A group of transports with common settings.
    pub struct TransportGroup {
        /// Name of the group.
        pub id: Spanned<String>,
        /// Where connections go and come from.
        pub connection: Option<Connection>,
        /// When delivery is tried again.
        pub retry: Option<Retry>,
        /// How notices to senders are sent.
        pub dsn: Option<DsnSettings>,
        /// The SMTP session.
        pub session: Option<Session>,
        /// The transports of the group.
        pub transports: Vec<Transport>,
    }
}

section! {
    /// A way for mail to leave. Blocks that are left out come from the group.
    pub struct Transport {
        /// Name of the transport.
        pub id: Spanned<String>,
        /// Where connections go and come from.
        pub connection: Option<Connection>,
        /// When delivery is tried again.
        pub retry: Option<Retry>,
        /// How notices to senders are sent.
        pub dsn: Option<DsnSettings>,
        /// The SMTP session.
        pub session: Option<Session>,
    }
}

impl TransportGroup {
    /// A transport of the group with what it inherits filled in, key by key.
    pub fn resolve(&self, transport: &Transport) -> Transport {
        Transport {
            id: transport.id.clone(),
            connection: merged(&transport.connection, &self.connection, Connection::over),
            retry: merged(&transport.retry, &self.retry, Retry::over),
            dsn: transport.dsn.clone().or_else(|| self.dsn.clone()),
            session: merged(&transport.session, &self.session, Session::over),
        }
    }
}

fn merged<T: Clone>(own: &Option<T>, group: &Option<T>, over: fn(T, &T) -> T) -> Option<T> {
    match (own, group) {
        (Some(own), Some(group)) => Some(over(own.clone(), group)),
        (own, group) => own.clone().or_else(|| group.clone()),
    }
}

section! {
    /// Where connections go and come from.
    pub struct Connection {
        /// Next hop, by name or address; the recipient domain's MX if left out.
        pub server: Option<String>,
        /// Port of the next hop; 25 if left out.
        pub port: Option<u16>,
        /// Addresses that connections come from.
        pub sourceip: Option<SourceIp>,
        /// PROXY header to send.
        pub proxyprotocol: Ignored<Proxy>,
    }
}

impl Connection {
    fn over(self, group: &Self) -> Self {
        Self {
            server: self.server.or_else(|| group.server.clone()),
            port: self.port.or(group.port),
            sourceip: self.sourceip.or_else(|| group.sourceip.clone()),
            proxyprotocol: Ignored(self.proxyprotocol.0.or_else(|| group.proxyprotocol.0.clone())),
        }
    }
}

section! {
    /// Addresses that connections come from.
    pub struct SourceIp {
        /// Whether IPv4 is used.
        pub ipv4: Ignored<bool>,
        /// Whether IPv6 is used.
        pub ipv6: bool = false,
        /// Ids of `addresses[]`, or addresses.
        pub addresses: Ignored<Vec<String>>,
    }
}

section! {
    /// A server that takes a PROXY header.
    pub struct Proxy {
        /// Name or address.
        pub server: String,
        /// Port.
        pub port: u16,
    }
}

section! {
    /// When delivery is tried again, and when it is given up.
    pub struct Retry {
        /// Most retries; unlimited if left out.
        pub count: Option<u32>,
        /// Waiting times; the last one repeats.
        pub intervals: Vec<RetryStep>,
        /// Longest age of a message.
        pub during: Option<Period>,
    }
}

impl Retry {
    fn over(self, group: &Self) -> Self {
        let intervals = match self.intervals.is_empty() {
            true => group.intervals.clone(),
            false => self.intervals,
        };
        Self { count: self.count.or(group.count), intervals, during: self.during.or(group.during) }
    }
}

section! {
    /// One waiting time.
    pub struct RetryStep {
        /// How long to wait.
        pub interval: Period,
        /// Whether the sender is told about the delay.
        pub notify: bool = false,
    }
}

section! {
    /// How notices to senders are sent.
    pub struct DsnSettings {
        /// Transport that carries them.
        pub transport: Option<Spanned<String>>,
    }
}

section! {
    /// The SMTP session with the next hop.
    pub struct Session {
        /// TLS of the session.
        pub tls: Ignored<SessionTls>,
        /// Name that is given in EHLO; the system's name if left out. (The name of the key is ours.)
        pub helo: Option<String>,
        /// Further settings.
        pub auth: Ignored<Any>,
        /// `smtp` or `lmtp`. (The name of the key is ours.)
        pub protocol: Ignored<Any>,
    }
}

impl Session {
    fn over(self, group: &Self) -> Self {
        Self {
            tls: Ignored(self.tls.0.or_else(|| group.tls.0.clone())),
            helo: self.helo.or_else(|| group.helo.clone()),
            auth: Ignored(self.auth.0.or_else(|| group.auth.0.clone())),
            protocol: Ignored(self.protocol.0.or_else(|| group.protocol.0.clone())),
        }
    }
}

section! {
    /// TLS of the session.
    pub struct SessionTls {
        /// Whether TLS is used and what is verified.
        pub mode: TlsMode,
        /// Protocol versions.
        pub protocols: Option<Any>,
        /// Ciphers.
        pub ciphers: Option<Any>,
        /// What is verified.
        pub verify: Option<Any>,
    }
}

words! {
    /// Whether TLS is used and what is verified.
    pub enum TlsMode {
        /// Never.
        Disabled = "disabled",
        /// If the peer offers it.
        #[default]
        Optional = "optional",
        /// If the peer offers it; verified, but delivered anyway.
        OptionalVerify = "optional_verify",
        /// Required and verified by DANE where the peer publishes it, else as `optional`.
        Dane = "dane",
        /// Required and verified by DANE.
        DaneRequire = "dane_require",
        /// By DANE where the peer publishes it, else as `require_verify`.
        DaneFallbackRequireVerify = "dane_fallback_require_verify",
        /// Required, not verified.
        Require = "require",
        /// Required and verified.
        RequireVerify = "require_verify",
    }
}
