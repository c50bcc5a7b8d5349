//! The durable queue: what was acknowledged is on disk, what is on disk comes back.
//!
//! Writers prepare transactions on their own threads and wait for a [`Ticket`]; one thread (or
//! task) calls [`Spool::flush`], which writes everything that has gathered as one group with one
//! flush. Nothing here starts threads or waits.
//!
//! *Invariants.* A ticket answers `Ok` only after body and envelopes are durable. The end of a
//! message ([`Spool::done`]) may be lost in a crash, which repeats a delivery and loses nothing.
//! Locks are taken in the order log, index, pending.
//!
//! *Not here.* When to deliver ([`crate::Scheduler`]), reading at start ([`crate::recover`]).
//!
//! *Sources.* RFC 5321 §6.1 (responsibility for a message after 250).

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::body::{Body, BodyFile, BodyWriter, INLINE, NewBody, Place, body_name};
use crate::disk::{Disk, Free};
use crate::envelope::{Change, Envelope, MessageId};
use crate::index::{Index, Slot, Usage};
use crate::log::{Log, Record, body_offset};
use crate::payload::{MessageMeta, encode_done, encode_update};
use crate::record::Kind;
use crate::recover::{OnDamage, OpenError, Recovered, recover};
use crate::ticket::{CommitError, Promise, Ticket, ticket};

/// Largest group that is written with one flush.
const GROUP: usize = 16 * 1024 * 1024;

/// How a spool behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Flush before answering. Off means that power loss loses acknowledged mail.
    pub fsync: bool,
    /// Size from which a segment takes no more records.
    pub segment_size: u64,
    /// Longest body that stays in memory until its commit and lives inside the log.
    pub inline: usize,
    /// Makes records unforgeable from inside a mail; draw it at random at each start.
    pub seed: u64,
    /// New mail is refused with less than this left on the volume; delivery goes on.
    pub reserve: Free,
    /// What a damaged record means at start.
    pub on_damage: OnDamage,
}

impl Options {
    /// Safe defaults: flushing, 64 MiB segments, no reserve, damage set aside.
    pub fn new(seed: u64) -> Self {
        Self {
            fsync: true,
            segment_size: 64 * 1024 * 1024,
            inline: INLINE,
            seed,
            reserve: Free { bytes: 0, inodes: 0 },
            on_damage: OnDamage::Quarantine,
        }
    }
}

/// One accepted transaction: a body and at least one copy of it.
pub struct Transaction {
    /// What [`Spool::body`] gathered.
    pub body: NewBody,
    /// The copies; all ids name the transaction of the body.
    pub envelopes: Vec<Envelope>,
}

/// What a flush achieved.
#[derive(Debug, Default)]
pub struct Flushed {
    /// Copies that are queued from now on, for the scheduler.
    pub committed: Vec<Arc<Envelope>>,
    /// Whether more had gathered than one group takes: flush again.
    pub more: bool,
    /// Why the group could not be written; its tickets know, changes stay pending.
    pub error: Option<Arc<io::Error>>,
}

/// A durable queue over a [`Disk`].
pub struct Spool {
    pub(crate) disk: Arc<dyn Disk>,
    options: Options,
    pub(crate) log: Mutex<Log>,
    pub(crate) index: Mutex<Index>,
    pending: Mutex<Pending>,
}

#[derive(Default)]
struct Pending {
    commits: Vec<Commit>,
    notes: Vec<Note>,
}

/// A transaction on its way to disk.
struct Commit {
    record: Record,
    body: (Uuid, u64, u32),
    file: Option<BodyFile>,
    envelopes: Vec<Envelope>,
    promise: Promise,
}

/// A change or an end on its way to disk, and the body file that nobody needs after it.
struct Note {
    record: Record,
    unlink: Option<String>,
}

impl Spool {
    /// Opens the spool on `disk` and reads everything that is queued.
    ///
    /// # Errors
    /// When the disk refuses, when a newer version wrote the spool, or when a record is damaged
    /// and [`OnDamage::Abort`] was asked for.
    pub fn open(disk: Arc<dyn Disk>, options: Options) -> Result<(Self, Recovered), OpenError> {
        for folder in ["segments", "bodies", "corrupt"] {
            disk.create_folder(folder).map_err(|e| OpenError::disk(folder, e))?;
        }
        let (index, recovered) = recover(&disk, options.on_damage)?;
        let next = recovered.next_segment;
        let settings = (options.seed, options.segment_size, options.fsync);
        let spool = Self {
            log: Mutex::new(Log::new(disk.clone(), settings, next)),
            index: Mutex::new(index),
            pending: Mutex::default(),
            disk,
            options,
        };
        for id in &recovered.unreadable {
            spool.done(*id);
        }
        Ok((spool, recovered))
    }

    /// Starts to take in the body of `transaction`.
    pub fn body(&self, transaction: Uuid) -> BodyWriter {
        BodyWriter::new(self.disk.clone(), self.options.inline, transaction)
    }

    /// Whether new mail may come in; see [`Options::reserve`].
    pub fn has_room(&self) -> bool {
        let reserve = self.options.reserve;
        if reserve == (Free { bytes: 0, inodes: 0 }) {
            return true;
        }
        // A volume that cannot say what is left is not refused: the write itself will tell.
        self.disk
            .free()
            .is_ok_and(|free| free.bytes >= reserve.bytes && free.inodes >= reserve.inodes)
    }

    /// Hands a transaction over; the ticket is answered by a later [`Spool::flush`].
    ///
    /// All copies are queued or none. A transaction without copies is durable at once: there is
    /// nothing to keep.
    pub fn commit(&self, transaction: Transaction) -> Ticket {
        let (promise, ticket) = ticket();
        if transaction.envelopes.is_empty() {
            promise.answer(Ok(()));
        } else if !self.has_room() {
            promise.answer(Err(CommitError::Full));
        } else {
            let commit = prepare(transaction, promise);
            self.pending().commits.push(commit);
        }
        ticket
    }

    /// Changes a queued message; durable with the next flush.
    ///
    /// Answers the message as it is now, `None` when it is not queued (any more).
    pub fn update(&self, id: MessageId, change: &Change) -> Option<Arc<Envelope>> {
        let mut index = self.index();
        let envelope = index.update(id, change)?;
        let record = Record::new(Kind::Update, encode_update(id, change), Vec::new());
        self.pending().notes.push(Note { record, unlink: None });
        Some(envelope)
    }

    /// Ends a message: it was delivered, bounced or deleted. Durable with the next flush.
    ///
    /// Answers whether it was queued.
    pub fn done(&self, id: MessageId) -> bool {
        let mut index = self.index();
        let Some(last) = index.remove(id) else { return false };
        let unlink = last
            .filter(|body| body.stored().place() == Place::File)
            .map(|body| body_name(body.stored().transaction));
        let record = Record::new(Kind::Done, encode_done(id), Vec::new());
        self.pending().notes.push(Note { record, unlink });
        true
    }

    /// A queued message and its body.
    pub fn get(&self, id: MessageId) -> Option<(Arc<Envelope>, Body)> {
        self.index().get(id)
    }

    /// All queued messages, in no particular order.
    pub fn messages(&self) -> Vec<Arc<Envelope>> {
        self.index().envelopes().cloned().collect()
    }

    /// How many messages are queued.
    pub fn len(&self) -> usize {
        self.index().len()
    }

    /// Whether no message is queued.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the log on disk, and how many of them are needed.
    pub fn usage(&self) -> Usage {
        self.index().segments().values().fold(Usage::default(), |sum, segment| Usage {
            size: sum.size + segment.size,
            live: sum.live + segment.live,
        })
    }

    /// Whether something waits for a flush.
    pub fn has_pending(&self) -> bool {
        let pending = self.pending();
        !pending.commits.is_empty() || !pending.notes.is_empty()
    }

    /// Writes what has gathered as one group, flushes it and answers the tickets.
    pub fn flush(&self) -> Flushed {
        let mut log = lock(&self.log);
        let (commits, notes, more) = self.pending().take_group();
        let (commits, notes) = (self.admit(commits), notes);
        if commits.is_empty() && notes.is_empty() {
            return Flushed { more, ..Flushed::default() };
        }
        let records: Vec<&Record> =
            commits.iter().map(|c| &c.record).chain(notes.iter().map(|n| &n.record)).collect();
        match log.append(&records) {
            Ok(appended) => {
                let committed = self.settle(commits, &appended);
                self.unlink(notes);
                Flushed { committed, more, error: None }
            }
            Err(error) => {
                refuse(commits, &error);
                self.pending().notes.splice(0..0, notes);
                Flushed { error: Some(Arc::new(error)), ..Flushed::default() }
            }
        }
    }

    /// Flushes all that is pending and closes the log, for an orderly end.
    pub fn close(&self) -> Flushed {
        let mut all = Flushed::default();
        loop {
            let flushed = self.flush();
            all.committed.extend(flushed.committed);
            all.error = flushed.error;
            if !flushed.more {
                break;
            }
        }
        lock(&self.log).seal();
        all
    }

    /// Refuses transactions that are queued already and makes the files of long bodies durable.
    fn admit(&self, commits: Vec<Commit>) -> Vec<Commit> {
        let mut group = HashSet::new();
        let mut admitted = Vec::with_capacity(commits.len());
        for commit in commits {
            let transaction = commit.body.0;
            if self.index().contains(transaction) || !group.insert(transaction) {
                commit.promise.answer(Err(CommitError::Duplicate));
                continue;
            }
            let synced = match (&commit.file, self.options.fsync) {
                (Some(file), true) => file.sync(),
                _ => Ok(()),
            };
            match synced {
                Ok(()) => admitted.push(commit),
                Err(error) => refuse(vec![commit], &error),
            }
        }
        admitted
    }

    /// Takes durable transactions into the index and tells those who wait.
    fn settle(&self, commits: Vec<Commit>, appended: &crate::log::Appended) -> Vec<Arc<Envelope>> {
        let mut committed = Vec::new();
        let mut index = self.index();
        index.set_segment_size(appended.segment, appended.size);
        for (commit, position) in commits.into_iter().zip(&appended.positions) {
            let offset = body_offset(position.offset, &commit.record.header);
            let place = match commit.file {
                Some(file) => {
                    file.keep();
                    Place::File
                }
                None => Place::Segment { number: position.segment, offset },
            };
            let slot = Slot { position: *position, size: commit.record.header.record_size() };
            let body = Body::new(self.disk.clone(), commit.body, place);
            committed.extend(index.insert(body, slot, commit.envelopes));
            commit.promise.answer(Ok(()));
        }
        committed
    }

    fn unlink(&self, notes: Vec<Note>) {
        for name in notes.into_iter().filter_map(|note| note.unlink) {
            // A file that stays behind is removed at the next start.
            let _ = self.disk.remove(&name);
        }
    }

    pub(crate) fn index(&self) -> MutexGuard<'_, Index> {
        lock(&self.index)
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        lock(&self.pending)
    }
}

impl Pending {
    /// The oldest records up to the size of a group, and whether some stay.
    fn take_group(&mut self) -> (Vec<Commit>, Vec<Note>, bool) {
        let mut size = 0;
        let fitting = self.commits.iter().take_while(|commit| {
            size += commit.record.meta.len() + commit.record.body.len();
            size <= GROUP
        });
        // One that is larger than a group goes alone.
        let count = fitting.count().max(1).min(self.commits.len());
        let rest = self.commits.split_off(count);
        let commits = std::mem::replace(&mut self.commits, rest);
        let more = !self.commits.is_empty();
        (commits, std::mem::take(&mut self.notes), more)
    }
}

fn prepare(transaction: Transaction, promise: Promise) -> Commit {
    let Transaction { body, envelopes } = transaction;
    let meta = MessageMeta {
        transaction: body.transaction,
        body_size: body.size,
        body_crc: body.crc,
        external: body.file.is_some(),
        envelopes,
    };
    let record = Record::new(Kind::Message, meta.encode(), body.memory);
    let body_facts = (body.transaction, body.size, body.crc);
    Commit { record, body: body_facts, file: body.file, envelopes: meta.envelopes, promise }
}

fn refuse(commits: Vec<Commit>, error: &io::Error) {
    let cause = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => CommitError::Full,
        _ => CommitError::Write(error.to_string().into()),
    };
    for commit in commits {
        commit.promise.answer(Err(cause.clone()));
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
