//! Keys with their certificates: by name from the configuration, as text, or as an array.

use std::sync::Arc;

use hsl_macros::Options;
use hsl_vm::{Array, Cx, Str, Thrown, Value};
use mail_crypto::{Identities, Identity, PrivateKey};

use crate::binding::{GivenOptions, Options as _};
use crate::{certificates, resource};

/// Why a name gives no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoIdentity {
    /// There is nothing to look it up in.
    #[error("the option \"id\" needs a server: there is no configuration with keys here")]
    NoConfiguration,
    /// None is called so.
    #[error("no key of the configuration has {}{}", shown(name), suggestion(near))]
    Unknown {
        /// The name.
        name: String,
        /// The name that was probably meant.
        near: Option<String>,
    },
}

/// Longest name that is shown. What is longer may be a key that was taken for a name.
const SHOWN: usize = 32;

fn shown(name: &str) -> String {
    match name.len() <= SHOWN {
        true => format!("the id \"{name}\""),
        false => "this id".to_owned(),
    }
}

fn suggestion(near: &Option<String>) -> String {
    near.as_ref().map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}

/// The identity of this name in the configuration.
///
/// # Errors
/// [`NoIdentity`], by cause.
pub(crate) fn named<'a>(cx: &Cx<'a>, name: &Str) -> Result<&'a Identity, NoIdentity> {
    let all = cx.data::<Arc<Identities>>().ok_or(NoIdentity::NoConfiguration)?;
    let name = name.to_lossy();
    all.get(&name).ok_or_else(|| {
        let near = diagnostics::nearest(&name, all.iter().map(|(name, _)| name));
        NoIdentity::Unknown { name: name.into_owned(), near: near.map(str::to_owned) }
    })
}

/// The identity of this name, if there is a configuration that has it.
pub(crate) fn configured<'a>(cx: &Cx<'a>, name: &Str) -> Option<&'a Identity> {
    cx.data::<Arc<Identities>>()?.get(&name.to_lossy())
}

/// The identity of this name in the configuration, or none.
///
/// # Errors
/// An exception where no configuration is.
pub(crate) fn identity<'a>(
    cx: &Cx<'a>,
    function: &str,
    name: &Str,
) -> Result<Option<&'a Identity>, Thrown> {
    match named(cx, name) {
        Ok(identity) => Ok(Some(identity)),
        Err(NoIdentity::Unknown { .. }) => Ok(None),
        Err(error @ NoIdentity::NoConfiguration) => {
            Err(Thrown::Error(format!("{function}: {error}")))
        }
    }
}

/// The identity that an argument `$certificate` gives: a PEM text, a name, or an array with `x509`,
/// `privatekey` and `chain`. None when it is not usable.
///
/// # Errors
/// An exception for an argument of another type, and for a name where no configuration is.
pub(crate) fn of_argument(
    cx: &Cx<'_>,
    function: &'static str,
    given: &Value,
    id: bool,
) -> Result<Option<Identity>, Thrown> {
    match given {
        Value::String(name) if id => Ok(identity(cx, function, name)?.cloned()),
        Value::String(text) => Ok(Identity::from_pem(text, Some(text)).ok()),
        Value::Array(parts) => Ok(of_parts(function, parts)),
        other => Err(Thrown::Error(format!(
            "{function}: $certificate must be array or string, not {}",
            other.type_name()
        ))),
    }
}

/// Keys of an array that is a certificate.
#[derive(Options)]
pub(crate) struct GivenCertificate {
    /// The certificate.
    #[option(ty = "any")]
    x509: Option<Value>,
    /// Its key, a resource.
    #[option(ty = "any")]
    privatekey: Option<Value>,
    /// Certificates between it and a trusted one.
    #[option(ty = "array")]
    chain: Option<Value>,
}

fn of_parts(function: &'static str, parts: &Array) -> Option<Identity> {
    let given = GivenCertificate::read(&GivenOptions::new(function, Some(parts))).ok()?;
    let key = resource::held::<PrivateKey>(given.privatekey.as_ref()?)?;
    let mut chain = vec![certificates::of_value(given.x509.as_ref()?)?];
    if let Some(Value::Array(more)) = &given.chain {
        for (_, value) in more {
            chain.push(certificates::of_value(value)?);
        }
    }
    let fits = chain[0].public_key().is_some_and(|public| key.fits(&public));
    fits.then(|| Identity::new(Arc::clone(key), chain))
}
