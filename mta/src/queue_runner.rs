//! The queue of the running server: commits share flushes, due messages go to the workers.
//!
//! One thread flushes: while it waits for the disk, the commits of all workers gather and share
//! the next flush. Ends and changes of messages ride along, or wait for a tenth of a second.
//! Workers ask for their next message with [`Queue::next`].
//!
//! *Invariants.* A commit answers only after its flush. Every message that is handed out is
//! reported once. [`Queue::close`] lets attempts finish and flushes what they reported.
//!
//! *Not here.* The format on disk and the order of messages (crate `mail-queue`), the attempt
//! itself ([`crate::delivery`]).

mod committer;
mod limits;
mod prepared;
mod quota;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mail_queue::{
    Action, Body, BodyWriter, Change, CommitError, Committed, Counts, Disk, Entry, Envelope, Facts,
    Field, Flushed, Limits, MessageId, OpenError, Options, Outcome, Phase, Recovered, Scheduler,
    Spool, State, Transaction, UnixTime, Usage,
};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use crate::disk::{Folder, FolderError};
use crate::route::SharedRoutes;
use crate::rules::lists::Lists;
use crate::rules::persistent::Store;
use committer::Committer;
pub use prepared::Prepared;
use prepared::PreparedMessages;
pub use quota::Charged;
use quota::Quotas;

/// Pause after a flush that the disk refused.
const AFTER_REFUSAL: Duration = Duration::from_secs(1);

/// Why the queue cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// What is in it cannot be read.
    #[error(transparent)]
    Spool(#[from] OpenError),
    /// The system gives no thread.
    #[error("cannot start the thread that flushes the spool: {0}")]
    Thread(std::io::Error),
}

/// The queue that all workers share.
pub struct Queue {
    spool: Spool,
    fsync: bool,
    line: Mutex<Line>,
    quotas: Mutex<Quotas>,
    /// Wakes workers that wait for a message.
    due: Notify,
    committer: Committer,
    routes: SharedRoutes,
    /// What conditions of policies and suspensions name.
    lists: Lists,
    /// What scripts decided about messages that are kept back.
    prepared: PreparedMessages,
    /// Where suspensions and policies are kept over a restart.
    store: OnceLock<Store>,
    /// How many messages are out; watched by those who wait for the end.
    out: watch::Sender<usize>,
}

struct Line {
    scheduler: Scheduler,
    /// Chosen, waiting for a worker.
    chosen: VecDeque<MessageId>,
    closing: bool,
}

impl Queue {
    /// Opens the spool in `folder`, reads what is queued and starts to flush.
    ///
    /// # Errors
    /// When the folder is in use or cannot be read.
    pub fn start(
        folder: &std::path::Path,
        options: Options,
        limits: Limits,
        routes: SharedRoutes,
    ) -> Result<(Arc<Self>, Recovered), StartError> {
        let disk: Arc<dyn Disk> = Arc::new(Folder::open(folder)?);
        Self::start_on(disk, options, limits, routes)
    }

    /// As [`Queue::start`], on any disk.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn start_on(
        disk: Arc<dyn Disk>,
        options: Options,
        limits: Limits,
        routes: SharedRoutes,
    ) -> Result<(Arc<Self>, Recovered), StartError> {
        let fsync = options.fsync;
        if !fsync {
            tracing::warn!("spool.fsync is off: a power failure loses accepted mail");
        }
        let (spool, recovered) = Spool::open(disk, options)?;
        tell(&recovered);
        let line =
            Line { scheduler: Scheduler::new(limits), chosen: VecDeque::new(), closing: false };
        let queue = Arc::new(Self {
            spool,
            fsync,
            line: Mutex::new(line),
            quotas: Mutex::default(),
            due: Notify::new(),
            committer: Committer::default(),
            prepared: PreparedMessages::default(),
            store: OnceLock::new(),
            lists: routes.current().lists().clone(),
            routes,
            out: watch::Sender::new(0),
        });
        queue.line_up(&recovered.messages);
        queue.start_committer().map_err(StartError::Thread)?;
        Ok((queue, recovered))
    }

    /// Starts to take in the body of `transaction`.
    pub fn body(&self, transaction: Uuid) -> BodyWriter {
        self.spool.body(transaction)
    }

    /// Whether there is room for new mail.
    pub fn has_room(&self) -> bool {
        self.spool.has_room()
    }

    /// Makes a transaction durable and queues its copies.
    ///
    /// # Errors
    /// When nothing of it was queued.
    pub async fn commit(&self, transaction: Transaction) -> Committed {
        if self.line().closing {
            return Err(CommitError::Closed);
        }
        let ticket = self.spool.commit(transaction);
        self.committer.wake(|work| work.urgent = true);
        ticket.await
    }

    /// The next message to try; `None` when the queue closes.
    pub async fn next(&self) -> Option<MessageId> {
        loop {
            let notified = self.due.notified();
            let wait = {
                let mut line = self.line();
                if line.closing {
                    return None;
                }
                match line.choose(now()) {
                    Ok(id) => {
                        self.out.send_modify(|out| *out += 1);
                        if !line.chosen.is_empty() {
                            self.due.notify_one();
                        }
                        return Some(id);
                    }
                    Err(wait) => wait,
                }
            };
            match wait {
                Some(time) => {
                    let _ = tokio::time::timeout(time.since(now()), notified).await;
                }
                None => notified.await,
            }
        }
    }

    /// A queued message and its body.
    pub fn get(&self, id: MessageId) -> Option<(Arc<Envelope>, Body)> {
        self.spool.get(id)
    }

    /// Changes a queued message without touching its turn.
    pub fn update(&self, id: MessageId, change: &Change) -> Option<Arc<Envelope>> {
        let envelope = self.spool.update(id, change);
        self.committer.wake(|work| work.lazy = true);
        envelope
    }

    /// Takes in how an attempt ended; `change` is what it changes of the message.
    pub fn report(&self, id: MessageId, outcome: Outcome, change: &Change) {
        self.prepared.take(id);
        match outcome {
            Outcome::Done => {
                if let Some((envelope, body)) = self.spool.get(id) {
                    lock(&self.quotas).discharge(&envelope.quotas, body.size());
                }
                self.spool.done(id);
            }
            Outcome::Retry { at } => {
                let next = Some(at);
                let state = Some(State::Queued);
                self.spool.update(id, &Change { next, state, ..change.clone() });
            }
            Outcome::Hold => {
                self.spool.update(id, &Change { state: Some(State::Held), ..change.clone() });
            }
        }
        self.committer.wake(|work| work.lazy = true);
        let deadline = self.deadline(id);
        let mut line = self.line();
        line.scheduler.set_deadline(id, deadline);
        line.scheduler.report(id, outcome, now());
        drop(line);
        self.due.notify_one();
        self.out.send_modify(|out| *out = out.saturating_sub(1));
    }

    /// Takes back a message that may not go to its next hop now, which its `facts` tell if it is known: as
    /// if it had not been handed out. `change` is what scripts changed of it.
    pub fn give_back(&self, id: MessageId, facts: Option<Facts>, change: &Change) {
        if *change != Change::default() {
            self.update(id, change);
        }
        let deadline = self.deadline(id);
        let mut line = self.line();
        line.scheduler.set_deadline(id, deadline);
        line.scheduler.give_back(id, facts, now());
        drop(line);
        self.due.notify_one();
        self.out.send_modify(|out| *out = out.saturating_sub(1));
    }

    /// When somebody looks at a message although it is kept back.
    fn deadline(&self, id: MessageId) -> Option<UnixTime> {
        let (envelope, _) = self.spool.get(id)?;
        self.routes.current().deadline(&envelope)
    }

    /// What queued mail is charged to a quota.
    pub fn quota(&self, name: &str) -> Charged {
        lock(&self.quotas).get(name)
    }

    /// All queued messages and where they stand.
    pub fn messages(&self) -> Vec<(Arc<Envelope>, Phase)> {
        let all = self.spool.messages();
        let (line, now) = (self.line(), now());
        let phase = |id| line.scheduler.phase(id, now).unwrap_or(Phase::Deferred);
        all.into_iter().map(|envelope| (envelope.clone(), phase(envelope.id))).collect()
    }

    /// How many messages stand where.
    pub fn counts(&self) -> Counts {
        self.line().scheduler.counts(now())
    }

    /// Bytes of the log on disk, and how many of them are needed.
    pub fn usage(&self) -> Usage {
        self.spool.usage()
    }

    /// Whether accepted mail survives a power failure.
    pub fn is_durable(&self) -> bool {
        self.fsync
    }

    /// The routes in force.
    pub fn routes(&self) -> &SharedRoutes {
        &self.routes
    }

    /// Hands out no more messages, waits up to `patience` for attempts to finish, flushes.
    pub async fn close(&self, patience: Duration) {
        self.line().closing = true;
        self.due.notify_waiters();
        let mut out = self.out.subscribe();
        if tokio::time::timeout(patience, out.wait_for(|out| *out == 0)).await.is_err() {
            tracing::warn!("some deliveries did not finish; they will be repeated");
        }
        self.committer.wake(|work| work.stop = true);
        let thread = lock(&self.committer.thread).take();
        let joined = tokio::task::spawn_blocking(move || thread.map(JoinHandle::join));
        if let Ok(Some(Err(_))) = joined.await {
            tracing::error!("the flushing thread ended by a panic");
        }
    }

    /// Gives messages their place in the order of delivery.
    fn line_up(&self, messages: &[Arc<Envelope>]) {
        if messages.is_empty() {
            return;
        }
        let routes = self.routes.current();
        for envelope in messages.iter().filter(|envelope| !envelope.quotas.is_empty()) {
            if let Some((_, body)) = self.spool.get(envelope.id) {
                lock(&self.quotas).charge(&envelope.quotas, body.size());
            }
        }
        let mut line = self.line();
        for envelope in messages {
            let entry = Entry {
                id: envelope.id,
                destination: routes.destination(envelope),
                facts: facts(envelope),
                priority: envelope.priority,
                next: envelope.next,
                held: envelope.state == State::Held,
                deadline: routes.deadline(envelope),
            };
            line.scheduler.insert(entry, now());
        }
        drop(line);
        self.due.notify_one();
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        lock(&self.line)
    }

    fn start_committer(self: &Arc<Self>) -> std::io::Result<()> {
        let queue = self.clone();
        let thread = std::thread::Builder::new().name("spool".into());
        *lock(&self.committer.thread) = Some(thread.spawn(move || queue.flush_until_stopped())?);
        Ok(())
    }

    fn flush_until_stopped(&self) {
        loop {
            let stop = self.committer.wait();
            let mut pause = false;
            loop {
                let flushed = if stop { self.spool.close() } else { self.spool.flush() };
                self.line_up(&flushed.committed);
                pause |= refused(&flushed);
                if !flushed.more {
                    break;
                }
            }
            if stop {
                return;
            }
            if pause {
                std::thread::sleep(AFTER_REFUSAL);
                self.committer.wake(|work| work.lazy = true);
            } else {
                self.tidy();
            }
        }
    }

    /// Gives disk space back for as long as nobody waits for a flush.
    fn tidy(&self) {
        loop {
            match self.spool.tidy() {
                Ok(true) if !self.spool.has_pending() => {}
                Ok(true) => return self.committer.wake(|work| work.lazy = true),
                Ok(false) => return,
                Err(error) => return tracing::warn!(%error, "cannot give spool space back"),
            }
        }
    }
}

impl Line {
    /// The next message, or until when there is none.
    fn choose(&mut self, now: UnixTime) -> Result<MessageId, Option<UnixTime>> {
        if self.chosen.is_empty() {
            match self.scheduler.next_action(now) {
                Action::Deliver(ids) => self.chosen.extend(ids),
                Action::WaitUntil(time) => return Err(Some(time)),
                Action::Idle => return Err(None),
            }
        }
        self.chosen.pop_front().ok_or(None)
    }
}

/// What suspensions and policies go by while the next hop is not known.
pub(crate) fn facts(envelope: &Envelope) -> Facts {
    Facts::new([
        (Field::Transport, envelope.transport.clone()),
        (Field::RecipientDomain, envelope.recipient.domain.clone()),
        (Field::Job, envelope.job.clone()),
        (Field::Tenant, envelope.tenant.clone()),
    ])
}

/// The wall clock.
pub fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

fn refused(flushed: &Flushed) -> bool {
    if let Some(error) = &flushed.error {
        tracing::error!(%error, "cannot write the spool: new mail is deferred");
    }
    flushed.error.is_some()
}

fn tell(recovered: &Recovered) {
    for damage in &recovered.damages {
        let saved = damage.saved_as.as_deref().unwrap_or("-");
        let (file, offset) = (&damage.file, damage.offset);
        tracing::error!(file, offset, saved, "unreadable in the spool: {}", damage.cause);
    }
    let (messages, discarded) = (recovered.messages.len(), recovered.discarded);
    tracing::info!(messages, discarded, orphans = recovered.orphans, "spool opened");
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
