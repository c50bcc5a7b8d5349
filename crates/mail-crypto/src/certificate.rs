//! X.509 certificates.
//!
//! *Invariants*: the bytes are kept as they came; signatures are checked over them.
//!
//! *Not here*: whether one is trusted (`chain`).
//!
//! *Sources*: RFC 5280 §4.

use std::time::Duration;

use der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::SubjectAltName;

use crate::names::{alternative, bytes, hex, pairs};
use crate::tlv::{OID, Reader, SEQUENCE, only};
use crate::{AltName, Extension, PublicKey, Scheme, SignatureError, extension, pem};

/// A certificate.
pub struct Certificate {
    der: Vec<u8>,
    parsed: x509_cert::Certificate,
    spki: Vec<u8>,
    /// DER of the names.
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl Certificate {
    /// One certificate in DER, and nothing behind it.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let parsed = x509_cert::Certificate::from_der(der).ok()?;
        let tbs = parsed.tbs_certificate();
        let spki = tbs.subject_public_key_info().to_der().ok()?;
        let (subject, issuer) = (bytes(tbs.subject()), bytes(tbs.issuer()));
        Some(Self { der: der.to_vec(), spki, subject, issuer, parsed })
    }

    /// Every certificate of a text in PEM, or of certificates in DER one after the other.
    pub fn all(text: &[u8], pem: bool) -> Option<Vec<Self>> {
        if !pem {
            let mut rest = Reader(text);
            let mut found = Vec::new();
            while !rest.is_empty() {
                found.push(Self::from_der(rest.element()?.whole)?);
            }
            return Some(found);
        }
        let blocks = pem::blocks(text)?;
        let ours =
            blocks.iter().filter(|b| matches!(b.label, b"CERTIFICATE" | b"X509 CERTIFICATE"));
        ours.map(|block| Self::from_der(&block.der)).collect()
    }

    /// Its bytes.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// In PEM.
    pub fn to_pem(&self) -> String {
        pem::encode("CERTIFICATE", &self.der)
    }

    /// Attributes of the subject in order: short name and value.
    pub fn subject(&self) -> Vec<(String, String)> {
        pairs(self.parsed.tbs_certificate().subject())
    }

    /// Attributes of the issuer in order: short name and value.
    pub fn issuer(&self) -> Vec<(String, String)> {
        pairs(self.parsed.tbs_certificate().issuer())
    }

    /// Alternative names of the subject; empty when there are none or they cannot be read.
    pub fn alternative_names(&self) -> Vec<AltName> {
        let names = self.extension::<SubjectAltName>().ok().flatten();
        names.iter().flat_map(|names| &names.0).map(alternative).collect()
    }

    /// 1 to 3.
    pub fn version(&self) -> u8 {
        self.parsed.tbs_certificate().version() as u8 + 1
    }

    /// The serial number in capital hexadecimal, without leading zeros.
    pub fn serial_number(&self) -> String {
        serial(self.serial_bytes())
    }

    /// First second in which it is valid, as Unix time.
    pub fn not_before(&self) -> u64 {
        seconds(self.parsed.tbs_certificate().validity().not_before.to_unix_duration())
    }

    /// Last second in which it is valid, as Unix time.
    pub fn not_after(&self) -> u64 {
        seconds(self.parsed.tbs_certificate().validity().not_after.to_unix_duration())
    }

    /// The public key in `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// The public key; none for a kind that is not supported.
    pub fn public_key(&self) -> Option<PublicKey> {
        PublicKey::from_spki(&self.spki)
    }

    /// All extensions in order.
    pub fn extensions(&self) -> Vec<Extension> {
        extension::list(self.parsed.tbs_certificate().extensions())
    }

    pub(crate) fn parsed(&self) -> &x509_cert::Certificate {
        &self.parsed
    }

    pub(crate) fn serial_bytes(&self) -> &[u8] {
        self.parsed.tbs_certificate().serial_number().as_bytes()
    }

    pub(crate) fn subject_der(&self) -> &[u8] {
        &self.subject
    }

    pub(crate) fn issuer_der(&self) -> &[u8] {
        &self.issuer
    }

    /// One extension.
    ///
    /// # Errors
    /// When it is there twice or cannot be read.
    pub(crate) fn extension<'a, T>(&'a self) -> der::Result<Option<T>>
    where
        T: der::Decode<'a, Error = der::Error> + der::oid::AssociatedOid,
    {
        let found = self.parsed.tbs_certificate().get_extension::<T>()?;
        Ok(found.map(|(_, extension)| extension))
    }

    /// Checks its signature with the key of its issuer.
    pub(crate) fn signed_by(&self, key: &PublicKey) -> Result<(), SignatureError> {
        check_signed(&self.der, key)
    }
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "certificate {}", self.serial_number())
    }
}

/// Checks the signature of a certificate or list: three fields, of which the first is signed.
pub(crate) fn check_signed(der: &[u8], key: &PublicKey) -> Result<(), SignatureError> {
    let unsupported = SignatureError::Unsupported;
    let (signed, scheme, signature) = signed_parts(der).ok_or(unsupported)?;
    key.verify(scheme, signed, signature)
}

fn signed_parts(der: &[u8]) -> Option<(&[u8], Scheme, &[u8])> {
    let mut fields = only(der, SEQUENCE)?;
    let signed = fields.element()?.whole;
    let mut algorithm = Reader(fields.expect(SEQUENCE)?);
    let oid = algorithm.expect(OID)?;
    let signature = fields.expect(0x03)?.strip_prefix(&[0])?;
    Some((signed, Scheme::of(oid, algorithm.0)?, signature))
}

/// A serial number in hexadecimal.
pub(crate) fn serial(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    if zeros == bytes.len() { "00".to_owned() } else { hex(&bytes[zeros..]) }
}

pub(crate) fn seconds(time: Duration) -> u64 {
    time.as_secs()
}
