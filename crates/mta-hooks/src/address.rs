//! Envelope addresses that scripts put in place of the client's.
//!
//! *Invariants.* Nothing that could break out of an SMTP command line (CR, LF, NUL, other control
//! characters, angle brackets in the domain) gets through.
//!
//! *Sources.* RFC 5321 §4.1.2.

use hsl_decl::Ty;
use hsl_vm::{Array, FromValue, Str, Thrown, Value};

use crate::transaction::{Address, Params};

/// An address as a script writes it, not yet checked.
pub(crate) struct GivenAddress(Value);

impl FromValue for GivenAddress {
    const TY: Ty = Ty::STRING.or(Ty::ARRAY);

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(_) | Value::Array(_) => Ok(Self(value)),
            other => Err(other),
        }
    }
}

/// An address to use instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// The address.
    pub address: Address,
    /// ESMTP parameters to use instead, when given.
    pub params: Option<Params>,
}

impl GivenAddress {
    /// The address, checked.
    pub(crate) fn check(self, option: &str) -> Result<Replacement, Thrown> {
        let found = match (self.0.as_str(), self.0.as_array()) {
            (Some(text), _) => Some(Replacement { address: parse(text), params: None }),
            (None, Some(array)) => from_array(array),
            (None, None) => None,
        };
        found
            .filter(|found| is_sound(&found.address))
            .ok_or_else(|| Thrown::Error(format!("option \"{option}\" is not an envelope address")))
    }
}

/// Splits at the last `@`; a quoted local part loses its quotes.
fn parse(text: &[u8]) -> Address {
    let (local, domain) = match text.iter().rposition(|byte| *byte == b'@') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &text[text.len()..]),
    };
    Address { localpart: unquote(local), domain: Str::from(domain.to_vec()) }
}

fn unquote(local: &[u8]) -> Str {
    let Some(inner) = local.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return Str::from(local.to_vec());
    };
    let mut text = Vec::with_capacity(inner.len());
    let mut escaped = false;
    for byte in inner {
        escaped = *byte == b'\\' && !escaped;
        if !escaped {
            text.push(*byte);
        }
    }
    Str::from(text)
}

fn from_array(array: &Array) -> Option<Replacement> {
    let part = |name: &str| array.get_str(name).and_then(|part| part.as_str()).cloned();
    let address = Address { localpart: part("localpart")?, domain: part("domain")? };
    let params = match array.get_str("params") {
        None => None,
        Some(value) if value.is_none() => None,
        Some(value) => Some(params(value.as_array()?)),
    };
    Some(Replacement { address, params })
}

fn params(array: &Array) -> Params {
    let pairs = array.iter().map(|(name, value)| {
        let name = Str::from(name.to_value().to_text().to_ascii_uppercase());
        (name, (!value.is_none()).then(|| value.to_text()))
    });
    Params(pairs.collect())
}

fn is_sound(address: &Address) -> bool {
    let printable = |part: &[u8]| part.iter().all(|byte| *byte >= b' ' && *byte != 0x7f);
    let no_path = |part: &[u8]| !part.iter().any(|byte| matches!(byte, b'<' | b'>' | b' '));
    printable(&address.localpart) && printable(&address.domain) && no_path(&address.domain)
}
