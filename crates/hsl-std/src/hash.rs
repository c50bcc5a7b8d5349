//! Digests and message authentication codes.

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use hsl_macros::{Options, library};
use hsl_vm::{Cx, Str, Thrown};
use md5::Md5;
use sha1::Sha1;
use sha2::digest::Digest;
use sha2::{Sha256, Sha512};

use crate::random::uuid_text;

/// Builtins of this topic.
#[library(topic = "hash")]
pub(crate) mod functions {
    use super::*;

    /// Returns the MD5 digest of a message.
    ///
    /// The result is lower-case hexadecimal, or 16 raw bytes with `binary`. MD5 is broken: use it
    /// for compatibility, not for security.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo md5("abc"); // 900150983cd24fb0d6963f7d28e17f72
    /// ```
    ///
    /// Source: RFC 1321. Since: 0.1. Compat: same.
    #[builtin(effect = pure, keeps = [Key])]
    fn md5(cx: &mut Cx<'_>, message: Str, options: DigestOptions) -> Str {
        cx.charge(message.len());
        options.show(&Md5::digest(&*message))
    }

    /// Returns the SHA-1 digest of a message.
    ///
    /// The result is lower-case hexadecimal, or 20 raw bytes with `binary`. SHA-1 is broken: use it
    /// for compatibility, not for security.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo sha1("abc"); // a9993e364706816aba3e25717850c26c9cd0d89d
    /// ```
    ///
    /// Source: RFC 3174. Since: 0.1. Compat: same.
    #[builtin(effect = pure, keeps = [Key])]
    fn sha1(cx: &mut Cx<'_>, message: Str, options: DigestOptions) -> Str {
        cx.charge(message.len());
        options.show(&Sha1::digest(&*message))
    }

    /// Returns the SHA-2 digest of a message, of 256 or 512 bits.
    ///
    /// The result is lower-case hexadecimal, or raw bytes with `binary`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for another size.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo sha2("abc", 256)[0:16]; // ba7816bf8f01cfea
    /// ```
    ///
    /// Source: RFC 6234. Since: 0.1. Compat: same.
    #[builtin(effect = pure, keeps = [Key])]
    fn sha2(
        cx: &mut Cx<'_>,
        message: Str,
        hashsize: f64,
        options: DigestOptions,
    ) -> Result<Str, Thrown> {
        cx.charge(message.len());
        match hashsize {
            256.0 => Ok(options.show(&Sha256::digest(&*message))),
            512.0 => Ok(options.show(&Sha512::digest(&*message))),
            _ => Err(size_error("sha2")),
        }
    }

    /// Returns the HMAC-MD5 of a message.
    ///
    /// The result is lower-case hexadecimal, or 16 raw bytes with `binary`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo hmac_md5("Jefe", "what do ya want for nothing?"); // 750c783e6ab0b503eaa86e310a5db738
    /// ```
    ///
    /// Source: RFC 2104. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn hmac_md5(cx: &mut Cx<'_>, key: Str, message: Str, options: DigestOptions) -> Str {
        cx.charge(message.len());
        options.show(&hmac::<Hmac<Md5>>(&key, &message))
    }

    /// Returns the HMAC-SHA1 of a message.
    ///
    /// The result is lower-case hexadecimal, or 20 raw bytes with `binary`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo hmac_sha1("Jefe", "what do ya want for nothing?")[0:16]; // effcdf6ae5eb2fa2
    /// ```
    ///
    /// Source: RFC 2104, RFC 2202 §3. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn hmac_sha1(cx: &mut Cx<'_>, key: Str, message: Str, options: DigestOptions) -> Str {
        cx.charge(message.len());
        options.show(&hmac::<Hmac<Sha1>>(&key, &message))
    }

    /// Returns the HMAC-SHA2 of a message, of 256 or 512 bits.
    ///
    /// The result is lower-case hexadecimal, or raw bytes with `binary`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for another size.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo hmac_sha2("Jefe", "what do ya want for nothing?", 256)[0:16]; // 5bdcc146bf60754e
    /// ```
    ///
    /// Source: RFC 2104, RFC 4231 §4. Since: 0.1. Compat: same.
    #[builtin(effect = pure, keeps = [Key])]
    fn hmac_sha2(
        cx: &mut Cx<'_>,
        key: Str,
        message: Str,
        hashsize: f64,
        options: DigestOptions,
    ) -> Result<Str, Thrown> {
        cx.charge(message.len());
        match hashsize {
            256.0 => Ok(options.show(&hmac::<Hmac<Sha256>>(&key, &message))),
            512.0 => Ok(options.show(&hmac::<Hmac<Sha512>>(&key, &message))),
            _ => Err(size_error("hmac_sha2")),
        }
    }

    /// Returns a number derived from a string, for spreading keys over buckets.
    ///
    /// Equal strings give equal numbers, on every machine and in every version; the number is an
    /// integer from 0 to 2^32 - 1. Not for security.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo hash("a"); // 3826002220
    /// echo hash("a") % 4; // 0
    /// ```
    ///
    /// Source: FNV-1a with 32 bits, RFC 9923. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn hash(cx: &mut Cx<'_>, message: Str) -> f64 {
        cx.charge(message.len());
        let step = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
        f64::from(message.iter().fold(0x811c_9dc5, step))
    }

    /// Returns the identifier that a namespace and a value give, in the text form of a UUID.
    ///
    /// The version is 5: equal arguments give equal identifiers.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for a namespace that is no UUID.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com"); // 2ed6657d-e927-568b-95e1-2665a8aea6a2
    /// ```
    ///
    /// Source: RFC 9562 §5.5. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn uuidv5(cx: &mut Cx<'_>, uuidnamespace: Str, value: Str) -> Result<String, Thrown> {
        cx.charge(value.len());
        let namespace = uuid_bytes(&uuidnamespace)
            .ok_or_else(|| Thrown::error("uuidv5: the namespace is no UUID"))?;
        let digest = Sha1::new().chain_update(namespace).chain_update(&*value).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Ok(uuid_text(bytes, 5))
    }
}

/// Options of digests.
#[derive(Options)]
struct DigestOptions {
    /// Return raw bytes instead of hexadecimal.
    #[option(default = false)]
    binary: bool,
}

impl DigestOptions {
    fn show(&self, digest: &[u8]) -> Str {
        if self.binary {
            return Str::from(digest);
        }
        Str::from(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    }
}

fn hmac<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
    // A key of any length is valid, so that this cannot fail; an empty code is never right.
    let Ok(mac) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn size_error(function: &str) -> Thrown {
    Thrown::error(format!("{function}: the size must be 256 or 512"))
}

fn uuid_bytes(text: &[u8]) -> Option<[u8; 16]> {
    let dashes = [8, 13, 18, 23];
    if text.len() != 36 || dashes.iter().any(|at| text[*at] != b'-') {
        return None;
    }
    let digits = text.iter().enumerate().filter(|(at, _)| !dashes.contains(at));
    let digits: Option<Vec<u32>> = digits.map(|(_, b)| char::from(*b).to_digit(16)).collect();
    let bytes: Vec<u8> = digits?.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect();
    bytes.try_into().ok()
}
