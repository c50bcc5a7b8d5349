//! Private keys.
//!
//! *Invariants*: a key is checked when it is read; `Debug` shows the kind only.
//!
//! *Sources*: RFC 8017 A.1.2 (RSA), RFC 5915 (EC), RFC 8410 (Ed25519), RFC 5958 (PKCS#8).

mod ec;
mod ed25519;
mod rsa;

use std::fmt;

pub use ec::EcKey;
pub use ed25519::Ed25519Key;
pub use rsa::RsaKey;
pub(crate) use rsa::Wrapping;

use crate::tlv::{INTEGER, OCTETS, OID, Reader, SEQUENCE, only};
use crate::{Hash, PublicKey, pem};

/// Object identifiers of keys.
pub(crate) const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
pub(crate) const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
pub(crate) const ED25519: &[u8] = b"\x2b\x65\x70";

/// A private key of any kind.
pub enum PrivateKey {
    /// RSA.
    Rsa(Box<RsaKey>),
    /// Elliptic curve, for ECDSA.
    Ec(EcKey),
    /// Ed25519.
    Ed25519(Ed25519Key),
}

impl PrivateKey {
    /// The first private key of a PEM text; none for anything else, and for encrypted keys.
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let block = pem::first(text, &["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"])?;
        match block.label {
            b"RSA PRIVATE KEY" => RsaKey::from_pkcs1(&block.der).map(Self::from),
            b"EC PRIVATE KEY" => EcKey::from_der(&block.der).map(Self::Ec),
            _ => Self::from_pkcs8(&block.der),
        }
    }

    /// A key in PKCS#8.
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let (kind, inner) = pkcs8(der)?;
        match kind {
            RSA => RsaKey::from_pkcs1(inner).map(Self::from),
            EC => EcKey::from_der(der).map(Self::Ec),
            ED25519 => Ed25519Key::from_pkcs8(der).map(Self::Ed25519),
            _ => None,
        }
    }

    /// Whether a public key belongs to it.
    pub fn fits(&self, public: &PublicKey) -> bool {
        match (self, public) {
            (Self::Rsa(key), PublicKey::Rsa(der)) => key.public() == &der[..],
            (Self::Ec(key), PublicKey::Ec(_, point)) => key.public() == &point[..],
            (Self::Ed25519(key), PublicKey::Ed25519(bytes)) => key.public() == &bytes[..],
            _ => false,
        }
    }

    /// Whether a signature takes milliseconds.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Rsa(key) if key.is_slow(Hash::Sha256))
    }
}

impl From<RsaKey> for PrivateKey {
    fn from(key: RsaKey) -> Self {
        Self::Rsa(Box::new(key))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa(_) => "RSA private key",
            Self::Ec(_) => "EC private key",
            Self::Ed25519(_) => "Ed25519 private key",
        })
    }
}

/// Algorithm and content of a PKCS#8 structure.
fn pkcs8(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut fields = only(der, SEQUENCE)?;
    fields.expect(INTEGER)?;
    let mut algorithm = Reader(fields.expect(SEQUENCE)?);
    Some((algorithm.expect(OID)?, fields.expect(OCTETS)?))
}
