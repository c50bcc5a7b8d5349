//! The engines behind one face.

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, Thread};

use fjall::{Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};
use mail_queue::{Envelope, Mailbox, MessageId, Options, Spool, Transaction, UnixTime};
use redb::{ReadableDatabase, ReadableTableMetadata, TableDefinition};
use uuid::Uuid;

use crate::disk::Folder;
use crate::group::{Group, Step};

/// A store of mail.
pub trait Engine: Send + Sync + 'static {
    /// Opens the store and reads every envelope.
    fn open(folder: &Path) -> Self;
    /// Answers when body and envelope are durable.
    fn accept(&self, id: Uuid, body: &[u8]);
    /// Reads a body back.
    fn read(&self, id: Uuid) -> Vec<u8>;
    /// Ends a message; durable soon.
    fn end(&self, id: Uuid);
    /// Waits until everything is durable.
    fn finish(&self);
    /// How many messages are queued.
    fn count(&self) -> usize;
}

/// What the others store as envelope; ours encodes its own.
const ENVELOPE: &[u8] = &[7; 200];

/// Our segment log.
pub struct Segments {
    spool: Arc<Spool>,
    flusher: Thread,
    stop: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Engine for Segments {
    fn open(folder: &Path) -> Self {
        let disk = Arc::new(Folder::open(folder).expect("a folder"));
        let (spool, recovered) = Spool::open(disk, Options::new(1)).expect("a spool");
        assert!(recovered.damages.is_empty());
        let (spool, stop) = (Arc::new(spool), Arc::new(AtomicBool::new(false)));
        let (work, until) = (spool.clone(), stop.clone());
        let thread = std::thread::spawn(move || {
            while !until.load(Ordering::Acquire) || work.has_pending() {
                match work.has_pending() {
                    true => drop(work.flush()),
                    false => {
                        while work.tidy().expect("tidy") && !work.has_pending() {}
                        std::thread::park();
                    }
                }
            }
            work.close();
        });
        let flusher = thread.thread().clone();
        Self { spool, flusher, stop, thread: Mutex::new(Some(thread)) }
    }

    fn accept(&self, id: Uuid, body: &[u8]) {
        let mut writer = self.spool.body(id);
        writer.write(body).expect("written");
        let id = MessageId { transaction: id, queue: 1 };
        let (from, to) = (Mailbox::parse("sender@example.com"), Mailbox::parse("rcpt@example.net"));
        let envelopes = vec![Envelope::new(id, UnixTime::default(), from, to)];
        let body = writer.finish().expect("finished");
        let ticket = self.spool.commit(Transaction { body, envelopes });
        self.flusher.unpark();
        ticket.wait().expect("durable");
    }

    fn read(&self, id: Uuid) -> Vec<u8> {
        let id = MessageId { transaction: id, queue: 1 };
        self.spool.get(id).expect("queued").1.load().expect("whole")
    }

    fn end(&self, id: Uuid) {
        assert!(self.spool.done(MessageId { transaction: id, queue: 1 }));
        self.flusher.unpark();
    }

    fn finish(&self) {
        self.stop.store(true, Ordering::Release);
        self.flusher.unpark();
        if let Some(thread) = self.thread.lock().expect("not poisoned").take() {
            thread.join().expect("ended well");
        }
    }

    fn count(&self) -> usize {
        self.spool.len()
    }
}

impl Drop for Segments {
    fn drop(&mut self) {
        self.finish();
    }
}

/// fjall: an LSM tree, bodies separated from keys.
pub struct Fjall {
    bodies: Keyspace,
    envelopes: Keyspace,
    group: Arc<Group>,
}

impl Engine for Fjall {
    fn open(folder: &Path) -> Self {
        let db = Database::builder(folder).open().expect("a database");
        let blobs = || {
            KeyspaceCreateOptions::default()
                .with_kv_separation(Some(KvSeparationOptions::default()))
        };
        let bodies = db.keyspace("bodies", blobs).expect("a keyspace");
        let envelopes =
            db.keyspace("envelopes", KeyspaceCreateOptions::default).expect("a keyspace");
        let (b, e) = (bodies.clone(), envelopes.clone());
        let group = Group::start(move |steps| {
            let mut batch = db.batch();
            for step in steps {
                match step {
                    Step::Accept { id, body, .. } => {
                        batch.insert(&b, &id.as_bytes()[..], &body[..]);
                        batch.insert(&e, &id.as_bytes()[..], ENVELOPE);
                    }
                    Step::End(id) => {
                        batch.remove(&b, &id.as_bytes()[..]);
                        batch.remove(&e, &id.as_bytes()[..]);
                    }
                }
            }
            batch.commit().expect("committed");
            db.persist(PersistMode::SyncData).expect("durable");
        });
        Self { bodies, envelopes, group }
    }

    fn accept(&self, id: Uuid, body: &[u8]) {
        self.group.accept(id, body.to_vec());
    }

    fn read(&self, id: Uuid) -> Vec<u8> {
        self.bodies.get(id.as_bytes()).expect("readable").expect("stored").to_vec()
    }

    fn end(&self, id: Uuid) {
        self.group.send(Step::End(id));
    }

    fn finish(&self) {
        self.group.finish();
    }

    fn count(&self) -> usize {
        let all = self.envelopes.iter().map(|entry| entry.into_inner().expect("readable").0);
        all.collect::<HashSet<_>>().len()
    }
}

impl Drop for Fjall {
    fn drop(&mut self) {
        self.finish();
    }
}

const BODIES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("bodies");
const ENVELOPES: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("envelopes");

/// redb: copy-on-write B+ trees.
pub struct Redb {
    db: Arc<redb::Database>,
    group: Arc<Group>,
}

impl Engine for Redb {
    fn open(folder: &Path) -> Self {
        let db = Arc::new(redb::Database::create(folder.join("db")).expect("a database"));
        let writer = db.clone();
        let group = Group::start(move |steps| {
            let write = writer.begin_write().expect("a transaction");
            {
                let mut bodies = write.open_table(BODIES).expect("a table");
                let mut envelopes = write.open_table(ENVELOPES).expect("a table");
                for step in steps {
                    match step {
                        Step::Accept { id, body, .. } => {
                            bodies.insert(&id.as_bytes()[..], &body[..]).expect("inserted");
                            envelopes.insert(&id.as_bytes()[..], ENVELOPE).expect("inserted");
                        }
                        Step::End(id) => {
                            bodies.remove(&id.as_bytes()[..]).expect("removed");
                            envelopes.remove(&id.as_bytes()[..]).expect("removed");
                        }
                    }
                }
            }
            write.commit().expect("durable");
        });
        Self { db, group }
    }

    fn accept(&self, id: Uuid, body: &[u8]) {
        self.group.accept(id, body.to_vec());
    }

    fn read(&self, id: Uuid) -> Vec<u8> {
        let read = self.db.begin_read().expect("a transaction");
        let table = read.open_table(BODIES).expect("a table");
        table.get(&id.as_bytes()[..]).expect("readable").expect("stored").value().to_vec()
    }

    fn end(&self, id: Uuid) {
        self.group.send(Step::End(id));
    }

    fn finish(&self) {
        self.group.finish();
    }

    fn count(&self) -> usize {
        let read = self.db.begin_read().expect("a transaction");
        let table = read.open_table(ENVELOPES).expect("a table");
        let keys = redb::ReadableTable::iter(&table).expect("readable");
        let keys: HashSet<Vec<u8>> =
            keys.map(|entry| entry.expect("readable").0.value().to_vec()).collect();
        assert_eq!(keys.len() as u64, table.len().expect("a length"));
        keys.len()
    }
}

impl Drop for Redb {
    fn drop(&mut self) {
        self.finish();
    }
}
