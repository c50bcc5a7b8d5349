//! Public keys, and what they verify.

use ::rsa::pkcs1::DecodeRsaPublicKey as _;
use ::rsa::{Pkcs1v15Sign, PublicKey as Portable};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA1_ASN1, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P256_SHA512_ASN1,
    ECDSA_P256K1_SHA256_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    ECDSA_P384_SHA512_ASN1, ECDSA_P521_SHA1_ASN1, ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1,
    ECDSA_P521_SHA512_ASN1, ED25519 as VERIFY_ED25519,
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};

use crate::Hash;
use crate::key::{EC, ED25519, RSA};
use crate::tlv::{CONTEXT_0, INTEGER, OID, Reader, SEQUENCE, only};

const BIT_STRING: u8 = 0x03;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// `RSAPublicKey` in DER, with a modulus of 1,024 to 8,192 bits.
    Rsa(Vec<u8>),
    /// A point, uncompressed.
    Ec(Curve, Vec<u8>),
    /// 32 bytes.
    Ed25519(Vec<u8>),
}

/// A curve for ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
    /// secp256k1.
    K256,
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    RsaPkcs1(Hash),
    /// RSASSA-PSS, with salt and mask as long as the digest.
    RsaPss(Hash),
    /// ECDSA, the signature in DER.
    Ecdsa(Hash),
    /// Ed25519.
    Ed25519,
}

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Key and scheme do not belong together, or the scheme is unknown or too weak.
    #[error("the signature algorithm is not supported")]
    Unsupported,
    /// It was not made by this key over this message.
    #[error("the signature is wrong")]
    Wrong,
}

impl PublicKey {
    /// A key in `SubjectPublicKeyInfo`.
    pub fn from_spki(der: &[u8]) -> Option<Self> {
        let mut fields = only(der, SEQUENCE)?;
        let mut algorithm = Reader(fields.expect(SEQUENCE)?);
        let kind = algorithm.expect(OID)?;
        let bytes = fields.expect(BIT_STRING)?.strip_prefix(&[0])?;
        match kind {
            RSA => Self::from_pkcs1(bytes),
            EC => Some(Self::Ec(curve(algorithm.expect(OID)?)?, bytes.to_vec())),
            ED25519 => Self::ed25519(bytes),
            _ => None,
        }
    }

    /// A key in PKCS#1 (`RSAPublicKey`).
    pub fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let mut fields = only(der, SEQUENCE)?;
        let (modulus, _) = (fields.expect(INTEGER)?, fields.expect(INTEGER)?);
        let fits = (1024..=8192).contains(&bits(modulus)) && fields.is_empty();
        fits.then(|| Self::Rsa(der.to_vec()))
    }

    /// The first public key of a PEM text, in either form.
    pub fn from_pem(text: &[u8]) -> Option<Self> {
        let block = crate::pem::first(text, &["PUBLIC KEY", "RSA PUBLIC KEY"])?;
        match block.label {
            b"PUBLIC KEY" => Self::from_spki(&block.der),
            _ => Self::from_pkcs1(&block.der),
        }
    }

    /// An Ed25519 key of 32 bytes.
    pub fn ed25519(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == 32).then(|| Self::Ed25519(bytes.to_vec()))
    }

    /// Checks the signature of a message.
    ///
    /// # Errors
    /// [`SignatureError`], by cause.
    pub fn verify(
        &self,
        scheme: Scheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        if let (Self::Rsa(der), Scheme::RsaPkcs1(Hash::Md5)) = (self, scheme) {
            return verify_md5(der, message, signature);
        }
        let algorithm = self.algorithm(scheme).ok_or(SignatureError::Unsupported)?;
        let key = UnparsedPublicKey::new(algorithm, self.bytes());
        key.verify(message, signature).map_err(|_| SignatureError::Wrong)
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Rsa(bytes) | Self::Ec(_, bytes) | Self::Ed25519(bytes) => bytes,
        }
    }

    fn algorithm(&self, scheme: Scheme) -> Option<&'static dyn VerificationAlgorithm> {
        Some(match (self, scheme) {
            (Self::Rsa(_), Scheme::RsaPkcs1(hash)) => match hash {
                Hash::Md5 => return None,
                Hash::Sha1 => &RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
                Hash::Sha256 => &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
                Hash::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
                Hash::Sha512 => &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
            },
            (Self::Rsa(_), Scheme::RsaPss(hash)) => match hash {
                Hash::Md5 | Hash::Sha1 => return None,
                Hash::Sha256 => &RSA_PSS_2048_8192_SHA256,
                Hash::Sha384 => &RSA_PSS_2048_8192_SHA384,
                Hash::Sha512 => &RSA_PSS_2048_8192_SHA512,
            },
            (Self::Ec(curve, _), Scheme::Ecdsa(hash)) => match (curve, hash) {
                (Curve::P256, Hash::Sha1) => &ECDSA_P256_SHA1_ASN1,
                (Curve::P256, Hash::Sha256) => &ECDSA_P256_SHA256_ASN1,
                (Curve::P256, Hash::Sha384) => &ECDSA_P256_SHA384_ASN1,
                (Curve::P256, Hash::Sha512) => &ECDSA_P256_SHA512_ASN1,
                (Curve::P384, Hash::Sha256) => &ECDSA_P384_SHA256_ASN1,
                (Curve::P384, Hash::Sha384) => &ECDSA_P384_SHA384_ASN1,
                (Curve::P384, Hash::Sha512) => &ECDSA_P384_SHA512_ASN1,
                (Curve::P521, Hash::Sha1) => &ECDSA_P521_SHA1_ASN1,
                (Curve::P521, Hash::Sha256) => &ECDSA_P521_SHA256_ASN1,
                (Curve::P521, Hash::Sha384) => &ECDSA_P521_SHA384_ASN1,
                (Curve::P521, Hash::Sha512) => &ECDSA_P521_SHA512_ASN1,
                (Curve::K256, Hash::Sha256) => &ECDSA_P256K1_SHA256_ASN1,
                _ => return None,
            },
            (Self::Ed25519(_), Scheme::Ed25519) => &VERIFY_ED25519,
            _ => return None,
        })
    }
}

impl Scheme {
    /// The scheme of an `AlgorithmIdentifier`, given by the content of its object identifier and its
    /// encoded parameters. MD5 is none.
    pub(crate) fn of(oid: &[u8], parameters: &[u8]) -> Option<Self> {
        let rsa = RSA.strip_suffix(&[1]).and_then(|prefix| oid.strip_prefix(prefix));
        let ecdsa = oid.strip_prefix(b"\x2a\x86\x48\xce\x3d\x04");
        Some(match (rsa, ecdsa) {
            (Some([5]), _) => Self::RsaPkcs1(Hash::Sha1),
            (Some([10]), _) => Self::RsaPss(pss_hash(parameters)?),
            (Some([11]), _) => Self::RsaPkcs1(Hash::Sha256),
            (Some([12]), _) => Self::RsaPkcs1(Hash::Sha384),
            (Some([13]), _) => Self::RsaPkcs1(Hash::Sha512),
            (_, Some([1])) => Self::Ecdsa(Hash::Sha1),
            (_, Some([3, 2])) => Self::Ecdsa(Hash::Sha256),
            (_, Some([3, 3])) => Self::Ecdsa(Hash::Sha384),
            (_, Some([3, 4])) => Self::Ecdsa(Hash::Sha512),
            _ if oid == ED25519 => Self::Ed25519,
            _ => return None,
        })
    }
}

/// The digest of `RSASSA-PSS-params`; SHA-1, the default, is none.
fn pss_hash(parameters: &[u8]) -> Option<Hash> {
    let mut algorithm = only(only(parameters, SEQUENCE)?.expect(CONTEXT_0)?, SEQUENCE)?;
    Hash::of_oid(algorithm.expect(OID)?)
}

fn verify_md5(der: &[u8], message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
    let key = Portable::from_pkcs1_der(der).map_err(|_| SignatureError::Unsupported)?;
    let padding = Pkcs1v15Sign { hash_len: Some(16), prefix: Hash::Md5.prefix().into() };
    let digest = Hash::Md5.digest(message);
    key.verify(padding, &digest, signature).map_err(|_| SignatureError::Wrong)
}

fn curve(oid: &[u8]) -> Option<Curve> {
    match oid {
        b"\x2a\x86\x48\xce\x3d\x03\x01\x07" => Some(Curve::P256),
        b"\x2b\x81\x04\x00\x22" => Some(Curve::P384),
        b"\x2b\x81\x04\x00\x23" => Some(Curve::P521),
        b"\x2b\x81\x04\x00\x0a" => Some(Curve::K256),
        _ => None,
    }
}

/// Bits of a positive integer; 0 for a negative one.
pub(crate) fn bits(integer: &[u8]) -> usize {
    if integer.first().is_none_or(|first| first & 0x80 != 0) {
        return 0;
    }
    let digits = &integer[integer.iter().take_while(|byte| **byte == 0).count()..];
    digits.first().map_or(0, |first| digits.len() * 8 - first.leading_zeros() as usize)
}
