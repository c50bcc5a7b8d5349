//! Certificate revocation lists.
//!
//! *Sources*: RFC 5280 §5.

use der::Decode as _;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::ext::pkix::{CrlReason, IssuingDistributionPoint};

use crate::certificate::{check_signed, seconds, serial};
use crate::names::{bytes, pairs};
use crate::tlv::Reader;
use crate::{Extension, PublicKey, SignatureError, extension, pem};

/// A revocation list.
#[derive(Debug)]
pub struct Crl {
    der: Vec<u8>,
    parsed: CertificateList,
    issuer: Vec<u8>,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Capital hexadecimal, as a certificate shows its own.
    pub serial_number: String,
    /// `keyCompromise` and the like; `unspecified` when the list does not say.
    pub reason: &'static str,
}

impl Crl {
    /// One list in DER, and nothing behind it.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let parsed = CertificateList::from_der(der).ok()?;
        let issuer = bytes(&parsed.tbs_cert_list.issuer);
        Some(Self { der: der.to_vec(), issuer, parsed })
    }

    /// The first list of a text in PEM.
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        Self::from_der(&pem::first(text, &["X509 CRL"])?.der)
    }

    /// Its bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// In PEM.
    pub fn to_pem(&self) -> String {
        pem::encode("X509 CRL", &self.der)
    }

    /// Attributes of the issuer in order: short name and value.
    pub fn issuer(&self) -> Vec<(String, String)> {
        pairs(&self.parsed.tbs_cert_list.issuer)
    }

    /// Entries in order.
    pub fn revoked(&self) -> Vec<Revoked> {
        let shown = |entry: &RevokedCert| Revoked {
            serial_number: serial(entry.serial_number.as_bytes()),
            reason: reason(entry),
        };
        self.entries().map(shown).collect()
    }

    /// 1 or 2.
    pub fn version(&self) -> u8 {
        self.parsed.tbs_cert_list.version as u8 + 1
    }

    /// When it was made, as Unix time.
    pub fn last_update(&self) -> u64 {
        seconds(self.parsed.tbs_cert_list.this_update.to_unix_duration())
    }

    /// When the next one is due, as Unix time; none when the list does not say.
    pub fn next_update(&self) -> Option<u64> {
        self.parsed.tbs_cert_list.next_update.map(|time| seconds(time.to_unix_duration()))
    }

    /// All extensions of the list in order.
    pub fn extensions(&self) -> Vec<Extension> {
        extension::list(self.parsed.tbs_cert_list.crl_extensions.as_ref())
    }

    pub(crate) fn issuer_der(&self) -> &[u8] {
        &self.issuer
    }

    /// Whether a serial number is on the list, and still: `removeFromCRL` takes it off.
    pub(crate) fn revokes(&self, serial: &[u8]) -> bool {
        self.entries().any(|entry| {
            entry.serial_number.as_bytes() == serial && reason(entry) != "removeFromCRL"
        })
    }

    pub(crate) fn signed_by(&self, key: &PublicKey) -> Result<(), SignatureError> {
        check_signed(&self.der, key)
    }

    /// Whether it is a list for all certificates of its issuer or, if it says so, for all of this
    /// kind, with all reasons, and every critical extension is understood.
    pub(crate) fn scope(&self, is_ca: bool) -> Scope {
        let critical = |extensions: Option<&Vec<x509_cert::ext::Extension>>| {
            let found = extensions.into_iter().flatten().filter(|extension| extension.critical);
            found.map(|extension| extension.extn_id.to_string()).collect::<Vec<_>>()
        };
        let entries = self.entries().flat_map(|e| critical(e.crl_entry_extensions.as_ref()));
        let known = |oid: &String| matches!(oid.as_str(), "2.5.29.21" | "2.5.29.24" | "2.5.29.28");
        let own = critical(self.parsed.tbs_cert_list.crl_extensions.as_ref());
        if !own.into_iter().chain(entries).all(|oid| known(&oid)) {
            return Scope::Unknown;
        }
        match self.distribution() {
            Ok(None) => Scope::Covers,
            Ok(Some(point)) if covers(&point, is_ca) => Scope::Covers,
            Ok(Some(_)) => Scope::Different,
            Err(()) => Scope::Unknown,
        }
    }

    fn distribution(&self) -> Result<Option<IssuingDistributionPoint>, ()> {
        let extensions = self.parsed.tbs_cert_list.crl_extensions.iter().flatten();
        let mut found = extensions.filter(|e| e.extn_id.to_string() == "2.5.29.28");
        let Some(extension) = found.next() else { return Ok(None) };
        let point = IssuingDistributionPoint::from_der(extension.extn_value.as_bytes());
        point.map(Some).map_err(|_| ())
    }

    fn entries(&self) -> impl Iterator<Item = &RevokedCert> {
        self.parsed.tbs_cert_list.revoked_certificates.iter().flatten()
    }

    /// Every list of a text in PEM, or of lists in DER one after the other.
    pub fn all(text: &[u8], pem: bool) -> Option<Vec<Self>> {
        if pem {
            let blocks = pem::blocks(text)?;
            let ours = blocks.iter().filter(|block| block.label == b"X509 CRL");
            return ours.map(|block| Self::from_der(&block.der)).collect();
        }
        let mut rest = Reader(text);
        let mut found = Vec::new();
        while !rest.is_empty() {
            found.push(Self::from_der(rest.element()?.whole)?);
        }
        Some(found)
    }
}

/// Whether a list speaks about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Covers,
    /// It is for other certificates of the issuer.
    Different,
    /// It has a critical extension that is not understood.
    Unknown,
}

fn covers(point: &IssuingDistributionPoint, is_ca: bool) -> bool {
    // A named point holds a part of the entries, and which part a certificate is in is not followed.
    let whole = point.distribution_point.is_none() && point.only_some_reasons.is_none();
    let kind = if is_ca { !point.only_contains_user_certs } else { !point.only_contains_ca_certs };
    whole && kind && !point.indirect_crl && !point.only_contains_attribute_certs
}

fn reason(entry: &RevokedCert) -> &'static str {
    let extensions = entry.crl_entry_extensions.iter().flatten();
    let mut found = extensions.filter(|extension| extension.extn_id.to_string() == "2.5.29.21");
    let reason = found.next().map(|e| CrlReason::from_der(e.extn_value.as_bytes()));
    match reason {
        None | Some(Ok(CrlReason::Unspecified) | Err(_)) => "unspecified",
        Some(Ok(CrlReason::KeyCompromise)) => "keyCompromise",
        Some(Ok(CrlReason::CaCompromise)) => "CACompromise",
        Some(Ok(CrlReason::AffiliationChanged)) => "affiliationChanged",
        Some(Ok(CrlReason::Superseded)) => "superseded",
        Some(Ok(CrlReason::CessationOfOperation)) => "cessationOfOperation",
        Some(Ok(CrlReason::CertificateHold)) => "certificateHold",
        Some(Ok(CrlReason::RemoveFromCRL)) => "removeFromCRL",
        Some(Ok(CrlReason::PrivilegeWithdrawn)) => "privilegeWithdrawn",
        Some(Ok(CrlReason::AaCompromise)) => "AACompromise",
    }
}
