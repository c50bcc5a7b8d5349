//! Whether a certificate is trusted: the chain from it to a trusted certificate.
//!
//! Chains are built and judged as OpenSSL does by default: they end at a trusted certificate that issued
//! itself, and the findings have OpenSSL's numbers and texts.
//!
//! *Invariants*: at most [`DEPTH`] certificates and [`BUDGET`] signatures are looked at; what is not
//! understood and critical is refused.
//!
//! *Not here*: whether a host or sender is named in the certificate; policies.
//!
//! *Sources*: RFC 5280 §6; `openssl-verification-options(1)`, `x509_vfy.h` for the numbers.

mod constraints;
mod fitness;
mod revocation;

use std::cell::Cell;
use std::sync::Arc;

use crate::{Certificate, Crl};

/// Most certificates in a chain.
const DEPTH: usize = 10;
/// Most signatures that are checked while a chain is built.
const BUDGET: u32 = 100;

/// What is trusted, and what may help.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Trusted certificates; a chain ends at one that issued itself.
    pub anchors: Vec<Arc<Certificate>>,
    /// Certificates that may stand between.
    pub intermediates: Vec<Arc<Certificate>>,
    /// Revocation lists. With any, there must be one of the certificate's issuer.
    pub lists: Vec<Arc<Crl>>,
    /// Unix time at which everything must be valid.
    pub now: f64,
}

/// What the certificate is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Not said.
    Any,
    /// Signing mail.
    MailSigning,
}

/// Why a certificate is not trusted. The number is OpenSSL's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// A list of the issuer is missing.
    #[error("unable to get certificate CRL")]
    NoCrl = 3,
    /// A signature in the chain is wrong.
    #[error("certificate signature failure")]
    Signature = 7,
    /// The signature of a list is wrong.
    #[error("CRL signature failure")]
    CrlSignature = 8,
    /// Its time has not begun.
    #[error("certificate is not yet valid")]
    NotYetValid = 9,
    /// Its time is over.
    #[error("certificate has expired")]
    Expired = 10,
    /// A list is from the future.
    #[error("CRL is not yet valid")]
    CrlNotYetValid = 11,
    /// A list is out of date.
    #[error("CRL has expired")]
    CrlExpired = 12,
    /// It issued itself, and is not trusted.
    #[error("self-signed certificate")]
    SelfSigned = 18,
    /// The chain ends at a certificate that issued itself and is not trusted.
    #[error("self-signed certificate in certificate chain")]
    SelfSignedInChain = 19,
    /// No issuer is known.
    #[error("unable to get local issuer certificate")]
    NoIssuer = 20,
    /// Longer than is looked at.
    #[error("certificate chain too long")]
    TooLong = 22,
    /// On a list.
    #[error("certificate revoked")]
    Revoked = 23,
    /// More certificates below an issuer than it allows.
    #[error("path length constraint exceeded")]
    PathLength = 25,
    /// The certificate is for something else.
    #[error("unsuitable certificate purpose")]
    Purpose = 26,
    /// An issuer may not sign certificates.
    #[error("key usage does not include certificate signing")]
    KeyUsage = 32,
    /// A critical extension is not understood.
    #[error("unhandled critical extension")]
    Critical = 34,
    /// An issuer may not sign lists.
    #[error("key usage does not include CRL signing")]
    CrlKeyUsage = 35,
    /// A critical extension of a list is not understood.
    #[error("unhandled critical CRL extension")]
    CrlCritical = 36,
    /// An extension cannot be read.
    #[error("invalid or inconsistent certificate extension")]
    Extension = 41,
    /// The list is for other certificates.
    #[error("different CRL scope")]
    CrlScope = 44,
    /// A name is outside what an issuer may name.
    #[error("permitted subtree violation")]
    NotPermitted = 47,
    /// A name is among what an issuer may not name.
    #[error("excluded subtree violation")]
    Excluded = 48,
    /// A constraint is of a kind that is not understood.
    #[error("unsupported name constraint type")]
    ConstraintKind = 51,
    /// An issuer may not issue certificates.
    #[error("invalid CA certificate")]
    InvalidCa = 79,
}

impl ChainError {
    /// OpenSSL's number.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

impl Trust {
    /// The chain from a certificate to a trusted one, both included.
    ///
    /// # Errors
    /// [`ChainError`]; of several chains, that of the first.
    pub fn verify(
        &self,
        certificate: &Arc<Certificate>,
        purpose: Purpose,
    ) -> Result<Vec<Arc<Certificate>>, ChainError> {
        let search = Search { trust: self, purpose, budget: Cell::new(BUDGET) };
        search.extend(&mut vec![Arc::clone(certificate)])
    }

    fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.anchors.iter().any(|anchor| anchor.der() == certificate.der())
    }

    fn judge(&self, chain: &[Arc<Certificate>], purpose: Purpose) -> Result<(), ChainError> {
        fitness::check(chain, purpose)?;
        constraints::check(chain)?;
        revocation::check(chain, &self.lists, self.now)?;
        chain.iter().rev().try_for_each(|certificate| match certificate {
            c if self.now < c.not_before() as f64 => Err(ChainError::NotYetValid),
            c if self.now > c.not_after() as f64 => Err(ChainError::Expired),
            _ => Ok(()),
        })
    }
}

/// One search for a chain.
struct Search<'a> {
    trust: &'a Trust,
    purpose: Purpose,
    budget: Cell<u32>,
}

impl Search<'_> {
    fn extend(
        &self,
        chain: &mut Vec<Arc<Certificate>>,
    ) -> Result<Vec<Arc<Certificate>>, ChainError> {
        let Some(last) = chain.last().cloned() else { return Err(ChainError::NoIssuer) };
        if issued_itself(&last) {
            if !self.trust.is_anchor(&last) {
                let alone = chain.len() == 1;
                let error = [ChainError::SelfSignedInChain, ChainError::SelfSigned];
                return Err(error[usize::from(alone)]);
            }
            return self.trust.judge(chain, self.purpose).map(|()| chain.clone());
        }
        if chain.len() >= DEPTH {
            return Err(ChainError::TooLong);
        }
        self.through_issuers(chain, &last)
    }

    fn through_issuers(
        &self,
        chain: &mut Vec<Arc<Certificate>>,
        last: &Certificate,
    ) -> Result<Vec<Arc<Certificate>>, ChainError> {
        let known = self.trust.anchors.iter().chain(&self.trust.intermediates);
        let mut first_error = None;
        for issuer in known.filter(|candidate| may_have_issued(candidate, last)) {
            if chain.iter().any(|used| used.der() == issuer.der()) {
                continue;
            }
            let found = self.signed(last, issuer).and_then(|()| {
                chain.push(Arc::clone(issuer));
                let found = self.extend(chain);
                chain.pop();
                found
            });
            match found {
                Ok(found) => return Ok(found),
                Err(error) => _ = first_error.get_or_insert(error),
            }
        }
        Err(first_error.unwrap_or(ChainError::NoIssuer))
    }

    fn signed(&self, certificate: &Certificate, issuer: &Certificate) -> Result<(), ChainError> {
        let left = self.budget.get().checked_sub(1).ok_or(ChainError::TooLong)?;
        self.budget.set(left);
        let key = issuer.public_key().ok_or(ChainError::Signature)?;
        certificate.signed_by(&key).map_err(|_| ChainError::Signature)
    }
}

fn issued_itself(certificate: &Certificate) -> bool {
    certificate.subject_der() == certificate.issuer_der()
        && may_have_issued(certificate, certificate)
}

/// Whether names and key identifiers fit.
fn may_have_issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    issuer.subject_der() == certificate.issuer_der()
        && fitness::key_identifiers_fit(issuer, certificate)
}
