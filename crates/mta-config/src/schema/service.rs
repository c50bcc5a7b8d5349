//! Sections that both files have: plug-ins, keys, cluster and monitoring.

use std::net::IpAddr;

use super::{Certificate, ControlTls, Secret};
use crate::scalar::{Any, Ignored, Spanned, words};
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
    /// Metrics and health.
    pub struct Monitor {
        /// Where to wait for requests over HTTP. (Startup file.)
        pub listener: Ignored<MonitorListener>,
        /// Keys that requests must show. (Running file.)
        pub apikeys: Ignored<Vec<Any>>,
        /// Certificate. (Running file.)
        pub tls: Ignored<Any>,
        /// What counts as healthy. (Running file.)
        pub healthy: Ignored<Any>,
        /// Metrics that scripts count. (Running file.)
        pub metrics: Vec<Metric>,
    }
}

section! {
    /// A metric that scripts count.
    pub struct Metric {
        /// Name, of letters, digits, `_` and `:`; not one that begins with `mailstop_`.
        pub name: Spanned<String>,
        /// What it measures.
        pub kind as "type": MetricKind,
        /// One sentence about it.
        pub help: Option<String>,
        /// Names of its labels; each call gives a value for all of them.
        pub labels: Vec<String>,
        /// Upper bounds of the buckets of a histogram, in ascending order.
        pub buckets: Vec<f64>,
    }
}

words! {
    /// What a metric measures.
    pub enum MetricKind {
        /// A number that only grows.
        #[default]
        Counter = "counter",
        /// A number that goes up and down.
        Gauge = "gauge",
        /// How often values fell into buckets.
        Histogram = "histogram",
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
