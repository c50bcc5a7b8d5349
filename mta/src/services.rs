//! The services of scripts, as the configuration describes them.
//!
//! *Invariants.* What cannot be used is an error before the first connection.

use std::path::Path;

use hsl_host::{
    ClientCertificate, DnsOptions, Dnssec, FileRoots, Forwarder, LocalRecord, NetworkOptions,
    ServiceOptions, TrustAnchors,
};
use mail_crypto::Identities;
use mta_config::schema::{Address, Resolver, ResolverMode, ScriptNetwork, Validation};
use mta_config::{Running, Startup};

/// Time to live of a local record that sets none, in seconds.
const LOCAL_TTL: u64 = 300;

/// A setting of the services cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A record of `resolver.local`.
    #[error("`resolver.local` has a record that cannot be used: {0}")]
    Local(#[from] hsl_host::LocalRecordError),
    /// `resolver.trustanchors`.
    #[error("`resolver.trustanchors` cannot be used: {0}")]
    Anchors(#[from] hsl_host::TrustAnchorError),
    /// `resolver.forward[].tls`.
    #[error("`resolver.forward` wants TLS for {0}, which does not exist here yet: remove `tls`")]
    ForwardTls(String),
    /// A private key of `pki`.
    #[error(transparent)]
    Certificate(#[from] hsl_host::ClientCertificateError),
    /// A file of `scripting.network.authorities`.
    #[error("cannot read the authorities of `scripting.network` in {path}")]
    Authorities {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The services of a process with this configuration.
pub(crate) fn options(
    startup: &Startup,
    running: &Running,
    identities: &Identities,
    files: &Path,
    hostname: &str,
) -> Result<ServiceOptions, ServiceError> {
    Ok(ServiceOptions {
        dns: dns(&running.resolver)?,
        network: NetworkOptions {
            certificates: ClientCertificate::all(identities)?,
            ..network(
                &startup.scripting.network,
                running.addresses.0.as_deref().unwrap_or_default(),
            )?
        },
        hostname: hostname.to_owned(),
        files: FileRoots::new([files.to_owned()]),
        ..ServiceOptions::default()
    })
}

fn dns(resolver: &Resolver) -> Result<DnsOptions, ServiceError> {
    let local = resolver.local.iter().map(|record| {
        let seconds = record.ttl.map_or(LOCAL_TTL, |ttl| ttl.0.as_secs());
        let ttl = u32::try_from(seconds).unwrap_or(u32::MAX);
        let record = &record.value;
        LocalRecord::new((&record.name, &record.kind, &record.value), ttl, record.secure)
    });
    if let Some(forward) = resolver.forward.iter().find(|forward| forward.tls.0 == Some(true)) {
        return Err(ServiceError::ForwardTls(forward.zone.clone()));
    }
    let forward = resolver.forward.iter();
    let anchors = resolver.trustanchors.as_ref().map(|text| TrustAnchors::read(text));
    Ok(DnsOptions {
        servers: resolver.servers.clone(),
        forward: forward
            .map(|f| Forwarder { zone: f.zone.clone(), servers: f.servers.clone() })
            .collect(),
        local: local.collect::<Result<_, _>>()?,
        only_local: resolver.mode == ResolverMode::Static,
        dnssec: match resolver.dnssec {
            Validation::Auto => Dnssec::Auto,
            Validation::Require => Dnssec::Require,
            Validation::Off => Dnssec::Off,
        },
        anchors: anchors.transpose()?.unwrap_or_default(),
        cache: resolver.cache.size.into(),
        ..DnsOptions::default()
    })
}

fn network(network: &ScriptNetwork, addresses: &[Address]) -> Result<NetworkOptions, ServiceError> {
    let defaults = NetworkOptions::default();
    let authorities = network.authorities.iter().map(|path| {
        std::fs::read_to_string(path)
            .map_err(|source| ServiceError::Authorities { path: path.clone(), source })
    });
    let origins = addresses.iter().filter_map(|a| Some((a.id.value.clone(), a.address?)));
    Ok(NetworkOptions {
        allow: network.allow.clone(),
        deny: network.deny.clone().unwrap_or(defaults.deny),
        origins: origins.collect(),
        authorities: authorities.collect::<Result<_, _>>()?,
        verify: network.verify,
        http_time: Some(network.httptime.0).filter(|time| !time.is_zero()),
        http_size: network.httpsize.0,
        ..defaults
    })
}
