//! Queued copies as the queue takes them.

use std::sync::Arc;

use hsl_std::{CopyDsn, QueuedCopy};
use mail_queue::{CommitError, DsnOptions, Envelope, Mailbox, MessageId, State, UnixTime};
use smtp_proto::{Address, Enhanced, Reply};
use uuid::Uuid;

/// The envelope of a copy.
pub(crate) fn envelope(
    copy: QueuedCopy,
    transaction: Uuid,
    server: &Arc<str>,
    received: UnixTime,
) -> Envelope {
    let id = MessageId { transaction, queue: copy.number };
    let sender = copy.sender.as_ref().map(mailbox).unwrap_or_default();
    let shared = |text: Option<String>| Arc::from(text.unwrap_or_default());
    let mut metadata: Vec<(Arc<str>, Arc<str>)> =
        copy.metadata.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
    metadata.sort();
    let next = received.as_millis().saturating_add((copy.delay * 1000.0) as u64);
    Envelope {
        server: server.clone(),
        transport: copy.transportid.into(),
        tenant: shared(copy.tenantid),
        job: shared(copy.jobid),
        priority: copy.priority,
        quotas: copy.quotas.into_iter().map(Arc::from).collect(),
        metadata: metadata.into(),
        dsn: copy.dsn.map(|dsn| Box::new(options(dsn))),
        edits: copy.patches,
        state: if copy.hold { State::Held } else { State::Queued },
        next: UnixTime::from_millis(next),
        ..Envelope::new(id, received, sender, mailbox(&copy.recipient))
    }
}

fn mailbox(address: &Address) -> Mailbox {
    Mailbox { localpart: address.local().into(), domain: address.domain().into() }
}

fn options(dsn: CopyDsn) -> DsnOptions {
    DsnOptions { envid: dsn.envid, ret: dsn.ret, notify: dsn.notify, orcpt: dsn.orcpt }
}

/// What the client hears when a message cannot be kept.
pub(super) fn refusal(error: &CommitError) -> Reply {
    match error {
        CommitError::Full => full(),
        CommitError::Write(_) | CommitError::Duplicate => storage(),
        CommitError::Closed => Reply::new(421, Enhanced(4, 3, 2), "Service is shutting down"),
    }
}

/// There is no room for new mail.
pub(super) fn full() -> Reply {
    Reply::new(452, Enhanced(4, 3, 1), "Not enough room for new messages")
}

/// The message cannot be stored now.
pub(super) fn storage() -> Reply {
    Reply::new(451, Enhanced(4, 3, 0), "Cannot store the message now")
}
