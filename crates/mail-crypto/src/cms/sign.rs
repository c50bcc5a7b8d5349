//! Signing.

use super::kinds::{DATA, SIGNED};
use super::signed::{CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME};
use super::{CmsError, algorithm, bare_algorithm, content_info, small_integer};
use crate::key::{ED25519, RSA};
use crate::tlv::{CONTEXT_0, INTEGER, OCTETS, OID, SEQUENCE, SET, node, set};
use crate::{Certificate, Hash, Identity, PrivateKey};

/// How to sign.
#[derive(Clone, Copy, Debug)]
pub struct Signing {
    /// Leave the message out.
    pub detached: bool,
    /// Digest; none for the one that fits the key: SHA-256 for RSA.
    pub hash: Option<Hash>,
    /// Unix time that the signature states.
    pub now: u64,
}

/// Signs a message with the key of an identity, and puts its certificates in.
///
/// # Errors
/// [`CmsError::Unusable`].
pub fn sign(message: &[u8], signer: &Identity, how: Signing) -> Result<Vec<u8>, CmsError> {
    let certificate = signer.chain.first().ok_or(CmsError::Unusable)?;
    let public = certificate.public_key().ok_or(CmsError::Unusable)?;
    if !signer.key.fits(&public) {
        return Err(CmsError::Unusable);
    }
    let hash = digest_of(&signer.key, how.hash)?;
    let digest = algorithm_of(hash);
    let info = signer_info(certificate, &signer.key, hash, message, how.now)?;
    let certificates: Vec<&[u8]> = signer.chain.iter().map(|c| c.der()).collect();
    let content = match how.detached {
        true => Vec::new(),
        false => node(CONTEXT_0, &[&node(OCTETS, &[message])]),
    };
    let signed = node(
        SEQUENCE,
        &[
            &small_integer(1),
            &node(SET, &[&digest]),
            &node(SEQUENCE, &[&node(OID, &[DATA]), &content]),
            &node(CONTEXT_0, &certificates),
            &node(SET, &[&info]),
        ],
    );
    Ok(content_info(SIGNED, &signed))
}

fn digest_of(key: &PrivateKey, wanted: Option<Hash>) -> Result<Hash, CmsError> {
    let fitting = match key {
        PrivateKey::Rsa(_) => return Ok(wanted.unwrap_or(Hash::Sha256)),
        PrivateKey::Ec(key) => key.hash(),
        // RFC 8419 §3.1.
        PrivateKey::Ed25519(_) => Hash::Sha512,
    };
    match wanted {
        Some(hash) if hash != fitting => Err(CmsError::Unusable),
        _ => Ok(fitting),
    }
}

fn signer_info(
    certificate: &Certificate,
    key: &PrivateKey,
    hash: Hash,
    message: &[u8],
    now: u64,
) -> Result<Vec<u8>, CmsError> {
    let attributes = vec![
        attribute(CONTENT_TYPE, &node(OID, &[DATA])),
        attribute(SIGNING_TIME, &time(now).ok_or(CmsError::Unusable)?),
        attribute(MESSAGE_DIGEST, &node(OCTETS, &[&hash.digest(message)])),
    ];
    // Signed as a set, written under the tag of the field (RFC 5652 §5.4).
    let signed = set(SET, attributes.clone());
    let (scheme, signature) = signature(key, hash, &signed).ok_or(CmsError::Unusable)?;
    Ok(node(
        SEQUENCE,
        &[
            &small_integer(1),
            &issuer_and_serial(certificate),
            &algorithm_of(hash),
            &set(CONTEXT_0, attributes),
            &scheme,
            &node(OCTETS, &[&signature]),
        ],
    ))
}

pub(super) fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    let serial = node(INTEGER, &[certificate.serial_bytes()]);
    node(SEQUENCE, &[certificate.issuer_der(), &serial])
}

fn attribute(kind: &[u8], value: &[u8]) -> Vec<u8> {
    node(SEQUENCE, &[&node(OID, &[kind]), &node(SET, &[value])])
}

/// SHA-2 has no parameters here (RFC 5754 §2), older digests do.
fn algorithm_of(hash: Hash) -> Vec<u8> {
    match hash {
        Hash::Md5 | Hash::Sha1 => algorithm(hash.oid()),
        _ => bare_algorithm(hash.oid()),
    }
}

fn signature(key: &PrivateKey, hash: Hash, signed: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    match key {
        PrivateKey::Rsa(key) => Some((algorithm(RSA), key.sign(hash, &hash.digest(signed))?)),
        PrivateKey::Ec(key) => {
            let last = match hash {
                Hash::Sha256 => 2,
                Hash::Sha384 => 3,
                Hash::Sha512 => 4,
                Hash::Md5 | Hash::Sha1 => return None,
            };
            let oid = [b"\x2a\x86\x48\xce\x3d\x04\x03", &[last][..]].concat();
            Some((bare_algorithm(&oid), key.sign(signed)?))
        }
        PrivateKey::Ed25519(key) => Some((bare_algorithm(ED25519), key.sign(signed))),
    }
}

/// `UTCTime` until 2049, as RFC 5652 §11.3 asks.
fn time(now: u64) -> Option<Vec<u8>> {
    let date = der::DateTime::from_unix_duration(std::time::Duration::from_secs(now)).ok()?;
    let (tag, year) = match date.year() {
        1950..=2049 => (0x17, format!("{:02}", date.year() % 100)),
        year => (0x18, format!("{year:04}")),
    };
    let rest = [date.month(), date.day(), date.hour(), date.minutes(), date.seconds()];
    let digits: String = rest.iter().map(|part| format!("{part:02}")).collect();
    Some(node(tag, &[format!("{year}{digits}Z").as_bytes()]))
}
