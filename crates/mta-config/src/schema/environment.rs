//! `environment` of `smtpd.yaml`: paths, users and limits of the process.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::scalar::{Any, Ignored, Spanned, words};
use crate::section::section;
use crate::units::FileMode;

section! {
    /// Paths, users and limits of the process.
    pub struct Environment {
        /// How connections and transactions are named.
        pub uuid: Ignored<UuidSettings>,
        /// Socket of the control API.
        pub controlsocket: ControlSocket,
        /// User and group after the sockets are open.
        pub privdrop: Ignored<PrivilegeDrop>,
        /// Permission bits that new files do not get, in octal.
        pub umask: Ignored<FileMode>,
        /// Limits of the operating system.
        pub rlimit: Ignored<ResourceLimits>,
        /// The running file; beside the startup file if left out.
        pub appconf: Option<PathBuf>,
        /// The policy file.
        pub policyconf: Option<PathBuf>,
        /// The suspend file.
        pub suspendconf: Option<PathBuf>,
        /// The delivery file.
        pub deliveryconf: Ignored<PathBuf>,
        /// File with a public suffix list; a built-in list if left out.
        pub publicsuffix: Option<Spanned<PathBuf>>,
        /// Where accepted mail is kept.
        pub spool: SpoolPath,
        /// What is logged.
        pub syslog: Ignored<Syslog>,
        /// Licence of the reference.
        pub licensekey: Ignored<Any>,
        /// Sockets of the reference.
        pub sockets: Ignored<Any>,
    }
}

section! {
    /// How connections and transactions are named.
    pub struct UuidSettings {
        /// Version of the UUID: by time and node (1) or random (4).
        pub version: UuidVersion,
    }
}

words! {
    /// Version of a UUID.
    pub enum UuidVersion {
        /// By time and node.
        V1 = "1",
        /// Random.
        #[default]
        V4 = "4",
    }
}

section! {
    /// Socket of the control API.
    pub struct ControlSocket {
        /// Path of the UNIX socket; `/run/mailstop/smtpd.sock` if left out.
        pub path: Option<PathBuf>,
        /// TCP port, with mutual TLS only.
        pub port: Ignored<u16>,
        /// TCP address, with mutual TLS only.
        pub address: Ignored<IpAddr>,
        /// Group of the socket.
        pub group: Ignored<String>,
        /// Mode of the socket, in octal.
        pub chmod: Ignored<FileMode>,
        /// Certificates of both sides.
        pub tls: Ignored<ControlTls>,
    }
}

section! {
    /// Certificates of both sides of the control API.
    pub struct ControlTls {
        /// What the server shows.
        pub server: Option<TlsSide>,
        /// What a client must show.
        pub client: Option<TlsSide>,
    }
}

section! {
    /// One side of mutual TLS.
    pub struct TlsSide {
        /// The certificate.
        pub certificate: Option<Secret>,
        /// Its private key.
        pub privatekey: Option<Secret>,
        /// Whether the other side is verified.
        pub verify: bool = true,
        /// Name that the other side must have.
        pub verifyname: Option<String>,
    }
}

section! {
    /// PEM text, in the file or beside it.
    pub struct Secret {
        /// File with the text.
        pub path: Option<PathBuf>,
        /// The text itself.
        pub data: Option<String>,
    }
}

section! {
    /// A certificate by name.
    pub struct Certificate {
        /// Name of the certificate.
        pub id: Spanned<String>,
        /// The chain, leaf first.
        pub certificate: Option<Secret>,
        /// The private key; may come from the startup file.
        pub privatekey: Option<Secret>,
    }
}

section! {
    /// User and group after the sockets are open.
    pub struct PrivilegeDrop {
        /// User.
        pub user: Option<String>,
        /// Group.
        pub group: Option<String>,
    }
}

section! {
    /// Limits of the operating system.
    pub struct ResourceLimits {
        /// Most open files.
        pub nofile: Option<u64>,
    }
}

section! {
    /// Where accepted mail is kept.
    pub struct SpoolPath {
        /// Folder; `/var/spool/mailstop` if left out.
        pub path: Option<PathBuf>,
    }
}

section! {
    /// What is logged.
    pub struct Syslog {
        /// Levels, as text or list.
        pub mask: Option<Any>,
    }
}
