//! Bytes that changed on the disk: set aside, reported, never a crash, never a wrong message.

use std::sync::Arc;

use mail_queue::memory_disk::{Fate, MemoryDisk};
use mail_queue::{BodyError, OnDamage, OpenError, Options, Spool};

use super::work::{Op, Work, open};

fn three_messages() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut ops = Vec::new();
    for _ in 0..3 {
        ops.extend([Op::Commit { copies: 1, size: 600 }, Op::Flush]);
    }
    Work::run(&disk, &ops);
    disk
}

fn segment(disk: &MemoryDisk) -> (String, usize) {
    let (name, bytes) = disk.files().remove(0);
    (name, bytes.len())
}

#[test]
fn any_changed_byte_costs_at_most_the_message_it_is_in() {
    let (name, size) = segment(&three_messages());
    let (mut told, mut unfinished) = (0, 0);
    for offset in (0..size).step_by(7) {
        let disk = three_messages();
        disk.flip(&name, offset);
        let (spool, recovered) = open(&disk).expect("opens");
        // Padding belongs to no record; a header takes the whole segment along.
        let expected = if offset < 40 { 0 } else { 2 };
        assert!(spool.len() >= expected, "byte {offset}: {}", spool.len());
        for message in spool.messages() {
            let (_, body) = spool.get(message.id).expect("listed");
            body.load().expect("what is queued is whole");
        }
        if spool.len() < 3 {
            told += usize::from(!recovered.damages.is_empty());
            unfinished += usize::from(recovered.damages.is_empty() && recovered.discarded > 0);
        }
        drop(spool);
        let (_, again) = open(&disk).expect("opens");
        assert_eq!(again.damages, [], "byte {offset} is reported once");
    }
    // In the last group a change cannot be told from a write that the power cut.
    assert!(told > 2 * unfinished - 10 && unfinished > 0, "{told} {unfinished}");
}

#[test]
fn damaged_bytes_are_kept_for_the_operator() {
    let disk = three_messages();
    let (name, _) = segment(&disk);
    disk.flip(&name, 300);
    let (_, recovered) = open(&disk).expect("opens");
    let [damage] = &recovered.damages[..] else { panic!("{:?}", recovered.damages) };
    let saved = damage.saved_as.clone().expect("saved");
    let files = disk.files();
    let copy = files.iter().find(|(name, _)| *name == saved).expect("the copy");
    assert_eq!(copy.1.len() as u64, damage.size);
    insta::assert_snapshot!(format!("{} {} {}", damage.file, damage.offset, damage.cause),
        @"segments/0000000000000001.seg 40 the checksum does not match");
}

#[test]
fn abort_refuses_to_start_and_ignore_goes_on() {
    for (on_damage, starts) in [(OnDamage::Abort, false), (OnDamage::Ignore, true)] {
        let disk = three_messages();
        let (name, _) = segment(&disk);
        disk.flip(&name, 300);
        let mut options = Options::new(42);
        options.on_damage = on_damage;
        match Spool::open(Arc::new(disk.clone()), options) {
            Ok((spool, recovered)) => {
                assert!(starts && spool.len() == 2 && recovered.damages[0].saved_as.is_none());
            }
            Err(error) => assert!(!starts && matches!(error, OpenError::Damaged(_)), "{error}"),
        }
    }
}

#[test]
fn a_body_that_changed_after_the_start_is_not_sent() {
    let disk = three_messages();
    let (spool, _) = open(&disk).expect("opens");
    let (name, _) = segment(&disk);
    disk.flip(&name, 600);
    let damaged: Vec<_> = spool.messages().iter().filter_map(|m| spool.get(m.id)).collect();
    let bad = |body: &mail_queue::Body| matches!(body.load(), Err(BodyError::Damaged));
    assert_eq!(damaged.iter().filter(|(_, body)| bad(body)).count(), 1);
    let (envelope, body) = damaged.iter().find(|(_, body)| bad(body)).expect("one");
    let mut reader = body.reader(&envelope.edits);
    let end = loop {
        match reader.next_chunk() {
            Ok(Some(_)) => {}
            end => break end,
        }
    };
    assert!(matches!(end, Err(BodyError::Damaged)), "the stream must not end well");
}

#[test]
fn a_missing_body_file_is_reported_and_dropped() {
    let disk = MemoryDisk::new();
    Work::run(&disk, &[Op::Commit { copies: 2, size: 5000 }, Op::Flush]);
    let (body, _) = disk.files().into_iter().find(|(n, _)| n.starts_with("bodies/")).expect("one");
    mail_queue::Disk::remove(&disk, &body).expect("there");
    let (spool, recovered) = open(&disk).expect("opens");
    assert_eq!((spool.len(), recovered.messages.len(), recovered.damages.len()), (0, 0, 1));
    assert!(spool.close().error.is_none());
    let (_, again) = open(&disk.restart(Fate::Lost)).expect("opens");
    assert_eq!(again.damages, []);
}

#[test]
fn a_record_inside_a_mail_is_not_taken_for_one() {
    // The bytes of a real segment arrive as a mail, and then the record before them is damaged.
    let (_, stolen) = three_messages().files().remove(0);
    let disk = MemoryDisk::new();
    let mut options = Options::new(7);
    options.inline = 1 << 20;
    let (spool, _) = Spool::open(Arc::new(disk.clone()), options).expect("empty");
    let transaction = uuid::Uuid::from_u128(77);
    let mut body = spool.body(transaction);
    body.write(&stolen).expect("memory");
    let id = mail_queue::MessageId { transaction, queue: 1 };
    let (from, to) = Default::default();
    let envelopes = vec![mail_queue::Envelope::new(id, Default::default(), from, to)];
    let body = body.finish().expect("memory");
    let ticket = spool.commit(mail_queue::Transaction { body, envelopes });
    spool.close();
    ticket.wait().expect("committed");
    drop(spool);
    let (name, _) = segment(&disk);
    disk.flip(&name, 90);
    let (spool, recovered) = open(&disk).expect("opens");
    assert!(spool.is_empty() && recovered.damages.len() == 1, "{:?}", recovered.damages);
}
