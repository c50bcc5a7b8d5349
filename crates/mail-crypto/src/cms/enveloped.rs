//! Encrypting for RSA certificates, and decrypting.
//!
//! A message that cannot be decrypted gives the same answer whatever was wrong with it: a wrong key
//! goes on with a key from chance (RFC 3218 §2.3.2).

use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use zeroize::Zeroizing;

use super::kinds::{DATA, ENVELOPED, short};
use super::sign::issuer_and_serial;
use super::signed::SignerId;
use super::{CmsError, algorithm, content_info, der, octets, open, open_as, small_integer};
use crate::cipher::{self, BLOCK, Mode};
use crate::key::{RSA, RsaKey};
use crate::tlv::{CONTEXT_0, INTEGER, OCTETS, OID, PLAIN_0, Reader, SEQUENCE, SET, node, only};
use crate::{Certificate, Hash, Identity, PrivateKey, PublicKey};

const OAEP: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07";
const TRIPLE_DES: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x03\x07";
/// AES-256 in the mode CBC; the last byte tells 128 (2) and 192 (22) from it.
const AES_256: &[u8] = b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a";

/// What encryption and decryption need from chance.
pub struct Secrets {
    /// Key of the message.
    pub key: Zeroizing<[u8; 32]>,
    /// First vector.
    pub vector: [u8; BLOCK],
}

/// A decrypted message.
pub struct Decrypted {
    /// Its content.
    pub content: Vec<u8>,
    /// Short name of the structure that the content is, when it is one: `signed` and the like.
    pub inner: Option<&'static str>,
}

/// Encrypts a message for certificates with RSA keys, with AES-256-CBC.
///
/// # Errors
/// [`CmsError::Unusable`] for no certificate, and for one with another key.
pub fn encrypt(
    message: &[u8],
    recipients: &[&Certificate],
    secrets: &Secrets,
) -> Result<Vec<u8>, CmsError> {
    let infos = recipients.iter().map(|certificate| recipient(certificate, &secrets.key[..]));
    let infos = infos.collect::<Option<Vec<_>>>().ok_or(CmsError::Unusable)?;
    if infos.is_empty() {
        return Err(CmsError::Unusable);
    }
    let mode = Mode::Cbc(secrets.vector);
    let text = cipher::encrypt(message, &secrets.key[..], mode, true).ok_or(CmsError::Unusable)?;
    let vector = node(OCTETS, &[&secrets.vector]);
    let content = node(
        SEQUENCE,
        &[
            &node(OID, &[DATA]),
            &node(SEQUENCE, &[&node(OID, &[AES_256]), &vector]),
            &node(PLAIN_0, &[&text]),
        ],
    );
    let enveloped = node(SEQUENCE, &[&small_integer(0), &crate::tlv::set(SET, infos), &content]);
    Ok(content_info(ENVELOPED, &enveloped))
}

fn recipient(certificate: &Certificate, key: &[u8]) -> Option<Vec<u8>> {
    let Some(PublicKey::Rsa(_)) = certificate.public_key() else { return None };
    let public = PublicEncryptingKey::from_der(certificate.spki()).ok()?;
    let public = Pkcs1PublicEncryptingKey::new(public).ok()?;
    let mut wrapped = vec![0; public.ciphertext_size()];
    let length = public.encrypt(key, &mut wrapped).ok()?.len();
    wrapped.truncate(length);
    let parts = [
        small_integer(0),
        issuer_and_serial(certificate),
        algorithm(RSA),
        node(OCTETS, &[&wrapped]),
    ];
    Some(node(SEQUENCE, &parts.each_ref().map(Vec::as_slice)))
}

/// Decrypts a message with the RSA key of an identity; `secrets` are from chance.
///
/// # Errors
/// [`CmsError::Structure`] and [`CmsError::Undecryptable`].
pub fn decrypt(
    input: &[u8],
    identity: &Identity,
    secrets: &Secrets,
) -> Result<Decrypted, CmsError> {
    let der = der(input).ok_or(CmsError::Structure)?;
    let enveloped = Enveloped::read(&der).ok_or(CmsError::Structure)?;
    let PrivateKey::Rsa(key) = &*identity.key else { return Err(CmsError::Undecryptable) };
    let certificate = identity.chain.first();
    let ours = enveloped
        .recipients
        .iter()
        .filter(|recipient| certificate.is_none_or(|certificate| recipient.id.names(certificate)));
    let opened = ours.map(|recipient| enveloped.open(recipient, key, secrets));
    let content = opened.flatten().next().ok_or(CmsError::Undecryptable)?;
    let inner = match short(enveloped.kind) {
        Some(name) => Some(name),
        None => open(&content).and_then(|(kind, _)| short(kind)),
    };
    Ok(Decrypted { content, inner })
}

/// `EnvelopedData`.
struct Enveloped<'a> {
    kind: &'a [u8],
    recipients: Vec<Recipient<'a>>,
    cipher: &'a [u8],
    vector: &'a [u8],
    text: std::borrow::Cow<'a, [u8]>,
}

/// `KeyTransRecipientInfo`.
struct Recipient<'a> {
    id: SignerId<'a>,
    scheme: &'a [u8],
    parameters: &'a [u8],
    wrapped: &'a [u8],
}

impl<'a> Enveloped<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        let mut fields = open_as(der, ENVELOPED)?;
        fields.expect(INTEGER)?;
        fields.optional(CONTEXT_0);
        let mut infos = Reader(fields.expect(SET)?);
        let mut recipients = Vec::new();
        while !infos.is_empty() {
            let info = infos.element()?;
            // Other kinds of recipients have tags of their own.
            if info.tag == SEQUENCE {
                recipients.extend(Recipient::read(info.content));
            }
        }
        let mut content = Reader(fields.expect(SEQUENCE)?);
        let kind = content.expect(OID)?;
        let mut algorithm = Reader(content.expect(SEQUENCE)?);
        let (cipher, vector) = (algorithm.expect(OID)?, algorithm.expect(OCTETS)?);
        let text = octets(content.element()?, PLAIN_0, CONTEXT_0)?;
        Some(Self { kind, recipients, cipher, vector, text })
    }

    fn open(&self, recipient: &Recipient<'_>, key: &RsaKey, secrets: &Secrets) -> Option<Vec<u8>> {
        let size = key_size(self.cipher)?;
        let unwrapped = key.decrypt(recipient.wrapping()?, recipient.wrapped);
        let fitting = unwrapped.filter(|key| key.len() == size);
        let chance = Zeroizing::new(secrets.key[..size].to_vec());
        let key = fitting.unwrap_or(chance);
        if self.cipher == TRIPLE_DES {
            return cipher::decrypt_triple_des(&self.text, &key, self.vector);
        }
        cipher::decrypt(&self.text, &key, Mode::Cbc(self.vector.try_into().ok()?), true)
    }
}

impl<'a> Recipient<'a> {
    fn read(content: &'a [u8]) -> Option<Self> {
        let mut fields = Reader(content);
        fields.expect(INTEGER)?;
        let id = SignerId::read(fields.element()?)?;
        let mut algorithm = Reader(fields.expect(SEQUENCE)?);
        let scheme = algorithm.expect(OID)?;
        Some(Self { id, scheme, parameters: algorithm.0, wrapped: fields.expect(OCTETS)? })
    }

    fn wrapping(&self) -> Option<crate::key::Wrapping> {
        match self.scheme {
            RSA => Some(crate::key::Wrapping::Pkcs1),
            OAEP => oaep_hash(self.parameters).map(crate::key::Wrapping::Oaep),
            _ => None,
        }
    }
}

/// The digest of `RSAES-OAEP-params` (RFC 4055 §4.1); the one of the mask must be the same.
fn oaep_hash(parameters: &[u8]) -> Option<Hash> {
    let mut fields = only(parameters, SEQUENCE)?;
    let digest = fields.optional(CONTEXT_0);
    let mask = fields.optional(crate::tlv::CONTEXT_1);
    let hash_of = |content: &[u8]| Hash::of_oid(only(content, SEQUENCE)?.expect(OID)?);
    let hash = digest.map_or(Some(Hash::Sha1), hash_of)?;
    let mask = mask.map_or(Some(Hash::Sha1), |content| {
        let mut algorithm = only(content, SEQUENCE)?;
        algorithm.expect(OID)?;
        hash_of(algorithm.0)
    })?;
    (hash == mask && fields.is_empty()).then_some(hash)
}

fn key_size(oid: &[u8]) -> Option<usize> {
    if oid == TRIPLE_DES {
        return Some(24);
    }
    match oid.strip_prefix(&AES_256[..8])? {
        [0x02] => Some(16),
        [0x16] => Some(24),
        [0x2a] => Some(32),
        _ => None,
    }
}
