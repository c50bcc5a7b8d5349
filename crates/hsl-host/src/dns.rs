//! DNS lookups.
//!
//! Invariants: every lookup ends within its time for one try multiplied by its tries; names are
//! taken as fully qualified; text comes back without the final dot of names.
//!
//! Sources: RFC 1035, RFC 2308 §2.2 (a name without such records is not an error).

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr as _;
use std::sync::Mutex;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as WireError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use hsl_vm::request::{DnsAnswer, DnsError, DnsRecord, DnsRequest};

use crate::memory::held;

/// Most resolvers that are kept for requests with servers or times of their own.
const MAX_KEPT: usize = 32;

/// What lookups use unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsOptions {
    /// Servers, `address` or `address:port`; those of the system when empty.
    pub servers: Vec<String>,
    /// Time for one try.
    pub timeout: Duration,
    /// Further tries.
    pub retries: u32,
    /// Answers that are kept.
    pub cache: u64,
}

impl Default for DnsOptions {
    fn default() -> Self {
        Self { servers: Vec::new(), timeout: Duration::from_secs(5), retries: 1, cache: 10_000 }
    }
}

/// Looks up names.
#[derive(Debug)]
pub struct Dns {
    options: DnsOptions,
    resolvers: Mutex<HashMap<Flavour, TokioResolver>>,
}

/// What makes a resolver differ from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Flavour {
    servers: Vec<String>,
    timeout: Duration,
    retries: u32,
}

impl Dns {
    /// A resolver with these defaults; nothing is asked yet.
    pub fn new(options: DnsOptions) -> Self {
        Self { options, resolvers: Mutex::default() }
    }

    /// Looks up records.
    ///
    /// # Errors
    /// [`DnsError`]; a name without records of the kind is an empty answer.
    pub async fn lookup(&self, request: DnsRequest) -> Result<DnsAnswer, DnsError> {
        let kind = RecordType::from_str(&request.kind.to_ascii_uppercase())
            .map_err(|_| DnsError::Other(format!("unknown record type `{}`", request.kind)))?;
        let name = qualified(&request.name, kind)?;
        let flavour = Flavour {
            timeout: request.timeout.unwrap_or(self.options.timeout),
            retries: request.retries.unwrap_or(self.options.retries),
            servers: match request.servers.is_empty() {
                true => self.options.servers.clone(),
                false => request.servers,
            },
        };
        let limit = flavour.timeout.saturating_mul(flavour.retries.saturating_add(1));
        let resolver = self.resolver(flavour)?;
        match tokio::time::timeout(limit, resolver.lookup(name, kind)).await {
            Err(_) => Err(DnsError::Timeout),
            Ok(Ok(found)) => Ok(answer(found.answers(), kind)),
            Ok(Err(error)) => no_answer(&error),
        }
    }

    fn resolver(&self, flavour: Flavour) -> Result<TokioResolver, DnsError> {
        if let Some(resolver) = held(&self.resolvers).get(&flavour) {
            return Ok(resolver.clone());
        }
        let resolver = self.build(&flavour)?;
        let mut resolvers = held(&self.resolvers);
        if resolvers.len() >= MAX_KEPT {
            resolvers.clear();
        }
        Ok(resolvers.entry(flavour).or_insert(resolver).clone())
    }

    fn build(&self, flavour: &Flavour) -> Result<TokioResolver, DnsError> {
        let mut builder = match flavour.servers.is_empty() {
            true => TokioResolver::builder_tokio().map_err(|e| DnsError::Other(e.to_string()))?,
            false => {
                let servers = flavour.servers.iter().map(|server| name_server(server));
                let config = ResolverConfig::from_name_servers(servers.collect::<Result<_, _>>()?);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        self.configure(builder.options_mut(), flavour);
        builder.build().map_err(|e| DnsError::Other(e.to_string()))
    }

    fn configure(&self, options: &mut ResolverOpts, flavour: &Flavour) {
        options.timeout = flavour.timeout;
        options.attempts = flavour.retries as usize + 1;
        options.cache_size = self.options.cache;
        options.edns0 = true;
        // RFC 9715: larger answers come over TCP instead of in fragments.
        options.edns_payload_len = 1232;
    }
}

fn name_server(text: &str) -> Result<NameServerConfig, DnsError> {
    let (ip, port) = match (text.parse::<SocketAddr>(), text.parse::<IpAddr>()) {
        (Ok(address), _) => (address.ip(), address.port()),
        (_, Ok(ip)) => (ip, 53),
        _ => return Err(DnsError::Other(format!("`{text}` is not the address of a server"))),
    };
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
    let mut server = NameServerConfig::new(ip, true, connections.to_vec());
    server.connections.iter_mut().for_each(|connection| connection.port = port);
    Ok(server)
}

/// The name to ask for. An address stands for its reverse name when `PTR` is asked.
fn qualified(name: &str, kind: RecordType) -> Result<Name, DnsError> {
    if let (RecordType::PTR, Ok(ip)) = (kind, name.parse::<IpAddr>()) {
        return Ok(Name::from(ip));
    }
    let mut name = Name::from_utf8(name)
        .map_err(|_| DnsError::Other(format!("`{name}` is not a domain name")))?;
    // Without this the search list of the system would be tried as well.
    name.set_fqdn(true);
    Ok(name)
}

fn answer(records: &[Record], kind: RecordType) -> DnsAnswer {
    let records = records.iter().filter(|record| record.record_type() == kind).map(record);
    DnsAnswer { records: records.collect(), secure: false }
}

fn record(record: &Record) -> DnsRecord {
    let (data, preference) = match &record.data {
        RData::MX(mx) => (host(&mx.exchange), Some(mx.preference)),
        RData::SRV(srv) => (host(&srv.target), Some(srv.priority)),
        RData::NS(name) => (host(&name.0), None),
        RData::CNAME(name) => (host(&name.0), None),
        RData::PTR(name) => (host(&name.0), None),
        RData::TXT(txt) => {
            let text = txt.txt_data.concat();
            (String::from_utf8_lossy(&text).into_owned(), None)
        }
        other => (other.to_string(), None),
    };
    DnsRecord { data, preference, ttl: record.ttl }
}

/// The root keeps its dot: a null MX must stay visible (RFC 7505).
fn host(name: &Name) -> String {
    let text = name.to_utf8();
    match text.strip_suffix('.') {
        Some(bare) if !bare.is_empty() => bare.to_owned(),
        _ => text,
    }
}

fn no_answer(error: &NetError) -> Result<DnsAnswer, DnsError> {
    match error {
        NetError::Dns(WireError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => Err(DnsError::NoSuchName),
            ResponseCode::NoError => Ok(DnsAnswer::default()),
            _ => Err(DnsError::ServerFailure),
        },
        NetError::Dns(WireError::ResponseCode(ResponseCode::NXDomain)) => Err(DnsError::NoSuchName),
        NetError::Dns(_) | NetError::NoConnections | NetError::Io(_) => {
            Err(DnsError::ServerFailure)
        }
        NetError::Timeout => Err(DnsError::Timeout),
        other => Err(DnsError::Other(other.to_string())),
    }
}
