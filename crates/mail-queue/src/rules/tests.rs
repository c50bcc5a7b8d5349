//! Suspensions and policies, as the scheduler obeys them; the clock is an argument.

use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::envelope::MessageId;
use crate::schedule::{Action, Entry, Limits, Outcome, Scheduler};

const HOUR: Duration = Duration::from_secs(3600);

fn at(seconds: f64) -> UnixTime {
    UnixTime::from_secs_f64(seconds)
}

fn id(n: u32) -> MessageId {
    MessageId { transaction: Uuid::nil(), queue: n }
}

/// Message `n` of a tenant to a domain, all by one way.
fn message(n: u32, tenant: &str, domain: &str) -> Entry {
    let facts = [(Field::Tenant, tenant), (Field::RecipientDomain, domain)];
    let facts = Facts::new(facts.map(|(field, value)| (field, value.into())));
    Entry {
        id: id(n),
        destination: "way".into(),
        facts,
        priority: 0,
        next: at(0.0),
        held: false,
        deadline: None,
    }
}

fn queue(entries: impl IntoIterator<Item = Entry>) -> Scheduler {
    let mut scheduler = Scheduler::new(Limits { sending: 100, per_destination: 100 });
    entries.into_iter().for_each(|entry| scheduler.insert(entry, at(0.0)));
    scheduler
}

fn condition(field: Field, value: &str) -> Condition {
    Condition::new([(field, value.into())])
}

fn suspension(condition: Condition, until: f64) -> Suspension {
    let id = format!("s{until}");
    Suspension { id, condition, tag: None, properties: None, until: at(until), persist: false }
}

fn policy(id: &str, fields: &[Field], rate: Rate) -> Policy {
    Policy {
        id: id.into(),
        fields: fields.to_vec(),
        condition: Condition::default(),
        rate,
        stop: false,
        tag: None,
        properties: None,
        until: at(0.0).after(HOUR),
        persist: false,
    }
}

/// What goes out at a time, in order of numbers.
fn picked(scheduler: &mut Scheduler, seconds: f64) -> Vec<u32> {
    let mut all = Vec::new();
    while let Action::Deliver(ids) = scheduler.next_action(at(seconds)) {
        all.extend(ids.iter().map(|id| id.queue));
    }
    all.sort_unstable();
    all
}

#[test]
fn a_suspension_keeps_back_what_matches_until_it_ends() {
    let mut scheduler = queue([
        message(1, "a", "x.example"),
        message(2, "a", "mail.X.example"),
        message(3, "b", "y.example"),
    ]);
    let id = scheduler.suspend(
        suspension(condition(Field::RecipientDomain, "*.x.example"), 60.0),
        true,
        at(0.0),
    );
    let id = id.expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0), [1, 3]);
    assert_eq!(scheduler.next_action(at(1.0)), Action::WaitUntil(at(60.0)));
    let renewed = suspension(condition(Field::RecipientDomain, "*.x.example"), 90.0);
    assert_eq!(scheduler.suspend(renewed, true, at(59.0)).as_ref(), Ok(&id), "the same one");
    assert_eq!(scheduler.rules(), 1);
    assert!(picked(&mut scheduler, 60.0).is_empty());
    assert_eq!(picked(&mut scheduler, 90.0), [2]);
    assert_eq!(scheduler.rules(), 0);
}

#[test]
fn a_suspension_without_fields_stops_everything_but_what_runs() {
    let mut scheduler = queue([message(1, "a", "x.example"), message(2, "b", "y.example")]);
    scheduler
        .suspend(suspension(condition(Field::Tenant, "b"), 5.0), true, at(0.0))
        .expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0), [1]);
    scheduler.suspend(suspension(Condition::default(), 10.0), true, at(0.0)).expect("taken");
    scheduler.report(id(1), Outcome::Retry { at: at(1.0) }, at(1.0));
    assert!(picked(&mut scheduler, 5.0).is_empty());
    assert_eq!(picked(&mut scheduler, 10.0), [1, 2]);
}

#[test]
fn attempts_at_once_are_counted_for_each_combination() {
    let mut scheduler = queue((1..=6).map(|n| {
        message(
            n,
            if n <= 4 { "a" } else { "b" },
            if n % 2 == 0 { "x.example" } else { "y.example" },
        )
    }));
    let two = Rate { concurrency: Some(2), ..Rate::default() };
    scheduler.limit(policy("p", &[Field::Tenant], two), true, at(0.0)).expect("taken");
    let first = picked(&mut scheduler, 0.0);
    assert_eq!(first.iter().filter(|n| **n <= 4).count(), 2);
    assert_eq!(first.len(), 4);
    assert_eq!(scheduler.next_action(at(0.0)), Action::WaitUntil(at(3600.0)), "the policy ends");
    scheduler.report(id(first[0]), Outcome::Done, at(1.0));
    assert_eq!(picked(&mut scheduler, 1.0).len(), 1);
    scheduler.report(id(5), Outcome::Done, at(1.0));
    assert!(picked(&mut scheduler, 1.0).is_empty(), "nothing of that tenant is left");
    assert!(scheduler.unlimit("p", at(2.0)));
    assert!(!scheduler.unlimit("p", at(2.0)));
    assert_eq!(picked(&mut scheduler, 2.0).len(), 1);
}

#[test]
fn a_rate_lets_bursts_through_and_refills_steadily() {
    let mut scheduler = queue((1..=8).map(|n| message(n, "a", "x.example")));
    let rate = Rate { rate: Some((3.0, Duration::from_secs(30))), ..Rate::default() };
    scheduler.limit(policy("p", &[], rate), true, at(0.0)).expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0).len(), 3);
    assert!(picked(&mut scheduler, 9.9).is_empty());
    let Action::WaitUntil(next) = scheduler.next_action(at(9.9)) else { panic!("it refills") };
    assert!(next >= at(10.0) && next <= at(10.01), "{next:?}");
    assert_eq!(picked(&mut scheduler, 10.01).len(), 1);
    assert_eq!(picked(&mut scheduler, 1000.0).len(), 3, "no more than the bucket holds");
}

#[test]
fn starts_keep_their_distance() {
    let mut scheduler = queue((1..=3).map(|n| message(n, "a", &format!("{n}.example"))));
    let slow = Rate { interval: Some(Duration::from_secs(5)), ..Rate::default() };
    scheduler.limit(policy("p", &[], slow), true, at(0.0)).expect("taken");
    let taken = [0.0, 4.9, 5.0, 9.9, 10.0].map(|time| picked(&mut scheduler, time).len());
    assert_eq!(taken, [1, 0, 1, 0, 1]);
}

#[test]
fn the_newest_policy_that_matches_counts_and_stop_ends_the_search() {
    let mut scheduler = queue((1..=9).map(|n| message(n, "a", "x.example")));
    let most = |n| Rate { concurrency: Some(n), ..Rate::default() };
    scheduler.limit(policy("first", &[Field::Tenant], most(1)), true, at(0.0)).expect("taken");
    let special = Policy {
        condition: condition(Field::RecipientDomain, "x.example"),
        ..policy("special", &[Field::Tenant], most(4))
    };
    scheduler.limit(special.clone(), true, at(0.0)).expect("taken");
    scheduler
        .limit(policy("later", &[Field::RecipientDomain], most(3)), true, at(0.0))
        .expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0).len(), 3, "each definition must allow it");
    assert_eq!(
        scheduler.limit(Policy { stop: true, id: "new".into(), ..special }, true, at(0.0)),
        Ok("special".to_owned())
    );
    assert_eq!(picked(&mut scheduler, 0.0).len(), 1);
}

#[test]
fn what_waits_for_a_full_counter_goes_on_in_turn() {
    let mut scheduler = queue((1..=60).map(|n| message(n, "a", &format!("{}.example", n % 20))));
    let two = Rate { concurrency: Some(2), ..Rate::default() };
    scheduler.limit(policy("p", &[], two), true, at(0.0)).expect("taken");
    let mut running = picked(&mut scheduler, 0.0);
    let mut done = 0;
    while let Some(one) = running.pop() {
        scheduler.report(id(one), Outcome::Done, at(1.0));
        running.extend(picked(&mut scheduler, 1.0));
        done += 1;
        assert!(running.len() <= 2);
    }
    assert_eq!(done, 60);
}

/// The facts of a message of [`message`], with its next hop.
fn complete(entry: &Entry, mx: &str, local: &str) -> Facts {
    entry.facts.and([
        (Field::RemoteMx, mx.into()),
        (Field::RemoteIp, "192.0.2.1".into()),
        (Field::LocalIp, local.into()),
    ])
}

/// Tries messages as a server does: what may not go on is given back. Answers what went on.
fn entered(scheduler: &mut Scheduler, entries: &[Entry], mx: &str, seconds: f64) -> Vec<u32> {
    let mut all = Vec::new();
    while let Action::Deliver(ids) = scheduler.next_action(at(seconds)) {
        for id in ids {
            let facts = complete(&entries[id.queue as usize], mx, "192.0.2.9");
            match scheduler.enter(id, &facts, at(seconds)) {
                Admission::Open => all.push(id.queue),
                _ => scheduler.give_back(id, Some(facts), at(seconds)),
            }
        }
    }
    all.sort_unstable();
    all
}

fn three() -> Vec<Entry> {
    (0..3).map(|n| message(n, "a", &format!("d{n}.example"))).collect()
}

#[test]
fn what_the_next_hop_decides_is_asked_when_it_is_known() {
    let entries = three();
    let mut scheduler = queue(entries.clone());
    let two = Rate { concurrency: Some(2), ..Rate::default() };
    scheduler.limit(policy("p", &[Field::RemoteMx], two), true, at(0.0)).expect("taken");
    assert_eq!(entered(&mut scheduler, &entries, "MX.example", 0.0), [0, 1]);
    assert_eq!(scheduler.charges(id(0)).len(), 1);
    assert_eq!(scheduler.charges(id(0))[0].value(Field::RemoteMx), Some("mx.example"));
    assert_eq!(scheduler.counts(at(0.0)).active, 1);
    assert_eq!(scheduler.next_action(at(1.0)), Action::WaitUntil(at(3600.0)), "not asked again");
    scheduler.report(id(0), Outcome::Done, at(1.0));
    assert_eq!(entered(&mut scheduler, &entries, "mx.example", 1.0), [2]);
}

#[test]
fn a_suspended_next_hop_gives_the_message_back_until_it_ends() {
    let entries = three();
    let mut scheduler = queue(entries.clone());
    let below = condition(Field::RemoteMx, "*.example");
    scheduler.suspend(suspension(below, 60.0), true, at(0.0)).expect("taken");
    assert!(entered(&mut scheduler, &entries, "mx.example", 0.0).is_empty());
    assert_eq!(scheduler.next_action(at(1.0)), Action::WaitUntil(at(60.0)));
    assert!(scheduler.resume("s60", at(2.0)) && !scheduler.resume("s60", at(2.0)));
    assert_eq!(entered(&mut scheduler, &entries, "mx.example", 2.0), [0, 1, 2]);
}

#[test]
fn a_message_that_is_given_back_uses_nothing_up() {
    let entries = three();
    let mut scheduler = queue(entries.clone());
    let rate = Rate {
        rate: Some((3.0, Duration::from_secs(3000))),
        interval: Some(Duration::from_millis(1)),
        ..Rate::default()
    };
    scheduler.limit(policy("early", &[Field::Tenant], rate), true, at(0.0)).expect("taken");
    scheduler
        .suspend(suspension(condition(Field::RemoteMx, "mx.example"), 60.0), true, at(0.0))
        .expect("taken");
    for seconds in [0.0, 0.1, 0.2] {
        assert!(entered(&mut scheduler, &entries, "mx.example", seconds).is_empty());
    }
    for seconds in [60.0, 61.0, 62.0] {
        assert_eq!(entered(&mut scheduler, &entries, "mx.example", seconds).len(), 1);
    }
}

#[test]
fn another_next_hop_gives_the_first_one_back() {
    let entries = three();
    let mut scheduler = queue(entries.clone());
    let one = Rate { concurrency: Some(1), ..Rate::default() };
    scheduler.limit(policy("mx", &[Field::RemoteMx], one), true, at(0.0)).expect("taken");
    scheduler
        .limit(policy("tenant", &[Field::Tenant], Rate::default()), true, at(0.0))
        .expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0), [0, 1, 2]);
    let [first, second] = ["mx1.example", "mx2.example"];
    let mut enter = |n: u32, mx| {
        scheduler.enter(id(n), &complete(&entries[n as usize], mx, "192.0.2.9"), at(0.0))
    };
    assert_eq!(enter(0, first), Admission::Open);
    assert_eq!(enter(1, first), Admission::Limited);
    assert_eq!(enter(0, second), Admission::Open);
    assert_eq!(enter(1, first), Admission::Open, "the other went on to the second");
    assert_eq!(enter(2, second), Admission::Limited);
    assert_eq!(scheduler.charges(id(0)).len(), 2);
}

#[test]
fn what_follows_a_definition_that_may_stop_waits_for_it() {
    let entries = three();
    let mut scheduler = queue(entries.clone());
    let stopping = Policy {
        condition: condition(Field::Grouping, "&big"),
        stop: true,
        ..policy("stop", &[Field::Grouping], Rate::default())
    };
    scheduler.limit(stopping, true, at(0.0)).expect("taken");
    let one = Rate { concurrency: Some(1), ..Rate::default() };
    scheduler.limit(policy("tenant", &[Field::Tenant], one), true, at(0.0)).expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0), [0, 1, 2]);
    let mut enter = |n: u32, grouping: &str| {
        let facts = complete(&entries[n as usize], "mx.example", "192.0.2.9");
        scheduler.enter(id(n), &facts.and([(Field::Grouping, grouping.into())]), at(0.0))
    };
    assert_eq!(enter(0, "small"), Admission::Open);
    assert_eq!(enter(1, "small"), Admission::Limited);
    assert_eq!(enter(2, "&big"), Admission::Open);
}

#[test]
fn a_file_gives_way_to_what_has_a_time_and_keeps_its_counters() {
    let mut scheduler = queue((0..9).map(|n| message(n, "a", "x.example")));
    let most = |n| Rate { concurrency: Some(n), ..Rate::default() };
    let filed = |id: &str, n, condition| {
        let until = UnixTime::NEVER;
        Policy { condition, until, ..policy(id, &[Field::Tenant], most(n)) }
    };
    let file = |first, second| Ruleset {
        algorithm: Algorithm::TokenBucket,
        definitions: vec![(
            vec![Field::Tenant],
            vec![
                filed("1", first, condition(Field::RecipientDomain, "x.example")),
                filed("2", second, Condition::default()),
            ],
        )],
    };
    scheduler.set_policies(file(2, 9), at(0.0));
    assert_eq!(picked(&mut scheduler, 0.0).len(), 2, "the first that matches counts");
    scheduler.set_policies(file(3, 1), at(1.0));
    assert_eq!(picked(&mut scheduler, 1.0).len(), 1, "two run already");
    scheduler.limit(policy("dynamic", &[Field::Tenant], most(5)), true, at(2.0)).expect("taken");
    assert_eq!(picked(&mut scheduler, 2.0).len(), 2);
    let ids: Vec<_> = scheduler.policies(at(2.0)).iter().map(|one| one.id.clone()).collect();
    assert_eq!(ids, ["dynamic", "1", "2"]);
    scheduler.set_policies(Ruleset::default(), at(3.0));
    assert_eq!(scheduler.policies(at(3.0)).len(), 1, "what has a time stays");
    assert!(scheduler.unlimit("dynamic", at(4.0)));
    assert_eq!(picked(&mut scheduler, 4.0).len(), 4);
}

#[test]
fn a_fixed_window_starts_anew_at_its_border() {
    let mut scheduler = queue((0..9).map(|n| message(n, "a", "x.example")));
    let rate = Rate { rate: Some((2.0, Duration::from_secs(60))), ..Rate::default() };
    let filed = Policy { until: UnixTime::NEVER, ..policy("p", &[], rate) };
    let algorithm = Algorithm::FixedWindow;
    scheduler
        .set_policies(Ruleset { algorithm, definitions: vec![(vec![], vec![filed])] }, at(0.0));
    assert_eq!(picked(&mut scheduler, 50.0).len(), 2);
    assert_eq!(scheduler.next_action(at(51.0)), Action::WaitUntil(at(60.0)));
    assert_eq!(picked(&mut scheduler, 60.0).len(), 2);
    assert!(picked(&mut scheduler, 119.9).is_empty());
    assert_eq!(picked(&mut scheduler, 120.0).len(), 2);
}

#[test]
fn patterns_test_what_a_message_has() {
    let mut scheduler = queue([message(1, "abc", "x.example"), message(2, "xyz", "x.example")]);
    let pattern = Pattern::new("/b/", |text| text.contains('b'));
    let fitting = Condition::default().fitting(Field::Tenant, pattern);
    assert_eq!(fitting.texts().collect::<Vec<_>>(), [(Field::Tenant, "/b/")]);
    scheduler.suspend(suspension(fitting, 60.0), true, at(0.0)).expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0), [2]);
    assert_eq!(picked(&mut scheduler, 60.0), [1]);
}

/// A condition that counts how often it is tested.
fn counting() -> (Condition, Arc<std::sync::atomic::AtomicUsize>) {
    let tests = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = Arc::clone(&tests);
    let pattern = Pattern::new("/./", move |_| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        true
    });
    (Condition::default().fitting(Field::RecipientDomain, pattern), tests)
}

#[test]
fn a_rate_costs_the_same_for_each_start_however_many_destinations_wait() {
    let mut scheduler = queue((0..2_000).map(|n| message(n, "a", &format!("d{n}.example"))));
    let (condition, tests) = counting();
    let rate = Rate { rate: Some((10.0, Duration::from_secs(10))), ..Rate::default() };
    let limits = Policy { condition, ..policy("all", &[], rate) };
    scheduler.limit(limits, true, at(0.0)).expect("taken");
    assert_eq!(picked(&mut scheduler, 0.0), (0..10).collect::<Vec<_>>());
    let before = tests.load(std::sync::atomic::Ordering::Relaxed);
    for (next, second) in (10..).zip(1..=50) {
        assert_eq!(picked(&mut scheduler, f64::from(second) + 0.01), [next], "second {second}");
        scheduler.report(id(next), Outcome::Done, at(f64::from(second) + 0.02));
    }
    let tests = tests.load(std::sync::atomic::Ordering::Relaxed) - before;
    assert!(tests < 50 * 12, "{tests} tests for 50 starts");
}

#[test]
fn who_may_have_less_of_a_counter_does_not_stand_before_who_may_have_more() {
    let entries = (0..8).map(|n| message(n, if n < 4 { "small" } else { "large" }, "a.example"));
    let mut scheduler = queue(
        entries
            .map(|entry| Entry { destination: format!("way {}", entry.id.queue).into(), ..entry }),
    );
    let most = |n| Rate { concurrency: Some(n), ..Rate::default() };
    let small = Policy {
        condition: condition(Field::Tenant, "small"),
        ..policy("small", &[Field::RecipientDomain], most(1))
    };
    scheduler
        .limit(policy("rest", &[Field::RecipientDomain], most(3)), true, at(0.0))
        .expect("taken");
    scheduler.limit(small, true, at(0.0)).expect("taken");
    let first = picked(&mut scheduler, 0.0);
    assert_eq!(first.len(), 3, "{first:?}");
    let mut out = first;
    for step in 1..=6 {
        scheduler.report(id(out.remove(0)), Outcome::Done, at(f64::from(step)));
        out.extend(picked(&mut scheduler, f64::from(step)));
        let wanted = match step {
            1 | 2 => 3,
            3 => 2,
            _ => 1,
        };
        assert_eq!(out.len(), wanted, "{step}: {out:?}");
    }
}

#[test]
fn what_is_kept_back_is_handed_out_at_its_deadline() {
    let with = |n: u32, deadline: f64| Entry {
        deadline: Some(at(deadline)),
        ..message(n, "a", "a.example")
    };
    let mut scheduler = queue([with(1, 60.0), with(2, 90.0)]);
    scheduler.suspend(suspension(Condition::default(), 3600.0), true, at(0.0)).expect("taken");
    assert_eq!(scheduler.next_action(at(0.0)), Action::WaitUntil(at(60.0)));
    assert_eq!(picked(&mut scheduler, 60.0), [1]);
    assert!(scheduler.is_overdue(id(1)));
    scheduler.set_deadline(id(1), Some(at(120.0)));
    scheduler.give_back(id(1), None, at(61.0));
    assert_eq!(picked(&mut scheduler, 61.0), [0; 0]);
    assert_eq!(picked(&mut scheduler, 130.0), [1, 2]);
    scheduler.report(id(1), Outcome::Done, at(131.0));
    scheduler.report(id(2), Outcome::Retry { at: at(200.0) }, at(131.0));
    assert_eq!(
        scheduler.next_action(at(131.0)),
        Action::WaitUntil(at(200.0)),
        "not before it is due"
    );
    let free = message(3, "a", "a.example");
    let mut scheduler = queue([Entry { deadline: Some(at(0.0)), ..free }]);
    assert_eq!(picked(&mut scheduler, 0.0), [3]);
    assert!(!scheduler.is_overdue(id(3)), "what may go is tried");
}

#[test]
fn entries_of_files_cannot_be_taken_away_by_others() {
    let mut scheduler = queue([message(1, "a", "a.example")]);
    let filed = Suspension { until: UnixTime::NEVER, ..suspension(Condition::default(), 9.0) };
    scheduler.set_suspensions(vec![filed], at(0.0));
    let taken = scheduler.suspend(suspension(condition(Field::Tenant, "x"), 9.0), true, at(0.0));
    assert_eq!(taken, Err(RuleRefused::Filed));
    assert!(!scheduler.resume("s9", at(0.0)));
    let other = Suspension { id: "other".into(), ..suspension(Condition::default(), 5.0) };
    assert_eq!(scheduler.suspend(other, true, at(0.0)), Ok("other".to_owned()), "not renewed");
    assert_eq!(picked(&mut scheduler, 6.0), [0; 0], "the file still suspends");
    scheduler.set_suspensions(Vec::new(), at(6.0));
    assert_eq!(picked(&mut scheduler, 6.0), [1]);
}
