//! Every key of `smtpd.yaml`, `smtpd-app.yaml`, `smtpd-policy.yaml` and `smtpd-suspend.yaml`, each
//! declared once.
//!
//! One file per area. The field is the declaration: name, type, default and documentation; reader,
//! JSON Schema and reference page come from it ([`crate::section`]).
//!
//! *Sources.* The published keys of the reference, versions 5.8 to 6.10; keys of ours say so.

mod environment;
mod hook;
mod network;
mod queues;
mod rules;
mod running;
mod scripting;
mod server;
mod service;
mod startup;
mod transport;

pub use environment::{
    Certificate, ControlSocket, ControlTls, Environment, PrivilegeDrop, ResourceLimits, Secret,
    SpoolPath, Syslog, TlsSide, UuidSettings, UuidVersion,
};
pub use hook::{DomainHooks, RecipientHook};
pub use network::{
    Address, Forwarder, LocalRecord, Resolver, ResolverCache, ResolverMode, Validation,
};
pub use queues::{DefaultGrouping, Grouping, Groupings, Lists, Pooling, Queues};
pub use rules::{
    OLDER_TAGS, PolicyCondition, PolicyDefinition, PolicyField, PolicyFile, PolicyLimits,
    RateAlgorithm, RateLimit, RateSettings, Selection, SuspendEntry, SuspendFile, TAG, TagRoom,
};
pub use running::Running;
pub use scripting::{
    HookScript, HookScripts, ScriptFile, ScriptLimits, ScriptNetwork, Scripting, StartupScripting,
};
pub use server::{
    BarePhase, CertificateUse, DataPhase, ImplicitTls, LineEndings, MailfromPhase, Phases,
    RcpttoPhase, Server, ServerTimeout, ServerTls,
};
pub use service::{
    Certified, Cluster, Metric, MetricKind, Monitor, MonitorListener, Pki, Plugin, PrivateKey,
};
pub use startup::{
    Debugging, Listener, MinFree, ServerKind, SpoolSettings, Startup, StartupServer, Threads,
    WhenCorrupt,
};
pub use transport::{
    Connection, DsnSettings, Proxy, Retry, RetryStep, Session, SessionTls, SourceIp, TlsMode,
    Transport, TransportGroup,
};
