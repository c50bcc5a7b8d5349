//! Keys on elliptic curves, for ECDSA.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, KeyPair as _,
};

use crate::Hash;

/// A private key on P-256, P-384, P-521 or secp256k1.
pub struct EcKey {
    pair: EcdsaKeyPair,
    hash: Hash,
}

impl EcKey {
    /// A key in SEC 1 (`ECPrivateKey`) or PKCS#8.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let curves: [(&'static EcdsaSigningAlgorithm, Hash); 4] = [
            (&ECDSA_P256_SHA256_ASN1_SIGNING, Hash::Sha256),
            (&ECDSA_P384_SHA384_ASN1_SIGNING, Hash::Sha384),
            (&ECDSA_P521_SHA512_ASN1_SIGNING, Hash::Sha512),
            (&ECDSA_P256K1_SHA256_ASN1_SIGNING, Hash::Sha256),
        ];
        curves.into_iter().find_map(|(curve, hash)| {
            let pair = EcdsaKeyPair::from_private_key_der(curve, der).ok()?;
            Some(Self { pair, hash })
        })
    }

    /// The digest that it signs: the one of the curve's size.
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The public point, uncompressed.
    pub fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    /// The signature of a message in DER.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature = self.pair.sign(&SystemRandom::new(), message).ok()?;
        Some(signature.as_ref().to_vec())
    }
}
