//! `$message`: a queued message, as the queue hooks show it.

use hsl_macros::Record;
use hsl_vm::{Str, Value};

use crate::transaction::Address;

/// A queued message.
#[derive(Clone, Record)]
pub struct QueuedMessage {
    /// Message identifier.
    #[field(origin = Server)]
    pub id: MessageId,
    /// Unix time of the transaction.
    pub ts: f64,
    /// Id of the receiving server configuration.
    #[field(id = Server)]
    pub serverid: Str,
    /// Envelope sender, lower-cased.
    #[field(origin = Word)]
    pub sender: Str,
    /// Envelope sender as received, in parts.
    #[field(origin = Word)]
    pub senderaddress: Address,
    /// Envelope recipient, lower-cased.
    #[field(origin = Word)]
    pub recipient: Str,
    /// Envelope recipient in parts.
    #[field(origin = Word)]
    pub recipientaddress: Address,
    /// Transport to be used.
    #[field(id = Transport, origin = Server)]
    pub transportid: Str,
    /// Tenant id.
    pub tenantid: Str,
    /// Job id.
    pub jobid: Str,
    /// Queue priority.
    pub priority: u8,
    /// Message size in bytes.
    pub size: f64,
    /// Message content as file resources.
    pub file: MessageFiles,
    /// Delivery status options of the message.
    pub dsn: DsnOptions,
}

/// Identifier of a queued message.
#[derive(Clone, Record)]
pub struct MessageId {
    /// Transaction id.
    pub transaction: Str,
    /// Queue id.
    pub queue: u32,
}

/// Content of a queued message.
#[derive(Clone, Record)]
pub struct MessageFiles {
    /// Content as received.
    #[field(ty = "FileResource")]
    pub original: Value,
    /// Content with all modifications.
    #[field(ty = "FileResource")]
    pub modified: Value,
}

/// Delivery status options of a queued message.
#[derive(Clone, Record)]
pub struct DsnOptions {
    /// Envelope id.
    pub envid: Str,
    /// How much of the message a report of a failure holds; empty when nobody said.
    #[field(values = ["FULL", "HDRS"])]
    pub ret: Str,
    /// Requested notifications.
    #[field(values = ["NEVER", "SUCCESS", "FAILURE", "DELAY"])]
    pub notify: Vec<Str>,
    /// Original recipient.
    pub orcpt: Str,
}
