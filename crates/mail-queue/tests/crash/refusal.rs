//! A disk that refuses one write: the client hears it, everything else goes on.

use std::io;

use mail_queue::memory_disk::{Fate, MemoryDisk};
use mail_queue::{CommitError, Free, Options, Spool, Transaction};

use super::long_work;
use super::work::{Op, Work, open};

#[test]
fn one_refused_write_loses_nothing_acknowledged() {
    let whole = MemoryDisk::new();
    Work::run(&whole, &long_work());
    for step in 0..whole.steps() {
        let disk = MemoryDisk::new();
        disk.refuse_after(step, io::ErrorKind::Other);
        let work = Work::run(&disk, &long_work());
        for fate in [Fate::Lost, Fate::Torn(step), Fate::Kept] {
            work.check(&disk.restart(fate), &format!("refused {step}, {fate:?}"));
        }
    }
}

fn commit(spool: &Spool, number: u128) -> Result<(), CommitError> {
    let transaction = uuid::Uuid::from_u128(number);
    let mut body = spool.body(transaction);
    body.write(b"text").expect("fits into memory");
    let id = mail_queue::MessageId { transaction, queue: 1 };
    let (from, to) = Default::default();
    let envelope = mail_queue::Envelope::new(id, Default::default(), from, to);
    let body = body.finish().expect("fits into memory");
    let ticket = spool.commit(Transaction { body, envelopes: vec![envelope] });
    spool.flush();
    ticket.wait()
}

#[test]
fn a_full_volume_is_told_from_a_broken_one() {
    let disk = MemoryDisk::new();
    let (spool, _) = open(&disk).expect("an empty disk");
    disk.refuse_after(0, io::ErrorKind::StorageFull);
    assert_eq!(commit(&spool, 1), Err(CommitError::Full));
    disk.refuse_after(0, io::ErrorKind::Other);
    assert!(matches!(commit(&spool, 2), Err(CommitError::Write(_))));
    assert_eq!(commit(&spool, 3), Ok(()));
    assert_eq!(commit(&spool, 3), Err(CommitError::Duplicate));
}

#[test]
fn new_mail_waits_while_the_reserve_is_touched() {
    let disk = MemoryDisk::new();
    let mut options = Options::new(1);
    options.reserve = Free { bytes: 1000, inodes: 10 };
    let (spool, _) = Spool::open(std::sync::Arc::new(disk.clone()), options).expect("empty");
    assert_eq!(commit(&spool, 1), Ok(()));
    disk.set_free(Free { bytes: 5000, inodes: 9 });
    assert_eq!(commit(&spool, 2), Err(CommitError::Full));
    assert!(spool.done(spool.messages()[0].id), "delivery goes on");
}

#[test]
fn a_message_that_is_not_committed_leaves_no_file() {
    let disk = MemoryDisk::new();
    let (spool, _) = open(&disk).expect("an empty disk");
    let mut body = spool.body(uuid::Uuid::from_u128(1));
    body.write(&[0; 5000]).expect("a body file");
    assert_eq!(disk.files().len(), 1);
    drop(body);
    assert_eq!(disk.files(), []);
    let mut work = Work::default();
    work.step(&spool, &Op::Commit { copies: 1, size: 5000 });
    assert_eq!(disk.files().len(), 1);
    drop((work, spool));
    assert_eq!(disk.files(), [], "a commit that was never flushed");
}
