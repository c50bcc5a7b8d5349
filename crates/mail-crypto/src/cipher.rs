//! AES in the modes ECB and CBC.
//!
//! *Not here*: keys that are derived from anything; key and vector are taken as they are.
//!
//! *Sources*: NIST SP 800-38A; padding of RFC 5652 §6.3.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptingKey, DecryptionContext, EncryptingKey,
    EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;

/// Bytes of a block of AES.
pub const BLOCK: usize = 16;

/// How blocks are chained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each block alone; equal blocks stay recognizable.
    Ecb,
    /// Each block on top of the one before, beginning with this vector.
    Cbc([u8; BLOCK]),
}

/// Encrypts; the length of the key (16, 24 or 32 bytes) chooses the cipher. Without `padding` the
/// message must consist of whole blocks. None for anything else.
pub fn encrypt(message: &[u8], key: &[u8], mode: Mode, padding: bool) -> Option<Vec<u8>> {
    let key = UnboundCipherKey::new(algorithm(key)?, key).ok()?;
    let mut text = message.to_vec();
    let start = match mode {
        Mode::Ecb => EncryptionContext::None,
        Mode::Cbc(vector) => EncryptionContext::Iv128(FixedLength::from(vector)),
    };
    if padding {
        let key = match mode {
            Mode::Ecb => PaddedBlockEncryptingKey::ecb_pkcs7(key),
            Mode::Cbc(_) => PaddedBlockEncryptingKey::cbc_pkcs7(key),
        };
        key.ok()?.less_safe_encrypt(&mut text, start).ok()?;
        return Some(text);
    }
    if !text.len().is_multiple_of(BLOCK) {
        return None;
    }
    let key = match mode {
        Mode::Ecb => EncryptingKey::ecb(key),
        Mode::Cbc(_) => EncryptingKey::cbc(key),
    };
    let key = key.ok()?;
    if !text.is_empty() {
        key.less_safe_encrypt(&mut text, start).ok()?;
    }
    Some(text)
}

/// Decrypts what [`encrypt`] gives. None for a wrong length or padding.
pub fn decrypt(message: &[u8], key: &[u8], mode: Mode, padding: bool) -> Option<Vec<u8>> {
    if !message.len().is_multiple_of(BLOCK) {
        return None;
    }
    let key = UnboundCipherKey::new(algorithm(key)?, key).ok()?;
    let start = match mode {
        Mode::Ecb => DecryptionContext::None,
        Mode::Cbc(vector) => DecryptionContext::Iv128(FixedLength::from(vector)),
    };
    let mut text = message.to_vec();
    if padding {
        let key = match mode {
            Mode::Ecb => PaddedBlockDecryptingKey::ecb_pkcs7(key),
            Mode::Cbc(_) => PaddedBlockDecryptingKey::cbc_pkcs7(key),
        };
        let length = key.ok()?.decrypt(&mut text, start).ok()?.len();
        text.truncate(length);
        return Some(text);
    }
    let key = match mode {
        Mode::Ecb => DecryptingKey::ecb(key),
        Mode::Cbc(_) => DecryptingKey::cbc(key),
    };
    let key = key.ok()?;
    if !text.is_empty() {
        key.decrypt(&mut text, start).ok()?;
    }
    Some(text)
}

/// Decrypts Triple DES in the mode CBC, which old mail programs still use.
pub(crate) fn decrypt_triple_des(text: &[u8], key: &[u8], vector: &[u8]) -> Option<Vec<u8>> {
    #[allow(deprecated, reason = "only to read what others still send")]
    let cipher = &aws_lc_rs::cipher::DES_EDE3_FOR_LEGACY_USE_ONLY;
    let key = UnboundCipherKey::new(cipher, key).ok()?;
    let vector: [u8; 8] = vector.try_into().ok()?;
    let start = DecryptionContext::Iv64(FixedLength::from(vector));
    let mut text = text.to_vec();
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).ok()?;
    let length = key.decrypt(&mut text, start).ok()?.len();
    text.truncate(length);
    Some(text)
}

fn algorithm(key: &[u8]) -> Option<&'static Algorithm> {
    match key.len() {
        16 => Some(&AES_128),
        24 => Some(&AES_192),
        32 => Some(&AES_256),
        _ => None,
    }
}
