//! Envelope addresses that scripts put in place of the client's.
//!
//! *Not here.* What can be an address ([`GivenAddress`]).

use hsl_std::GivenAddress;
use hsl_vm::{Array, Str, Thrown};

use crate::transaction::{Address, Params};

/// An address to use instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// The address.
    pub address: Address,
    /// ESMTP parameters to use instead, when given.
    pub params: Option<Params>,
}

impl Replacement {
    /// The address that a script gave in an option, checked.
    pub(crate) fn given(given: &GivenAddress, option: &str) -> Result<Self, Thrown> {
        let parts = given.parts().ok_or_else(|| {
            Thrown::Error(format!("option \"{option}\" is not an envelope address"))
        })?;
        let address = Address { localpart: parts.localpart, domain: parts.domain };
        Ok(Self { address, params: parts.params.as_ref().map(params) })
    }
}

fn params(array: &Array) -> Params {
    let pairs = array.iter().map(|(name, value)| {
        let name = Str::from(name.to_value().to_text().to_ascii_uppercase());
        (name, (!value.is_none()).then(|| value.to_text()))
    });
    Params(pairs.collect())
}
