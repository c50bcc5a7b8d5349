//! Envelope addresses that scripts put in place of the client's.
//!
//! *Invariants.* Nothing that could break out of an SMTP command line gets through.
//!
//! *Not here.* The grammar (`smtp-proto`).

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
        let found = match &self.0 {
            Value::String(text) => parse(text).map(|address| Replacement { address, params: None }),
            Value::Array(array) => from_array(array),
            _ => None,
        };
        found
            .ok_or_else(|| Thrown::Error(format!("option \"{option}\" is not an envelope address")))
    }
}

fn parse(text: &[u8]) -> Option<Address> {
    if text.is_empty() {
        return Some(Address::default());
    }
    let address = smtp_proto::Address::parse(std::str::from_utf8(text).ok()?).ok()?;
    Some(Address { localpart: Str::from(address.local()), domain: Str::from(address.domain()) })
}

fn from_array(array: &Array) -> Option<Replacement> {
    let part = |name: &str| array.get_str(name).and_then(Value::as_str).cloned();
    let address = Address { localpart: part("localpart")?, domain: part("domain")? };
    let params = match array.get_str("params").filter(|params| !params.is_none()) {
        Some(given) => Some(params(given.as_array()?)),
        None => None,
    };
    is_sound(&address).then_some(Replacement { address, params })
}

/// Whether the parts can be written as an address; both empty are the null sender.
fn is_sound(address: &Address) -> bool {
    let text = |part: &Str| std::str::from_utf8(part).map(str::to_owned);
    match (text(&address.localpart), text(&address.domain)) {
        (Ok(local), Ok(domain)) if local.is_empty() && domain.is_empty() => true,
        (Ok(local), Ok(domain)) => smtp_proto::Address::new(&local, &domain).is_ok(),
        _ => false,
    }
}

fn params(array: &Array) -> Params {
    let pairs = array.iter().map(|(name, value)| {
        let name = Str::from(name.to_value().to_text().to_ascii_uppercase());
        (name, (!value.is_none()).then(|| value.to_text()))
    });
    Params(pairs.collect())
}
