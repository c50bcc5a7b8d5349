//! Hashes of passwords.

use hsl_macros::library;
use hsl_vm::{NativeStep, Str, Value};

use crate::compute::compute;

/// Builtins of this topic.
#[library(topic = "passwords")]
pub(crate) mod functions {
    use super::*;

    /// Hashes a password with a setting, or with a hash made before, to compare the two.
    ///
    /// Settings begin with `$1$` (MD5), `$5$` and `$6$` (SHA-2), `$2a$`, `$2b$`, `$2y$` (bcrypt) or `$y$`
    /// (yescrypt), and hold the salt. A password is right when the result equals the stored hash.
    /// Runs on another thread, except for `$1$`.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for a setting that is unknown (DES is), broken or needs more than about ten
    /// seconds or 128 MiB, and for a password with a null byte.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $stored = ''$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/'';
    /// echo crypt("password", $stored) == $stored; // true
    /// ```
    ///
    /// Source: crypt(5). Since: 0.1. Compat: without DES.
    #[builtin(effect = external, returns = "string or none")]
    fn crypt(key: Str, salt: Str) -> NativeStep {
        let slow = mail_crypto::is_slow(&salt);
        let (key, salt) = (key.to_vec(), salt.to_vec());
        compute(slow, move || mail_crypto::crypt(&key, &salt), Value::from)
    }
}
