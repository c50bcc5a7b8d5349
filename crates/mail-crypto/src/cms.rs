//! The cryptographic message syntax: signed and encrypted messages, as S/MIME carries them.
//!
//! Results are DER. What is read may be BER, in DER's place or inside PEM.
//!
//! *Invariants*: readers take any bytes; what is not understood is no signature and no message.
//!
//! *Not here*: MIME around it. Line ends are taken as they are: who signs a text part gives it with CRLF.
//!
//! *Sources*: RFC 5652, RFC 8551 (S/MIME), RFC 5753 (ECDSA), RFC 8419 (Ed25519).

mod enveloped;
mod kinds;
mod sign;
mod signed;
mod verify;

pub use enveloped::{Decrypted, Secrets, decrypt, encrypt};
pub use kinds::kind;
pub use sign::{Signing, sign};
pub use verify::{Basis, Verified, verify};

use std::borrow::Cow;

use crate::tlv::{CONTEXT_0, INTEGER, OCTETS, OID, Reader, SEQUENCE, node, only};
use crate::{ber, pem};

/// Why a message is not made or not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CmsError {
    /// Not CMS, or another kind of it.
    #[error("it is no such CMS structure")]
    Structure,
    /// Key, certificate, digest or cipher cannot be used.
    #[error("a key, certificate or algorithm cannot be used")]
    Unusable,
    /// A signature is wrong, or its signer is not trusted.
    #[error("the signature does not verify")]
    Untrusted,
    /// No given key opens it.
    #[error("it cannot be decrypted")]
    Undecryptable,
}

/// An algorithm identifier with `NULL` parameters.
fn algorithm(oid: &[u8]) -> Vec<u8> {
    node(SEQUENCE, &[&node(OID, &[oid]), &[5, 0]])
}

/// An algorithm identifier without parameters.
fn bare_algorithm(oid: &[u8]) -> Vec<u8> {
    node(SEQUENCE, &[&node(OID, &[oid])])
}

fn small_integer(n: u8) -> Vec<u8> {
    node(INTEGER, &[&[n]])
}

/// A content of a kind.
fn content_info(kind: &[u8], content: &[u8]) -> Vec<u8> {
    node(SEQUENCE, &[&node(OID, &[kind]), &node(CONTEXT_0, &[content])])
}

/// The DER of a structure that came as DER, BER or PEM.
fn der(input: &[u8]) -> Option<Cow<'_, [u8]>> {
    if input.starts_with(b"-----BEGIN ") {
        let block = pem::first(input, &["CMS", "PKCS7", "PKCS #7 SIGNED DATA"])?;
        return ber::normalise(&block.der).map(|der| Cow::Owned(der.into_owned()));
    }
    ber::normalise(input)
}

/// Object identifier and content of a `ContentInfo`.
fn open(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut fields = Reader(Reader(der).expect(SEQUENCE)?);
    Some((fields.expect(OID)?, fields.expect(CONTEXT_0)?))
}

/// The inside of a `ContentInfo` of this kind, which is one sequence.
fn open_as<'a>(der: &'a [u8], kind: &[u8]) -> Option<Reader<'a>> {
    let (found, content) = open(der)?;
    if found == kind { only(content, SEQUENCE) } else { None }
}

/// A text that may come in pieces under a tag of its own.
fn octets(element: crate::tlv::Tlv<'_>, plain: u8, pieces: u8) -> Option<Cow<'_, [u8]>> {
    if element.tag == plain {
        return Some(Cow::Borrowed(element.content));
    }
    if element.tag != pieces {
        return None;
    }
    let mut rest = Reader(element.content);
    let mut joined = Vec::with_capacity(element.content.len());
    while !rest.is_empty() {
        joined.extend_from_slice(rest.expect(OCTETS)?);
    }
    Some(Cow::Owned(joined))
}
