//! Private keys and signatures.
//!
//! *Invariants*: no message shows a key.
//!
//! *Not here*: the algorithms (`mail_crypto`), certificates, CMS.

mod named;

use std::sync::Arc;

use hsl_macros::{Options, library};
use hsl_vm::{Cx, NativeStep, Str, Thrown, Value};
use mail_crypto::{Ed25519Key, Hash, PrivateKey, PublicKey, RsaKey, Scheme};

use crate::binding::wrong_type;
use crate::compute::compute;
use crate::resource;

pub(crate) use named::{GivenCertificate, NoIdentity, configured, identity, named, of_argument};

/// Builtins of this topic.
#[library(topic = "keys")]
pub(crate) mod functions {
    use super::*;

    /// Reads an RSA private key in PEM.
    ///
    /// The key has 1,024 to 8,192 bits, in PKCS#1 or PKCS#8 and not encrypted. What it is made of is
    /// shown nowhere.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for anything else.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $key = rsa_privatekey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    /// echo $key ?? "unreadable"; // unreadable
    /// ```
    ///
    /// Source: RFC 8017 A.1.2, RFC 5958. Since: 0.1. Compat: same.
    #[builtin(effect = reads, returns = "RSAPrivateKey or none")]
    fn rsa_privatekey(privatekey: Str) -> Option<Value> {
        read(&privatekey, |key| matches!(key, PrivateKey::Rsa(_)))
    }

    /// Tells whether a value is an RSA private key.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_rsa_privatekey("text"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn is_rsa_privatekey(privatekey: &Value) -> bool {
        is(privatekey, |key| matches!(key, PrivateKey::Rsa(_)))
    }

    /// Signs a message with an RSA key.
    ///
    /// The result is the signature as bytes (RSASSA-PKCS1-v1_5). The key is one that `rsa_privatekey`
    /// gave, which is quickest; or a text in the `format` that the options name; or, with `id`, the name
    /// of a key of the configuration (`pki`).
    /// Runs on another thread for keys of 3,072 bits and more, and for what is outdated: MD5, SHA-1, and
    /// keys below 2,048 bits.
    ///
    /// # Errors
    ///
    /// Gives `none` for a key that cannot be used and for an unknown `hash` or `format`. Raises an
    /// exception for `id` where no configuration is.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $key = rsa_privatekey(File::read("file://dkim.pem") ?? "");
    /// echo [rsa_sign("message", $key ?? "", ["hash" => "sha512"]) === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 8017 §8.2. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "string or none")]
    fn rsa_sign(
        cx: &mut Cx<'_>,
        message: Str,
        #[ty("RSAPrivateKey or string")]
        #[id(Pki)]
        privatekey: Value,
        options: SignOptions,
    ) -> Result<NativeStep, Thrown> {
        cx.charge(message.len());
        let key = options.key(cx, &privatekey)?;
        let Some((key, hash)) = key.zip(hash(&options.hash)) else {
            return Ok(NativeStep::Return(Value::none()));
        };
        let digest = hash.digest(&message);
        let PrivateKey::Rsa(rsa) = &*key else { return Ok(NativeStep::Return(Value::none())) };
        if !rsa.is_slow(hash) {
            return Ok(NativeStep::Return(rsa.sign(hash, &digest).into()));
        }
        let work = move || match &*key {
            PrivateKey::Rsa(key) => key.sign(hash, &digest),
            _ => None,
        };
        Ok(compute(true, work, Value::from))
    }

    /// Checks an RSA signature of a message.
    ///
    /// The key is a text in the `format` that the options name or, with `id`, the name of a key of the
    /// configuration (`pki`).
    ///
    /// # Errors
    ///
    /// Gives `none` for a key that cannot be used (below 1,024 bits, for one) and for an unknown `hash`
    /// or `format`. Raises an exception for `id` where no configuration is.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [rsa_verify("message", "signature", "no key") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 8017 §8.2. Since: 0.1. Compat: same.
    #[builtin(effect = external)]
    fn rsa_verify(
        cx: &mut Cx<'_>,
        message: Str,
        signature: Str,
        publickey: Str,
        options: VerifyOptions,
    ) -> Result<Option<bool>, Thrown> {
        cx.charge(message.len());
        let key = options.key(cx, &publickey)?;
        let Some((key, hash)) = key.zip(hash(&options.hash)) else { return Ok(None) };
        Ok(Some(key.verify(Scheme::RsaPkcs1(hash), &message, &signature).is_ok()))
    }

    /// Reads a private key on an elliptic curve in PEM.
    ///
    /// The curve is P-256, P-384, P-521 or secp256k1, the form SEC 1 or PKCS#8, not encrypted.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for anything else.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $pem = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjlqXM+b1ErkH9lqF\n1VG/EJVwi0PR9LE47RexcAMVQeuhRANCAASJvjRC9oqN5XuJRpnxXdrYttbIfyi5\nWtePSP33lWslPIRtWmea6kBLRe4/ugnBnytdByLj3Jve/Px9Xn6WVgmN\n-----END PRIVATE KEY-----\n";
    /// echo is_ec_privatekey(ec_privatekey($pem)); // true
    /// ```
    ///
    /// Source: RFC 5915. Since: 0.1. Compat: same.
    #[builtin(effect = reads, returns = "ECPrivateKey or none")]
    fn ec_privatekey(privatekey: Str) -> Option<Value> {
        read(&privatekey, |key| matches!(key, PrivateKey::Ec(_)))
    }

    /// Tells whether a value is a private key on an elliptic curve.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_ec_privatekey(none); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn is_ec_privatekey(privatekey: &Value) -> bool {
        is(privatekey, |key| matches!(key, PrivateKey::Ec(_)))
    }

    /// Reads an Ed25519 private key in PEM.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for anything else.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n";
    /// $key = ed25519_privatekey($pem);
    /// echo is_ed25519_privatekey($key); // true
    /// echo base64_encode(ed25519_sign("", $key))[0:12]; // 5VZDAMNgrHKQ
    /// ```
    ///
    /// Source: RFC 8410. Since: 0.1. Compat: same.
    #[builtin(effect = reads, returns = "ED25519PrivateKey or none")]
    fn ed25519_privatekey(privatekey: Str) -> Option<Value> {
        read(&privatekey, |key| matches!(key, PrivateKey::Ed25519(_)))
    }

    /// Tells whether a value is an Ed25519 private key.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo is_ed25519_privatekey([]); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn is_ed25519_privatekey(privatekey: &Value) -> bool {
        is(privatekey, |key| matches!(key, PrivateKey::Ed25519(_)))
    }

    /// Signs a message with an Ed25519 key.
    ///
    /// The key is one that `ed25519_privatekey` gave, or 32 bytes. The result is 64 bytes.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for a key that cannot be used.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $key = base64_decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
    /// echo base64_encode(ed25519_sign("", $key))[0:12]; // 5VZDAMNgrHKQ
    /// ```
    ///
    /// Source: RFC 8032 §5.1. Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn ed25519_sign(
        cx: &mut Cx<'_>,
        message: Str,
        #[ty("ED25519PrivateKey or string")]
        #[id(Pki)]
        privatekey: Value,
    ) -> Result<Option<Str>, Thrown> {
        cx.charge(message.len());
        let sign = |key: &Ed25519Key| Str::from(key.sign(&message));
        match &privatekey {
            Value::String(seed) => Ok(Ed25519Key::from_seed(seed).as_ref().map(sign)),
            value => match resource::held::<PrivateKey>(value).map(|key| &**key) {
                Some(PrivateKey::Ed25519(key)) => Ok(Some(sign(key))),
                Some(_) => Ok(None),
                None => Err(wrong_key("ed25519_sign", "ED25519PrivateKey", value)),
            },
        }
    }

    /// Checks an Ed25519 signature of a message.
    ///
    /// The key is 32 bytes.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for a key of another length.
    ///
    /// # Example
    ///
    /// ```hsl
    /// $key = base64_decode("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
    /// $signature = base64_decode("5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==");
    /// echo ed25519_verify("", $signature, $key); // true
    /// echo ed25519_verify("x", $signature, $key); // false
    /// ```
    ///
    /// Source: RFC 8032 §5.1. Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn ed25519_verify(
        cx: &mut Cx<'_>,
        message: Str,
        signature: Str,
        publickey: Str,
    ) -> Option<bool> {
        cx.charge(message.len());
        let key = PublicKey::ed25519(&publickey)?;
        Some(key.verify(Scheme::Ed25519, &message, &signature).is_ok())
    }
}

/// Options of `rsa_sign`.
#[derive(Options)]
struct SignOptions {
    /// Digest.
    #[option(default = "sha256", values = DIGESTS, lenient)]
    hash: Str,
    /// Form of a key that is text; PrivateKeyInfo is PKCS#8.
    #[option(default = "RSAPrivateKey", values = ["RSAPrivateKey", "PrivateKeyInfo"], lenient, idle = ["pem", "id"])]
    format: Str,
    /// The key is PEM, not DER.
    #[option(default = false, idle = ["id"])]
    pem: bool,
    /// The key is the name of one of the configuration.
    #[option(default = false)]
    id: bool,
}

/// Options of `rsa_verify`.
#[derive(Options)]
struct VerifyOptions {
    /// Digest.
    #[option(default = "sha256", values = DIGESTS, lenient)]
    hash: Str,
    /// Form of the key.
    #[option(default = "RSAPublicKey", values = ["RSAPublicKey", "SubjectPublicKeyInfo"], lenient, idle = ["pem", "id"])]
    format: Str,
    /// The key is PEM, not DER.
    #[option(default = false, idle = ["id"])]
    pem: bool,
    /// The key is the name of one of the configuration.
    #[option(default = false)]
    id: bool,
}

impl SignOptions {
    fn key(&self, cx: &Cx<'_>, given: &Value) -> Result<Option<Arc<PrivateKey>>, Thrown> {
        let Value::String(text) = given else {
            let held = resource::held::<PrivateKey>(given).cloned();
            return held.map(Some).ok_or_else(|| wrong_key("rsa_sign", "RSAPrivateKey", given));
        };
        if self.id {
            return Ok(identity(cx, "rsa_sign", text)?.map(|found| Arc::clone(&found.key)));
        }
        let key = match (self.pem, &self.format[..]) {
            (true, _) => PrivateKey::from_pem(text),
            (false, b"RSAPrivateKey") => RsaKey::from_pkcs1(text).map(PrivateKey::from),
            (false, b"PrivateKeyInfo") => RsaKey::from_pkcs8(text).map(PrivateKey::from),
            _ => None,
        };
        Ok(key.map(Arc::new))
    }
}

impl VerifyOptions {
    fn key(&self, cx: &Cx<'_>, text: &Str) -> Result<Option<PublicKey>, Thrown> {
        let key = match (&self.format[..], self.pem, self.id) {
            (_, _, true) => match identity(cx, "rsa_verify", text)?.map(|found| &*found.key) {
                Some(PrivateKey::Rsa(key)) => PublicKey::from_pkcs1(key.public()),
                _ => None,
            },
            (_, true, _) => PublicKey::from_pem(text),
            (b"RSAPublicKey", ..) => PublicKey::from_pkcs1(text),
            (b"SubjectPublicKeyInfo", ..) => PublicKey::from_spki(text),
            _ => None,
        };
        Ok(key.filter(|key| matches!(key, PublicKey::Rsa(_))))
    }
}

/// The digests that signatures with RSA are made of; another gives `none`.
const DIGESTS: [&str; 4] = ["md5", "sha1", "sha256", "sha512"];

fn hash(name: &[u8]) -> Option<Hash> {
    let is_known = DIGESTS.iter().any(|known| known.as_bytes() == name);
    Hash::named(name).filter(|_| is_known)
}

fn read(text: &[u8], fits: fn(&PrivateKey) -> bool) -> Option<Value> {
    let key = PrivateKey::from_pem(text).filter(fits)?;
    Some(resource::value(Arc::new(key)))
}

fn is(value: &Value, fits: fn(&PrivateKey) -> bool) -> bool {
    resource::held::<PrivateKey>(value).is_some_and(|key| fits(key))
}

fn wrong_key(function: &str, class: &str, given: &Value) -> Thrown {
    wrong_type(function, "privatekey", format_args!("{class} or string"), given.type_name())
}
