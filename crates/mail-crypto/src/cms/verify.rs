//! Verifying signatures.

use std::sync::Arc;

use super::kinds::DATA;
use super::signed::{CONTENT_TYPE, MESSAGE_DIGEST, Signed, Signer};
use super::{CmsError, der};
use crate::key::RSA;
use crate::{Certificate, Hash, PublicKey, Purpose, Scheme, Trust};

/// Whom a signature may come from.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    /// Certificates of signers. Without [`Basis::store`] only they are accepted.
    pub signers: Vec<Arc<Certificate>>,
    /// Trusted certificates: the chain of every signer must end at one.
    pub store: Option<Vec<Arc<Certificate>>>,
    /// Unix time at which chains must be valid.
    pub now: f64,
}

/// A verified message.
#[derive(Debug)]
pub struct Verified {
    /// Certificates of the signers.
    pub signers: Vec<Arc<Certificate>>,
    /// What was signed.
    pub content: Vec<u8>,
}

/// Verifies every signature. `message` is the content that travels beside; without it the content
/// inside is taken.
///
/// # Errors
/// [`CmsError::Structure`] and [`CmsError::Untrusted`].
pub fn verify(
    signature: &[u8],
    message: Option<&[u8]>,
    basis: &Basis,
) -> Result<Verified, CmsError> {
    let der = der(signature).ok_or(CmsError::Structure)?;
    let signed = Signed::read(&der).ok_or(CmsError::Structure)?;
    let content = message.or(signed.content.as_deref()).ok_or(CmsError::Structure)?;
    if signed.signers.is_empty() {
        return Err(CmsError::Untrusted);
    }
    let signers = signed.signers.iter().map(|signer| {
        let certificate = basis.signer(signer, &signed).ok_or(CmsError::Untrusted)?;
        let public = certificate.public_key().ok_or(CmsError::Untrusted)?;
        check(signer, signed.kind, content, &public).ok_or(CmsError::Untrusted)?;
        Ok(certificate)
    });
    Ok(Verified { signers: signers.collect::<Result<_, _>>()?, content: content.to_vec() })
}

impl Basis {
    /// The accepted certificate of a signer.
    fn signer(&self, signer: &Signer<'_>, signed: &Signed<'_>) -> Option<Arc<Certificate>> {
        let named = |certificate: &&Arc<Certificate>| signer.id.names(certificate);
        let Some(store) = &self.store else { return self.signers.iter().find(named).cloned() };
        let inside = self.signers.iter().chain(&signed.certificates);
        let trust = Trust {
            anchors: store.clone(),
            intermediates: inside.clone().cloned().collect(),
            lists: Vec::new(),
            now: self.now,
        };
        let trusted = |certificate: &&Arc<Certificate>| {
            trust.verify(certificate, Purpose::MailSigning).is_ok()
        };
        inside.chain(store).filter(named).find(trusted).cloned()
    }
}

fn check(signer: &Signer<'_>, kind: &[u8], content: &[u8], key: &PublicKey) -> Option<()> {
    let scheme = scheme(signer)?;
    let Some(attributes) = &signer.attributes else {
        // Attributes may be missing only for plain data (RFC 5652 §5.3).
        let plain = kind == DATA;
        return key.verify(scheme, content, signer.signature).ok().filter(|()| plain);
    };
    let digest = signer.hash.digest(content);
    if signer.attribute(MESSAGE_DIGEST)? != digest || signer.attribute(CONTENT_TYPE)? != kind {
        return None;
    }
    key.verify(scheme, attributes, signer.signature).ok()
}

/// A key's own identifier stands for PKCS#1 with the signer's digest. MD5 does not count.
fn scheme(signer: &Signer<'_>) -> Option<Scheme> {
    if signer.hash == Hash::Md5 {
        return None;
    }
    if signer.scheme == RSA {
        return Some(Scheme::RsaPkcs1(signer.hash));
    }
    let scheme = Scheme::of(signer.scheme, signer.parameters)?;
    let fits = match scheme {
        Scheme::RsaPkcs1(hash) | Scheme::RsaPss(hash) | Scheme::Ecdsa(hash) => hash == signer.hash,
        Scheme::Ed25519 => true,
    };
    fits.then_some(scheme)
}
