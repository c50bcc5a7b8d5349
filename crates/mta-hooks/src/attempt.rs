//! Options of `Try`: what one delivery attempt does differently.
//!
//! *Sources.* The meaning of each option is the outbound client's; here they are only read.

use hsl_decl::Ty;
use hsl_macros::Options;
use hsl_std::{GivenAddress, StateTimeouts};
use hsl_vm::{Array, FromValue, Str, Thrown, Value};

use crate::address::Replacement;
use crate::nested::{DeliveryPlugin, Proxy, SourceAddress, SuccessReport};

/// Overrides of transport and envelope for one attempt.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Envelope sender.
    pub sender: Option<Replacement>,
    /// Envelope recipient.
    pub recipient: Option<Replacement>,
    /// Next hop: name, address or `lookup-mx`.
    pub host: Option<Str>,
    /// TCP port.
    pub port: Option<u16>,
    /// Name sent in EHLO.
    pub helo: Option<Str>,
    /// Source addresses: ids, or arrays with id or address and optionally helo.
    pub sourceip: Option<Array>,
    /// Whether to pick among the source addresses at random.
    pub sourceip_random: Option<bool>,
    /// Whether source addresses need not be local.
    pub nonlocal_source: Option<bool>,
    /// Login.
    pub login: Option<Login>,
    /// TLS settings that were given.
    pub tls: TlsOverrides,
    /// XCLIENT attributes to send.
    pub xclient: Option<Array>,
    /// `smtp` or `lmtp`.
    pub protocol: Option<Str>,
    /// MX hosts to keep.
    pub mx_include: Option<Array>,
    /// MX hosts to drop.
    pub mx_exclude: Option<Array>,
    /// PROXY protocol: server and port.
    pub proxyprotocol: Option<Array>,
    /// Job id.
    pub jobid: Option<Str>,
    /// Seconds per SMTP state.
    pub timeout: Option<Array>,
    /// Seconds to wait for the connection.
    pub connect_timeout: Option<f64>,
    /// Whether a kept connection may be used.
    pub pooling: Option<bool>,
    /// Delivery status options.
    pub dsn: Option<Array>,
    /// Delivery plug-in: id and arguments.
    pub plugin: Option<Array>,
}

/// A login to the next hop.
#[derive(Clone, PartialEq)]
pub struct Login {
    /// User.
    pub username: Str,
    /// Password.
    pub password: Str,
}

impl std::fmt::Debug for Login {
    // A password never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("username", &self.username).finish_non_exhaustive()
    }
}

/// TLS settings of one attempt; none means the transport's.
#[derive(Clone, Debug, Default)]
pub struct TlsOverrides {
    /// Mode.
    pub mode: Option<Str>,
    /// Server name to send.
    pub sni: Option<ServerName>,
    /// Protocol names, `!` excludes.
    pub protocols: Option<Str>,
    /// Cipher list.
    pub ciphers: Option<Str>,
    /// Whether to verify the host name.
    pub verify_host: Option<bool>,
    /// Names of which the certificate must match one.
    pub verify_name: Option<Array>,
    /// Whether to trust the bundled roots too.
    pub default_ca: Option<bool>,
    /// Id of the client certificate.
    pub client_cert: Option<Str>,
}

/// What goes into the SNI extension.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerName {
    /// This name.
    Name(Str),
    /// The name of the host connected to, or nothing.
    Host(bool),
}

impl FromValue for ServerName {
    const TY: Ty = Ty::STRING.or(Ty::BOOLEAN);

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(name) => Ok(Self::Name(name)),
            Value::Boolean(host) => Ok(Self::Host(host)),
            other => Err(other),
        }
    }
}

/// Options of `Try`.
#[derive(Options)]
pub(crate) struct TryOptions {
    /// Address or name to connect to, or lookup-mx.
    #[option(shown = "transport setting")]
    host: Option<Str>,
    /// TCP port.
    #[option(shown = "transport setting")]
    port: Option<f64>,
    /// Envelope sender for this attempt.
    #[option(shown = "as queued")]
    sender: Option<GivenAddress>,
    /// Envelope recipient for this attempt.
    #[option(shown = "as queued")]
    recipient: Option<GivenAddress>,
    /// Name sent in EHLO/HELO.
    #[option(shown = "transport setting")]
    helo: Option<Str>,
    /// Source addresses: ids, or arrays with id or address and optionally helo.
    #[option(shown = "transport setting", id = Address, keys = SourceAddress, listed)]
    sourceip: Option<Array>,
    /// Pick among the source addresses at random; false tries them in order.
    #[option(shown = "true")]
    sourceip_random: Option<bool>,
    /// Allow binding addresses that are not local.
    #[option(shown = "false")]
    nonlocal_source: Option<bool>,
    /// Log in with this user.
    #[option(shown = "transport setting", needs = "saslpassword")]
    saslusername: Option<Str>,
    /// Password for the login.
    #[option(shown = "transport setting", needs = "saslusername")]
    saslpassword: Option<Str>,
    /// When and how to use TLS.
    #[option(shown = "transport setting", values = [
        "disabled", "optional", "optional_verify", "dane", "dane_require", "require",
        "require_verify", "dane_fallback_require_verify"
    ])]
    tls: Option<Str>,
    /// Server name to send; true sends the connected host name.
    #[option(shown = "false")]
    tls_sni: Option<ServerName>,
    /// Comma list of protocol names, ! excludes.
    #[option(shown = "transport setting")]
    tls_protocols: Option<Str>,
    /// Cipher list.
    #[option(shown = "library default")]
    tls_ciphers: Option<Str>,
    /// Verify the host name in the certificate.
    #[option(shown = "false")]
    tls_verify_host: Option<bool>,
    /// Names the certificate must match.
    tls_verify_name: Option<Array>,
    /// Also trust the bundled root certificates.
    #[option(shown = "false")]
    tls_default_ca: Option<bool>,
    /// Id of the client certificate.
    #[option(id = Pki)]
    tls_client_cert: Option<Str>,
    /// XCLIENT attributes to send.
    xclient: Option<Array>,
    /// Protocol of the next hop.
    #[option(shown = "transport setting", values = ["smtp", "lmtp"])]
    protocol: Option<Str>,
    /// Keep only MX hosts matching these names or wildcards.
    mx_include: Option<Array>,
    /// Drop MX hosts matching these names or wildcards.
    mx_exclude: Option<Array>,
    /// PROXY protocol in front of the connection: server and port.
    #[option(keys = Proxy)]
    proxyprotocol: Option<Array>,
    /// Job id.
    #[option(shown = "as queued")]
    jobid: Option<Str>,
    /// Seconds per SMTP state.
    #[option(shown = "RFC defaults", keys = StateTimeouts, open)]
    timeout: Option<Array>,
    /// Seconds to wait for the connection.
    #[option(shown = "30")]
    connect_timeout: Option<f64>,
    /// Whether a kept connection may be used.
    #[option(shown = "transport setting")]
    pooling: Option<bool>,
    /// Delivery status options, also what to do for success.
    #[option(shown = "as queued", keys = SuccessReport, open)]
    dsn: Option<Array>,
    /// Deliver through a plugin: id and arguments.
    #[option(keys = DeliveryPlugin)]
    plugin: Option<Array>,
}

impl TryOptions {
    /// The options, checked.
    pub(crate) fn check(self) -> Result<Overrides, Thrown> {
        Ok(Overrides {
            sender: self.sender.map(|sender| Replacement::given(&sender, "sender")).transpose()?,
            recipient: self
                .recipient
                .map(|recipient| Replacement::given(&recipient, "recipient"))
                .transpose()?,
            host: self.host,
            port: self.port.map(port).transpose()?,
            helo: self.helo,
            sourceip: self.sourceip,
            sourceip_random: self.sourceip_random,
            nonlocal_source: self.nonlocal_source,
            login: self
                .saslusername
                .zip(self.saslpassword)
                .map(|(username, password)| Login { username, password }),
            tls: TlsOverrides {
                mode: self.tls,
                sni: self.tls_sni,
                protocols: self.tls_protocols,
                ciphers: self.tls_ciphers,
                verify_host: self.tls_verify_host,
                verify_name: self.tls_verify_name,
                default_ca: self.tls_default_ca,
                client_cert: self.tls_client_cert,
            },
            xclient: self.xclient,
            protocol: self.protocol,
            mx_include: self.mx_include,
            mx_exclude: self.mx_exclude,
            proxyprotocol: self.proxyprotocol,
            jobid: self.jobid,
            timeout: self.timeout,
            connect_timeout: self.connect_timeout,
            pooling: self.pooling,
            dsn: self.dsn,
            plugin: self.plugin,
        })
    }
}

fn port(number: f64) -> Result<u16, Thrown> {
    if number.fract() == 0.0 && (1.0..=65535.0).contains(&number) {
        Ok(number as u16)
    } else {
        Err(Thrown::error("Try: option \"port\" must be a number from 1 to 65535"))
    }
}
