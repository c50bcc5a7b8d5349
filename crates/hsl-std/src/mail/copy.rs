//! One queued copy, as the methods `queue` hand it over.
//!
//! *Invariants.* What would fail after the script was told that the message is queued is refused before.

use std::sync::Arc;

use hsl_macros::{Options, Record};
use hsl_vm::{Array, Key, Str, Thrown, Value};
use mail_message::Patch;
use smtp_proto::Address;

use super::envelope::GivenAddress;
use crate::binding::{GivenOptions, Options as _};

/// A copy of a message for one recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedCopy {
    /// 1 for the first copy of the transaction.
    pub number: u32,
    /// Sender; none for the null path.
    pub sender: Option<Address>,
    /// Recipient.
    pub recipient: Address,
    /// Transport.
    pub transportid: String,
    /// Text pairs that stay with the copy.
    pub metadata: Vec<(String, String)>,
    /// Whether it waits for an operator or a script.
    pub hold: bool,
    /// Free grouping key.
    pub jobid: Option<String>,
    /// Free grouping key.
    pub tenantid: Option<String>,
    /// 0 or 1.
    pub priority: u8,
    /// Names of counters that count it.
    pub quotas: Vec<String>,
    /// Seconds before the first attempt.
    pub delay: f64,
    /// Delivery status options.
    pub dsn: Option<CopyDsn>,
    /// Changes of the message.
    pub patches: Arc<[Patch]>,
}

/// Delivery status options of a copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyDsn {
    /// Envelope id.
    pub envid: Option<String>,
    /// `FULL` or `HDRS`.
    pub ret: Option<String>,
    /// Events to tell of.
    pub notify: Vec<String>,
    /// Original recipient with its type.
    pub orcpt: Option<String>,
}

/// Keys of the option `dsn`.
#[derive(Options)]
struct GivenDsn {
    /// Id of the envelope, which reports repeat.
    #[option(ty = "string")]
    envid: Option<Value>,
    /// How much of the message a report of a failure holds.
    #[option(ty = "string", values = ["FULL", "HDRS"], lenient)]
    ret: Option<Value>,
    /// Events to tell of.
    #[option(ty = "array", values = ["NEVER", "SUCCESS", "FAILURE", "DELAY"], lenient)]
    notify: Option<Value>,
    /// The recipient that was written first, with its type: `rfc822;jane@example.com`.
    #[option(ty = "string")]
    orcpt: Option<Value>,
}

/// Result of `queue`.
#[derive(Record)]
pub struct QueuedId {
    /// Transaction id.
    pub transaction: Str,
    /// Queue number of the copy within the transaction.
    pub queue: u32,
}

/// Options of `queue`.
#[derive(Options)]
pub struct CopyOptions {
    /// String pairs stored with the message.
    metadata: Option<Array>,
    /// Put the message into the hold queue.
    #[option(default = false)]
    hold: bool,
    /// Job id.
    jobid: Option<String>,
    /// Tenant id.
    tenantid: Option<String>,
    /// Queue priority, 0 or 1.
    priority: Option<f64>,
    /// Quota names to charge.
    quotas: Option<Array>,
    /// Seconds before the first attempt.
    #[option(default = 0)]
    delay: f64,
    /// What the sender is told of the delivery.
    #[option(keys = GivenDsn)]
    dsn: Option<Array>,
}

impl QueuedCopy {
    /// The copy that a call asks for.
    ///
    /// # Errors
    /// An exception that says which argument or option cannot be used.
    pub fn new(
        number: u32,
        (sender, recipient): (&GivenAddress, &GivenAddress),
        transportid: String,
        options: CopyOptions,
        patches: Arc<[Patch]>,
    ) -> Result<Self, Thrown> {
        let metadata = options.metadata.as_ref().map_or(Some(Vec::new()), pairs);
        Ok(Self {
            number,
            sender: sender.mailbox("queue", "$sender")?,
            recipient: recipient.recipient("queue", "$recipient")?,
            transportid,
            metadata: metadata.ok_or_else(|| invalid("metadata", "must have string values"))?,
            hold: options.hold,
            jobid: options.jobid,
            tenantid: options.tenantid,
            priority: priority(options.priority)?,
            quotas: options.quotas.as_ref().map(strings).unwrap_or_default(),
            delay: delay(options.delay)?,
            dsn: options.dsn.as_ref().map(dsn).transpose()?,
            patches,
        })
    }
}

fn invalid(option: &str, why: &str) -> Thrown {
    Thrown::error(format!("queue: option \"{option}\" {why}"))
}

fn priority(given: Option<f64>) -> Result<u8, Thrown> {
    match given {
        None => Ok(0),
        Some(0.0) => Ok(0),
        Some(1.0) => Ok(1),
        Some(_) => Err(invalid("priority", "must be 0 or 1")),
    }
}

fn delay(seconds: f64) -> Result<f64, Thrown> {
    // A year; the bound keeps time arithmetic far from its limits.
    if (0.0..=31_536_000.0).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(invalid("delay", "must be between 0 seconds and a year"))
    }
}

fn strings(list: &Array) -> Vec<String> {
    list.values().map(|value| value.to_text().to_lossy().into_owned()).collect()
}

fn dsn(array: &Array) -> Result<CopyDsn, Thrown> {
    let given = GivenDsn::read(&GivenOptions::new("queue", Some(array)))?;
    let text = |value: Option<Value>| Some(value?.to_text().to_lossy().into_owned());
    let notify = given.notify.as_ref().and_then(Value::as_array).map(strings);
    Ok(CopyDsn {
        envid: text(given.envid),
        ret: text(given.ret),
        notify: notify.unwrap_or_default(),
        orcpt: text(given.orcpt),
    })
}

/// Text pairs of an array, for metadata.
fn pairs(array: &Array) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().map(|text| text.to_lossy().into_owned());
    let pair = |(key, value): (Key, &Value)| {
        Some((key.to_value().to_text().to_lossy().into_owned(), text(value)?))
    };
    array.iter().map(pair).collect()
}
