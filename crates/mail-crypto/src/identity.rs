//! Certificates and private keys by name, as the configuration gives them.
//!
//! *Invariants*: a name is there once; a key belongs to the certificate beside it.

use std::collections::HashMap;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::{Certificate, PrivateKey};

/// A private key, with its certificate and those of the issuers when it has one.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The private key.
    pub key: Arc<PrivateKey>,
    /// The certificate first, then its issuers; empty for a key alone.
    pub chain: Vec<Arc<Certificate>>,
    text: Option<KeyText>,
}

/// A private key as it was given, for libraries that read keys themselves.
#[derive(Clone)]
struct KeyText(Arc<Zeroizing<Vec<u8>>>);

impl std::fmt::Debug for KeyText {
    /// Shows nothing.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("key")
    }
}

/// Identities by name.
#[derive(Clone, Debug, Default)]
pub struct Identities(HashMap<String, Identity>);

/// Why an identity is not usable. Never shows what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The text holds no readable key.
    #[error(
        "there is no usable private key in it: give an unencrypted key in PEM, RSA from 1024 bits, EC or Ed25519"
    )]
    Key,
    /// The text holds no readable certificate.
    #[error("there is no readable certificate in it: give certificates in PEM, its own first")]
    Certificate,
    /// Key and certificate do not belong together.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
}

impl Identity {
    /// A key alone, or with certificates, from PEM. Both may stand in one text.
    ///
    /// # Errors
    /// [`IdentityError`], by cause.
    pub fn from_pem(key: &[u8], certificates: Option<&[u8]>) -> Result<Self, IdentityError> {
        let given = Some(KeyText(Arc::new(Zeroizing::new(key.to_vec()))));
        let key = PrivateKey::from_pem(key).ok_or(IdentityError::Key)?;
        let Some(text) = certificates else {
            return Ok(Self { key: Arc::new(key), chain: Vec::new(), text: given });
        };
        let chain = Certificate::all(text, true).filter(|chain| !chain.is_empty());
        let chain: Vec<_> =
            chain.ok_or(IdentityError::Certificate)?.into_iter().map(Arc::new).collect();
        match chain[0].public_key() {
            Some(public) if key.fits(&public) => {
                Ok(Self { key: Arc::new(key), chain, text: given })
            }
            _ => Err(IdentityError::Mismatch),
        }
    }

    /// A key that was read before, with a chain of whose first certificate it is.
    pub fn new(key: Arc<PrivateKey>, chain: Vec<Arc<Certificate>>) -> Self {
        Self { key, chain, text: None }
    }

    /// The private key in PEM as it was given, where it was read from a text.
    pub fn key_text(&self) -> Option<&[u8]> {
        self.text.as_ref().map(|text| text.0.as_slice())
    }
}

impl Identities {
    /// Adds one; a name that is there is replaced.
    pub fn insert(&mut self, name: impl Into<String>, identity: Identity) {
        self.0.insert(name.into(), identity);
    }

    /// Every name with its identity.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Identity)> {
        self.0.iter().map(|(name, identity)| (name.as_str(), identity))
    }

    /// The identity of this name.
    pub fn get(&self, name: &str) -> Option<&Identity> {
        self.0.get(name)
    }
}
