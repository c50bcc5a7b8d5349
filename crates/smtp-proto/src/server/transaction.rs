//! The mail transaction: what MAIL and RCPT built.

use crate::{Address, Parameters};

/// An accepted recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Address.
    pub address: Address,
    /// Parameters of RCPT.
    pub params: Parameters,
    /// Mark of the driver.
    pub tag: Option<String>,
}

/// One mail transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// Counts the transactions of the connection; a change means a new one.
    pub serial: u64,
    /// MAIL was accepted.
    pub open: bool,
    /// Sender; none for the null path or before MAIL.
    pub sender: Option<Address>,
    /// Parameters of MAIL.
    pub params: Parameters,
    /// Accepted recipients.
    pub recipients: Vec<Recipient>,
    /// RCPT commands, refused ones included: RFC 5321 §4.5.3.1.8 sets the floor at 100
    /// recipients, and a client that probes addresses must not get them for free.
    pub(super) attempts: usize,
}

impl Transaction {
    /// An empty transaction that follows this one.
    #[must_use]
    pub(super) fn next(&self) -> Self {
        Self { serial: self.serial + 1, ..Self::default() }
    }
}
