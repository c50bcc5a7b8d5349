//! The array that describes a server to ask.

use std::time::Duration;

use hsl_decl::{OptionDecl, Ty};
use hsl_macros::Options;
use hsl_vm::request::{Origin, SmtpQuestion, SmtpTls, TlsWishes};
use hsl_vm::{Array, Key, Str, Thrown, Value};
use smtp_proto::State;

use crate::binding::{GivenOptions, Options};

/// Keys of the option `timeout` of what speaks SMTP: the names of its states.
pub struct StateTimeouts;

impl Options for StateTimeouts {
    const DECLS: &'static [OptionDecl] = &{
        let mut all =
            [OptionDecl::new("", Ty::NUMBER, "Seconds to wait for this reply."); State::ALL.len()];
        let mut at = 0;
        while at < all.len() {
            all[at].name = State::ALL[at].as_str();
            at += 1;
        }
        all
    };

    fn read(_: &GivenOptions<'_>) -> Result<Self, Thrown> {
        Ok(Self)
    }
}

/// A server to ask, and how.
#[derive(Options)]
pub(crate) struct ServerOptions {
    /// Address or name to connect to.
    host: Option<Str>,
    /// TCP port.
    #[option(default = 25)]
    port: f64,
    /// Name sent in EHLO.
    #[option(shown = "system host name")]
    helo: Option<Str>,
    /// Local address to bind.
    #[option(shown = "chosen by the system")]
    sourceip: Option<Str>,
    /// Configured id of the local address to bind.
    #[option(shown = "chosen by the system", id = Address)]
    sourceipid: Option<Str>,
    /// Allow binding addresses that are not local.
    #[option(default = false)]
    nonlocal_source: bool,
    /// Log in with this user before MAIL FROM.
    saslusername: Option<Str>,
    /// Password for the login.
    saslpassword: Option<Str>,
    /// Whether and how the connection is secured.
    #[option(default = "disabled", values = [
        "disabled", "optional", "optional_verify", "dane", "dane_require", "require",
        "require_verify", "dane_fallback_require_verify"
    ])]
    tls: Str,
    /// Server name to send; true sends the connected host name.
    #[option(shown = "false", ty = "string or boolean")]
    tls_sni: Option<Value>,
    /// Comma list of protocol names, ! excludes.
    #[option(shown = "!SSLv2,!SSLv3")]
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
    #[option(default = false)]
    tls_default_ca: bool,
    /// Id of the client certificate.
    #[option(id = Pki)]
    tls_client_cert: Option<Str>,
    /// Include the peer certificate in extended results.
    #[option(default = false)]
    pub(super) tls_capture_peer_cert: bool,
    /// XCLIENT attributes to send.
    xclient: Option<Array>,
    /// The protocol: smtp or lmtp.
    #[option(default = "smtp", values = ["smtp", "lmtp"])]
    protocol: Str,
    /// Keep only MX hosts matching these names or wildcards.
    mx_include: Option<Array>,
    /// Drop MX hosts matching these names or wildcards.
    mx_exclude: Option<Array>,
    /// Seconds per SMTP state.
    #[option(shown = "RFC defaults", keys = StateTimeouts, open)]
    timeout: Option<Array>,
    /// Seconds to wait for the connection.
    #[option(default = 30)]
    connect_timeout: f64,
}

impl ServerOptions {
    /// Reads the argument of a function.
    pub(crate) fn of(function: &'static str, server: &Value) -> Result<Self, Thrown> {
        let named = Array::new();
        let (array, host) = match server {
            Value::Array(array) => (array, None),
            other => (&named, Some(other.to_text())),
        };
        let given = GivenOptions::new(function, Some(array));
        given.check_keys(Self::DECLS)?;
        let read = Self::read(&given)?;
        Ok(Self { host: host.or(read.host.clone()), ..read })
    }

    /// The question, with a login or an envelope, or both.
    pub(crate) fn question(
        &self,
        login: Option<(String, String)>,
        envelope: Option<(String, String)>,
    ) -> Result<SmtpQuestion, Thrown> {
        let own = self.saslusername.as_ref().map(text).zip(self.saslpassword.as_ref().map(text));
        let (tls, verify) = self.security()?;
        if self.host.is_none() && envelope.is_none() {
            return Err(Thrown::error("smtp_lookup_auth: $server must name a host"));
        }
        if !(1.0..=65535.0).contains(&self.port) {
            return Err(Thrown::error("option \"port\" must be from 1 to 65535"));
        }
        let sni = self.tls_sni.as_ref();
        Ok(SmtpQuestion {
            host: self.host.as_ref().map(text),
            port: self.port as u16,
            helo: self.helo.as_ref().map(text),
            origin: Origin {
                ip: self.sourceip.as_ref().map(text),
                id: self.sourceipid.as_ref().map(text),
                nonlocal: self.nonlocal_source,
            },
            login: login.or(own),
            envelope,
            delivery: None,
            tls,
            wishes: TlsWishes {
                verify_peer: Some(verify),
                verify_host: Some(self.tls_verify_host.unwrap_or(verify)),
                verify_names: texts(self.tls_verify_name.as_ref()),
                default_ca: self.tls_default_ca,
                sni: sni.and_then(|sni| sni.as_str().map(text)),
                protocols: self.tls_protocols.as_ref().map(text),
                ciphers: self.tls_ciphers.as_ref().map(text),
                client_cert: self.tls_client_cert.as_ref().map(text),
            },
            sni_of_host: sni.is_some_and(|sni| sni.as_str().is_none() && sni.truthy()),
            xclient: pairs(self.xclient.as_ref()),
            lmtp: &self.protocol[..] == b"lmtp",
            mx_include: texts(self.mx_include.as_ref()),
            mx_exclude: texts(self.mx_exclude.as_ref()),
            connect_timeout: seconds("connect_timeout", self.connect_timeout)?,
            timeouts: self.timeouts()?,
        })
    }

    /// How the connection is secured, and whether the certificate is verified.
    fn security(&self) -> Result<(SmtpTls, bool), Thrown> {
        match &self.tls[..] {
            b"disabled" => Ok((SmtpTls::Disabled, false)),
            b"optional" => Ok((SmtpTls::Optional, false)),
            b"optional_verify" => Ok((SmtpTls::Optional, true)),
            b"require" => Ok((SmtpTls::Required, false)),
            b"require_verify" => Ok((SmtpTls::Required, true)),
            b"dane" => Ok((SmtpTls::Dane, false)),
            b"dane_require" => Ok((SmtpTls::DaneRequired, false)),
            b"dane_fallback_require_verify" => Ok((SmtpTls::DaneOrVerified, true)),
            // The declaration lets no other mode come here.
            _ => Err(Thrown::error("option \"tls\" names no mode")),
        }
    }

    fn timeouts(&self) -> Result<Vec<(String, Duration)>, Thrown> {
        let given = self.timeout.iter().flat_map(Array::iter);
        let each = given.map(|(state, value)| {
            let seconds = seconds("timeout", value.to_number())?;
            Ok((name(&state).to_ascii_lowercase(), seconds))
        });
        each.collect()
    }
}

fn name(key: &Key) -> String {
    key.to_value().to_text().to_lossy().into_owned()
}

fn text(text: &Str) -> String {
    text.to_lossy().into_owned()
}

fn texts(list: Option<&Array>) -> Vec<String> {
    list.into_iter().flat_map(Array::values).map(|value| text(&value.to_text())).collect()
}

fn pairs(array: Option<&Array>) -> Vec<(String, String)> {
    let pairs = array.into_iter().flat_map(Array::iter);
    pairs.map(|(key, value)| (name(&key), text(&value.to_text()))).collect()
}

fn seconds(option: &str, value: f64) -> Result<Duration, Thrown> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| Thrown::Error(format!("option \"{option}\" must be seconds, 0 or more")))
}
