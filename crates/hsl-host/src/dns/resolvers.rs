//! The resolvers behind lookups: one for each set of servers and times.
//!
//! Invariants: at most [`MAX_KEPT`] are kept; where validation is wanted and the servers deliver no
//! signatures, `auto` says so once in the log and calls no answer secure, `require` fails.
//!
//! Sources: RFC 4035 §4 (validating resolvers), RFC 9715 (avoiding fragments).

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::dnssec::{self, DnssecSummary};
use hickory_resolver::proto::rr::{Name, RecordType};
use hsl_vm::request::DnsError;
use tokio::sync::OnceCell;

use super::DnsOptions;
use crate::memory::held;

/// Most resolvers that are kept for requests with servers or times of their own.
const MAX_KEPT: usize = 32;

/// Whether answers are validated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dnssec {
    /// When the servers deliver signatures: the keys of the root tell.
    #[default]
    Auto,
    /// Always: without signatures that lead to a trusted key, or a proof that there are none,
    /// lookups fail.
    Require,
    /// Never.
    Off,
}

/// Servers of a zone.
#[derive(Clone, Debug)]
pub struct Forwarder {
    /// The zone.
    pub zone: String,
    /// Servers, `address` or `address:port`.
    pub servers: Vec<String>,
}

/// Keys that signatures may lead to.
#[derive(Clone, Default)]
pub struct TrustAnchors(Option<Arc<dnssec::TrustAnchors>>);

/// The text of trust anchors cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("this is not a list of DNSKEY records as in a zone file: {0}")]
pub struct TrustAnchorError(String);

impl TrustAnchors {
    /// The keys in `DNSKEY` records, one on a line, instead of those of the root.
    ///
    /// # Errors
    /// When a line is no such record.
    pub fn read(text: &str) -> Result<Self, TrustAnchorError> {
        let anchors = dnssec::TrustAnchors::from_str(text);
        anchors.map(|a| Self(Some(Arc::new(a)))).map_err(|e| TrustAnchorError(e.to_string()))
    }
}

impl std::fmt::Debug for TrustAnchors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "TrustAnchors(own)" } else { "TrustAnchors(root)" })
    }
}

/// What makes a resolver differ from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Flavour {
    pub(super) servers: Vec<String>,
    pub(super) timeout: Duration,
    pub(super) retries: u32,
}

/// All resolvers of a process.
#[derive(Debug)]
pub(super) struct Resolvers {
    options: DnsOptions,
    /// Zones with servers of their own, longest first.
    zones: Vec<(Name, Vec<String>)>,
    kept: Mutex<HashMap<Flavour, Arc<Resolver>>>,
}

/// One resolver, and the one without validation that takes its place if need be.
#[derive(Debug)]
pub(super) struct Resolver {
    validating: Option<TokioResolver>,
    plain: TokioResolver,
    /// Whether the first must prove that its servers deliver signatures.
    probe: bool,
    signatures: OnceCell<bool>,
}

impl Resolvers {
    pub(super) fn new(options: DnsOptions) -> Self {
        let mut zones: Vec<_> = options
            .forward
            .iter()
            .filter_map(|forward| {
                let mut zone = Name::from_utf8(&forward.zone).ok()?;
                zone.set_fqdn(true);
                Some((zone, forward.servers.clone()))
            })
            .collect();
        zones.sort_by_key(|(zone, _)| std::cmp::Reverse(zone.num_labels()));
        Self { options, zones, kept: Mutex::default() }
    }

    /// The servers to ask: those of the request, of the zone, or of the configuration.
    pub(super) fn servers(&self, requested: Vec<String>, name: &Name) -> Vec<String> {
        if !requested.is_empty() {
            return requested;
        }
        let zone = self.zones.iter().find(|(zone, _)| zone.zone_of(name));
        zone.map_or_else(|| self.options.servers.clone(), |(_, servers)| servers.clone())
    }

    pub(super) fn of(&self, flavour: Flavour) -> Result<Arc<Resolver>, DnsError> {
        if let Some(resolver) = held(&self.kept).get(&flavour) {
            return Ok(Arc::clone(resolver));
        }
        let resolver = Arc::new(self.build(&flavour)?);
        let mut kept = held(&self.kept);
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        Ok(Arc::clone(kept.entry(flavour).or_insert(resolver)))
    }

    fn build(&self, flavour: &Flavour) -> Result<Resolver, DnsError> {
        let mode = self.options.dnssec;
        let validating = (mode != Dnssec::Off).then(|| self.resolver(flavour, true)).transpose()?;
        let probe = mode == Dnssec::Auto && self.options.anchors.0.is_none();
        let plain = self.resolver(flavour, false)?;
        Ok(Resolver { validating, plain, probe, signatures: OnceCell::new() })
    }

    fn resolver(&self, flavour: &Flavour, validate: bool) -> Result<TokioResolver, DnsError> {
        let mut builder = match flavour.servers.is_empty() {
            true => TokioResolver::builder_tokio().map_err(|e| DnsError::Other(e.to_string()))?,
            false => {
                let servers = flavour.servers.iter().map(|server| name_server(server));
                let config = ResolverConfig::from_name_servers(servers.collect::<Result<_, _>>()?);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        self.configure(builder.options_mut(), flavour, validate);
        if let (true, Some(anchors)) = (validate, &self.options.anchors.0) {
            builder = builder.with_trust_anchor(Arc::clone(anchors));
        }
        builder.build().map_err(|e| DnsError::Other(e.to_string()))
    }

    fn configure(&self, options: &mut ResolverOpts, flavour: &Flavour, validate: bool) {
        options.timeout = flavour.timeout;
        options.attempts = flavour.retries as usize + 1;
        options.cache_size = self.options.cache;
        options.edns0 = true;
        // RFC 9715: larger answers come over TCP instead of in fragments.
        options.edns_payload_len = 1232;
        options.validate = validate;
    }
}

impl Resolver {
    /// The resolver to ask, once it is known whether its servers deliver signatures.
    pub(super) async fn ready(&self) -> &TokioResolver {
        let Some(validating) = &self.validating else { return &self.plain };
        if !self.probe {
            return validating;
        }
        let signatures = self.signatures.get_or_init(|| delivers_signatures(validating)).await;
        if *signatures { validating } else { &self.plain }
    }
}

/// The keys of the root are signed, whatever else is.
async fn delivers_signatures(resolver: &TokioResolver) -> bool {
    let keys = resolver.lookup(Name::root(), RecordType::DNSKEY).await;
    let signed = keys.is_ok_and(|keys| {
        matches!(DnssecSummary::from_records(keys.answers().iter()), DnssecSummary::Secure)
    });
    if !signed {
        tracing::warn!(
            "the DNS servers deliver no signatures of the root zone: answers are not validated; \
             `resolver.servers` names others, `resolver.dnssec: off` ends this warning"
        );
    }
    signed
}

fn name_server(text: &str) -> Result<NameServerConfig, DnsError> {
    let address = server_address(text)
        .ok_or_else(|| DnsError::Other(format!("`{text}` is not the address of a server")))?;
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let mut server = NameServerConfig::new(address.ip(), true, connections.to_vec());
    server.connections.iter_mut().for_each(|connection| connection.port = address.port());
    Ok(server)
}

/// The address in `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`.
pub(crate) fn server_address(text: &str) -> Option<SocketAddr> {
    let bare = || text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 53));
    text.parse::<SocketAddr>().ok().or_else(bare)
}
