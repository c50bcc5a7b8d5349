//! Whether each certificate of a chain may stand where it stands.

use std::sync::Arc;

use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};

use super::{ChainError, Purpose};
use crate::Certificate;

/// Critical extensions that are heeded here or in the neighbours, or that restrict nothing that is
/// looked at (policies, alternative names).
const UNDERSTOOD: &[&str] = &[
    "2.5.29.14",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.18",
    "2.5.29.19",
    "2.5.29.30",
    "2.5.29.31",
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.35",
    "2.5.29.36",
    "2.5.29.37",
    "2.5.29.54",
];
const MAIL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.4");
const ANY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");

/// Checks extensions, the right to issue, path lengths and the purpose.
pub(super) fn check(chain: &[Arc<Certificate>], purpose: Purpose) -> Result<(), ChainError> {
    let mut below = 0_usize;
    for (place, certificate) in chain.iter().enumerate() {
        let unknown = |e: &crate::Extension| e.critical && !UNDERSTOOD.contains(&e.oid.as_str());
        if certificate.extensions().iter().any(unknown) {
            return Err(ChainError::Critical);
        }
        if place > 0 {
            may_issue(certificate, below)?;
            below += usize::from(certificate.subject_der() != certificate.issuer_der());
        }
        has_purpose(certificate, purpose, place > 0)?;
    }
    Ok(())
}

/// Whether the identifiers of the issuer's key, where both have one, are the same.
pub(super) fn key_identifiers_fit(issuer: &Certificate, certificate: &Certificate) -> bool {
    let wanted = certificate.extension::<AuthorityKeyIdentifier>().ok().flatten();
    let wanted = wanted.and_then(|extension| extension.key_identifier);
    let given = issuer.extension::<SubjectKeyIdentifier>().ok().flatten();
    match (wanted, given) {
        (Some(wanted), Some(given)) => wanted.as_bytes() == given.0.as_bytes(),
        _ => true,
    }
}

/// Whether a certificate may sign revocation lists.
pub(super) fn may_sign_lists(certificate: &Certificate) -> Result<(), ChainError> {
    match usage(certificate)? {
        Some(usage) if !usage.crl_sign() => Err(ChainError::CrlKeyUsage),
        _ => Ok(()),
    }
}

fn may_issue(certificate: &Certificate, below: usize) -> Result<(), ChainError> {
    let constraints = certificate.extension::<BasicConstraints>();
    match constraints.map_err(|_| ChainError::Extension)? {
        // Roots from before version 3 have no extensions; being trusted makes them issuers.
        None if certificate.version() == 1 && super::issued_itself(certificate) => {}
        None | Some(BasicConstraints { ca: false, .. }) => return Err(ChainError::InvalidCa),
        Some(BasicConstraints { path_len_constraint: Some(most), .. })
            if below > usize::from(most) =>
        {
            return Err(ChainError::PathLength);
        }
        Some(_) => {}
    }
    match usage(certificate)? {
        Some(usage) if !usage.key_cert_sign() => Err(ChainError::KeyUsage),
        _ => Ok(()),
    }
}

fn has_purpose(
    certificate: &Certificate,
    purpose: Purpose,
    issuer: bool,
) -> Result<(), ChainError> {
    if purpose == Purpose::Any {
        return Ok(());
    }
    let extended = certificate.extension::<ExtendedKeyUsage>();
    let extended = extended.map_err(|_| ChainError::Extension)?;
    if extended.is_some_and(|usage| !usage.0.iter().any(|oid| *oid == MAIL || *oid == ANY)) {
        return Err(ChainError::Purpose);
    }
    match usage(certificate)? {
        Some(usage) if !issuer && !usage.digital_signature() && !usage.non_repudiation() => {
            Err(ChainError::Purpose)
        }
        _ => Ok(()),
    }
}

fn usage(certificate: &Certificate) -> Result<Option<KeyUsage>, ChainError> {
    certificate.extension::<KeyUsage>().map_err(|_| ChainError::Extension)
}
