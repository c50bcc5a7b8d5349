//! RSA keys.
//!
//! aws-lc signs with SHA-2 and keys from 2,048 bits, and decrypts. The crate `rsa` signs what aws-lc
//! does not: MD5, SHA-1 and shorter keys, with blinding; it never decrypts (ADR 0010).

use std::sync::OnceLock;

use ::rsa::pkcs1::DecodeRsaPrivateKey as _;
use ::rsa::{Pkcs1v15Sign, PrivateKey as Portable};
use aws_lc_rs::digest::Digest;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512,
    OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaKeyPair, RsaSignatureEncoding,
};
use zeroize::Zeroizing;

use super::RSA;
use crate::Hash;
use crate::public::bits;
use crate::tlv::{INTEGER, NULL, OCTETS, OID, SEQUENCE, node, only};

/// Smallest and largest modulus in bits.
const SIZES: std::ops::RangeInclusive<usize> = 1024..=8192;

/// An RSA private key.
pub struct RsaKey {
    /// None for keys below 2,048 bits.
    pair: Option<RsaKeyPair>,
    portable: OnceLock<Option<Portable>>,
    pkcs1: Zeroizing<Vec<u8>>,
    /// `RSAPublicKey` in DER.
    public: Vec<u8>,
    bits: usize,
}

/// How a key was encrypted for this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrapping {
    /// PKCS#1 version 1.5.
    Pkcs1,
    /// OAEP with the same digest in both places.
    Oaep(Hash),
}

impl RsaKey {
    /// A key in PKCS#1 (`RSAPrivateKey`).
    pub fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let mut fields = only(der, SEQUENCE)?;
        fields.expect(INTEGER)?;
        let (modulus, exponent) = (fields.element()?, fields.element()?);
        if modulus.tag != INTEGER || exponent.tag != INTEGER {
            return None;
        }
        let key = Self {
            pair: RsaKeyPair::from_der(der).ok(),
            portable: OnceLock::new(),
            pkcs1: Zeroizing::new(der.to_vec()),
            public: node(SEQUENCE, &[modulus.whole, exponent.whole]),
            bits: bits(modulus.content),
        };
        let usable = SIZES.contains(&key.bits) && (key.pair.is_some() || key.portable().is_some());
        usable.then_some(key)
    }

    /// A key in PKCS#8 (`PrivateKeyInfo`).
    pub fn from_pkcs8(der: &[u8]) -> Option<Self> {
        let (kind, inner) = super::pkcs8(der)?;
        if kind == RSA { Self::from_pkcs1(inner) } else { None }
    }

    /// `RSAPublicKey` in DER.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// Whether a signature takes milliseconds.
    pub fn is_slow(&self, hash: Hash) -> bool {
        self.bits >= 3072 || self.pair.is_none() || encoding(hash).is_none()
    }

    /// The signature of a digest (RSASSA-PKCS1-v1_5).
    pub fn sign(&self, hash: Hash, digest: &[u8]) -> Option<Vec<u8>> {
        if let Some((pair, encoding)) = self.pair.as_ref().zip(encoding(hash)) {
            let digest = Digest::import_less_safe(digest, hash.algorithm()?).ok()?;
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign_digest(encoding, &digest, &mut signature).ok()?;
            return Some(signature);
        }
        let padding = Pkcs1v15Sign { hash_len: Some(digest.len()), prefix: hash.prefix().into() };
        self.portable()?.sign(padding, digest).ok()
    }

    /// Decrypts a short text, as a key of a message is. None below 2,048 bits.
    pub(crate) fn decrypt(&self, wrapping: Wrapping, text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let key = PrivateDecryptingKey::from_pkcs8(&self.pkcs8()).ok()?;
        let mut plain = Zeroizing::new(vec![0; self.bits.div_ceil(8)]);
        let length = match wrapping {
            Wrapping::Pkcs1 => {
                Pkcs1PrivateDecryptingKey::new(key).ok()?.decrypt(text, &mut plain).ok()?.len()
            }
            Wrapping::Oaep(hash) => {
                let algorithm = match hash {
                    Hash::Md5 => return None,
                    Hash::Sha1 => &OAEP_SHA1_MGF1SHA1,
                    Hash::Sha256 => &OAEP_SHA256_MGF1SHA256,
                    Hash::Sha384 => &OAEP_SHA384_MGF1SHA384,
                    Hash::Sha512 => &OAEP_SHA512_MGF1SHA512,
                };
                let key = OaepPrivateDecryptingKey::new(key).ok()?;
                key.decrypt(algorithm, text, &mut plain, None).ok()?.len()
            }
        };
        plain.truncate(length);
        Some(plain)
    }

    fn pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let algorithm = node(SEQUENCE, &[&node(OID, &[RSA]), &node(NULL, &[])]);
        let inner = Zeroizing::new(node(OCTETS, &[&self.pkcs1]));
        Zeroizing::new(node(SEQUENCE, &[&node(INTEGER, &[&[0]]), &algorithm, &inner]))
    }

    fn portable(&self) -> Option<&Portable> {
        self.portable.get_or_init(|| Portable::from_pkcs1_der(&self.pkcs1).ok()).as_ref()
    }
}

fn encoding(hash: Hash) -> Option<&'static RsaSignatureEncoding> {
    match hash {
        Hash::Md5 | Hash::Sha1 => None,
        Hash::Sha256 => Some(&RSA_PKCS1_SHA256),
        Hash::Sha384 => Some(&RSA_PKCS1_SHA384),
        Hash::Sha512 => Some(&RSA_PKCS1_SHA512),
    }
}
