//! Commits, kills and orderly ends on a disk that can lose power.

use mail_queue::memory_disk::{Fate, MemoryDisk};
use mail_queue::{Mailbox, OnDamage};

use super::*;

fn start(disk: &MemoryDisk) -> Arc<Queue> {
    let mut options = Options::new(1);
    options.on_damage = OnDamage::Abort;
    let disk = Arc::new(disk.clone());
    Queue::start_on(disk, options, Limits::default(), SharedRoutes::default()).unwrap().0
}

async fn commit(queue: &Queue, number: u128) -> Committed {
    let transaction = Uuid::from_u128(number);
    let mut body = queue.body(transaction);
    body.write(b"Subject: x\r\n\r\n").unwrap();
    let id = MessageId { transaction, queue: 1 };
    let (from, to) = (Mailbox::default(), Mailbox::parse("a@example.com"));
    let envelopes = vec![Envelope::new(id, now(), from, to)];
    queue.commit(Transaction { body: body.finish().unwrap(), envelopes }).await
}

#[tokio::test]
async fn an_acknowledged_message_survives_a_kill_and_is_handed_out() {
    let disk = MemoryDisk::new();
    let queue = start(&disk);
    commit(&queue, 1).await.unwrap();
    // The disk as a power failure at this moment leaves it.
    let after = start(&disk.restart(Fate::Lost));
    let id = after.next().await.unwrap();
    assert_eq!(id.transaction, Uuid::from_u128(1));
    assert!(after.get(id).is_some());
    after.report(id, Outcome::Done, &Change::default());
    after.close(Duration::from_secs(5)).await;
    queue.close(Duration::ZERO).await;
}

#[tokio::test]
async fn commits_at_the_same_time_share_flushes() {
    let disk = MemoryDisk::new();
    let queue = start(&disk);
    let before = disk.steps();
    let commits = (1..=100).map(|n| commit(&queue, n));
    let answers = futures_util::future::join_all(commits).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    // Segment, header and folder first; then two changes for each flush.
    let changes = disk.steps() - before;
    assert!(changes < 100, "{changes} changes for 100 commits");
    // A commit is answered before its message is lined up; the end waits for both.
    queue.close(Duration::ZERO).await;
    assert_eq!(queue.counts().active, 100);
}

#[tokio::test]
async fn the_end_waits_for_attempts_and_keeps_what_they_reported() {
    let disk = MemoryDisk::new();
    let queue = start(&disk);
    commit(&queue, 1).await.unwrap();
    commit(&queue, 2).await.unwrap();
    let (first, second) = (queue.next().await.unwrap(), queue.next().await.unwrap());
    let closing = queue.clone();
    let closed = tokio::spawn(async move { closing.close(Duration::from_secs(60)).await });
    tokio::task::yield_now().await;
    assert_eq!(queue.next().await, None, "no new attempt begins");
    assert!(!closed.is_finished());
    let later = UnixTime::from_millis(u64::MAX / 2);
    let change = Change { retry: Some(1), ..Change::default() };
    queue.report(first, Outcome::Done, &Change::default());
    queue.report(second, Outcome::Retry { at: later }, &change);
    closed.await.unwrap();
    assert_eq!(commit(&queue, 3).await, Err(CommitError::Closed));
    let again = start(&disk.restart(Fate::Lost));
    let all = again.messages();
    let [(envelope, phase)] = &all[..] else { panic!("{all:?}") };
    assert_eq!((envelope.id, envelope.retry, *phase), (second, 1, Phase::Deferred));
    again.close(Duration::ZERO).await;
}
