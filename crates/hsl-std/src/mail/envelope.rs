//! Envelope addresses that scripts pass in.
//!
//! *Invariants.* Nothing that could break out of an SMTP command line gets through.
//!
//! *Not here.* The grammar (`smtp-proto`).

use hsl_decl::Ty;
use hsl_vm::{Array, FromValue, Str, Thrown, Value};
use smtp_proto::Address;

/// An address as a script writes it: text, or an array of `localpart`, `domain` and `params`.
pub struct GivenAddress(Value);

/// An address in its parts, which can be written as one; both are empty for the null path.
pub struct AddressParts {
    /// Local part, without quotes.
    pub localpart: Str,
    /// Domain.
    pub domain: Str,
    /// ESMTP parameters, when given.
    pub params: Option<Array>,
}

impl FromValue for GivenAddress {
    const TY: Ty = Ty::STRING.or(Ty::ARRAY);

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::String(_) | Value::Array(_) => Ok(Self(value)),
            other => Err(other),
        }
    }
}

impl GivenAddress {
    /// The parts; none for what is no address.
    pub fn parts(&self) -> Option<AddressParts> {
        match &self.0 {
            Value::String(text) => of_text(text),
            Value::Array(array) => of_array(array),
            _ => None,
        }
    }

    /// The address, none for the null path.
    ///
    /// # Errors
    /// An exception of `function` that names the argument, for what is no address.
    pub fn mailbox(&self, function: &str, argument: &str) -> Result<Option<Address>, Thrown> {
        let refused =
            || Thrown::Error(format!("{function}: {argument} is not an envelope address"));
        let parts = self.parts().ok_or_else(refused)?;
        if parts.localpart.is_empty() && parts.domain.is_empty() {
            return Ok(None);
        }
        let address = Address::new(&parts.localpart.to_lossy(), &parts.domain.to_lossy());
        address.map(Some).map_err(|_| refused())
    }

    /// As [`GivenAddress::mailbox`], where the null path is refused too.
    ///
    /// # Errors
    /// See there.
    pub fn recipient(&self, function: &str, argument: &str) -> Result<Address, Thrown> {
        let address = self.mailbox(function, argument)?;
        address.ok_or_else(|| Thrown::Error(format!("{function}: {argument} is empty")))
    }
}

fn of_text(text: &[u8]) -> Option<AddressParts> {
    let (localpart, domain) = match text {
        [] => (Str::default(), Str::default()),
        text => {
            let address = Address::parse(std::str::from_utf8(text).ok()?).ok()?;
            (Str::from(address.local()), Str::from(address.domain()))
        }
    };
    Some(AddressParts { localpart, domain, params: None })
}

fn of_array(array: &Array) -> Option<AddressParts> {
    let part = |name: &str| array.get_str(name).and_then(Value::as_str).cloned();
    let (localpart, domain) = (part("localpart")?, part("domain")?);
    let params = match array.get_str("params").filter(|params| !params.is_none()) {
        Some(given) => Some(given.as_array()?.clone()),
        None => None,
    };
    is_sound(&localpart, &domain).then_some(AddressParts { localpart, domain, params })
}

/// Whether the parts can be written as an address.
fn is_sound(local: &[u8], domain: &[u8]) -> bool {
    let text = |part| std::str::from_utf8(part);
    match (text(local), text(domain)) {
        (Ok(local), Ok(domain)) => {
            (local.is_empty() && domain.is_empty()) || Address::new(local, domain).is_ok()
        }
        _ => false,
    }
}
