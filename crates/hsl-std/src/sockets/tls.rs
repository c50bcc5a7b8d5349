//! TLS on a connected socket.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use hsl_macros::{Options, class};
use hsl_vm::request::{SocketAction, SocketAnswer, TlsWishes};
use hsl_vm::{
    Array, Cx, Input, NativeFrame, NativeRef, NativeResult, NativeStep, Str, Thrown, Value,
};
use mail_crypto::Certificate;

use super::step::{answer, request};
use super::{Held, Socket};
use crate::binding::object;
use crate::certificates::X509;

/// A TLS client on a connected stream socket.
///
/// The certificate is verified against known authorities and must have one of the names in
/// `tls_verify_name`, or that in `tls_sni`, unless `tls_verify_ca` is `false` or the configuration
/// says otherwise (`scripting.network.verify`). TLS 1.2 and 1.3 are spoken.
///
/// # Errors
///
/// Raises an exception for anything but a stream socket.
///
/// # Example
///
/// ```hsl
/// $socket = Socket("AF_INET", "SOCK_STREAM");
/// if ($socket->connect("127.0.0.1", 1)) {
///     $tls = TLSSocket($socket, ["tls_sni" => "mail.example"]);
///     if (!$tls->handshake()) echo "not trusted";
/// }
/// ```
///
/// Source: RFC 8446. Since: 0.1. Compat: differs: verifies by default.
#[class(name = "TLSSocket", topic = "sockets")]
impl TlsSocket {
    /// Prepares TLS on a socket.
    ///
    /// Nothing is sent before the handshake.
    ///
    /// # Errors
    ///
    /// Raises an exception for anything but a stream socket.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $tls = TLSSocket(Socket("AF_INET", "SOCK_STREAM"), []);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = reads)]
    fn new(#[ty("Socket")] socket: Value, options: TlsOptions) -> Result<Self, Thrown> {
        let given = match &socket {
            Value::Native(native) => NativeRef::downcast::<Socket>(native),
            _ => None,
        };
        let socket = given.ok_or_else(|| {
            let given = socket.type_name();
            Thrown::Error(format!("TLSSocket: $socket must be Socket, not {given}"))
        })?;
        if !socket.0.stream {
            return Err(Thrown::error("TLSSocket: $socket must be a SOCK_STREAM"));
        }
        Ok(Self(Rc::new(State {
            socket: Rc::clone(&socket.0),
            wishes: options.wishes(),
            secured: Cell::new(false),
            peer: RefCell::default(),
        })))
    }

    /// Makes the handshake and the verification.
    ///
    /// Gives the `TLSSocket`, or `none`; the connection is of no use then.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $tls = TLSSocket(Socket("AF_INET", "SOCK_STREAM"), []);
    /// echo [$tls->handshake() === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "TLSSocket or none")]
    fn handshake(&self) -> NativeStep {
        self.step(None)
    }

    /// Receives up to `length` bytes, after the handshake if need be.
    ///
    /// Gives the empty string when the peer ended TLS, and `none` on errors and when the time is over.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $tls = TLSSocket(Socket("AF_INET", "SOCK_STREAM"), []);
    /// echo $tls->recv(100) ?? "nothing"; // nothing
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "string or none", origin = Text)]
    fn recv(&self, length: f64) -> NativeStep {
        let length = length.max(0.0) as usize;
        let (peek, all, now) = (false, false, false);
        self.step(Some(SocketAction::Receive { length, peek, all, now }))
    }

    /// Sends all of `data`, after the handshake if need be, and returns the number of bytes.
    ///
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Never; `none` says that it failed.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $tls = TLSSocket(Socket("AF_INET", "SOCK_STREAM"), []);
    /// echo $tls->send("QUIT\r\n") ?? "nothing"; // nothing
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number or none")]
    fn send(&self, data: Str) -> NativeStep {
        self.step(Some(SocketAction::Send(data.to_vec())))
    }

    /// Tells the peer that nothing more comes.
    ///
    /// Gives 1, or `none`.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $tls = TLSSocket(Socket("AF_INET", "SOCK_STREAM"), []);
    /// echo $tls->shutdown() ?? "not connected"; // not connected
    /// ```
    ///
    /// Source: RFC 8446 §6.1. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number or none")]
    fn shutdown(&self) -> NativeStep {
        self.step(Some(SocketAction::CloseNotify))
    }

    /// Returns the number of the last error.
    ///
    /// Numbers are those of Linux, as `Socket->errno` gives them; 71 for a handshake that failed.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo TLSSocket(Socket("AF_INET", "SOCK_STREAM"), [])->errno(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: differs: numbers of the system.
    #[builtin(effect = reads)]
    fn errno(&self) -> f64 {
        f64::from(self.0.socket.errno.get())
    }

    /// Returns the certificate of the peer.
    ///
    /// Gives `none` before the handshake.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $tls = TLSSocket(Socket("AF_INET", "SOCK_STREAM"), []);
    /// echo [$tls->getpeerx509() === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads, returns = "X509 or none")]
    fn getpeerx509(&self) -> Option<Value> {
        let peer = self.0.peer.borrow();
        let certificate = Certificate::from_der(peer.as_deref()?)?;
        Some(object(X509(Arc::new(certificate))))
    }

    /// Returns the socket under the connection.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// TLSSocket(Socket("AF_INET", "SOCK_STREAM"), [])->toSocket()->close();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "toSocket", effect = reads, returns = "Socket")]
    fn to_socket(&self) -> Value {
        object(Socket(Rc::clone(&self.0.socket)))
    }
}

/// Options of `TLSSocket`.
#[derive(Options)]
struct TlsOptions {
    /// Comma list of protocol names, ! excludes.
    #[option(shown = "!SSLv2,!SSLv3")]
    tls_protocols: Option<Str>,
    /// Cipher list.
    #[option(shown = "library default")]
    tls_ciphers: Option<Str>,
    /// Names the certificate must match.
    tls_verify_name: Option<Array>,
    /// Verify against known authorities.
    #[option(shown = "true")]
    tls_verify_ca: Option<bool>,
    /// Also trust the bundled root certificates.
    #[option(default = false, idle = ["tls_verify_ca = false and tls_verify_name = none"])]
    tls_default_ca: bool,
    /// Server name to send.
    tls_sni: Option<Str>,
    /// Id of the client certificate.
    #[option(id = Pki)]
    tls_client_cert: Option<Str>,
}

impl TlsOptions {
    fn wishes(&self) -> TlsWishes {
        let text = |text: &Option<Str>| text.as_ref().map(|text| text.to_lossy().into_owned());
        let names = self.tls_verify_name.iter().flat_map(Array::values);
        let mut names: Vec<_> = names.map(|name| name.to_text().to_lossy().into_owned()).collect();
        // The name that is asked for is the one to expect.
        if names.is_empty() && self.tls_verify_ca != Some(false) {
            names.extend(text(&self.tls_sni));
        }
        TlsWishes {
            verify_peer: self.tls_verify_ca,
            verify_host: self.tls_verify_ca,
            verify_names: names,
            default_ca: self.tls_default_ca,
            sni: text(&self.tls_sni),
            protocols: text(&self.tls_protocols),
            ciphers: text(&self.tls_ciphers),
            client_cert: text(&self.tls_client_cert),
        }
    }
}

/// A TLS connection as a value.
pub(crate) struct TlsSocket(Rc<State>);

struct State {
    socket: Rc<Held>,
    wishes: TlsWishes,
    secured: Cell<bool>,
    peer: RefCell<Option<Vec<u8>>>,
}

impl TlsSocket {
    /// A step, after the handshake; none is the handshake alone.
    fn step(&self, action: Option<SocketAction>) -> NativeStep {
        NativeStep::enter(TlsStep { state: Rc::clone(&self.0), action, at: At::Begin })
    }
}

#[derive(Clone, Copy)]
enum At {
    Begin,
    Handshake,
    Action,
}

struct TlsStep {
    state: Rc<State>,
    action: Option<SocketAction>,
    at: At,
}

impl NativeFrame for TlsStep {
    fn resume(&mut self, cx: &mut Cx<'_>, input: Input) -> NativeResult {
        let state = Rc::clone(&self.state);
        let none = Ok(NativeStep::Return(Value::none()));
        match self.at {
            At::Begin if !state.secured.get() => {
                self.at = At::Handshake;
                let wishes = Box::new(state.wishes.clone());
                return Ok(request(&state.socket, SocketAction::Handshake(wishes)));
            }
            At::Begin => {}
            At::Handshake => match answer(&state.socket, input) {
                Some(SocketAnswer::Secured(peer)) => {
                    state.secured.set(true);
                    *state.peer.borrow_mut() = peer;
                }
                _ => return none,
            },
            At::Action => {
                let value = match answer(&state.socket, input) {
                    Some(SocketAnswer::Sent(count)) => Value::number(count as f64),
                    Some(SocketAnswer::Received(bytes)) => {
                        cx.charge(bytes.len());
                        Value::string(Str::from(bytes))
                    }
                    Some(_) => Value::number(1.0),
                    None => Value::none(),
                };
                return Ok(NativeStep::Return(value));
            }
        }
        self.at = At::Action;
        match self.action.take() {
            Some(action) => Ok(request(&state.socket, action)),
            None => Ok(NativeStep::Return(object(TlsSocket(state)))),
        }
    }
}
