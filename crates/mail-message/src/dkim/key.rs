//! Private keys.
//!
//! *Invariants.* No key shows itself in a text.
//!
//! *Sources.* RFC 7468 (PEM), RFC 8017 §A.1.2, RFC 8410.

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Algorithm;

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
    /// RSA.
    Rsa(Box<RsaKeyPair>),
    /// Ed25519.
    Ed25519(Box<Ed25519KeyPair>),
    /// One that somebody else holds.
    Other(Box<dyn Signer>),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rsa(_) => "SigningKey::Rsa",
            Self::Ed25519(_) => "SigningKey::Ed25519",
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
        if let Ok(key) = RsaKeyPair::from_pkcs8(der).or_else(|_| RsaKeyPair::from_der(der)) {
            return Ok(Self::Rsa(Box::new(key)));
        }
        let key = match der.len() {
            32 => Ed25519KeyPair::from_seed_unchecked(der),
            _ => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der),
        };
        key.map(|key| Self::Ed25519(Box::new(key))).map_err(|_| KeyError::Format)
    }

    /// Whether a signature takes milliseconds, as with RSA of 3,072 bits and more.
    pub fn is_slow(&self) -> bool {
        match self {
            Self::Rsa(key) => key.public_modulus_len() * 8 >= 3072,
            Self::Ed25519(_) => false,
            Self::Other(key) => key.is_slow(),
        }
    }

    /// Signs data.
    ///
    /// # Errors
    /// The key does not fit the algorithm.
    pub fn sign(&self, algorithm: Algorithm, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        match (self, algorithm) {
            (_, Algorithm::RsaSha1) => Err(KeyError::Sha1),
            (Self::Rsa(key), Algorithm::RsaSha256) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .map_err(|_| KeyError::Refused)?;
                Ok(signature)
            }
            (Self::Ed25519(key), Algorithm::Ed25519Sha256) => {
                let hash = digest::digest(&digest::SHA256, data);
                Ok(key.sign(hash.as_ref()).as_ref().to_vec())
            }
            (Self::Other(key), algorithm) => {
                key.sign(algorithm, data).ok_or(KeyError::Kind(algorithm.name()))
            }
            (_, algorithm) => Err(KeyError::Kind(algorithm.name())),
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
