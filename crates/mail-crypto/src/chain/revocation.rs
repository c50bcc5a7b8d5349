//! Revocation lists against a chain.
//!
//! The certificate itself needs a list of its issuer; other certificates of the chain are held
//! against the lists of their issuers that there are.

use std::sync::Arc;

use super::{ChainError, fitness};
use crate::crl::Scope;
use crate::{Certificate, Crl};

pub(super) fn check(
    chain: &[Arc<Certificate>],
    lists: &[Arc<Crl>],
    now: f64,
) -> Result<(), ChainError> {
    if lists.is_empty() {
        return Ok(());
    }
    for (place, certificate) in chain.iter().enumerate() {
        let issuer = chain.get(place + 1).unwrap_or(certificate);
        let of_issuer: Vec<_> =
            lists.iter().filter(|list| list.issuer_der() == certificate.issuer_der()).collect();
        if of_issuer.is_empty() && place == 0 {
            return Err(ChainError::NoCrl);
        }
        let mut first_error = None;
        let mut covered = of_issuer.is_empty();
        for list in of_issuer {
            match against(certificate, place > 0, list, issuer, now) {
                Ok(()) => covered = true,
                Err(ChainError::Revoked) => return Err(ChainError::Revoked),
                Err(error) => _ = first_error.get_or_insert(error),
            }
        }
        if let (false, Some(error)) = (covered, first_error) {
            return Err(error);
        }
    }
    Ok(())
}

fn against(
    certificate: &Certificate,
    is_ca: bool,
    list: &Crl,
    issuer: &Certificate,
    now: f64,
) -> Result<(), ChainError> {
    fitness::may_sign_lists(issuer)?;
    let key = issuer.public_key().ok_or(ChainError::CrlSignature)?;
    list.signed_by(&key).map_err(|_| ChainError::CrlSignature)?;
    match list.scope(is_ca) {
        Scope::Covers => {}
        Scope::Different => return Err(ChainError::CrlScope),
        Scope::Unknown => return Err(ChainError::CrlCritical),
    }
    // A list that is out of date still tells of the revoked.
    if list.revokes(certificate.serial_bytes()) {
        return Err(ChainError::Revoked);
    }
    if now < list.last_update() as f64 {
        return Err(ChainError::CrlNotYetValid);
    }
    match list.next_update() {
        Some(next) if now > next as f64 => Err(ChainError::CrlExpired),
        _ => Ok(()),
    }
}
