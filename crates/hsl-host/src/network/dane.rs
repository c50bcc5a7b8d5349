//! Certificates that DNS names: DANE for SMTP.
//!
//! *Invariants.* Records count only when DNSSEC validated them and the way to the host; where DNS fails,
//! the host is not asked at all.
//!
//! *Not here.* The handshake (`tls`), which host is asked (`smtp`).
//!
//! *Sources.* RFC 7672 §2.1 (when DANE applies), §2.2.2 (aliases), §3.1 (usages), §3.2.2 (names),
//! RFC 6698 §2.1 (records), RFC 7671 §5 (how they match), §7 (aliases).

use std::sync::Arc;

use hsl_vm::request::{DnsError, DnsRequest, NetworkError};
use rustix::io::Errno;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, RootCertStore};
use sha2::{Digest as _, Sha256, Sha512};

use super::error;
use crate::dns::Dns;

/// Most records of a host that are looked at.
const MAX_RECORDS: usize = 32;

/// What DNS says about the certificate of a host.
#[derive(Clone, Debug, Default)]
pub(super) struct Tlsa {
    /// Records that can be used; TLS without any of them is not authenticated (RFC 7672 §2.2).
    records: Vec<Record>,
    /// Names that a certificate below a named authority may have.
    names: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    usage: Usage,
    selector: Selector,
    matching: Matching,
    data: Vec<u8>,
}

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Usage {
    /// An authority (DANE-TA).
    Authority,
    /// The certificate itself (DANE-EE).
    Certificate,
}

/// Which part of a certificate is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Selector {
    Whole,
    PublicKey,
}

/// How the part is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Matching {
    Exact,
    Sha256,
    Sha512,
}

impl Tlsa {
    /// The records of a host and port; none when DANE does not apply to it.
    ///
    /// # Errors
    /// When DNS does not answer, or its answer was forged (RFC 7672 §2.1.2).
    pub(super) async fn find(
        dns: &Dns,
        (host, port): (&str, u16),
        domain: Option<&str>,
    ) -> Result<Option<Self>, NetworkError> {
        let failed = |failure| {
            let message = format!("the TLSA records of {host} cannot be looked up: {failure}");
            error(Errno::AGAIN, message)
        };
        for base in bases(dns, host).await.map_err(failed)? {
            let name = format!("_{port}._tcp.{base}");
            let found = match dns.lookup(request(name, "TLSA")).await {
                Ok(found) if found.secure && !found.records.is_empty() => found,
                Ok(_) | Err(DnsError::NoSuchName) => continue,
                Err(failure) => return Err(failed(failure)),
            };
            let names = [Some(&*base), Some(host), domain].into_iter().flatten();
            let mut names: Vec<_> = names.map(str::to_owned).collect();
            names.dedup();
            let records = found.records.iter().take(MAX_RECORDS);
            let records = records.filter_map(|record| Record::parse(&record.data)).collect();
            return Ok(Some(Self { records, names }));
        }
        Ok(None)
    }

    /// Whether a certificate with those that came with it is the one that DNS names.
    pub(super) fn verify(
        &self,
        provider: &Arc<CryptoProvider>,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        if self.records.is_empty() {
            return Ok(());
        }
        let of = |usage| self.records.iter().filter(move |record| record.usage == usage);
        // The certificate itself: neither names nor dates count (RFC 7672 §3.1.1).
        if of(Usage::Certificate).any(|record| record.fits(leaf)) {
            return Ok(());
        }
        let chain = others.iter().chain([leaf]);
        let mut authorities = RootCertStore::empty();
        for certificate in chain.filter(|it| of(Usage::Authority).any(|record| record.fits(it))) {
            // What cannot be an authority is passed over.
            let _ = authorities.add(certificate.clone().into_owned());
        }
        for record in of(Usage::Authority) {
            // An authority that is given whole need not come with the chain.
            if record.selector == Selector::Whole && record.matching == Matching::Exact {
                let _ = authorities.add(record.data.clone().into());
            }
        }
        if authorities.is_empty() {
            return Err(CertificateError::UnknownIssuer.into());
        }
        self.verify_below(provider, authorities, leaf, others, now)
    }

    fn verify_below(
        &self,
        provider: &Arc<CryptoProvider>,
        authorities: RootCertStore,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        let roots = Arc::new(authorities);
        let chain = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider))
            .build()
            .map_err(|failure| rustls::Error::General(failure.to_string()))?;
        let mut outcome = Err(CertificateError::NotValidForName.into());
        for name in &self.names {
            let Ok(name) = ServerName::try_from(name.as_str()) else { continue };
            outcome = chain.verify_server_cert(leaf, others, &name, &[], now).map(|_| ());
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

impl Record {
    /// Reads `3 1 1 0f…`; none for what is not for mail (RFC 7672 §3.1.3) or unknown.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let usage = match words.next()? {
            "2" => Usage::Authority,
            "3" => Usage::Certificate,
            _ => return None,
        };
        let selector = match words.next()? {
            "0" => Selector::Whole,
            "1" => Selector::PublicKey,
            _ => return None,
        };
        let (matching, length) = match words.next()? {
            "0" => (Matching::Exact, None),
            "1" => (Matching::Sha256, Some(32)),
            "2" => (Matching::Sha512, Some(64)),
            _ => return None,
        };
        let data = unhex(&words.collect::<String>())?;
        let fits = !data.is_empty() && length.is_none_or(|length| length == data.len());
        fits.then_some(Self { usage, selector, matching, data })
    }

    fn fits(&self, certificate: &CertificateDer<'_>) -> bool {
        let key;
        let part: &[u8] = match self.selector {
            Selector::Whole => certificate,
            Selector::PublicKey => {
                let Ok(parsed) = ParsedCertificate::try_from(certificate) else { return false };
                key = parsed.subject_public_key_info();
                &key
            }
        };
        match self.matching {
            Matching::Exact => part == self.data,
            Matching::Sha256 => Sha256::digest(part).as_slice() == self.data,
            Matching::Sha512 => Sha512::digest(part).as_slice() == self.data,
        }
    }
}

/// The names below which TLSA records of a host may lie, the better one first; none when DANE does not
/// apply to it (RFC 7672 §2.2.2).
///
/// The name that an alias leads to comes first when every step to its addresses was validated. An alias
/// in a signed zone to a name in another one counts under its own name only.
async fn bases(dns: &Dns, host: &str) -> Result<Vec<String>, DnsError> {
    let ask = |kind| dns.lookup(request(host.to_owned(), kind));
    let both = tokio::join!(ask("A"), ask("AAAA"));
    let (mut secure, mut target) = (false, None);
    for answer in [both.0, both.1] {
        match answer {
            Ok(found) if found.records.is_empty() => {}
            Ok(found) if !found.secure => {
                let own = found.alias_of.is_some() && is_secure_alias(dns, host).await?;
                return Ok(if own { vec![host.to_owned()] } else { Vec::new() });
            }
            Ok(found) => {
                secure = true;
                target = target.or(found.alias_of);
            }
            Err(DnsError::NoSuchName) => {}
            Err(failure) => return Err(failure),
        }
    }
    let own = secure.then(|| host.to_owned());
    Ok(target.into_iter().chain(own).collect())
}

/// Whether the first step from a name is an alias that was validated.
async fn is_secure_alias(dns: &Dns, host: &str) -> Result<bool, DnsError> {
    match dns.lookup(request(host.to_owned(), "CNAME")).await {
        Ok(found) => Ok(found.secure && !found.records.is_empty()),
        Err(DnsError::NoSuchName) => Ok(false),
        Err(failure) => Err(failure),
    }
}

fn request(name: String, kind: &str) -> DnsRequest {
    DnsRequest {
        name,
        kind: kind.to_owned(),
        timeout: None,
        retries: None,
        servers: Vec::new(),
        extended: false,
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let pairs = Some(pairs).filter(|_| rest.is_empty())?.iter();
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_records_for_mail_are_read() {
        let sha256 = "00112233445566778899AABBCCDDEEFF 00112233445566778899aabbccddeeff";
        let read =
            |text: String| Record::parse(&text).map(|record| (record.usage, record.data.len()));
        assert_eq!(read(format!("3 1 1 {sha256}")), Some((Usage::Certificate, 32)));
        assert_eq!(read(format!("2 0 1 {sha256}")), Some((Usage::Authority, 32)));
        for wrong in ["0 1 1", "1 1 1", "4 1 1", "3 2 1", "3 1 3", "3 1 2"] {
            assert_eq!(read(format!("{wrong} {sha256}")), None, "{wrong}");
        }
        assert_eq!(read("3 1 1 0011".into()), None);
        assert_eq!(read("3 0 0 abcd".into()).map(|(_, length)| length), Some(2));
        assert_eq!(read("3 0 0 abc".into()), None);
        assert_eq!(read("3 0 0 zz".into()), None);
        assert_eq!(read("3 0 0".into()), None);
    }
}
