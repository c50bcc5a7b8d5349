//! DNS lookups.
//!
//! Invariants: every lookup ends within its time for one try multiplied by its tries; names are
//! taken as fully qualified; local records win over the network; an answer counts as secure only
//! when every record of it was validated here, or when the configuration says so.
//!
//! Not here: how records look in text (`answer`), which servers are asked and how (`resolvers`).
//!
//! Sources: RFC 1035, RFC 2308 §2.2 (a name without such records is not an error), RFC 4035 §4.3.

mod answer;
mod local;
mod resolvers;

use std::net::IpAddr;
use std::str::FromStr as _;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{Name, RecordType};
use hsl_vm::request::{DnsAnswer, DnsError, DnsRequest};

pub use local::{LocalRecord, LocalRecordError};
pub(crate) use resolvers::server_address;
pub use resolvers::{Dnssec, Forwarder, TrustAnchorError, TrustAnchors};

use local::LocalRecords;
use resolvers::{Flavour, Resolvers};

/// Longest chain of aliases that is followed.
const MAX_ALIASES: usize = 8;

/// What lookups use unless they say otherwise.
#[derive(Clone, Debug)]
pub struct DnsOptions {
    /// Servers, `address` or `address:port`; those of the system when empty.
    pub servers: Vec<String>,
    /// Servers of single zones; the longest zone that fits wins.
    pub forward: Vec<Forwarder>,
    /// Records that win over the network.
    pub local: Vec<LocalRecord>,
    /// Whether nothing but local records exists.
    pub only_local: bool,
    /// Whether answers are validated.
    pub dnssec: Dnssec,
    /// Keys trusted besides those of the root.
    pub anchors: TrustAnchors,
    /// Time for one try.
    pub timeout: Duration,
    /// Further tries.
    pub retries: u32,
    /// Answers that are kept.
    pub cache: u64,
}

impl Default for DnsOptions {
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            forward: Vec::new(),
            local: Vec::new(),
            only_local: false,
            dnssec: Dnssec::default(),
            anchors: TrustAnchors::default(),
            timeout: Duration::from_secs(5),
            retries: 1,
            cache: 10_000,
        }
    }
}

/// Looks up names.
#[derive(Debug)]
pub struct Dns {
    local: LocalRecords,
    only_local: bool,
    timeout: Duration,
    retries: u32,
    resolvers: Resolvers,
}

impl Dns {
    /// A resolver with these defaults; nothing is asked yet.
    pub fn new(options: DnsOptions) -> Self {
        Self {
            local: LocalRecords::new(&options.local),
            only_local: options.only_local,
            timeout: options.timeout,
            retries: options.retries,
            resolvers: Resolvers::new(options),
        }
    }

    /// Looks up records.
    ///
    /// # Errors
    /// [`DnsError`]; a name without records of the kind is an empty answer.
    pub async fn lookup(&self, request: DnsRequest) -> Result<DnsAnswer, DnsError> {
        let kind = RecordType::from_str(&request.kind.to_ascii_uppercase())
            .map_err(|_| DnsError::Other(format!("unknown record type `{}`", request.kind)))?;
        let name = qualified(&request.name, kind)?;
        if let Some(answer) = self.local.find(&name, kind) {
            return Ok(answer);
        }
        if self.only_local {
            return Err(DnsError::NoSuchName);
        }
        let timeout = request.timeout.unwrap_or(self.timeout);
        let retries = request.retries.unwrap_or(self.retries);
        let limit = timeout.saturating_mul(retries.saturating_add(1));
        let servers = self.resolvers.servers(request.servers, &name);
        let asked = self.ask(Flavour { servers, timeout, retries }, name, kind);
        tokio::time::timeout(limit, asked).await.unwrap_or(Err(DnsError::Timeout))
    }

    /// The addresses of a host name, or of an address written as text.
    ///
    /// # Errors
    /// [`DnsError`], when neither IPv4 nor IPv6 addresses could be looked up.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError> {
        if let Ok(ip) = host.parse() {
            return Ok(vec![ip]);
        }
        let request = |kind: &str| DnsRequest {
            name: host.to_owned(),
            kind: kind.to_owned(),
            timeout: None,
            retries: None,
            servers: Vec::new(),
            extended: false,
        };
        let both = tokio::join!(self.lookup(request("A")), self.lookup(request("AAAA")));
        let found = |answer: &DnsAnswer| -> Vec<IpAddr> {
            answer.records.iter().filter_map(|record| record.data.parse().ok()).collect()
        };
        match both {
            (Ok(v4), Ok(v6)) => Ok([found(&v4), found(&v6)].concat()),
            (Ok(only), Err(_)) | (Err(_), Ok(only)) => Ok(found(&only)),
            (Err(error), Err(_)) => Err(error),
        }
    }

    async fn ask(
        &self,
        flavour: Flavour,
        name: Name,
        kind: RecordType,
    ) -> Result<DnsAnswer, DnsError> {
        let resolver = self.resolvers.of(flavour)?;
        let resolver = resolver.ready().await;
        let mut at = name.clone();
        for _ in 0..MAX_ALIASES {
            let error = match resolver.lookup(at.clone(), kind).await {
                Ok(found) => return Ok(answer::found(found.answers(), &name, kind)),
                Err(error) => error,
            };
            // The resolver takes the proof that the target of an alias has no such records for a
            // forgery. The target alone is asked for then.
            match answer::is_forged(&error) && kind != RecordType::CNAME {
                true => match self.target(resolver, &at).await {
                    Some(target) => at = target,
                    None => return answer::nothing(&error),
                },
                false => return answer::nothing(&error),
            }
        }
        Err(DnsError::ServerFailure)
    }

    /// Where an alias leads that was validated.
    async fn target(&self, resolver: &TokioResolver, name: &Name) -> Option<Name> {
        let found = resolver.lookup(name.clone(), RecordType::CNAME).await.ok()?;
        answer::target(found.answers())
    }
}

/// The name to ask for. An address stands for its reverse name when `PTR` is asked.
fn qualified(name: &str, kind: RecordType) -> Result<Name, DnsError> {
    if let (RecordType::PTR, Ok(ip)) = (kind, name.parse::<IpAddr>()) {
        return Ok(Name::from(ip));
    }
    let mut name = Name::from_utf8(name)
        .ok()
        .or_else(|| unusual(name))
        .ok_or_else(|| DnsError::Other(format!("`{name}` is not a domain name")))?;
    // Without this the search list of the system would be tried as well.
    name.set_fqdn(true);
    Ok(name)
}

/// A name of visible ASCII characters that hosts cannot have, such as `user+tag._spf.example`.
fn unusual(name: &str) -> Option<Name> {
    let labels = name.strip_suffix('.').unwrap_or(name).split('.').map(str::as_bytes);
    let visible = |label: &[u8]| {
        !label.is_empty() && label.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'\\')
    };
    labels.clone().all(visible).then(|| Name::from_labels(labels).ok()).flatten()
}
