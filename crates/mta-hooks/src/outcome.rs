//! What became of an SMTP dialogue: replies, errors and the connection they came over.

use hsl_decl::OptionDecl;
use hsl_macros::Record;
use hsl_std::StateTimeouts;
use hsl_std::binding::Options as _;
use hsl_vm::{Array, Str, Value};

use crate::connection::PeerCertificate;

/// Names of the commands that replies belong to.
const STATES: [&str; StateTimeouts::DECLS.len()] = OptionDecl::names(StateTimeouts::DECLS);

/// An SMTP reply, as scripts see it.
#[derive(Clone, Record)]
pub struct SmtpResult {
    /// SMTP status code.
    pub code: u16,
    /// Enhanced status code as three numbers.
    pub enhanced: Vec<u16>,
    /// Reply text lines.
    pub reason: Vec<Str>,
    /// SMTP command the reply belongs to, see smtp_states.
    #[field(values = STATES)]
    pub state: Str,
}

/// A delivery attempt.
#[derive(Clone, Record)]
pub struct Attempt {
    /// SMTP reply of the remote server, when there was one.
    pub result: Option<SmtpResult>,
    /// Error when there was no SMTP reply.
    pub error: Option<DeliveryError>,
    /// Facts about the outbound connection.
    pub connection: OutboundConnection,
    /// Seconds the attempt took.
    pub duration: f64,
    /// Plugin data, when a plugin is involved.
    pub plugin: Option<Plugin>,
}

/// Why an attempt has no SMTP reply.
#[derive(Clone, Record)]
pub struct DeliveryError {
    /// Whether a later attempt may succeed.
    pub temporary: bool,
    /// Error text.
    pub message: Str,
    /// What failed.
    #[field(values = [
        "config", "dns", "network", "dane", "protocol", "smtp", "tls", "plugin"
    ])]
    pub r#type: Str,
    /// For dns errors: which.
    #[field(values = ["other", "nxdomain", "nullmx", "ipfamily", "nodata", "excluded"])]
    pub dns: Option<Str>,
}

/// The connection of an attempt.
#[derive(Clone, Record)]
pub struct OutboundConnection {
    /// Connection id.
    #[field(origin = Server)]
    pub id: Str,
    /// Transactions made on this connection.
    pub transactions: u32,
    /// Source address used.
    pub localip: Str,
    /// Host name sent in HELO.
    pub helo: Str,
    /// Id of the source address, when configured.
    pub localipid: Option<Str>,
    /// Remote address.
    pub remoteip: Str,
    /// MX host connected to.
    pub remotemx: Str,
    /// Greeting lines of the remote server.
    pub remotegreet: Option<Vec<Str>>,
    /// TLS information, when TLS is active.
    pub tls: Option<OutboundTls>,
}

/// TLS of an attempt.
#[derive(Clone, Record)]
pub struct OutboundTls {
    /// Whether TLS was started.
    pub started: bool,
    /// TLS protocol.
    pub protocol: Option<Str>,
    /// TLS cipher.
    pub cipher: Option<Str>,
    /// TLS key size in bits.
    pub keysize: Option<u16>,
    /// Peer certificate, when given.
    pub peercert: Option<PeerCertificate>,
    /// TLS reporting failure code, when any.
    pub tlsrpt: Option<Str>,
    /// DANE records, when looked up.
    pub tlsa: Option<Tlsa>,
}

/// The DANE lookup of an attempt.
#[derive(Clone, Record)]
pub struct Tlsa {
    /// Lookup error.
    pub error: Option<Array>,
    /// Records found; each an array of the listed fields.
    pub records: Option<Vec<TlsaRecord>>,
}

/// One DANE record.
#[derive(Clone, Record)]
pub struct TlsaRecord {
    /// TLSA usage.
    pub usage: u8,
    /// TLSA selector.
    pub selector: u8,
    /// TLSA matching type.
    pub mtype: u8,
    /// TLSA data in hexadecimal.
    pub data: Str,
}

/// What a plugin left behind.
#[derive(Clone, Record)]
pub struct Plugin {
    /// Value returned by the plugin.
    pub r#return: Value,
}

/// Data of the queue's plugins.
#[derive(Clone, Record)]
pub struct QueuePlugin {
    /// Plugin data, when a plugin is involved.
    pub plugin: Option<Plugin>,
}
