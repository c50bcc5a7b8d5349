//! Sections that both files have: plug-ins, keys, cluster and monitoring.

use std::net::IpAddr;

use super::{Certificate, ControlTls, Secret};
use crate::scalar::{Any, Spanned};
use crate::section::section;

section! {
    /// A native plug-in and its settings.
    pub struct Plugin {
        /// Name of the plug-in.
        pub id: Spanned<String>,
        /// Shared library; found by the id if left out.
        pub path: Option<String>,
        /// Settings, which the plug-in checks itself.
        pub config: Option<Any>,
    }
}

section! {
    /// Connection to a cluster.
    pub struct Cluster {
        /// Address of the cluster.
        pub address: Option<String>,
        /// Port of the cluster.
        pub port: Option<u16>,
        /// Certificates.
        pub tls: Option<ControlTls>,
    }
}

section! {
    /// Metrics and health over HTTP.
    pub struct Monitor {
        /// Where to wait for requests. (Startup file.)
        pub listener: Option<MonitorListener>,
        /// Keys that requests must show. (Running file.)
        pub apikeys: Vec<Any>,
        /// Certificate. (Running file.)
        pub tls: Option<Any>,
        /// What counts as healthy. (Running file.)
        pub healthy: Option<Any>,
        /// Metrics and their labels. (Running file.)
        pub metrics: Vec<Any>,
    }
}

section! {
    /// Where to wait for requests.
    pub struct MonitorListener {
        /// Port.
        pub port: u16,
        /// Address.
        pub address: Option<IpAddr>,
        /// `http` or `https`.
        pub kind as "type": Option<String>,
    }
}

section! {
    /// Keys that are read before privileges are dropped.
    pub struct Pki {
        /// Private keys.
        pub private: Vec<PrivateKey>,
    }
}

section! {
    /// A private key by name.
    pub struct PrivateKey {
        /// Name of the key.
        pub id: Spanned<String>,
        /// The key.
        pub privatekey: Secret,
    }
}

section! {
    /// Certificates and their keys.
    pub struct Certified {
        /// Certificates by name.
        pub private: Vec<Certificate>,
    }
}
