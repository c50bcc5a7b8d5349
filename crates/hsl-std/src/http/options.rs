//! The options of `http`.

use std::time::Duration;

use hsl_macros::Options;
use hsl_vm::request::{Background, HttpRequest, Origin, TlsWishes};
use hsl_vm::{Array, Str, Thrown};

/// Options of `http`.
#[derive(Options)]
pub(super) struct HttpOptions {
    /// Return an array with status and content.
    #[option(default = false, idle = ["background"])]
    pub(super) extended_result: bool,
    /// Seconds to wait for the connection.
    #[option(default = 10)]
    connect_timeout: f64,
    /// Seconds for the whole transfer once connected.
    #[option(shown = "60")]
    timeout: Option<f64>,
    /// Largest answer in bytes.
    #[option(shown = "67108864")]
    max_file_size: Option<f64>,
    /// Local address to bind.
    #[option(
        shown = "chosen by the system", excludes = "sourceipid", idle = ["unix_socket_path"]
    )]
    sourceip: Option<Str>,
    /// Configured id of the local address.
    #[option(shown = "chosen by the system", id = Address, idle = ["unix_socket_path"])]
    sourceipid: Option<Str>,
    /// Path of a UNIX socket to connect to; the URL still names host and path.
    unix_socket_path: Option<Str>,
    /// Request method.
    #[option(shown = "GET, or POST with a body", open, values = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"
    ])]
    method: Option<Str>,
    /// Additional header lines in the form `Name: value`.
    headers: Option<Array>,
    /// Include the response headers.
    #[option(default = false, needs = "extended_result")]
    pub(super) response_headers: bool,
    /// Redirects to follow, -1 for any number up to 50.
    #[option(default = 0)]
    redirects: f64,
    /// Verify the certificate.
    #[option(shown = "true", idle = ["$url = http://* and redirects = 0"])]
    tls_verify_peer: Option<bool>,
    /// Older spelling of `tls_verify_peer`.
    #[option(excludes = "tls_verify_peer", idle = ["$url = http://* and redirects = 0"])]
    ssl_verify_peer: Option<bool>,
    /// Verify the host name.
    #[option(
        shown = "true",
        idle = ["tls_verify_peer = false", "$url = http://* and redirects = 0"]
    )]
    tls_verify_host: Option<bool>,
    /// Older spelling of `tls_verify_host`.
    #[option(
        excludes = "tls_verify_host",
        idle = ["tls_verify_peer = false", "$url = http://* and redirects = 0"]
    )]
    ssl_verify_host: Option<bool>,
    /// Also trust the bundled root certificates.
    #[option(
        shown = "false",
        idle = ["tls_verify_peer = false", "$url = http://* and redirects = 0"]
    )]
    tls_default_ca: Option<bool>,
    /// Older spelling of `tls_default_ca`.
    #[option(
        excludes = "tls_default_ca",
        idle = ["tls_verify_peer = false", "$url = http://* and redirects = 0"]
    )]
    ssl_default_ca: Option<bool>,
    /// Id of the client certificate.
    #[option(id = Pki, idle = ["$url = http://* and redirects = 0"])]
    tls_client_cert: Option<Str>,
    /// Queue the request and return true at once.
    #[option(default = false)]
    background: bool,
    /// Queue number, modulo the number of queues.
    #[option(default = 0, needs = "background")]
    background_hash: f64,
    /// Retries after a failure.
    #[option(default = 0, needs = "background")]
    background_retry_count: f64,
    /// Seconds before each retry.
    #[option(default = 0, needs = "background")]
    background_retry_delay: f64,
    /// HTTP proxy, empty string for none.
    #[option(shown = "system setting", idle = ["unix_socket_path"])]
    proxy: Option<Str>,
}

impl HttpOptions {
    /// The request that they ask for.
    pub(super) fn request(&self, url: String) -> Result<HttpRequest, Thrown> {
        let lines = self.headers.iter().flat_map(Array::values).map(|line| {
            let line = line.to_text();
            header(&line).map(str::to_owned)
        });
        Ok(HttpRequest {
            url,
            method: self.method.as_ref().map(text),
            headers: lines.collect::<Result<_, _>>()?,
            connect_timeout: seconds("connect_timeout", self.connect_timeout)?,
            timeout: self.timeout.map(|time| seconds("timeout", time)).transpose()?,
            max_size: self.max_file_size.map(|size| size.max(0.0) as u64),
            redirects: (self.redirects >= 0.0).then_some(self.redirects as u32),
            origin: Origin {
                ip: self.sourceip.as_ref().map(text),
                id: self.sourceipid.as_ref().map(text),
                nonlocal: false,
            },
            unix_socket: self.unix_socket_path.as_ref().map(text),
            tls: TlsWishes {
                verify_peer: self.tls_verify_peer.or(self.ssl_verify_peer),
                verify_host: self.tls_verify_host.or(self.ssl_verify_host),
                default_ca: self.tls_default_ca.or(self.ssl_default_ca).unwrap_or(false),
                client_cert: self.tls_client_cert.as_ref().map(text),
                ..TlsWishes::default()
            },
            proxy: self.proxy.as_ref().map(text),
            background: self.in_background()?,
        })
    }

    fn in_background(&self) -> Result<Option<Background>, Thrown> {
        let delay = seconds("background_retry_delay", self.background_retry_delay)?;
        Ok(self.background.then(|| Background {
            queue: self.background_hash.abs() as u64,
            retries: self.background_retry_count.max(0.0) as u32,
            delay,
        }))
    }
}

/// A line that stays one line, and is a header.
fn header(line: &Str) -> Result<&str, Thrown> {
    let wrong = || {
        let shown = line.to_lossy().escape_debug().to_string();
        Thrown::Error(format!("http: option \"headers\" has `{shown}`, which is no header line"))
    };
    let text = std::str::from_utf8(line).map_err(|_| wrong())?;
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let plain = !name.is_empty() && name.bytes().all(token);
    let one_line = !value.chars().any(|c| c.is_control() && c != '\t');
    if plain && one_line { Ok(text) } else { Err(wrong()) }
}

fn text(text: &Str) -> String {
    text.to_lossy().into_owned()
}

fn seconds(name: &str, value: f64) -> Result<Duration, Thrown> {
    Duration::try_from_secs_f64(value)
        .map_err(|_| Thrown::Error(format!("http: option \"{name}\" must be seconds, 0 or more")))
}
