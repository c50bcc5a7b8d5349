//! Every way out of the sandbox: what a fiber may ask of its host.
//!
//! *Invariants*: requests and responses own their data and name services, not functions; a host that
//! does not offer a service answers [`Response::Failed`].
//!
//! *Sources*: style guide 2.4, point 1.

mod foreign;
mod network;
mod server;

use std::any::Any;
use std::time::Duration;

pub use foreign::{
    CArgument, CType, ForeignAnswer, ForeignFuture, ForeignRequest, ForeignService, Handle,
    Signature,
};
pub use network::{
    Background, HttpAnswer, HttpBody, HttpRequest, NetworkError, Origin, Slot, SmtpAnswer,
    SmtpConnection, SmtpDelivery, SmtpQuestion, SmtpTls, SocketAction, SocketAnswer, SocketFamily,
    SocketRequest, TlsWishes, Upload,
};
pub use server::{LogLine, MetricStep, PolicyLimits, PolicyRequest, ServerRequest, SuspendRequest};

use crate::value::Frozen;

/// A service wanted.
#[derive(Debug)]
pub enum Request {
    /// A DNS lookup.
    Dns(DnsRequest),
    /// An HTTP request; answered by [`Response::Http`], or [`Response::Done`] in the background.
    Http(Box<HttpRequest>, HttpBody),
    /// A part of the body of an HTTP request.
    Upload(Upload),
    /// A step on a socket.
    Socket(SocketRequest),
    /// A question to an SMTP server.
    Smtp(Box<SmtpQuestion>),
    /// Time to pass.
    Sleep(Duration),
    /// The content of a file below the configured root.
    ReadFile {
        /// Path as the script wrote it.
        path: String,
    },
    /// A lock of `barrier`; answered by [`Response::Locked`].
    Lock {
        /// Name.
        key: Vec<u8>,
        /// Whether the stored value is wanted too.
        fetch: bool,
        /// Whether the fiber holds it already, so that there is nothing to wait for. The machine
        /// knows; natives say false.
        held: bool,
    },
    /// The end of a `barrier` that binds a variable; answered by [`Response::Done`].
    Store {
        /// Name.
        key: Vec<u8>,
        /// New value; none deletes the key.
        value: Option<Frozen>,
    },
    /// Shared memory; answered by [`Response::Memory`].
    Memory(MemoryRequest),
    /// An entry of a cache; answered by [`Response::Memory`].
    CacheGet(CacheKey),
    /// A new entry of a cache; answered by [`Response::Done`].
    CachePut {
        /// Where.
        key: CacheKey,
        /// What.
        value: Frozen,
        /// How long it lives.
        ttl: Duration,
        /// Most entries of the bucket.
        size: usize,
        /// Whether the least recently used entry makes room.
        lru: bool,
    },
    /// Work for a processor that would hold up the other fibers of the thread; answered by
    /// [`Response::Computed`].
    Compute(Work),
    /// A line for the log; answered by [`Response::Done`].
    Log(LogLine),
    /// A step on native code or memory; answered by [`Response::Foreign`].
    Foreign(ForeignRequest),
    /// A service of the mail server around the script; answered by [`Response::Memory`].
    Server(ServerRequest),
    /// A service of the hook: the type is agreed between the hook's library and its server, as is
    /// that of the [`Response::Hook`].
    Hook(Box<dyn Any>),
}

/// A computation with all that it needs. It may run on any thread, and to its end even when the fiber
/// is dropped: whoever asks bounds it.
pub struct Work(Box<dyn FnOnce() -> Computed + Send>);

/// What a computation gives; the type is agreed between who asks and the work.
pub type Computed = Box<dyn Any + Send>;

impl Work {
    /// Work that gives a value.
    pub fn new<T: Any + Send>(work: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(Box::new(move || Box::new(work())))
    }

    /// Does it, on this thread.
    pub fn run(self) -> Computed {
        (self.0)()
    }
}

impl std::fmt::Debug for Work {
    /// Shows nothing of what it works on, which may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("work")
    }
}

/// A DNS lookup.
#[derive(Clone, Debug, PartialEq)]
pub struct DnsRequest {
    /// Name or, for `PTR`, an address.
    pub name: String,
    /// Record type in capitals (`A`, `MX`).
    pub kind: String,
    /// Time for one try; the host's default without one.
    pub timeout: Option<Duration>,
    /// Number of tries.
    pub retries: Option<u32>,
    /// Addresses of servers to ask instead of the host's.
    pub servers: Vec<String>,
    /// Whether extended results (DNSSEC, time to live) are wanted.
    pub extended: bool,
}

/// A step on shared memory.
#[derive(Clone, Debug, PartialEq)]
pub struct MemoryRequest {
    /// Key.
    pub key: Vec<u8>,
    /// What to do.
    pub action: MemoryAction,
    /// Whether the fiber holds the lock of the key. Without it the step waits until nobody does. The
    /// machine knows; natives say false.
    pub held: bool,
}

/// What to do with a key of shared memory. The answer is the value before.
#[derive(Clone, Debug, PartialEq)]
pub enum MemoryAction {
    /// Nothing.
    Fetch,
    /// Set.
    Store(Frozen),
    /// Set, unless the key exists.
    Add(Frozen),
    /// Remove.
    Delete,
    /// Add to a number, 0 when missing. The answer is the new number.
    Increment(f64),
}

/// Names an entry of a cache.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheKey {
    /// Namespace.
    pub namespace: Vec<u8>,
    /// Function name as written.
    pub function: String,
    /// Selected arguments.
    pub arguments: Frozen,
    /// Whether the bucket ends with the message.
    pub per_message: bool,
}

/// What the host answers.
#[derive(Debug)]
pub enum Response {
    /// Done, nothing to say.
    Done,
    /// A lookup.
    Dns(Result<DnsAnswer, DnsError>),
    /// An HTTP answer.
    Http(Result<HttpAnswer, NetworkError>),
    /// A step on a socket.
    Socket(Result<SocketAnswer, NetworkError>),
    /// What an SMTP server said.
    Smtp(SmtpAnswer),
    /// A file.
    File(Vec<u8>),
    /// A lock is held until the guard is dropped.
    Locked {
        /// Releases on drop.
        guard: Box<dyn Any>,
        /// The stored value, when it was wanted and exists.
        value: Option<Frozen>,
    },
    /// A value, or none when there is no such key.
    Memory(Option<Frozen>),
    /// What the work of [`Request::Compute`] gave.
    Computed(Computed),
    /// Answer to [`Request::Foreign`].
    Foreign(ForeignAnswer),
    /// Answer to [`Request::Hook`].
    Hook(Box<dyn Any>),
    /// The service failed: becomes an exception with this message unless the native knows better.
    Failed(String),
}

/// Records found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DnsAnswer {
    /// Records; empty when the name exists without such records.
    pub records: Vec<DnsRecord>,
    /// Whether all records were validated by DNSSEC.
    pub secure: bool,
    /// The name that has the records, when the name that was asked for is an alias.
    pub alias_of: Option<String>,
}

/// One record.
#[derive(Clone, Debug, PartialEq)]
pub struct DnsRecord {
    /// Its data in presentation form; of `MX` and `SRV` only the name.
    pub data: String,
    /// Preference of `MX`, priority of `SRV`.
    pub preference: Option<u16>,
    /// Seconds it may be kept.
    pub ttl: u32,
}

/// Why a lookup has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// The name does not exist.
    #[error("NXDOMAIN")]
    NoSuchName,
    /// No server answered in time.
    #[error("TIMEOUT")]
    Timeout,
    /// Servers failed.
    #[error("SERVFAIL")]
    ServerFailure,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}
