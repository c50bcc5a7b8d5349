//! Sockets of the network and of the machine.
//!
//! *Invariants.* A socket closes when the last object that shows it dies, and when a script is ended
//! while it waits for it. A failed step gives `none` and leaves its number for `errno`.
//!
//! *Not here.* Connecting, sending, TLS: the host does, and judges addresses.

mod step;
mod tls;

use std::cell::{Cell, RefCell};
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use hsl_macros::{Options, class};
use hsl_vm::request::{Slot, SocketAction, SocketFamily};
use hsl_vm::{NativeStep, Str, Thrown, Value};

use crate::binding::{TextOrArray, object};
use step::{Give, Step};
pub(crate) use tls::TlsSocket;

/// A network or UNIX socket.
///
/// `family` is `AF_INET`, `AF_INET6` or `AF_UNIX`; `type` is `SOCK_STREAM` or `SOCK_DGRAM`. It closes
/// when the last variable that holds it dies. Addresses are those that the configuration lets scripts
/// reach (`scripting.network`).
///
/// # Errors
///
/// Raises an exception for another family or type.
///
/// # Example
///
/// ```hsl
/// $socket = Socket("AF_INET", "SOCK_STREAM");
/// if (!$socket->settimeout(5)->connect("127.0.0.1", 1)) echo $socket->errno() > 0; // true
/// ```
///
/// Since: 0.1. Compat: without resources of plug-ins.
#[class(name = "Socket", topic = "sockets")]
impl Socket {
    /// Makes a socket.
    ///
    /// Nothing is opened before the first step.
    ///
    /// # Errors
    ///
    /// Raises an exception for another family or type.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_UNIX", "SOCK_STREAM");
    /// echo $socket->errno(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(constructor, effect = reads)]
    fn new(
        #[values("AF_INET", "AF_INET6", "AF_UNIX")] family: Str,
        #[values("SOCK_STREAM", "SOCK_DGRAM")] r#type: Str,
    ) -> Result<Self, Thrown> {
        let unknown = |what: &str, given: &Str, known: &str| {
            Thrown::Error(format!("Socket: ${what} must be {known}, not \"{}\"", given.to_lossy()))
        };
        let kind = match &family[..] {
            b"AF_INET" => SocketFamily::Inet,
            b"AF_INET6" => SocketFamily::Inet6,
            b"AF_UNIX" => SocketFamily::Unix,
            _ => return Err(unknown("family", &family, "AF_INET, AF_INET6 or AF_UNIX")),
        };
        let stream = match &r#type[..] {
            b"SOCK_STREAM" => true,
            b"SOCK_DGRAM" => false,
            _ => return Err(unknown("type", &r#type, "SOCK_STREAM or SOCK_DGRAM")),
        };
        Ok(Self(Rc::new(Held::new(kind, stream))))
    }

    /// Takes a local address, or a path.
    ///
    /// Port 0, the default, lets the system choose. The address must be of the socket's family.
    /// Gives the socket, or `none`.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Raises an exception for a port above 65535.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_INET", "SOCK_DGRAM");
    /// if (!$socket->bind("127.0.0.1")) echo $socket->errno();
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "Socket or none")]
    fn bind(
        &self,
        address: Str,
        port: Option<f64>,
        options: BindOptions,
    ) -> Result<NativeStep, Thrown> {
        let (address, port) = (address.to_lossy().into_owned(), port_of(port)?);
        let action = SocketAction::Bind { address, port, nonlocal: options.nonlocal };
        Ok(Step::begin(&self.0, action, Give::Socket))
    }

    /// Closes the socket.
    ///
    /// Gives the socket, or `none` when it was not open.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [Socket("AF_INET", "SOCK_STREAM")->close() === none]; // [0=>true]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates, returns = "Socket or none")]
    fn close(&self) -> Value {
        if self.0.slot.borrow().is_empty() {
            return Value::none();
        }
        // A new place: the old one closes with what it keeps.
        self.0.slot.replace(Slot::default());
        self.0.closed.set(true);
        object(Self(Rc::clone(&self.0)))
    }

    /// Connects to an address, or to the path of a UNIX socket.
    ///
    /// `address` is an IP address of the socket's family, not a name. Gives the socket, or `none`.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Raises an exception for a port above 65535.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_INET", "SOCK_STREAM");
    /// $socket->settimeout(2);
    /// if (!$socket->connect("127.0.0.1", 1)) echo "refused"; // refused
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "Socket or none")]
    fn connect(&self, address: Str, port: Option<f64>) -> Result<NativeStep, Thrown> {
        let (address, port) = (address.to_lossy().into_owned(), port_of(port)?);
        Ok(Step::begin(&self.0, SocketAction::Connect { address, port }, Give::Socket))
    }

    /// Returns the number of the last error.
    ///
    /// Numbers are those of Linux: 13 for an address that the configuration denies, 110 when the time
    /// was over, 111 when nobody listens. 0 when nothing failed yet.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Socket("AF_INET", "SOCK_STREAM")->errno(); // 0
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn errno(&self) -> f64 {
        f64::from(self.0.errno.get())
    }

    /// Receives up to `length` bytes.
    ///
    /// `flags` holds `MSG_PEEK` (leave the bytes to be received again), `MSG_WAITALL` (wait for all of
    /// them) or `MSG_DONTWAIT`. Gives the empty string when the peer closed, and `none` on errors and
    /// when the time is over; the socket stays open then. One call gives 16 MiB at most.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Raises an exception for an unknown flag.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_INET", "SOCK_STREAM");
    /// if ($socket->connect("127.0.0.1", 1)) echo $socket->recv(100, ["MSG_PEEK"]);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "string or none", origin = Text)]
    fn recv(&self, length: f64, flags: Option<TextOrArray>) -> Result<NativeStep, Thrown> {
        let mut given = [false; 3];
        for flag in flags.iter().flat_map(|flags| each_text(&flags.0)) {
            let at = FLAGS.iter().position(|known| known.as_bytes() == &flag[..]);
            let at = at.ok_or_else(|| {
                let flag = flag.to_lossy();
                Thrown::Error(format!("recv: \"{flag}\" is no flag; {} are", FLAGS.join(", ")))
            })?;
            given[at] = true;
        }
        let [peek, all, now] = given;
        let action = SocketAction::Receive { length: length.max(0.0) as usize, peek, all, now };
        Ok(Step::begin(&self.0, action, Give::Answer))
    }

    /// Sends all of `data` and returns the number of bytes.
    ///
    /// Gives `none` on errors and when the time is over; a part may have been sent then.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_INET", "SOCK_STREAM");
    /// if ($socket->connect("127.0.0.1", 1)) echo $socket->send("PING\r\n");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number or none")]
    fn send(&self, data: Str) -> NativeStep {
        Step::begin(&self.0, SocketAction::Send(data.to_vec()), Give::Answer)
    }

    /// Sets the time limit of later steps, in seconds, and returns the socket.
    ///
    /// Without one only the time of the hook bounds a step; 0 takes the limit away.
    ///
    /// # Errors
    ///
    /// Raises an exception for a negative number.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_INET", "SOCK_STREAM")->settimeout(2.5);
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates, returns = "Socket")]
    fn settimeout(&self, timeout: f64) -> Result<Value, Thrown> {
        let limit = Duration::try_from_secs_f64(timeout)
            .map_err(|_| Thrown::error("settimeout: $timeout must be seconds, 0 or more"))?;
        self.0.timeout.set(Some(limit).filter(|limit| !limit.is_zero()));
        Ok(object(Self(Rc::clone(&self.0))))
    }

    /// Ends receiving (`SHUT_RD`), sending (`SHUT_WR`) or both (`SHUT_RDWR`).
    ///
    /// Gives the socket, or `none`.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Raises an exception for another word.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_INET", "SOCK_STREAM");
    /// if ($socket->connect("127.0.0.1", 1)) $socket->shutdown("SHUT_WR");
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "Socket or none")]
    fn shutdown(&self, how: Str) -> Result<NativeStep, Thrown> {
        let (read, write) = match &how[..] {
            b"SHUT_RD" => (true, false),
            b"SHUT_WR" => (false, true),
            b"SHUT_RDWR" => (true, true),
            _ => {
                let message = "shutdown: $how must be SHUT_RD, SHUT_WR or SHUT_RDWR";
                return Err(Thrown::error(message));
            }
        };
        Ok(Step::begin(&self.0, SocketAction::Shutdown { read, write }, Give::Socket))
    }

    /// Returns the file descriptor as a number of C (`sint32`), for functions of native libraries.
    ///
    /// It is that of an open socket: the value keeps the socket as long as it lives, and a script that
    /// closes the socket closes it for the library too. The descriptor does not wait (`O_NONBLOCK`).
    /// Gives `none` when the socket is closed, and under TLS.
    /// Suspends on the socket.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $socket = Socket("AF_INET", "SOCK_STREAM");
    /// if (false) echo FFI::number($socket->toFFIValue());
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "toFFIValue", effect = external, returns = "resource or none")]
    fn to_ffi_value(&self) -> NativeStep {
        Step::begin(&self.0, SocketAction::Descriptor, Give::Answer)
    }

    /// Returns the family of an address as `Socket` takes it.
    ///
    /// Gives `none` for text that is no IP address.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Socket::AF("192.0.2.1"); // AF_INET
    /// echo Socket::AF("2001:db8::1"); // AF_INET6
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(name = "AF", effect = reads)]
    fn family_of(address: Str) -> Option<Str> {
        let ip: IpAddr = std::str::from_utf8(&address).ok()?.parse().ok()?;
        Some(Str::from(if ip.is_ipv4() { "AF_INET" } else { "AF_INET6" }))
    }
}

const FLAGS: [&str; 3] = ["MSG_PEEK", "MSG_WAITALL", "MSG_DONTWAIT"];

/// Options of `bind`.
#[derive(Options)]
struct BindOptions {
    /// Allow an address that is not local.
    #[option(default = false)]
    nonlocal: bool,
}

/// A socket as a value.
pub(crate) struct Socket(Rc<Held>);

/// What all objects of one socket share.
struct Held {
    slot: RefCell<Slot>,
    family: SocketFamily,
    stream: bool,
    timeout: Cell<Option<Duration>>,
    errno: Cell<i32>,
    /// Whether it was closed: it does not open again.
    closed: Cell<bool>,
}

impl Held {
    fn new(family: SocketFamily, stream: bool) -> Self {
        Self {
            slot: RefCell::default(),
            family,
            stream,
            timeout: Cell::new(None),
            errno: Cell::new(0),
            closed: Cell::new(false),
        }
    }
}

fn port_of(port: Option<f64>) -> Result<u16, Thrown> {
    let port = port.unwrap_or(0.0);
    let whole = (0.0..=65535.0).contains(&port) && port.fract() == 0.0;
    let wrong = || Thrown::error("$port must be a whole number from 0 to 65535");
    if whole { Ok(port as u16) } else { Err(wrong()) }
}

fn each_text(value: &Value) -> Vec<Str> {
    match value {
        Value::Array(list) => list.values().map(Value::to_text).collect(),
        other => vec![other.to_text()],
    }
}
