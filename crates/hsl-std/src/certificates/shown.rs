//! Names, extensions and findings as arrays.

use hsl_macros::Record;
use hsl_vm::{Array, Key, Str, Value};
use mail_crypto::{AltName, Extension, Revoked};

/// Whether a certificate is trusted.
#[derive(Record)]
pub(crate) struct VerifyResult {
    /// Whether it is.
    pub(crate) result: bool,
    /// Why not, in OpenSSL's words.
    pub(crate) error: Option<String>,
}

/// An extension.
#[derive(Record)]
pub(crate) struct ExtensionRecord {
    /// Object identifier with dots.
    oid: String,
    /// Short name, such as `keyUsage`; the object identifier when there is none.
    name: String,
    /// Whether who does not know it must refuse the certificate or list.
    critical: bool,
    /// Content in DER.
    value: Str,
}

/// An entry of a revocation list.
#[derive(Record)]
pub(crate) struct RevokedRecord {
    /// Serial number in capital hexadecimal.
    serial_number: String,
    /// Reason, such as `keyCompromise`; `unspecified` when there is none.
    reason: String,
}

impl From<Extension> for ExtensionRecord {
    fn from(extension: Extension) -> Self {
        let Extension { oid, name, critical, value } = extension;
        Self { oid, name, critical, value: Str::from(value) }
    }
}

impl From<Revoked> for RevokedRecord {
    fn from(entry: Revoked) -> Self {
        Self { serial_number: entry.serial_number, reason: entry.reason.to_owned() }
    }
}

/// A list of pairs.
pub(crate) fn pairs(pairs: Vec<(String, String)>) -> Array {
    let pair =
        |(name, value)| Value::from(Array::list([Value::string(name), Value::string(value)]));
    Array::list(pairs.into_iter().map(pair))
}

/// Lists of names by kind.
pub(crate) fn alternative(names: Vec<AltName>) -> Array {
    let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
    for AltName { kind, value } in names {
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, values)) => values.push(value),
            None => kinds.push((kind, vec![value])),
        }
    }
    let list = |values: Vec<String>| Array::list(values.into_iter().map(Value::string));
    kinds.into_iter().map(|(kind, values)| (Key::from(kind), list(values).into())).collect()
}
