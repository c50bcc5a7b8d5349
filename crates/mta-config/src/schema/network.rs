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
        pub cache: Ignored<ResolverCache>,
        /// Records that win over the network. (Ours.)
        pub local: Ignored<Vec<LocalRecord>>,
        /// Servers by zone. (Ours.)
        pub forward: Ignored<Vec<Forwarder>>,
        /// Where answers come from. (Ours.)
        pub mode: Ignored<ResolverMode>,
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
        pub tls: bool = false,
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
