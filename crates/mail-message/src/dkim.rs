//! Signatures of messages: DKIM, and the message signature of ARC.
//!
//! Signing and checking take the header as bytes and the hash of the body, which is computed in one
//! pass over the text as it streams by.
//!
//! *Invariants.* Any bytes can be checked. A signature that was made here is checked here. Nothing
//! asks DNS or a clock: the record and the time are arguments.
//!
//! *Not here.* The seal of ARC, and what a result means (policy).
//!
//! *Sources.* RFC 6376, RFC 8301, RFC 8463, RFC 8617 §4.1.2.

mod body;
mod canonical;
mod key;
mod sign;
mod tags;
mod verify;

pub use body::{BodyHash, Digest};
pub use key::{KeyError, Signer, SigningKey};
pub use sign::{SignError, SignOptions, Signed, Unsigned};
pub use tags::Tags;
pub use verify::{Failure, Verification};

/// How much a text may change on its way (RFC 6376 §3.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canonicalization {
    /// Hardly at all.
    Simple,
    /// White space may change.
    Relaxed,
}

impl Canonicalization {
    /// The one of this name.
    pub fn find(name: &[u8]) -> Option<Self> {
        match name {
            b"simple" => Some(Self::Simple),
            b"relaxed" => Some(Self::Relaxed),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Relaxed => "relaxed",
        }
    }
}

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Verified only where the record still allows it (RFC 8301 §3.1 forbids making it).
    RsaSha1,
    /// RSA.
    RsaSha256,
    /// Edwards curve (RFC 8463).
    Ed25519Sha256,
}

impl Algorithm {
    /// The one of this name.
    pub fn find(name: &[u8]) -> Option<Self> {
        match name {
            b"rsa-sha1" => Some(Self::RsaSha1),
            b"rsa-sha256" => Some(Self::RsaSha256),
            b"ed25519-sha256" => Some(Self::Ed25519Sha256),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::RsaSha1 => "rsa-sha1",
            Self::RsaSha256 => "rsa-sha256",
            Self::Ed25519Sha256 => "ed25519-sha256",
        }
    }

    /// The hash of body and header.
    pub fn digest(self) -> Digest {
        if self == Self::RsaSha1 { Digest::Sha1 } else { Digest::Sha256 }
    }
}
