//! Private keys.
//!
//! *Invariants.* No key shows itself in a text.
//!
//! *Sources.* RFC 7468 (PEM), RFC 8017 §A.1.2, RFC 8410.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_auth::common::crypto::{DkimKey, Ed25519Key, RsaKey, Sha256, SigningKey as _};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer};

use super::Algorithm;

/// PKCS #8 in front of the 32 bytes of an Ed25519 key (RFC 8410 §7).
const ED25519_HEAD: [u8; 16] =
    [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor base64 of a key.
    #[error(
        "the key is neither PEM text nor base64 of an RSA key of 2048 bits or more or an Ed25519 key"
    )]
    Format,
    /// Nobody can read it.
    #[error("the key is encrypted; decrypt it first")]
    Encrypted,
    /// The algorithm needs another kind of key.
    #[error("the algorithm {0} needs another kind of key")]
    Kind(&'static str),
    /// Nobody accepts it any more.
    #[error("signatures with rsa-sha1 are not made (RFC 8301); use rsa-sha256")]
    Sha1,
    /// The library refused.
    #[error("the key cannot sign")]
    Refused,
}

/// A key that somebody else holds.
pub trait Signer: Send + Sync {
    /// Whether a signature takes milliseconds.
    fn is_slow(&self) -> bool;

    /// The signature of data; none when the key does not fit the algorithm.
    fn sign(&self, algorithm: Algorithm, data: &[u8]) -> Option<Vec<u8>>;
}

/// A key that makes signatures.
pub enum SigningKey {
    /// One that was read here.
    Own {
        /// The key.
        key: Box<DkimKey>,
        /// Whether a signature takes milliseconds, as with RSA of 3,072 bits and more.
        is_slow: bool,
    },
    /// One that somebody else holds.
    Other(Box<dyn Signer>),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Own { .. } => "SigningKey::Own",
            Self::Other(_) => "SigningKey::Other",
        })
    }
}

impl SigningKey {
    /// Reads a key: PEM text (PKCS #8 or PKCS #1), or the base64 of the same, or of the 32 bytes of
    /// an Ed25519 key.
    ///
    /// # Errors
    /// It is no key.
    pub fn parse(text: &[u8]) -> Result<Self, KeyError> {
        if memchr::memmem::find(text, b"ENCRYPTED").is_some() {
            return Err(KeyError::Encrypted);
        }
        Self::from_der(&decode(text).ok_or(KeyError::Format)?)
    }

    /// Reads a key in its binary form.
    ///
    /// # Errors
    /// It is no key.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let rsa = |der| RsaKey::<Sha256>::from_key_der(der);
        let pkcs8 = rsa(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der)));
        if let Ok(key) = pkcs8.or_else(|_| rsa(PrivateKeyDer::Pkcs1(PrivatePkcs1KeyDer::from(der))))
        {
            // The rest of the public key is its exponent and less than 30 bytes of structure.
            let is_slow = key.public_key().len() >= 3072 / 8;
            return Ok(Self::Own { key: Box::new(key.into()), is_slow });
        }
        let key = match der.len() {
            32 => Ed25519Key::from_pkcs8_maybe_unchecked_der(&[&ED25519_HEAD, der].concat()),
            _ => Ed25519Key::from_pkcs8_maybe_unchecked_der(der),
        };
        let key = key.map_err(|_| KeyError::Format)?;
        Ok(Self::Own { key: Box::new(key.into()), is_slow: false })
    }

    /// Whether a signature takes milliseconds.
    pub fn is_slow(&self) -> bool {
        match self {
            Self::Own { is_slow, .. } => *is_slow,
            Self::Other(key) => key.is_slow(),
        }
    }

    /// Signs data.
    ///
    /// # Errors
    /// The key does not fit the algorithm.
    pub fn sign(&self, algorithm: Algorithm, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        match self {
            _ if algorithm == Algorithm::RsaSha1 => Err(KeyError::Sha1),
            Self::Own { key, .. } if key.algorithm() == algorithm => {
                key.sign(data).map_err(|_| KeyError::Refused)
            }
            Self::Own { .. } => Err(KeyError::Kind(algorithm.name())),
            Self::Other(key) => key.sign(algorithm, data).ok_or(KeyError::Kind(algorithm.name())),
        }
    }
}

/// The bytes of the first PEM block, or of base64 text.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let inner = match memchr::memmem::find(text, b"-----BEGIN ") {
        None => text,
        Some(start) => {
            let block = &text[start + 11..];
            let block = &block[memchr::memmem::find(block, b"-----")? + 5..];
            &block[..memchr::memmem::find(block, b"-----END")?]
        }
    };
    let digits: Vec<u8> = inner.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
    STANDARD.decode(digits).ok()
}
