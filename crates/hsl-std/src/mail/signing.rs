//! Options of signatures, and keys that are read once.
//!
//! *Sources.* RFC 6376 §3.5.

use std::cell::RefCell;
use std::collections::HashMap;
// `Arc` is a kind of signature here.
use std::sync::Arc as Shared;

use hsl_decl::Ty;
use hsl_macros::Options;
use hsl_vm::{Array, Cx, FromValue, Str, Thrown, Value};
use mail_crypto::{Hash, PrivateKey};
use mail_message::dkim::{Algorithm, KeyError, SignOptions, Signer, SigningKey, canonicalization};
use sha2::{Digest, Sha256};

use crate::binding::{GivenOptions, Options};
use crate::keys::{self, NoIdentity};
use crate::resource;

/// Most keys that a thread remembers.
const KEYS: usize = 256;

thread_local! {
    /// Reading a key takes longer than signing with it.
    static KNOWN: RefCell<HashMap<[u8; 32], Shared<SigningKey>>> = RefCell::default();
}

/// A key that a script passes in.
pub(super) struct GivenKey(Value);

impl FromValue for GivenKey {
    const TY: Ty = Ty::RESOURCE.or(Ty::STRING);

    fn from_value(value: Value) -> Result<Self, Value> {
        let is_key = resource::held::<PrivateKey>(&value).is_some();
        if is_key || matches!(value, Value::String(_)) { Ok(Self(value)) } else { Err(value) }
    }
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoKey {
    /// What was given is no key for this.
    #[error(transparent)]
    Unusable(#[from] KeyError),
    /// It was to be the name of one.
    #[error(transparent)]
    Unnamed(#[from] NoIdentity),
    /// It is no key, and may be a mistyped name of one.
    #[error("{0}; did you mean the configured key \"{1}\"?")]
    Mistyped(KeyError, String),
}

impl GivenKey {
    /// The key; `id` tells that it is the name of a configured one. A text that is the name of one
    /// is taken for it.
    pub(super) fn find(&self, cx: &Cx<'_>, id: Option<bool>) -> Result<Shared<SigningKey>, NoKey> {
        let held = |key: &Shared<PrivateKey>| {
            Shared::new(SigningKey::Other(Box::new(Held(Shared::clone(key)))))
        };
        if let Some(key) = resource::held::<PrivateKey>(&self.0) {
            return Ok(held(key));
        }
        let text = self.0.as_str().ok_or(KeyError::Format)?;
        match id {
            Some(false) => Ok(read(text)?),
            Some(true) => Ok(held(&keys::named(cx, text)?.key)),
            None => match keys::configured(cx, text) {
                Some(identity) => Ok(held(&identity.key)),
                None => read(text).map_err(|error| match keys::named(cx, text) {
                    Err(NoIdentity::Unknown { near: Some(near), .. }) => {
                        NoKey::Mistyped(error, near)
                    }
                    _ => NoKey::Unusable(error),
                }),
            },
        }
    }
}

/// The key of a text, which is read once.
fn read(text: &Str) -> Result<Shared<SigningKey>, KeyError> {
    let digest: [u8; 32] = Sha256::digest(&text[..]).into();
    if let Some(key) = KNOWN.with_borrow(|known| known.get(&digest).cloned()) {
        return Ok(key);
    }
    let key = Shared::new(SigningKey::parse(text)?);
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= KEYS {
            known.clear();
        }
        known.insert(digest, Shared::clone(&key));
    });
    Ok(key)
}

/// A key resource, which was read when it was made.
struct Held(Shared<PrivateKey>);

impl Signer for Held {
    fn is_slow(&self) -> bool {
        self.0.is_slow()
    }

    fn sign(&self, algorithm: Algorithm, data: &[u8]) -> Option<Vec<u8>> {
        let digest = Hash::Sha256.digest(data);
        match (&*self.0, algorithm) {
            (PrivateKey::Rsa(key), Algorithm::RsaSha256) => key.sign(Hash::Sha256, &digest),
            (PrivateKey::Ed25519(key), Algorithm::Ed25519Sha256) => Some(key.sign(&digest)),
            _ => None,
        }
    }
}

/// A switch that may also be a number.
pub(super) enum Switch {
    Flag(bool),
    Number(f64),
}

impl FromValue for Switch {
    const TY: Ty = Ty::BOOLEAN.or(Ty::NUMBER);

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Boolean(flag) => Ok(Self::Flag(flag)),
            Value::Number(number) => Ok(Self::Number(number)),
            other => Err(other),
        }
    }
}

/// Options of `signDKIM`.
#[derive(Options)]
pub(super) struct Signing {
    /// Simple or relaxed.
    #[option(shown = "relaxed", values = ["simple", "relaxed"])]
    canonicalization_header: Option<Str>,
    /// Simple or relaxed.
    #[option(shown = "relaxed", values = ["simple", "relaxed"])]
    canonicalization_body: Option<Str>,
    /// rsa-sha256 or ed25519-sha256; rsa-sha1 is refused.
    #[option(shown = "rsa-sha256", values = ["rsa-sha1", "rsa-sha256", "ed25519-sha256"])]
    algorithm: Option<Str>,
    /// Headers to sign besides the recommended ones.
    additional_headers: Option<Array>,
    /// Headers to sign once more than they occur.
    #[option(shown = "from")]
    oversign_headers: Option<Array>,
    /// Exact list of headers to sign.
    #[option(shown = "recommended headers")]
    headers: Option<Array>,
    /// Add a t tag, optionally with a given time.
    #[option(shown = "false")]
    timestamp: Option<Switch>,
    /// Absolute time for the x tag.
    #[option(excludes = "expiration_relative")]
    expiration: Option<f64>,
    /// x tag relative to the timestamp or now.
    expiration_relative: Option<f64>,
    /// Value of the i tag.
    identity: Option<String>,
    /// Sign only that many body bytes (l tag).
    body_length: Option<f64>,
    /// The key argument is a configured id.
    #[option(shown = "detected")]
    pub(super) id: Option<bool>,
}

/// The two options that only a message has.
#[derive(Options)]
struct MessageOnly {
    /// Return the header value instead of adding it.
    #[option(default = false)]
    return_header: bool,
    /// Create an ARC-Message-Signature (number: instance).
    #[option(shown = "false")]
    arc: Option<Switch>,
}

/// Options of `signDKIM` of a message.
pub(super) struct MessageSigning {
    pub(super) signing: Signing,
    pub(super) return_header: bool,
    pub(super) arc: Arc,
}

/// Whether a signature of ARC is wanted.
pub(super) struct Arc(Option<Switch>);

impl Options for MessageSigning {
    const DECLS: &'static [hsl_decl::OptionDecl] = &{
        let mut all = [Signing::DECLS[0]; Signing::DECLS.len() + MessageOnly::DECLS.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = match at < Signing::DECLS.len() {
                true => Signing::DECLS[at],
                false => MessageOnly::DECLS[at - Signing::DECLS.len()],
            };
            at += 1;
        }
        all
    };

    fn read(given: &GivenOptions<'_>) -> Result<Self, Thrown> {
        let MessageOnly { return_header, arc } = MessageOnly::read(given)?;
        Ok(Self { signing: Signing::read(given)?, return_header, arc: Arc(arc) })
    }
}

impl Arc {
    /// The instance to sign, if any; `next` tells the one that follows.
    pub(super) fn instance(&self, next: impl FnOnce() -> u32) -> Option<u32> {
        match self.0 {
            None | Some(Switch::Flag(false)) => None,
            Some(Switch::Flag(true)) => Some(next()),
            Some(Switch::Number(number)) => Some(number.clamp(1.0, 1000.0) as u32),
        }
    }
}

impl Signing {
    /// What is to be signed.
    pub(super) fn options(
        &self,
        cx: &mut Cx<'_>,
        selector: &Str,
        domain: &Str,
        arc: Option<u32>,
    ) -> Result<SignOptions, Thrown> {
        let now = cx.world().now();
        let base = SignOptions::new(&selector.to_lossy(), &domain.to_lossy());
        let form = |given: &Option<Str>| given.as_ref().and_then(|name| canonicalization(name));
        let timestamp = match self.timestamp {
            None | Some(Switch::Flag(false)) => None,
            Some(Switch::Flag(true)) => Some(now),
            Some(Switch::Number(time)) => Some(time),
        };
        let relative = self.expiration_relative.map(|after| timestamp.unwrap_or(now) + after);
        Ok(SignOptions {
            algorithm: self
                .algorithm
                .as_ref()
                .and_then(|name| Algorithm::parse(name))
                .unwrap_or(base.algorithm),
            header: form(&self.canonicalization_header).unwrap_or(base.header),
            body: form(&self.canonicalization_body).unwrap_or(base.body),
            headers: self.headers.as_ref().map(names),
            additional: self.additional_headers.as_ref().map(names).unwrap_or_default(),
            oversign: match (&self.oversign_headers, &self.headers) {
                (Some(given), _) => names(given),
                (None, Some(_)) => Vec::new(),
                (None, None) => base.oversign,
            },
            timestamp: timestamp.map(|time| time.max(0.0) as u64),
            expiration: self.expiration.or(relative).map(|time| time.max(0.0) as u64),
            identity: self.identity.clone(),
            body_length: self.body_length.map(|length| length.max(0.0) as u64),
            arc,
            selector: base.selector,
            domain: base.domain,
        })
    }
}

fn names(list: &Array) -> Vec<String> {
    list.values().map(|name| name.to_text().to_lossy().into_owned()).collect()
}
