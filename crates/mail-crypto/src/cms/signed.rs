//! The structure of signed content.

use std::borrow::Cow;
use std::sync::Arc;

use super::kinds::SIGNED;
use super::{octets, open_as};
use crate::tlv::{
    CONTEXT_0, CONTEXT_1, INTEGER, OCTETS, OID, PLAIN_0, Reader, SEQUENCE, SET, Tlv, node, only,
    set,
};
use crate::{Certificate, Hash};

pub(super) const CONTENT_TYPE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03";
pub(super) const MESSAGE_DIGEST: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04";
pub(super) const SIGNING_TIME: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05";

/// Most signers that are looked at.
const SIGNERS: usize = 16;

/// `SignedData`.
pub(super) struct Signed<'a> {
    pub(super) kind: &'a [u8],
    pub(super) content: Option<Cow<'a, [u8]>>,
    /// Those that can be read.
    pub(super) certificates: Vec<Arc<Certificate>>,
    pub(super) signers: Vec<Signer<'a>>,
}

/// `SignerInfo`.
pub(super) struct Signer<'a> {
    pub(super) id: SignerId<'a>,
    pub(super) hash: Hash,
    /// As a set in DER, as it was signed.
    pub(super) attributes: Option<Vec<u8>>,
    pub(super) scheme: &'a [u8],
    pub(super) parameters: &'a [u8],
    pub(super) signature: &'a [u8],
}

/// How a signer or recipient names its certificate.
pub(super) enum SignerId<'a> {
    /// `IssuerAndSerialNumber`, whole.
    Serial(&'a [u8]),
    /// Subject key identifier.
    Key(&'a [u8]),
}

impl SignerId<'_> {
    pub(super) fn read(element: Tlv<'_>) -> Option<SignerId<'_>> {
        match element.tag {
            SEQUENCE => Some(SignerId::Serial(element.whole)),
            PLAIN_0 => Some(SignerId::Key(element.content)),
            _ => None,
        }
    }

    pub(super) fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Serial(whole) => super::sign::issuer_and_serial(certificate) == *whole,
            Self::Key(wanted) => {
                use x509_cert::ext::pkix::SubjectKeyIdentifier;
                let key = certificate.extension::<SubjectKeyIdentifier>().ok().flatten();
                key.is_some_and(|key| key.0.as_bytes() == *wanted)
            }
        }
    }
}

impl<'a> Signed<'a> {
    pub(super) fn read(der: &'a [u8]) -> Option<Self> {
        let mut fields = open_as(der, SIGNED)?;
        fields.expect(INTEGER)?;
        fields.expect(SET)?;
        let mut inner = Reader(fields.expect(SEQUENCE)?);
        let kind = inner.expect(OID)?;
        let content = match inner.optional(CONTEXT_0) {
            Some(content) => Some(octets(Reader(content).element()?, OCTETS, OCTETS)?),
            None => None,
        };
        let certificates = fields.optional(CONTEXT_0).map(certificates).unwrap_or_default();
        fields.optional(CONTEXT_1);
        let mut infos = Reader(fields.expect(SET)?);
        let mut signers = Vec::new();
        while !infos.is_empty() && signers.len() < SIGNERS {
            signers.push(Signer::read(infos.expect(SEQUENCE)?)?);
        }
        infos.is_empty().then_some(Self { kind, content, certificates, signers })
    }
}

impl<'a> Signer<'a> {
    fn read(content: &'a [u8]) -> Option<Self> {
        let mut fields = Reader(content);
        fields.expect(INTEGER)?;
        let id = SignerId::read(fields.element()?)?;
        let hash = Hash::of_oid(Reader(fields.expect(SEQUENCE)?).expect(OID)?)?;
        let attributes = match fields.optional(CONTEXT_0) {
            Some(content) => Some(as_set(content)?),
            None => None,
        };
        let mut algorithm = Reader(fields.expect(SEQUENCE)?);
        let scheme = algorithm.expect(OID)?;
        let signature = fields.expect(OCTETS)?;
        Some(Self { id, hash, attributes, scheme, parameters: algorithm.0, signature })
    }

    /// The one value of a signed attribute; none when it is missing, or there twice.
    pub(super) fn attribute(&self, kind: &[u8]) -> Option<&[u8]> {
        let mut attributes = only(self.attributes.as_deref()?, SET)?;
        let mut found = None;
        while !attributes.is_empty() {
            let mut attribute = Reader(attributes.expect(SEQUENCE)?);
            if attribute.expect(OID)? != kind {
                continue;
            }
            let mut values = Reader(attribute.expect(SET)?);
            let value = values.element()?.content;
            if found.replace(value).is_some() || !values.is_empty() {
                return None;
            }
        }
        found
    }
}

/// Attributes in the order that DER gives a set; they were signed like that, and may come otherwise.
fn as_set(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = Reader(content);
    let mut elements = Vec::new();
    while !rest.is_empty() {
        elements.push(rest.element()?.whole.to_vec());
    }
    Some(if elements.is_empty() { node(SET, &[]) } else { set(SET, elements) })
}

fn certificates(content: &[u8]) -> Vec<Arc<Certificate>> {
    let mut rest = Reader(content);
    let elements = std::iter::from_fn(|| rest.element());
    let plain = elements.take(64).filter(|element| element.tag == SEQUENCE);
    plain.filter_map(|element| Certificate::from_der(element.whole)).map(Arc::new).collect()
}
