//! Turns, limits and times, with the clock as an argument.

use uuid::Uuid;

use super::*;

const T0: UnixTime = UnixTime::from_millis(0);

fn at(seconds: u64) -> UnixTime {
    UnixTime::from_millis(seconds * 1000)
}

fn id(n: u32) -> MessageId {
    MessageId { transaction: Uuid::nil(), queue: n }
}

fn entry(n: u32, destination: &str, next: UnixTime) -> Entry {
    let facts = Facts::default();
    Entry {
        id: id(n),
        destination: destination.into(),
        facts,
        priority: 0,
        next,
        held: false,
        deadline: None,
    }
}

fn queue(limits: (usize, usize), entries: impl IntoIterator<Item = Entry>) -> Scheduler {
    let limits = Limits { sending: limits.0, per_destination: limits.1 };
    let mut scheduler = Scheduler::new(limits);
    for entry in entries {
        scheduler.insert(entry, T0);
    }
    scheduler
}

fn picked(scheduler: &mut Scheduler, now: UnixTime) -> Vec<u32> {
    match scheduler.next_action(now) {
        Action::Deliver(ids) => ids.iter().map(|id| id.queue).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_long_queue_does_not_delay_a_short_one() {
    let long = (1..=500).map(|n| entry(n, "big", T0));
    let mut scheduler = queue((4, 100), long.chain([entry(501, "small", T0)]));
    assert_eq!(picked(&mut scheduler, T0), [1, 501, 2, 3]);
}

#[test]
fn a_destination_takes_no_more_than_its_limit() {
    let mut scheduler = queue((100, 2), (1..=5).map(|n| entry(n, "a", T0)));
    assert_eq!(picked(&mut scheduler, T0), [1, 2]);
    assert_eq!(scheduler.next_action(T0), Action::Idle);
    scheduler.report(id(1), Outcome::Done, T0);
    assert_eq!(picked(&mut scheduler, T0), [3]);
    assert_eq!(scheduler.counts(T0), Counts { active: 2, sending: 2, ..Counts::default() });
}

#[test]
fn a_retry_waits_for_its_time() {
    let mut scheduler = queue((10, 10), [entry(1, "a", T0)]);
    assert_eq!(picked(&mut scheduler, T0), [1]);
    scheduler.report(id(1), Outcome::Retry { at: at(60) }, at(1));
    assert_eq!(scheduler.next_action(at(2)), Action::WaitUntil(at(60)));
    assert_eq!(scheduler.phase(id(1), at(2)), Some(Phase::Deferred));
    assert_eq!(picked(&mut scheduler, at(60)), [1]);
    scheduler.report(id(1), Outcome::Done, at(60));
    assert_eq!(scheduler.next_action(at(61)), Action::Idle);
    assert!(scheduler.lanes.is_empty());
}

#[test]
fn an_earlier_message_moves_the_timer_forward() {
    let mut scheduler = queue((10, 10), [entry(1, "a", at(100)), entry(2, "a", at(50))]);
    assert_eq!(scheduler.next_action(T0), Action::WaitUntil(at(50)));
    scheduler.remove(id(2), T0);
    assert_eq!(scheduler.next_action(T0), Action::WaitUntil(at(100)));
}

#[test]
fn held_messages_wait_for_a_decision() {
    let held = Entry { held: true, ..entry(1, "a", T0) };
    let mut scheduler = queue((10, 10), [held]);
    assert_eq!(scheduler.next_action(at(9)), Action::Idle);
    scheduler.insert(entry(1, "a", at(9)), at(9));
    assert_eq!(picked(&mut scheduler, at(9)), [1]);
    scheduler.report(id(1), Outcome::Hold, at(10));
    assert_eq!(scheduler.phase(id(1), at(10)), Some(Phase::Held));
}

#[test]
fn urgent_messages_go_first_but_not_always() {
    let urgent = (1..=10).map(|n| Entry { priority: 1, ..entry(n, "a", T0) });
    let mut scheduler = queue((100, 100), urgent.chain([entry(99, "a", T0)]));
    assert_eq!(picked(&mut scheduler, T0), [1, 2, 3, 4, 5, 6, 7, 99, 8, 9, 10]);
}

#[test]
fn a_removed_message_gives_its_room_back() {
    let mut scheduler = queue((1, 1), [entry(1, "a", T0), entry(2, "a", T0)]);
    assert_eq!(picked(&mut scheduler, T0), [1]);
    scheduler.remove(id(1), T0);
    scheduler.report(id(1), Outcome::Done, T0);
    assert_eq!(picked(&mut scheduler, T0), [2]);
}
