//! Messages and attempts as the queue hooks see them.
//!
//! *Invariants.* Everything here is a copy: a script changes nothing by changing its variables.
//!
//! *Not here.* What scripts decide ([`super::fate`]).

use hsl_vm::{Frozen, Str, Value};
use mail_queue::{Charge, DsnOptions, Envelope, Field, Mailbox, edited_size};
use mta_hooks::outcome::{Attempt as AttemptView, DeliveryError, OutboundConnection, SmtpResult};
use mta_hooks::postdelivery::{AppliedPolicy, DynamicPolicy, PolicyInEffect};
use mta_hooks::queued::{
    DsnOptions as DsnView, MessageFiles, MessageId as MessageIdView, QueuedMessage,
};
use mta_hooks::transaction::Address as AddressView;
use smtp_proto::Enhanced;
use smtp_proto::client::Outcome;
use uuid::Uuid;

use super::attempt::{Attempt, End};
use super::session::Facts;

/// `$message` of a message whose body has `size` bytes.
pub(super) fn message(envelope: &Envelope, size: u64) -> QueuedMessage {
    QueuedMessage {
        id: id(envelope.id.transaction, envelope.id.queue),
        ts: envelope.received.as_secs_f64(),
        serverid: Str::from(&*envelope.server),
        sender: Str::from(envelope.sender.to_string().to_lowercase()),
        senderaddress: address(&envelope.sender),
        recipient: Str::from(envelope.recipient.to_string().to_lowercase()),
        recipientaddress: address(&envelope.recipient),
        transportid: Str::from(&*envelope.transport),
        tenantid: Str::from(&*envelope.tenant),
        jobid: Str::from(&*envelope.job),
        priority: envelope.priority,
        size: edited_size(size, &envelope.edits) as f64,
        file: MessageFiles { original: Value::none(), modified: Value::none() },
        dsn: dsn(envelope.dsn.as_deref()),
    }
}

/// A message id in parts.
pub(super) fn id(transaction: Uuid, queue: u32) -> MessageIdView {
    MessageIdView { transaction: Str::from(transaction.to_string()), queue }
}

/// `$arguments["attempt"]`.
pub(super) fn attempt(attempt: &Attempt) -> AttemptView {
    AttemptView {
        result: result(&attempt.end),
        error: error(&attempt.end),
        connection: connection(attempt.connection.as_ref()),
        duration: attempt.duration.as_secs_f64(),
        plugin: None,
    }
}

/// A status code in parts.
pub(super) fn enhanced(Enhanced(class, subject, detail): Enhanced) -> Vec<u16> {
    vec![class, subject, detail]
}

fn address(mailbox: &Mailbox) -> AddressView {
    AddressView { localpart: Str::from(&*mailbox.localpart), domain: Str::from(&*mailbox.domain) }
}

fn dsn(dsn: Option<&DsnOptions>) -> DsnView {
    let text = |value: Option<&String>| Str::from(value.map_or("", String::as_str));
    let notify = dsn.map_or(&[][..], |dsn| &dsn.notify).iter();
    DsnView {
        envid: text(dsn.and_then(|dsn| dsn.envid.as_ref())),
        ret: text(dsn.and_then(|dsn| dsn.ret.as_ref())),
        notify: notify.map(|keyword| Str::from(keyword.as_str())).collect(),
        orcpt: text(dsn.and_then(|dsn| dsn.orcpt.as_ref())),
    }
}

fn result(end: &End) -> Option<SmtpResult> {
    let End::Smtp(outcome) = end else { return None };
    let (reply, state) = (outcome.reply()?, outcome.state()?);
    Some(SmtpResult {
        code: reply.code,
        enhanced: reply.enhanced.map(enhanced).unwrap_or_default(),
        reason: reply.lines.iter().map(|line| Str::from(line.as_slice())).collect(),
        state: Str::from(state.as_str()),
    })
}

fn error(end: &End) -> Option<DeliveryError> {
    let failed = |kind: &str, temporary, message: String| DeliveryError {
        temporary,
        message: Str::from(message),
        r#type: Str::from(kind),
        dns: None,
    };
    match end {
        End::Failed(failure) => Some(DeliveryError {
            dns: failure.dns.map(Str::from),
            ..failed(failure.kind, failure.is_temporary(), failure.message.clone())
        }),
        End::Unreadable(error) => Some(failed("config", true, error.to_string())),
        End::Smtp(outcome) => {
            let (kind, temporary) = match outcome {
                Outcome::Delivered { .. } | Outcome::Refused { .. } => return None,
                Outcome::Lost { .. } | Outcome::TimedOut { .. } => ("network", true),
                Outcome::Violation { .. } => ("protocol", true),
                Outcome::TooLarge { .. } => ("smtp", false),
            };
            Some(failed(kind, temporary, super::fate::diagnostic(end).1))
        }
    }
}

fn connection(facts: Option<&Facts>) -> OutboundConnection {
    let empty = || Str::from("");
    OutboundConnection {
        id: facts.map_or_else(empty, |facts| Str::from(facts.id.to_string())),
        transactions: facts.map_or(0, |facts| facts.transactions),
        localip: facts.map_or_else(empty, |facts| Str::from(facts.local.to_string())),
        helo: facts.map_or_else(empty, |facts| Str::from(facts.helo.as_str())),
        localipid: None,
        remoteip: facts.map_or_else(empty, |facts| Str::from(facts.remote.ip().to_string())),
        remotemx: facts.map_or_else(empty, |facts| Str::from(facts.host.as_str())),
        remotegreet: None,
        tls: None,
    }
}

/// The policies that an attempt was charged to.
pub(super) fn policy(charges: &[Charge]) -> PolicyInEffect {
    let tags = charges.iter().filter_map(|charge| charge.policy().tag.as_deref());
    PolicyInEffect {
        tags: tags.map(Str::from).collect(),
        policies: charges.iter().map(applied).collect(),
    }
}

fn applied(charge: &Charge) -> AppliedPolicy {
    let policy = charge.policy();
    let tag = policy.tag.as_deref().map(Str::from);
    let dynamic = DynamicPolicy { id: Str::from(&*policy.id), tag: tag.clone() };
    let properties = policy.properties.as_ref().and_then(|kept| kept.downcast_ref::<Frozen>());
    AppliedPolicy {
        fields: policy.fields.iter().map(|field| Str::from(field.name())).collect(),
        grouping: policy.fields.iter().map(|field| grouping(charge, *field)).collect(),
        dynamic: policy.is_dynamic().then(|| vec![dynamic]),
        tags: Some(tag.into_iter().collect()),
        properties: properties.and_then(|kept| kept.thaw().as_array().cloned()),
        stop: Some(policy.stop),
    }
}

/// The value that a field was counted by, where it is a grouping.
fn grouping(charge: &Charge, field: Field) -> Value {
    let value = charge.value(field).filter(|_| field == Field::Grouping);
    value.map_or_else(Value::none, Value::string)
}
