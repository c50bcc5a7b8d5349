//! Keys with their certificates: by name from the configuration, as text, or as an array.

use std::sync::Arc;

use hsl_vm::{Array, Cx, Str, Thrown, Value};
use mail_crypto::{Identities, Identity, PrivateKey};

use crate::{certificates, resource};

/// The identity of this name in the configuration.
///
/// # Errors
/// An exception where no configuration is.
pub(crate) fn identity<'a>(
    cx: &Cx<'a>,
    function: &str,
    name: &Str,
) -> Result<Option<&'a Identity>, Thrown> {
    match cx.data::<Arc<Identities>>() {
        Some(identities) => Ok(identities.get(&name.to_lossy())),
        None => Err(Thrown::Error(format!(
            "{function}: the option \"id\" needs a server: there is no configuration with keys here"
        ))),
    }
}

/// The identity that an argument `$certificate` gives: a PEM text, a name, or an array with `x509`,
/// `privatekey` and `chain`. None when it is not usable.
///
/// # Errors
/// An exception for an argument of another type, and for a name where no configuration is.
pub(crate) fn of_argument(
    cx: &Cx<'_>,
    function: &str,
    given: &Value,
    id: bool,
) -> Result<Option<Identity>, Thrown> {
    match given {
        Value::String(name) if id => Ok(identity(cx, function, name)?.cloned()),
        Value::String(text) => Ok(Identity::from_pem(text, Some(text)).ok()),
        Value::Array(parts) => Ok(of_parts(parts)),
        other => Err(Thrown::Error(format!(
            "{function}: $certificate must be array or string, not {}",
            other.type_name()
        ))),
    }
}

fn of_parts(parts: &Array) -> Option<Identity> {
    let key = resource::held::<PrivateKey>(parts.get_str("privatekey")?)?;
    let mut chain = vec![certificates::of_value(parts.get_str("x509")?)?];
    if let Some(Value::Array(more)) = parts.get_str("chain") {
        for (_, value) in more {
            chain.push(certificates::of_value(value)?);
        }
    }
    let fits = chain[0].public_key().is_some_and(|public| key.fits(&public));
    fits.then(|| Identity::new(Arc::clone(key), chain))
}
