//! Digests by name, with what signatures need to know of them.

use aws_lc_rs::digest;
use md5::Digest as _;

/// A digest that signatures use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// Broken; for old signatures of mail only, never for certificates.
    Md5,
    /// Broken; for old signatures only.
    Sha1,
    /// SHA-2 of 256 bits.
    Sha256,
    /// SHA-2 of 384 bits.
    Sha384,
    /// SHA-2 of 512 bits.
    Sha512,
}

impl Hash {
    /// The digest of this name in small letters, as OpenSSL names it.
    pub fn named(name: &[u8]) -> Option<Self> {
        match name {
            b"md5" => Some(Self::Md5),
            b"sha1" => Some(Self::Sha1),
            b"sha256" => Some(Self::Sha256),
            b"sha384" => Some(Self::Sha384),
            b"sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    /// The digest of a message.
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        match self.algorithm() {
            Some(algorithm) => digest::digest(algorithm, message).as_ref().to_vec(),
            None => md5::Md5::digest(message).to_vec(),
        }
    }

    /// The same in aws-lc; none for MD5.
    pub(crate) fn algorithm(self) -> Option<&'static digest::Algorithm> {
        match self {
            Self::Md5 => None,
            Self::Sha1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            Self::Sha256 => Some(&digest::SHA256),
            Self::Sha384 => Some(&digest::SHA384),
            Self::Sha512 => Some(&digest::SHA512),
        }
    }

    /// Content of its object identifier.
    pub(crate) const fn oid(self) -> &'static [u8] {
        match self {
            Self::Md5 => b"\x2a\x86\x48\x86\xf7\x0d\x02\x05",
            Self::Sha1 => b"\x2b\x0e\x03\x02\x1a",
            Self::Sha256 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x01",
            Self::Sha384 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x02",
            Self::Sha512 => b"\x60\x86\x48\x01\x65\x03\x04\x02\x03",
        }
    }

    /// The digest with this object identifier.
    pub(crate) fn of_oid(oid: &[u8]) -> Option<Self> {
        let all = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];
        all.into_iter().find(|hash| hash.oid() == oid)
    }

    /// What stands before the digest in an RSA signature (RFC 8017 §9.2, note 1).
    pub(crate) const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Md5 => b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\0\x04\x10",
            Self::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\0\x04\x14",
            Self::Sha256 => {
                b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\0\x04\x20"
            }
            Self::Sha384 => {
                b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\0\x04\x30"
            }
            Self::Sha512 => {
                b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\0\x04\x40"
            }
        }
    }
}
