//! Ed25519 keys.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

/// An Ed25519 private key.
pub struct Ed25519Key(Ed25519KeyPair);

impl Ed25519Key {
    /// The key of these 32 bytes (RFC 8032 §5.1.5).
    pub fn from_seed(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// A key in PKCS#8 (RFC 8410).
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok().map(Self)
    }

    /// The public key, 32 bytes.
    pub fn public(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    /// The signature of a message, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}
