//! Ciphers.

use hsl_macros::{Options, library};
use hsl_vm::{Cx, Str};
use mail_crypto::cipher::{self, Mode};

/// Builtins of this topic.
#[library(topic = "cipher")]
pub(crate) mod functions {
    use super::*;

    /// Encrypts a message with AES.
    ///
    /// The key has 16, 24 or 32 bytes, which chooses AES-128, AES-192 or AES-256, and is used as it is:
    /// a password needs a hash first. `mode` is `cbc`, which needs `iv`, or `ecb`, which shows equal
    /// blocks. Without `padding` the message must consist of whole blocks of 16 bytes. The result is
    /// bytes. Neither mode notices a changed message: add `hmac_sha2` of the result.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for a wrong length of key, vector or message and for an unknown mode.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $key = "0123456789abcdef";
    /// $secret = aes_encrypt("hello", $key, "cbc", ["iv" => "fedcba9876543210"]);
    /// echo base64_encode($secret); // e+3OsGVfOJQQaXifNkYgkQ==
    /// echo aes_decrypt($secret, $key, "cbc", ["iv" => "fedcba9876543210"]); // hello
    /// ```
    ///
    /// Source: NIST FIPS 197, SP 800-38A. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn aes_encrypt(
        cx: &mut Cx<'_>,
        message: Str,
        key: Str,
        #[values("ecb", "cbc")] mode: Str,
        options: CipherOptions,
    ) -> Option<Str> {
        cx.charge(message.len());
        let text = cipher::encrypt(&message, &key, options.mode(&mode)?, options.padding);
        text.map(Str::from)
    }

    /// Decrypts a message with AES.
    ///
    /// Key, `mode` and options are those of `aes_encrypt`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for a wrong length of key, vector or message, an unknown mode, and a padding
    /// that is wrong, as it is with a wrong key.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [aes_decrypt("no whole block", "0123456789abcdef", "ecb") === none]; // [0=>true]
    /// ```
    ///
    /// Source: NIST FIPS 197, SP 800-38A. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn aes_decrypt(
        cx: &mut Cx<'_>,
        message: Str,
        key: Str,
        #[values("ecb", "cbc")] mode: Str,
        options: CipherOptions,
    ) -> Option<Str> {
        cx.charge(message.len());
        let text = cipher::decrypt(&message, &key, options.mode(&mode)?, options.padding);
        text.map(Str::from)
    }
}

/// Options of ciphers.
#[derive(Options)]
struct CipherOptions {
    /// First vector of the mode cbc, 16 bytes.
    #[option(idle = ["$mode = ecb"])]
    iv: Option<Str>,
    /// PKCS#7 padding.
    #[option(default = true)]
    padding: bool,
}

impl CipherOptions {
    fn mode(&self, name: &[u8]) -> Option<Mode> {
        match name {
            b"ecb" => Some(Mode::Ecb),
            b"cbc" => self.iv.as_ref()?[..].try_into().ok().map(Mode::Cbc),
            _ => None,
        }
    }
}
