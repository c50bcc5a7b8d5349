//! `addresses` and `resolver` of `smtpd-app.yaml`.

use std::net::IpAddr;

use super::Proxy;
use crate::scalar::{Ignored, Spanned, words};
use crate::section::section;
use crate::units::Period;

section! {
    /// An address that connections come from.
    pub struct Address {
        /// Name of the address.
        pub id: Spanned<String>,
        /// The address.
        pub address: Option<IpAddr>,
        /// PROXY header to send.
        pub proxyprotocol: Option<Proxy>,
        /// Name that is given in EHLO. (The name of the key is ours.)
        pub helo: Option<String>,
    }
}

section! {
    /// How names are looked up.
    pub struct Resolver {
        /// The cache.
        pub cache: ResolverCache,
        /// Records that win over the network. (Ours.)
        pub local: Vec<Spanned<LocalRecord>>,
        /// Servers by zone. (Ours.)
        pub forward: Vec<Forwarder>,
        /// Where answers come from. (Ours.)
        pub mode: ResolverMode,
        /// Servers to ask, `address` or `address:port`; those of the system if left out. (Ours.)
        pub servers: Vec<String>,
        /// Whether answers are validated by DNSSEC. (Ours.)
        pub dnssec: Validation,
        /// DNSKEY records, one on a line, that are trusted instead of those of the root. (Ours.)
        pub trustanchors: Option<Spanned<String>>,
    }
}

section! {
    /// The cache of the resolver.
    pub struct ResolverCache {
        /// Most entries.
        pub size: u32 = 10_000,
    }
}

section! {
    /// A record that wins over the network.
    pub struct LocalRecord {
        /// Owner name.
        pub name: String,
        /// Type of the record: `A`, `AAAA`, `MX`, `TXT`, `PTR`, …
        pub kind as "type": String,
        /// The value, as in a zone file.
        pub value: String,
        /// Time to live.
        pub ttl: Option<Period>,
        /// Whether the answer counts as validated by DNSSEC.
        pub secure: bool = false,
    }
}

section! {
    /// Servers of one zone.
    pub struct Forwarder {
        /// The zone.
        pub zone: String,
        /// Addresses of its servers.
        pub servers: Vec<String>,
        /// Whether they are asked over TLS.
        pub tls: Ignored<bool>,
    }
}

words! {
    /// Whether answers are validated by DNSSEC.
    pub enum Validation {
        /// When the servers deliver the signatures of the root.
        #[default]
        Auto = "auto",
        /// Always: what cannot be validated or proven unsigned fails.
        Require = "require",
        /// Never.
        Off = "off",
    }
}

words! {
    /// Where answers come from.
    pub enum ResolverMode {
        /// From local records, then the network.
        #[default]
        Network = "network",
        /// From local records only.
        Static = "static",
    }
}
