//! The durable spool and the retry scheduler.
//!
//! [`Spool`] keeps messages: a commit is acknowledged when body and envelopes are on disk, many
//! commits share one flush, and a start reads everything back. [`Scheduler`] decides which message
//! is tried when. Both are plain values: storage comes in as a [`Disk`], time as an argument, and
//! nothing here waits.
//!
//! *Invariants.* A crash at any write leaves a message either unacknowledged or deliverable. A
//! message whose end was recorded durably is never delivered again.
//!
//! *Not here.* Real files, threads and the wire (crate `mta`), the choice of the next host, the
//! hooks. The format on disk is described in `docs/spool-format.md`.

mod body;
mod codec;
mod compact;
pub mod disk;
pub mod dsn;
mod edit;
mod envelope;
mod index;
mod log;
pub mod memory_disk;
mod payload;
mod record;
mod recover;
mod retry;
mod rules;
mod scan;
mod schedule;
mod spool;
mod ticket;
mod time;

pub use body::{Body, BodyError, BodyReader, BodyWriter, INLINE, NewBody};
pub use disk::{Disk, DiskFile, Free};
pub use edit::{Piece, edited_size, pieces};
pub use envelope::{Change, DsnOptions, Envelope, Mailbox, MessageId, Metadata, State};
pub use index::Usage;
pub use recover::{Damage, OnDamage, OpenError, Recovered};
pub use retry::{Expiry, Next, RetryPolicy, Step};
pub use rules::{
    Admission, Algorithm, Charge, Condition, Facts, Field, Pattern, Policy, Properties, Rate,
    RuleRefused, Ruleset, Suspension,
};
pub use schedule::{Action, Counts, Entry, Limits, Outcome, Phase, Scheduler};
pub use spool::{Flushed, Options, Spool, Transaction};
pub use ticket::{CommitError, Committed, Ticket};
pub use time::UnixTime;
