//! Signed and encrypted messages in the cryptographic message syntax, for S/MIME.
//!
//! *Not here*: the MIME parts around them.

use hsl_macros::{Options, Record, library};
use hsl_vm::{Array, Cx, NativeStep, Str, Thrown, Value};
use mail_crypto::cms::{Basis, CmsError, Secrets, Signing, decrypt, encrypt, sign, verify};
use mail_crypto::{Certificate, Hash, Identity};

use crate::binding::record;
use crate::compute::compute;
use crate::{certificates, keys, resource};

/// Bytes from which work goes to another thread.
const LARGE: usize = 256 << 10;

/// Builtins of this topic.
#[library(topic = "cms")]
pub(crate) mod functions {
    use super::*;

    /// Signs a message (PKCS#7), and returns the signature in DER.
    ///
    /// The certificate is a PEM text with key and certificates, its own first; with `id` the name of one
    /// of the configuration (`pki`); or an array with `x509`, `privatekey` and, if needed, `chain`. The
    /// digest is SHA-256, or the one of the key's curve. The message is signed as it is: a part of a mail
    /// needs CRLF at its line ends.
    /// Runs on another thread for RSA keys from 3,072 bits and messages from 256 KiB.
    ///
    /// # Errors
    ///
    /// Gives `none` for a certificate or key that cannot be used. Raises an exception for `id` where no
    /// configuration is.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [pkcs7_sign("text", "no certificate") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 5652 §5, RFC 8551. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "string or none")]
    fn pkcs7_sign(
        cx: &mut Cx<'_>,
        message: Str,
        #[ty("array or string")]
        #[id(Pki)]
        #[keys(keys::GivenCertificate)]
        #[open]
        certificate: Value,
        options: Pkcs7Options,
    ) -> Result<NativeStep, Thrown> {
        let signer = keys::of_argument(cx, "pkcs7_sign", &certificate, options.id)?;
        signed(cx, message, signer, options.detached, None, |signed| signed.ok().into())
    }

    /// Signs a message (CMS).
    ///
    /// The certificate is that of `pkcs7_sign`. `data` is the signature in DER. `digest` is one of
    /// `sha1`, `sha256`, `sha384` and `sha512`; a key on a curve takes only the one of its size, and it
    /// is what it signs with when the option is not given.
    /// Runs on another thread for RSA keys from 3,072 bits and messages from 256 KiB.
    ///
    /// # Errors
    ///
    /// `result` is `false` for a certificate, key or digest that cannot be used. Raises an exception for
    /// `id` where no configuration is.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo cms_sign("text", "no certificate")["result"]; // false
    /// ```
    ///
    /// Source: RFC 5652 §5. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = MadeResult)]
    fn cms_sign(
        cx: &mut Cx<'_>,
        message: Str,
        #[ty("array or string")]
        #[id(Pki)]
        #[keys(keys::GivenCertificate)]
        #[open]
        certificate: Value,
        options: SignOptions,
    ) -> Result<NativeStep, Thrown> {
        let signer = keys::of_argument(cx, "cms_sign", &certificate, options.id)?;
        let hash = match &options.digest {
            None => None,
            Some(name) => match Some(name).filter(is_digest).and_then(|name| Hash::named(name)) {
                Some(hash) => Some(hash),
                None => return Ok(NativeStep::Return(record(MadeResult::from(None)))),
            },
        };
        signed(cx, message, signer, options.detached, hash, made)
    }

    /// Verifies the signature of a message.
    ///
    /// `signature` is DER, BER or PEM. The message is the one that travels beside it; with `detached`
    /// off it is inside. `certificates` says whom to believe: with `store` the chain of every signer must
    /// end at one of these trusted certificates and be for mail, as `X509->verify` checks it; `certs` may
    /// stand between. With `certs` alone, every signer must be one of them. Every signature must be right.
    /// Runs on another thread from 256 KiB.
    ///
    /// # Errors
    ///
    /// `result` is `false` for a signature that cannot be read, is wrong, or whose signer is not
    /// believed. Raises an exception for an element of the lists that is no certificate.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo cms_verify("no signature", "text", ["store" => []])["result"]; // false
    /// ```
    ///
    /// Source: RFC 5652 §5.6. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = VerifiedResult)]
    fn cms_verify(
        cx: &mut Cx<'_>,
        signature: Str,
        #[ty("string or none")] message: Value,
        certificates: Array,
        options: VerifyOptions,
    ) -> Result<NativeStep, Thrown> {
        let basis = basis(cx, &certificates)?;
        let wanted = options.data;
        let show = move |verified| record(VerifiedResult::of(verified, wanted));
        let message = match message {
            Value::String(text) if options.detached => Some(text.to_vec()),
            Value::None if options.detached => {
                return Ok(NativeStep::Return(show(Err(CmsError::Structure))));
            }
            Value::String(_) | Value::None => None,
            other => {
                let given = other.type_name();
                let text = format!("cms_verify: $message must be string or none, not {given}");
                return Err(Thrown::Error(text));
            }
        };
        let size = signature.len() + message.as_ref().map_or(0, Vec::len);
        cx.reserve(2 * size)?;
        let signature = signature.to_vec();
        let work = move || verify(&signature, message.as_deref(), &basis);
        Ok(compute(size > LARGE, work, show))
    }

    /// Encrypts a message for the certificates in the list `certs`.
    ///
    /// `data` is the result in DER: AES-256-CBC, its key encrypted for each RSA key.
    /// Runs on another thread from 256 KiB.
    ///
    /// # Errors
    ///
    /// `result` is `false` without certificates and for one whose key is not RSA from 2,048 bits. Raises
    /// an exception for an element of the list that is no certificate.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo cms_encrypt("text", ["certs" => []])["result"]; // false
    /// ```
    ///
    /// Source: RFC 5652 §6. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = MadeResult)]
    fn cms_encrypt(
        cx: &mut Cx<'_>,
        message: Str,
        certificates: Array,
        options: NoOptions,
    ) -> Result<NativeStep, Thrown> {
        let NoOptions {} = options;
        let certs = list("cms_encrypt", &certificates, "certs")?.unwrap_or_default();
        cx.reserve(3 * message.len())?;
        let secrets = secrets(cx);
        let message = message.to_vec();
        let slow = message.len() > LARGE;
        let work = move || {
            let recipients: Vec<&Certificate> = certs.iter().map(|one| &**one).collect();
            encrypt(&message, &recipients, &secrets)
        };
        Ok(compute(slow, work, made))
    }

    /// Decrypts a message with the key of a certificate.
    ///
    /// `message` is DER, BER or PEM; the certificate is that of `pkcs7_sign`. `data` is the content, and
    /// `cms` names the structure that it is when it is one: `signed`, for instance. Read are AES and Triple
    /// DES in the mode CBC, with keys encrypted by RSA (PKCS#1 1.5 and OAEP).
    /// Runs on another thread for RSA keys from 3,072 bits and messages from 256 KiB.
    ///
    /// # Errors
    ///
    /// `result` is `false` for what cannot be decrypted, whatever the cause. Raises an exception for `id`
    /// where no configuration is.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo cms_decrypt("no message", "no certificate")["result"]; // false
    /// ```
    ///
    /// Source: RFC 5652 §6. Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "array", result = DecryptedResult)]
    fn cms_decrypt(
        cx: &mut Cx<'_>,
        message: Str,
        #[ty("array or string")]
        #[id(Pki)]
        #[keys(keys::GivenCertificate)]
        #[open]
        certificate: Value,
        options: DecryptOptions,
    ) -> Result<NativeStep, Thrown> {
        let identity = keys::of_argument(cx, "cms_decrypt", &certificate, options.id)?;
        let show = |found| record(DecryptedResult::from(found));
        let Some(identity) = identity else {
            return Ok(NativeStep::Return(show(Err(CmsError::Unusable))));
        };
        cx.reserve(3 * message.len())?;
        let secrets = secrets(cx);
        let slow = identity.key.is_slow() || message.len() > LARGE;
        let message = message.to_vec();
        let work = move || {
            let found = decrypt(&message, &identity, &secrets)?;
            Ok((found.content, found.inner))
        };
        Ok(compute(slow, work, show))
    }

    /// Returns the kind of a CMS structure.
    ///
    /// The names are OpenSSL's: `pkcs7-signedData`, `pkcs7-envelopedData` and so on.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never: gives `none` for what is no such structure.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo [cms_type("text") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 5652 §3. Since: 0.1. Compat: same.
    #[builtin(deprecated = "cms_decrypt", effect = pure)]
    fn cms_type(cx: &mut Cx<'_>, data: Str) -> Option<&'static str> {
        cx.charge(data.len());
        mail_crypto::cms::kind(&data)
    }
}

/// Options of `pkcs7_sign`.
#[derive(Options)]
struct Pkcs7Options {
    /// The certificate is the name of one of the configuration.
    #[option(default = false)]
    id: bool,
    /// Leave the message out of the signature.
    #[option(default = true)]
    detached: bool,
}

/// The digests that signatures are made of; for another there is no result.
const DIGESTS: [&str; 4] = ["sha1", "sha256", "sha384", "sha512"];

fn is_digest(name: &&Str) -> bool {
    DIGESTS.iter().any(|known| known.as_bytes() == &name[..])
}

/// Options of `cms_sign`.
#[derive(Options)]
struct SignOptions {
    /// The certificate is the name of one of the configuration.
    #[option(default = false)]
    id: bool,
    /// Leave the message out of the signature.
    #[option(default = true)]
    detached: bool,
    /// Name of the digest.
    #[option(shown = "sha256", values = DIGESTS, lenient)]
    digest: Option<Str>,
}

/// Options of `cms_verify`.
#[derive(Options)]
struct VerifyOptions {
    /// The message is the content; else the content is inside the signature.
    #[option(default = true)]
    detached: bool,
    /// Return the signed content.
    #[option(default = false)]
    data: bool,
}

/// Options of `cms_decrypt`.
#[derive(Options)]
struct DecryptOptions {
    /// The certificate is the name of one of the configuration.
    #[option(default = false)]
    id: bool,
}

/// No option is known.
#[derive(Options)]
struct NoOptions {}

/// A structure that was made.
#[derive(Record)]
struct MadeResult {
    /// Whether it was.
    result: bool,
    /// The structure in DER; missing after a failure.
    data: Option<Str>,
}

/// A signature that was looked at.
#[derive(Record)]
struct VerifiedResult {
    /// Whether every signature is right and believed.
    result: bool,
    /// Certificates of the signers, as resources; missing after a failure.
    signers: Option<Array>,
    /// What was signed, when it was asked for.
    data: Option<Str>,
}

/// A message that was decrypted.
#[derive(Record)]
struct DecryptedResult {
    /// Whether it was.
    result: bool,
    /// Its content; missing after a failure.
    data: Option<Str>,
    /// Kind of the structure that the content is; missing when it is none.
    cms: Option<&'static str>,
}

impl From<Option<Vec<u8>>> for MadeResult {
    fn from(made: Option<Vec<u8>>) -> Self {
        Self { result: made.is_some(), data: made.map(Str::from) }
    }
}

impl VerifiedResult {
    fn of(verified: Result<mail_crypto::cms::Verified, CmsError>, with_data: bool) -> Self {
        let Ok(verified) = verified else {
            return Self { result: false, signers: None, data: None };
        };
        let signers = verified.signers.into_iter().map(resource::value);
        let data = with_data.then(|| Str::from(verified.content));
        Self { result: true, signers: Some(Array::list(signers)), data }
    }
}

/// Content and kind inside.
type Found = (Vec<u8>, Option<&'static str>);

impl From<Result<Found, CmsError>> for DecryptedResult {
    fn from(found: Result<Found, CmsError>) -> Self {
        match found {
            Ok((data, cms)) => Self { result: true, data: Some(Str::from(data)), cms },
            Err(_) => Self { result: false, data: None, cms: None },
        }
    }
}

fn made(made: Result<Vec<u8>, CmsError>) -> Value {
    record(MadeResult::from(made.ok()))
}

fn signed(
    cx: &mut Cx<'_>,
    message: Str,
    signer: Option<Identity>,
    detached: bool,
    hash: Option<Hash>,
    show: impl FnOnce(Result<Vec<u8>, CmsError>) -> Value + 'static,
) -> Result<NativeStep, Thrown> {
    let Some(signer) = signer else { return Ok(NativeStep::Return(show(Err(CmsError::Unusable)))) };
    cx.reserve(2 * message.len())?;
    let how = Signing { detached, hash, now: cx.world().now().max(0.0) as u64 };
    let slow = signer.key.is_slow() || message.len() > LARGE;
    let message = message.to_vec();
    Ok(compute(slow, move || sign(&message, &signer, how), show))
}

fn basis(cx: &Cx<'_>, certificates: &Array) -> Result<Basis, Thrown> {
    Ok(Basis {
        signers: list("cms_verify", certificates, "certs")?.unwrap_or_default(),
        store: list("cms_verify", certificates, "store")?,
        now: cx.world().now(),
    })
}

/// The certificates under a key; none when it is missing.
fn list(
    function: &str,
    lists: &Array,
    name: &str,
) -> Result<Option<Vec<std::sync::Arc<Certificate>>>, Thrown> {
    match lists.get_str(name) {
        None | Some(Value::None) => Ok(None),
        Some(Value::Array(list)) => certificates::all(function, name, Some(list)).map(Some),
        Some(other) => {
            let given = other.type_name();
            Err(Thrown::Error(format!("{function}: {name} must be array, not {given}")))
        }
    }
}

fn secrets(cx: &Cx<'_>) -> Secrets {
    let mut secrets = Secrets { key: [0; 32].into(), vector: [0; 16] };
    let parts = secrets.key.chunks_mut(8).chain(secrets.vector.chunks_mut(8));
    parts.for_each(|part| part.copy_from_slice(&cx.world().random().to_le_bytes()));
    secrets
}
