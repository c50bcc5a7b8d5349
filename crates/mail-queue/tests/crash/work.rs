//! Work that a queue does, and a model of what must be true of the disk after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mail_message::Patch;
use mail_queue::memory_disk::MemoryDisk;
use mail_queue::{
    Change, Envelope, Mailbox, MessageId, Options, Recovered, Spool, Ticket, Transaction, UnixTime,
};
use uuid::Uuid;

/// One thing that a queue does.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// Takes a message in, unacknowledged until the next flush.
    Commit { copies: u32, size: usize },
    /// Writes what has gathered.
    Flush,
    /// Counts an attempt of one of the queued messages.
    Update { pick: u32 },
    /// Ends one of the queued messages.
    End { pick: u32 },
    /// Gives space back.
    Tidy,
    /// Closes and opens again.
    Restart,
}

/// What the model knows of a copy.
#[derive(Debug, Clone, Default)]
struct Copy {
    /// Attempts that were counted and flushed.
    durable_retry: u32,
    /// Attempts that were counted.
    retry: u32,
    ended: bool,
    ended_durably: bool,
}

/// A queue at work with its model.
#[derive(Default)]
pub(crate) struct Work {
    submitted: BTreeMap<Uuid, (usize, u32)>,
    acknowledged: BTreeMap<MessageId, Copy>,
    waiting: Vec<(Uuid, u32, Ticket)>,
}

pub(crate) fn open(disk: &MemoryDisk) -> Option<(Spool, Recovered)> {
    let mut options = Options::new(42);
    options.segment_size = 4096;
    options.inline = 2000;
    Spool::open(Arc::new(disk.clone()), options).ok()
}

/// The bytes of message number `n`.
fn body(n: u128, size: usize) -> Vec<u8> {
    (0..size).map(|i| (i as u128 * 31 + n * 7 + (i as u128 >> 8)) as u8).collect()
}

fn envelope(id: MessageId) -> Envelope {
    let sender = Mailbox::parse("sender@example.com");
    let mut envelope =
        Envelope::new(id, UnixTime::from_millis(1000), sender, Mailbox::parse("rcpt@example.net"));
    envelope.metadata = Arc::from([("copy".into(), id.queue.to_string().into())]);
    envelope.edits =
        Arc::from([Patch { offset: 0, delete: 0, insert: Arc::from(&b"X-New: 1\r\n"[..]) }]);
    envelope
}

impl Work {
    /// Does `ops` on `disk` for as long as there is power.
    pub(crate) fn run(disk: &MemoryDisk, ops: &[Op]) -> Self {
        let mut work = Self::default();
        let Some((mut spool, _)) = open(disk) else { return work };
        for op in ops {
            if matches!(op, Op::Restart) {
                let closed = spool.close();
                work.flushed(closed.error.is_none());
                drop(spool);
                match open(disk) {
                    Some((again, _)) => spool = again,
                    None => return work,
                }
            }
            work.step(&spool, op);
        }
        work
    }

    pub(crate) fn step(&mut self, spool: &Spool, op: &Op) {
        match op {
            Op::Commit { copies, size } => self.commit(spool, *copies, *size),
            Op::Flush => {
                let flushed = spool.flush();
                self.flushed(flushed.error.is_none());
            }
            Op::Update { pick } => self.update(spool, *pick),
            Op::End { pick } => self.end(spool, *pick),
            Op::Tidy => while spool.tidy().unwrap_or(false) {},
            Op::Restart => {}
        }
    }

    fn commit(&mut self, spool: &Spool, copies: u32, size: usize) {
        let number = self.submitted.len() as u128 + 1;
        let transaction = Uuid::from_u128(number);
        let mut writer = spool.body(transaction);
        for chunk in body(number, size).chunks(700) {
            if writer.write(chunk).is_err() {
                return;
            }
        }
        let Ok(body) = writer.finish() else { return };
        let ids = (1..=copies).map(|queue| MessageId { transaction, queue });
        let envelopes = ids.map(envelope).collect();
        self.submitted.insert(transaction, (size, copies));
        let ticket = spool.commit(Transaction { body, envelopes });
        self.waiting.push((transaction, copies, ticket));
    }

    /// Takes the answers of a flush in, which is the moment from which promises hold.
    fn flushed(&mut self, notes_are_durable: bool) {
        if notes_are_durable {
            for copy in self.acknowledged.values_mut() {
                copy.durable_retry = copy.retry;
                copy.ended_durably = copy.ended;
            }
        }
        for (transaction, copies, ticket) in self.waiting.drain(..) {
            if ticket.wait().is_ok() {
                let ids = (1..=copies).map(|queue| MessageId { transaction, queue });
                self.acknowledged.extend(ids.map(|id| (id, Copy::default())));
            }
        }
    }

    fn pick(&mut self, pick: u32) -> Option<(MessageId, &mut Copy)> {
        let live = self.acknowledged.iter_mut().filter(|(_, copy)| !copy.ended);
        let mut live: Vec<_> = live.map(|(id, copy)| (*id, copy)).collect();
        let index = pick as usize % live.len().max(1);
        (index < live.len()).then(|| live.swap_remove(index))
    }

    fn update(&mut self, spool: &Spool, pick: u32) {
        let Some((id, copy)) = self.pick(pick) else { return };
        copy.retry += 1;
        let change = Change { retry: Some(copy.retry), ..Change::default() };
        assert!(spool.update(id, &change).is_some(), "{id} is queued");
    }

    fn end(&mut self, spool: &Spool, pick: u32) {
        let Some((id, copy)) = self.pick(pick) else { return };
        copy.ended = true;
        assert!(spool.done(id), "{id} is queued");
    }

    /// Opens `disk` and compares it with the model; then uses it further and looks again.
    pub(crate) fn check(&self, disk: &MemoryDisk, context: &str) {
        let (spool, recovered) = open(disk).expect(context);
        assert_eq!(recovered.damages, [], "{context}");
        let present = self.compare(&spool, context);
        spool.body(Uuid::from_u128(u128::MAX));
        assert_eq!(spool.close().error.map(|e| e.to_string()), None, "{context}");
        drop(spool);
        let (spool, recovered) = open(disk).expect(context);
        assert_eq!(recovered.discarded, 0, "{context}: the first start cleaned up");
        assert_eq!(self.compare(&spool, context), present, "{context}: the second start");
        self.empty(&spool, present, context);
    }

    fn compare(&self, spool: &Spool, context: &str) -> BTreeSet<MessageId> {
        let present: BTreeMap<MessageId, Arc<Envelope>> =
            spool.messages().into_iter().map(|envelope| (envelope.id, envelope)).collect();
        for (id, copy) in &self.acknowledged {
            match present.get(id) {
                None => assert!(copy.ended, "{context}: {id} was acknowledged and is lost"),
                Some(found) => {
                    assert!(!copy.ended_durably, "{context}: {id} ended and came back");
                    let range = copy.durable_retry..=copy.retry;
                    assert!(range.contains(&found.retry), "{context}: {id} {copy:?}");
                }
            }
        }
        for (id, found) in &present {
            self.check_whole(spool, *id, found, context);
        }
        for (transaction, (_, copies)) in &self.submitted {
            let id = |queue| MessageId { transaction: *transaction, queue };
            let count = (1..=*copies).filter(|queue| present.contains_key(&id(*queue))).count();
            let ended =
                (1..=*copies).any(|q| self.acknowledged.get(&id(q)).is_some_and(|c| c.ended));
            let whole = count == 0 || count == *copies as usize;
            assert!(whole || ended, "{context}: {count} of {copies} copies of {transaction}");
        }
        present.into_keys().collect()
    }

    fn check_whole(&self, spool: &Spool, id: MessageId, found: &Envelope, context: &str) {
        let Some((size, _)) = self.submitted.get(&id.transaction) else {
            panic!("{context}: {id} was never submitted");
        };
        let sent = body(id.transaction.as_u128(), *size);
        let (_, stored) = spool.get(id).expect(context);
        assert_eq!(stored.load().expect(context), sent, "{context}: body of {id}");
        let mut expected = envelope(id);
        (expected.retry, expected.state) = (found.retry, found.state);
        assert_eq!(*found, expected, "{context}");
        let mut reader = stored.reader(&found.edits);
        let mut text = Vec::new();
        while let Some(chunk) = reader.next_chunk().expect(context) {
            text.extend(chunk);
        }
        assert_eq!(text, [b"X-New: 1\r\n", &sent[..]].concat(), "{context}: edited {id}");
    }

    /// Ends everything: the space must come back.
    fn empty(&self, spool: &Spool, present: BTreeSet<MessageId>, context: &str) {
        for id in present {
            assert!(spool.done(id), "{context}: {id}");
        }
        assert!(spool.flush().error.is_none(), "{context}");
        while spool.tidy().expect(context) {}
        let usage = spool.usage();
        assert!(usage.live == 0 && usage.size < 2 * 4096, "{context}: {usage:?}");
    }
}
