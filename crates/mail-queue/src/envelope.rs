//! A queued message: one sender, exactly one recipient, and what decides about its next attempt.
//!
//! *Invariants.* An id is never reused. Strings that repeat over many messages (domains,
//! transports, tenants) are shared `Arc<str>`; [`crate::Spool`] interns them on the way in, so
//! that a message costs less than 1 KiB of memory.
//!
//! *Not here.* The bytes of the message ([`crate::Body`]), changes to them ([`mail_message::Patch`]).
//!
//! *Sources.* RFC 5321 §2.3.1 (envelope), RFC 3461 §4 (delivery status parameters).

use std::fmt;
use std::sync::Arc;

use mail_message::Patch;
use uuid::Uuid;

use crate::time::UnixTime;

/// The name of one queued copy: the transaction it came in with, and its number in it (from 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    /// The transaction; also names the body that all its copies share.
    pub transaction: Uuid,
    /// 1 for the first copy, 2 for the next.
    pub queue: u32,
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.transaction, self.queue)
    }
}

/// An address in two parts, without brackets or quotes; both empty is the null sender `<>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Mailbox {
    /// The part before the last `@`, as received.
    pub localpart: Box<str>,
    /// The domain as received; an address literal keeps its brackets.
    pub domain: Arc<str>,
}

impl Mailbox {
    /// Splits `address` at its last `@`; without one, everything is the local part.
    pub fn parse(address: &str) -> Self {
        let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
        Self { localpart: local.into(), domain: domain.into() }
    }

    /// Whether this is the null sender of notifications, which never gets a reply.
    pub fn is_null(&self) -> bool {
        self.localpart.is_empty() && self.domain.is_empty()
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.domain.is_empty() {
            true => f.write_str(&self.localpart),
            false => write!(f, "{}@{}", self.localpart, self.domain),
        }
    }
}

/// Delivery status options of RFC 3461, decoded (no xtext).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DsnOptions {
    /// `ENVID`.
    pub envid: Option<String>,
    /// `RET`: `FULL` or `HDRS`.
    pub ret: Option<String>,
    /// `NOTIFY` keywords in upper case; empty when the parameter was absent.
    pub notify: Vec<String>,
    /// `ORCPT` with its type prefix.
    pub orcpt: Option<String>,
}

impl DsnOptions {
    /// Whether the sender wants to hear of `event` (`FAILURE`, `DELAY` or `SUCCESS`).
    ///
    /// Without `NOTIFY` failures and delays are told, successes are not (RFC 3461 §4.1).
    pub fn wants(&self, event: &str) -> bool {
        match self.notify.is_empty() {
            true => event != "SUCCESS",
            false => self.notify.iter().any(|keyword| keyword == event),
        }
    }
}

/// Whether the queue may try a message by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum State {
    /// Due as soon as its time has come (`next` in the future is shown as DEFER).
    #[default]
    Queued,
    /// Kept until an operator or a script decides; no timer.
    Held,
}

/// Free values of scripts, sorted by key.
pub type Metadata = Arc<[(Arc<str>, Arc<str>)]>;

/// Everything known about a queued message but its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// Its name.
    pub id: MessageId,
    /// When it was received; the base of its age.
    pub received: UnixTime,
    /// The virtual server that received it; empty for mail made here.
    pub server: Arc<str>,
    /// Reverse path.
    pub sender: Mailbox,
    /// Forward path.
    pub recipient: Mailbox,
    /// The sending profile.
    pub transport: Arc<str>,
    /// Free grouping key.
    pub tenant: Arc<str>,
    /// Free grouping key.
    pub job: Arc<str>,
    /// 0 or 1; 1 goes first inside the same destination.
    pub priority: u8,
    /// Names of the quotas that count this message.
    pub quotas: Arc<[Arc<str>]>,
    /// Free values of scripts, sorted by key.
    pub metadata: Metadata,
    /// Delivery status options; rare, hence boxed.
    pub dsn: Option<Box<DsnOptions>>,
    /// Changes to the shared body that this copy carries, in ascending order of offset.
    pub edits: Arc<[Patch]>,
    /// Whether the queue may try it.
    pub state: State,
    /// Completed attempts that counted.
    pub retry: u32,
    /// The earliest time of the next attempt.
    pub next: UnixTime,
    /// Steps of the retry schedule whose notice of delay its sender got while it was kept back.
    pub told: u32,
}

impl Envelope {
    /// A message that is due at once, with empty optional fields.
    pub fn new(id: MessageId, received: UnixTime, sender: Mailbox, recipient: Mailbox) -> Self {
        let empty: Arc<str> = Arc::from("");
        Self {
            id,
            received,
            server: empty.clone(),
            sender,
            recipient,
            transport: empty.clone(),
            tenant: empty.clone(),
            job: empty,
            priority: 0,
            quotas: Arc::from([]),
            metadata: Arc::from([]),
            dsn: None,
            edits: Arc::from([]),
            state: State::Queued,
            retry: 0,
            next: received,
            told: 0,
        }
    }

    /// The metadata value stored under `key`.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(k, _)| &**k == key).map(|(_, v)| &**v)
    }
}

/// What an attempt or an operator changes of a queued message; `None` leaves a field alone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Queue or hold.
    pub state: Option<State>,
    /// Attempts counted so far.
    pub retry: Option<u32>,
    /// The next attempt.
    pub next: Option<UnixTime>,
    /// Another sending profile.
    pub transport: Option<Arc<str>>,
    /// All metadata anew.
    pub metadata: Option<Metadata>,
    /// Steps of the retry schedule whose notice of delay is no longer owed.
    pub told: Option<u32>,
}

impl Change {
    /// Writes the changed fields into `envelope`.
    pub fn apply(&self, envelope: &mut Envelope) {
        let set = |field: &mut Arc<str>, value: &Option<Arc<str>>| {
            if let Some(value) = value {
                *field = value.clone();
            }
        };
        envelope.state = self.state.unwrap_or(envelope.state);
        envelope.retry = self.retry.unwrap_or(envelope.retry);
        envelope.next = self.next.unwrap_or(envelope.next);
        envelope.told = self.told.unwrap_or(envelope.told);
        set(&mut envelope.transport, &self.transport);
        if let Some(metadata) = &self.metadata {
            envelope.metadata = metadata.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_split_at_the_last_at_sign() {
        let mailbox = Mailbox::parse("\"a@b\"@example.com");
        assert_eq!((&*mailbox.localpart, &*mailbox.domain), ("\"a@b\"", "example.com"));
        assert_eq!(mailbox.to_string(), "\"a@b\"@example.com");
        assert!(Mailbox::parse("").is_null());
    }

    #[test]
    fn notify_defaults_follow_the_standard() {
        let silent = DsnOptions { notify: vec!["NEVER".into()], ..DsnOptions::default() };
        assert!(DsnOptions::default().wants("FAILURE") && !DsnOptions::default().wants("SUCCESS"));
        assert!(!silent.wants("FAILURE"));
    }
}
