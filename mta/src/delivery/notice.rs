//! Telling senders: a status notice becomes a queued message of its own.
//!
//! *Invariants.* A notice is durable before the message it is about is ended. A notice has the null
//! sender, so none is ever made about a notice.
//!
//! *Not here.* The text of a notice (`mail_queue::dsn`).

use std::sync::Arc;

use mail_queue::dsn::{Fate, Notice, is_wanted};
use mail_queue::{Body, CommitError, Envelope, Mailbox, MessageId, Transaction};
use smtp_proto::Enhanced;
use uuid::Uuid;

use super::attempt::End;
use super::fate::diagnostic;
use crate::queue_runner::{Queue, now};
use crate::route::Routes;

/// Why a notice was not queued.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoticeError {
    /// The message it is about, or its own body, is out of reach.
    #[error(transparent)]
    Body(#[from] mail_queue::BodyError),
    /// The spool refused it.
    #[error(transparent)]
    Commit(#[from] CommitError),
}

/// A notice about a message, to be sent.
pub(super) struct Draft<'a> {
    /// What happened.
    pub(super) fate: Fate,
    /// The id that scripts were told.
    pub(super) id: Uuid,
    /// The message.
    pub(super) envelope: &'a Envelope,
    /// Its body.
    pub(super) body: &'a Body,
    /// How the last attempt ended.
    pub(super) end: &'a End,
    /// Status code.
    pub(super) status: Enhanced,
    /// The server that decided.
    pub(super) remote: Option<String>,
}

impl Draft<'_> {
    /// Queues the notice, unless the sender does not want it.
    ///
    /// # Errors
    /// When the notice is wanted and could not be made durable.
    pub(super) async fn send(&self, queue: &Queue, host: &str) -> Result<(), NoticeError> {
        if !is_wanted(self.fate, self.envelope) {
            return Ok(());
        }
        let original = self.body.load()?;
        let (kind, text) = diagnostic(self.end);
        let notice = Notice {
            fate: self.fate,
            id: self.id,
            host,
            now: now(),
            envelope: self.envelope,
            status: self.status.to_string(),
            diagnostic: (kind, text),
            remote: self.remote.as_deref(),
            original: &original,
        };
        let mut body = queue.body(self.id);
        body.write(&notice.to_bytes()).map_err(mail_queue::BodyError::from)?;
        let body = body.finish().map_err(mail_queue::BodyError::from)?;
        let envelopes = vec![self.envelope(&queue.routes().current())];
        Ok(queue.commit(Transaction { body, envelopes }).await?)
    }

    fn envelope(&self, routes: &Routes) -> Envelope {
        let id = MessageId { transaction: self.id, queue: 1 };
        let (from, to) = (Mailbox::default(), self.envelope.sender.clone());
        let mut envelope = Envelope::new(id, now(), from, to);
        let carrier = routes.route(&self.envelope.transport).ok();
        let carrier: Option<Arc<str>> = carrier.and_then(|route| route.notices.clone());
        envelope.transport = carrier.unwrap_or_else(|| self.envelope.transport.clone());
        envelope.tenant = self.envelope.tenant.clone();
        envelope
    }
}
