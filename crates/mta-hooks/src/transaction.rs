//! `$transaction`: the mail transaction so far, and the addresses in it.

use hsl_decl::Ty;
use hsl_macros::Record;
use hsl_std::binding::Shape;
use hsl_vm::{Array, Key, Str, Value};

/// `$transaction` before MAIL.
#[derive(Clone, Record)]
pub struct TransactionId {
    /// Transaction id, renewed by RSET.
    #[field(origin = Server)]
    pub id: Str,
}

/// `$transaction` after MAIL.
#[derive(Clone, Record)]
pub struct Transaction {
    /// Transaction id, renewed by RSET.
    #[field(origin = Server)]
    pub id: Str,
    /// Envelope sender, lower-cased.
    #[field(origin = Word)]
    pub sender: Str,
    /// Envelope sender as received, in parts.
    #[field(origin = Word)]
    pub senderaddress: Address,
    /// MAIL FROM parameters, upper-case keys.
    pub senderparams: Params,
    /// Accepted recipients in order; each an array with recipient, address (localpart, domain),
    /// params and transportid.
    #[field(origin = Word)]
    pub recipients: Vec<Recipient>,
}

/// `$transaction` at the end of the data.
#[derive(Clone, Record)]
pub struct ReceivedTransaction {
    /// Transaction id, renewed by RSET.
    #[field(origin = Server)]
    pub id: Str,
    /// Unix time of the transaction.
    pub ts: f64,
    /// Envelope sender, lower-cased.
    #[field(origin = Word)]
    pub sender: Str,
    /// Envelope sender as received, in parts.
    #[field(origin = Word)]
    pub senderaddress: Address,
    /// MAIL FROM parameters, upper-case keys.
    pub senderparams: Params,
    /// Accepted recipients in order; each an array with recipient, address (localpart, domain),
    /// params and transportid.
    #[field(origin = Word)]
    pub recipients: Vec<Recipient>,
}

/// `$transaction` in hooks that may run outside a transaction.
#[derive(Clone, Record)]
pub struct AnyTransaction {
    /// Transaction id, renewed by RSET.
    #[field(origin = Server)]
    pub id: Str,
    /// Envelope sender, lower-cased.
    #[field(origin = Word)]
    pub sender: Option<Str>,
    /// Envelope sender as received, in parts.
    #[field(origin = Word)]
    pub senderaddress: Option<Address>,
    /// MAIL FROM parameters, upper-case keys.
    pub senderparams: Option<Params>,
    /// Accepted recipients in order; each an array with recipient, address (localpart, domain),
    /// params and transportid.
    #[field(origin = Word)]
    pub recipients: Option<Vec<Recipient>>,
}

/// An accepted recipient.
#[derive(Clone, Record)]
pub struct Recipient {
    /// Envelope recipient, lower-cased.
    #[field(origin = Word)]
    pub recipient: Str,
    /// Envelope recipient as received, in parts.
    #[field(origin = Word)]
    pub address: Address,
    /// RCPT TO parameters, upper-case keys.
    pub params: Params,
    /// Transport chosen for the recipient.
    #[field(id = Transport, origin = Server)]
    pub transportid: Str,
}

/// An envelope address in parts; both empty for the null sender.
#[derive(Clone, Debug, Default, PartialEq, Record)]
pub struct Address {
    /// Local part.
    pub localpart: Str,
    /// Domain part.
    pub domain: Str,
}

/// ESMTP parameters in order, with upper-case keys. A keyword without value has the value `none`,
/// so that `isset` tells whether it was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(pub Vec<(Str, Option<Str>)>);

impl Shape for Params {
    const TY: Ty = Ty::ARRAY;

    fn into_value(self) -> Value {
        let pairs = self
            .0
            .into_iter()
            .map(|(name, value)| (Key::from(name), value.map_or_else(Value::none, Value::string)));
        Value::array(pairs.collect::<Array>())
    }
}
