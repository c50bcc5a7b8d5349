//! Signatures of messages: DKIM, and the message signature of ARC.
//!
//! Signing and checking take the header as bytes and the hash of the body, which is computed in one
//! pass over the text as it streams by. The crate `mail-auth` reads signatures and key records, writes
//! header fields in canonical form, hashes, signs and checks; what it reads otherwise than the RFC does
//! not reach it (docs/adr/0012-mail-auth.md).
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

pub use body::BodyHash;
pub use key::{KeyError, Signer, SigningKey};
pub use mail_auth::common::crypto::Algorithm;
pub use mail_auth::dkim::Canonicalization;
pub use sign::{SignError, SignOptions, Signed, Unsigned};
pub use tags::Tags;
pub use verify::{Failure, Verification};

/// The canonical form of this name (RFC 6376 §3.4).
pub fn canonicalization(name: &[u8]) -> Option<Canonicalization> {
    [Canonicalization::Simple, Canonicalization::Relaxed]
        .into_iter()
        .find(|form| form_name(*form).as_bytes() == name)
}

/// The name of a canonical form.
fn form_name(form: Canonicalization) -> &'static str {
    match form {
        Canonicalization::Simple => "simple",
        Canonicalization::Relaxed => "relaxed",
    }
}
