//! What a script asks of the mail server around it.
//!
//! *Invariants*: names of fields, servers, policies and metrics are as the script wrote them; the server
//! judges them, and answers none for what it does not know.

use std::time::Duration;

use crate::value::Frozen;

/// A line for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// From 0, an emergency, to 7, for debugging (RFC 5424, section 6.2.1).
    pub severity: u8,
    /// Number of the facility, below 24; 0 when the script named none.
    pub facility: u8,
    /// The text as the script gave it, which may hold any bytes.
    pub message: Vec<u8>,
}

impl LogLine {
    /// Names of the severities, from 0 on, as syslog(3) has them.
    pub const SEVERITIES: [&str; 8] =
        ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
}

/// A service of the mail server.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerRequest {
    /// Number of open connections; the answer is a number.
    Concurrency {
        /// Id of the server.
        server: String,
        /// Address or network of the clients that count; all without one.
        clients: Option<String>,
    },
    /// Keeps messages back; the answer is an array with the id.
    Suspend(SuspendRequest),
    /// Limits how messages are taken up; the answer is an array with the id.
    Policy(PolicyRequest),
    /// Ends a policy; the answer is whether there was one.
    DeletePolicy(String),
    /// What is charged to a quota; the answer is an array of count and bytes.
    Quota(String),
    /// A step on a metric; the answer is its value for [`MetricStep::Get`], else true.
    Metric {
        /// Name.
        name: String,
        /// Labels with their values.
        labels: Vec<(String, String)>,
        /// What to do.
        step: MetricStep,
    },
}

/// Messages to keep back, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct SuspendRequest {
    /// Names of fields and the values that match.
    pub fields: Vec<(String, String)>,
    /// How long.
    pub ttl: Duration,
    /// Name of the entry; the server makes one otherwise.
    pub id: Option<String>,
    /// Label.
    pub tag: Option<String>,
    /// Whether an entry with the same fields is renewed.
    pub update: bool,
    /// Kept with the entry.
    pub properties: Option<Frozen>,
}

/// A limit, which messages it is for, and how long.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyRequest {
    /// Names of the fields by which messages are counted apart.
    pub fields: Vec<String>,
    /// Names of fields and the values that match.
    pub condition: Vec<(String, String)>,
    /// The limits.
    pub limits: PolicyLimits,
    /// How long.
    pub ttl: Duration,
    /// Name of the entry; the server makes one otherwise.
    pub id: Option<String>,
    /// Free label.
    pub kind: Option<String>,
    /// Whether an entry with the same fields and condition is renewed.
    pub update: bool,
}

/// How fast messages are taken up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PolicyLimits {
    /// Attempts at once.
    pub concurrency: Option<u32>,
    /// Attempts that may begin within a time.
    pub rate: Option<(f64, Duration)>,
    /// Time between the beginnings of two attempts.
    pub interval: Option<Duration>,
    /// Label.
    pub tag: Option<String>,
    /// Whether no further policy is looked at.
    pub stop: bool,
    /// Kept with the entry.
    pub properties: Option<Frozen>,
}

/// What to do with a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MetricStep {
    /// Adds to a counter or gauge.
    Add(f64),
    /// Subtracts from a gauge.
    Subtract(f64),
    /// Sets a counter or gauge, or notes an observation of a histogram.
    Set(f64),
    /// Reads.
    Get,
}
