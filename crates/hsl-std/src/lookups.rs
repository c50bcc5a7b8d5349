//! Questions to SMTP servers.
//!
//! *Not here.* The dialogue (`smtp_proto::client::Question`) and connections (the host).

mod server;

use std::sync::Arc;

use hsl_macros::{Options, Record, library};
use hsl_vm::request::{SmtpAnswer, SmtpQuestion};
use hsl_vm::{
    Array, Cx, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown, Value,
};

use mail_crypto::Certificate;

use crate::binding::{TextOrArray, object, record};
use crate::certificates::X509;
pub(crate) use server::ServerOptions;
pub use server::StateTimeouts;

/// Builtins of this topic.
#[library(topic = "protocols")]
pub(crate) mod functions {
    use super::*;

    /// Asks an SMTP server, up to RCPT TO, whether it accepts a recipient.
    ///
    /// `server` is a name or address, or an array with `host`, `port`, `helo`, `sourceip`, `sourceipid`,
    /// `nonlocal_source`, `saslusername`, `saslpassword`, `tls`, the other `tls_` settings, `xclient`,
    /// `protocol`, `mx_include`, `mx_exclude`, `timeout` (seconds by state) and `connect_timeout`.
    /// Without `host` the mail servers of the recipient's domain are asked. `sender` and `recipient`
    /// are addresses, or arrays with `localpart` and `domain`.
    /// Gives 1 when the recipient is accepted, 0 when it is refused for good, and -1 otherwise. With
    /// `extended_result` gives an array. With DANE, TLSA records count when DNSSEC validated them, the
    /// addresses of the host and the list of mail servers. No message is sent. Suspends on the network.
    ///
    /// # Errors
    ///
    /// Raises an exception for settings of the server that do not exist.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo smtp_lookup_rcpt(["host" => "127.0.0.1", "port" => 1], "", "jane@example.com"); // -1
    /// ```
    ///
    /// Source: RFC 5321 §4.3.2, RFC 7672. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number or array", result = LookupResult)]
    fn smtp_lookup_rcpt(
        #[keys(ServerOptions)] server: TextOrArray,
        sender: TextOrArray,
        recipient: TextOrArray,
        options: LookupOptions,
    ) -> Result<NativeStep, Thrown> {
        let envelope = Some((address(&sender.0), address(&recipient.0)));
        let server = ServerOptions::of("smtp_lookup_rcpt", &server.0)?;
        let question = server.question(None, envelope)?;
        let shown = match options.extended_result {
            true => Shown::Array { certificates: server.tls_capture_peer_cert },
            false => Shown::Number,
        };
        Ok(Asking::begin(question, shown))
    }

    /// Tries to log in to an SMTP server with a user name and password.
    ///
    /// `server` is what `smtp_lookup_rcpt` takes; it must name a host. The login is `PLAIN`, `LOGIN` or
    /// `CRAM-MD5`, whatever the server offers; without TLS `CRAM-MD5` comes first. Gives 1 when it is
    /// accepted, 0 when it is refused, and -1 otherwise. Suspends on the network.
    ///
    /// # Errors
    ///
    /// Raises an exception for settings of the server that do not exist.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo smtp_lookup_auth(["host" => "127.0.0.1", "port" => 1], "jane", "secret"); // -1
    /// ```
    ///
    /// Source: RFC 4954, RFC 4616, RFC 2195. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number")]
    fn smtp_lookup_auth(
        #[keys(ServerOptions)] server: TextOrArray,
        username: Str,
        password: Str,
    ) -> Result<NativeStep, Thrown> {
        let login = (username.to_lossy().into_owned(), password.to_lossy().into_owned());
        let server = ServerOptions::of("smtp_lookup_auth", &server.0)?;
        Ok(Asking::begin(server.question(Some(login), None)?, Shown::Number))
    }
}

/// Options of `smtp_lookup_rcpt`.
#[derive(Options)]
struct LookupOptions {
    /// Return an array with details.
    #[option(default = false)]
    extended_result: bool,
}

/// The answer in array form.
#[derive(Record)]
struct LookupResult {
    /// Code of the last reply; 0 when there was none.
    error_code: u16,
    /// Lines of the last reply, or why there is none.
    error_message: Array,
    /// Whether the reply is the answer to RCPT TO.
    on_rcptto: bool,
    /// Whether the connection was secured by TLS.
    tls: bool,
    /// With `tls_capture_peer_cert`, the certificate of the server.
    peercert: Option<Value>,
}

/// The certificate of a server.
#[derive(Record)]
struct PeerCertificate {
    /// The certificate, an `X509`.
    x509: Option<Value>,
    /// It and those that came with it, each an `X509`.
    chain: Array,
}

/// What is told of the answer.
#[derive(Clone, Copy)]
enum Shown {
    Number,
    Array { certificates: bool },
}

/// Waits for the answer.
struct Asking {
    question: Option<Box<SmtpQuestion>>,
    shown: Shown,
}

impl Asking {
    fn begin(question: SmtpQuestion, shown: Shown) -> NativeStep {
        NativeStep::enter(Self { question: Some(Box::new(question)), shown })
    }
}

impl NativeFrame for Asking {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(question) = self.question.take() {
            return Ok(NativeStep::suspend(Request::Smtp(question)));
        }
        let answer = match input.into_response() {
            Some(Response::Smtp(answer)) => answer,
            Some(Response::Failed(why)) => SmtpAnswer { lines: vec![why], ..SmtpAnswer::default() },
            _ => SmtpAnswer::default(),
        };
        Ok(NativeStep::Return(match self.shown {
            Shown::Number => plain(&answer),
            Shown::Array { certificates } => extended(answer, certificates),
        }))
    }
}

fn plain(answer: &SmtpAnswer) -> Value {
    Value::number(match answer.code {
        200..=299 if answer.reached => 1.0,
        500..=599 if answer.reached => 0.0,
        _ => -1.0,
    })
}

fn extended(answer: SmtpAnswer, certificates: bool) -> Value {
    // There is no other place for it here.
    let code =
        answer.enhanced.map(|[class, subject, detail]| format!("{class}.{subject}.{detail} "));
    let code = code.unwrap_or_default();
    let lines = answer.lines.into_iter().map(|line| Value::string(format!("{code}{line}")));
    record(LookupResult {
        peercert: (certificates && answer.tls).then(|| peer(&answer.certificates)),
        error_code: answer.code,
        error_message: lines.collect(),
        on_rcptto: answer.reached && answer.state == "RCPT",
        tls: answer.tls,
    })
}

fn peer(certificates: &[Vec<u8>]) -> Value {
    let chain = certificates.iter().filter_map(|der| Certificate::from_der(der));
    let chain: Array = chain.map(|certificate| object(X509(Arc::new(certificate)))).collect();
    let x509 = chain.values().next().cloned();
    record(PeerCertificate { x509, chain })
}

/// An address as text, or in its two parts.
fn address(value: &Value) -> String {
    let Value::Array(parts) = value else { return value.to_text().to_lossy().into_owned() };
    let part = |name: &str| parts.get_str(name).map(Value::to_text).unwrap_or_default();
    match (part("localpart"), part("domain")) {
        (local, domain) if local.is_empty() && domain.is_empty() => String::new(),
        (local, domain) => format!("{}@{}", local.to_lossy(), domain.to_lossy()),
    }
}
