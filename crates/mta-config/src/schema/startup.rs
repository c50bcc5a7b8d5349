//! `smtpd.yaml`: what is fixed from start to stop.

use std::net::IpAddr;
use std::path::PathBuf;

use super::{Cluster, Environment, Monitor, Pki, Plugin, StartupScripting};
use crate::network::Network;
use crate::scalar::{Ignored, Spanned, words};
use crate::section::section;
use crate::units::ByteSize;
use crate::version::Version;

section! {
    /// The startup file, `smtpd.yaml`. Changes take effect at the next start.
    pub struct Startup {
        /// Version of the format, in quotes: `"5.8"` to `"6.10"`.
        pub version: Version,
        /// Servers that receive mail, each with its listeners.
        pub servers: Vec<StartupServer>,
        /// Paths, users and limits of the process.
        pub environment: Environment,
        /// How accepted mail is kept on disk.
        pub spool: SpoolSettings,
        /// What scripts may do.
        pub scripting: StartupScripting,
        /// Who may stop scripts to look at them.
        pub debug: Debugging,
        /// Native plug-ins.
        pub plugins: Ignored<Vec<Plugin>>,
        /// Connection to a cluster.
        pub cluster: Ignored<Cluster>,
        /// Metrics and health over HTTP.
        pub monitor: Monitor,
        /// Keys that are read before privileges are dropped.
        pub pki: Pki,
    }
}

section! {
    /// Debugging of scripts while they handle mail.
    pub struct Debugging {
        /// Whether debuggers may attach over the control socket. `mailstop up` always allows it.
        pub allow: bool = false,
    }
}

section! {
    /// A server that receives mail. The running file names the same server by its id.
    pub struct StartupServer {
        /// Name of the server.
        pub id: Spanned<String>,
        /// What the server speaks.
        pub kind as "type": Spanned<ServerKind> = Spanned::from(ServerKind::Smtp),
        /// Sockets on which the server waits for connections.
        pub listeners: Vec<Spanned<Listener>>,
        /// Addresses and networks that must send a PROXY header.
        pub proxyprotocol: Ignored<Vec<Network>>,
        /// Sizes of thread pools.
        pub threads: Ignored<Threads>,
        /// Most connections at a time; unlimited if left out.
        pub concurrency: Option<u32>,
    }
}

words! {
    /// What a server speaks.
    pub enum ServerKind {
        /// SMTP.
        #[default]
        Smtp = "smtp",
        /// Submission over HTTP.
        Http = "http",
        /// Submission over HTTPS.
        Https = "https",
        /// A native injector.
        Plugin = "plugin",
    }
}

section! {
    /// A socket that waits for connections: a TCP port, or a UNIX socket.
    pub struct Listener {
        /// Name, by which the running file turns on TLS from the first byte.
        pub id: Option<String>,
        /// TCP port. Port 0 lets the system choose.
        pub port: Option<u16>,
        /// Address to bind; all of them if left out.
        pub address: Option<IpAddr>,
        /// UNIX socket instead of a TCP port.
        pub path: Option<PathBuf>,
        /// Connections that may wait to be accepted.
        pub backlog: Option<u32>,
    }
}

section! {
    /// Sizes of thread pools. Workers here are one per core; the keys are accepted and ignored.
    pub struct Threads {
        /// Threads for input and output.
        pub event: Option<u32>,
        /// Threads for scripts.
        pub script: Option<u32>,
    }
}

section! {
    /// How accepted mail is kept on disk.
    pub struct SpoolSettings {
        /// Whether mail is flushed to disk before it is accepted. Without it, a power failure loses
        /// accepted mail.
        pub fsync: bool = true,
        /// Free space below which new mail is deferred.
        pub minfree: Option<MinFree>,
        /// What happens to a spool file that cannot be read at start. (Names of the words are ours.)
        pub corrupt: WhenCorrupt,
    }
}

section! {
    /// Free space below which new mail is deferred.
    pub struct MinFree {
        /// Free bytes.
        pub bytes: Option<ByteSize>,
        /// Free inodes.
        pub inodes: Option<u64>,
    }
}

words! {
    /// What happens to a spool file that cannot be read.
    pub enum WhenCorrupt {
        /// The start fails.
        Abort = "abort",
        /// The file is moved aside.
        #[default]
        Quarantine = "quarantine",
        /// The file is left alone.
        Ignore = "ignore",
    }
}
