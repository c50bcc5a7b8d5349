//! SPF, from outside: the scenarios of `data/spf.txt`, which pyspf decides as well.

use std::collections::HashMap;
use std::process::Command;

use mail_message::spf::{Check, Client, Kind, Lookup, NoAnswer, Step, Verdict};
use proptest::prelude::*;

/// Records by name in lower case and kind; none where servers do not answer.
type Zone = HashMap<(String, &'static str), Option<Vec<String>>>;

const KINDS: [Kind; 5] = [Kind::A, Kind::Aaaa, Kind::Mx, Kind::Ptr, Kind::Txt];

fn check(zone: &Zone, ip: &str, helo: &str, sender: &str) -> (Verdict, usize) {
    let mut check = Check::new(Client {
        ip: ip.parse().expect("an address"),
        helo: helo.to_owned(),
        sender: sender.to_owned(),
        receiver: "mx.receiver.example".to_owned(),
        now: 1_700_000_000,
    });
    for asked in 0.. {
        match check.poll() {
            Step::Done(verdict) => return (verdict, asked),
            Step::Ask(Lookup { name, kind }) => {
                let found = zone.get(&(name.to_ascii_lowercase(), kind.name()));
                check.answer(found.map_or(Ok(Vec::new()), |found| found.clone().ok_or(NoAnswer)));
            }
        }
    }
    unreachable!("a check ends")
}

fn add(zone: &mut Zone, line: &str) {
    let mut words = line.splitn(3, ' ');
    let mut word = || words.next().expect("a record has three parts");
    let (name, kind, value) = (word(), word(), word());
    let kind = KINDS.into_iter().find(|known| known.name() == kind).expect("a known kind");
    let records = zone.entry((name.to_ascii_lowercase(), kind.name()));
    match value {
        "!" => *records.or_default() = None,
        value => records.or_insert_with(|| Some(Vec::new())).iter_mut().for_each(|records| {
            records.push(value.to_owned());
        }),
    }
}

/// Compares a line `ip helo sender = outcome "explanation"`.
fn compare(zone: &Zone, line: &str) -> Result<(), String> {
    let (question, expected) = line.split_once(" = ").expect("a check has a result");
    let [ip, helo, sender] = question.split(' ').collect::<Vec<_>>()[..] else {
        panic!("a check has an address, a name and a sender: {line}")
    };
    let (verdict, _) = check(zone, ip, helo, sender);
    let mut found = verdict.outcome.name().to_owned();
    if verdict.explained {
        found = format!("{found} \"{}\"", verdict.reason);
    }
    let wrong =
        || format!("{question}\n  expected {expected}\n  found    {found}\n  {}", verdict.reason);
    if found == expected { Ok(()) } else { Err(wrong()) }
}

#[test]
fn the_scenarios_hold() {
    let (mut zone, mut checks, mut wrong) = (Zone::new(), Vec::new(), Vec::new());
    let mut count = 0;
    for line in include_str!("data/spf.txt").lines().chain(["[end]"]) {
        match line.strip_prefix("? ") {
            Some(check) => checks.push(check),
            None if line.starts_with('[') => {
                count += checks.len();
                wrong.extend(checks.drain(..).filter_map(|check| compare(&zone, check).err()));
                zone.clear();
            }
            None if line.is_empty() || line.starts_with('#') => {}
            None => add(&mut zone, line),
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 150, "{count} checks were read");
}

/// Checks where pyspf does not do what the RFC says: what it gives, and why that is not followed.
const PYSPF_DIFFERS: [(&str, &str); 5] = [
    // The domain begins behind the last `@` (RFC 5321 §4.1.2 allows one in quotes).
    (r#"192.0.2.1 mail.example.com "a@b"@example.com"#, "none"),
    // A failed lookup of names is no match (RFC 7208 §5.5).
    ("192.0.2.6 mx.example jane@ptr.example", "temperror"),
    // Nibbles in capitals; §7.3 shows lower case.
    (
        "2001:db8::1 mx.example jane@exp.example",
        "fail \"Mail from 2.0.0.1.0.D.B.8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1 (2001:db8::1) for \
         jane@exp.example: see http://exp.example/why?s=jane%40exp.example&h=mx.example% %20\"",
    ),
    // No part is kept (§7.3: the number of parts is at least 1).
    ("192.0.2.3 mx.host strong-bad@m8.email.example", "fail"),
    // A macro without its end (§7.1).
    ("192.0.2.3 mx.host strong-bad@m10.email.example", "fail"),
];

#[test]
fn pyspf_agrees() {
    let Some(python) = testkit::python(&["spf", "dns"]) else { return };
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    let output = Command::new(python)
        .args([format!("{here}/pyspf.py"), format!("{here}/data/spf.txt")])
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = String::from_utf8(output.stdout).expect("is text");
    let expected = include_str!("data/spf.txt").lines().filter(|line| line.starts_with("? "));
    let expected: Vec<_> = expected
        .map(|line| {
            let (question, result) = line[2..].split_once(" = ").expect("a check has a result");
            let other = PYSPF_DIFFERS.iter().find(|(differs, _)| *differs == question);
            format!("? {question} = {}", other.map_or(result, |(_, result)| result))
        })
        .collect();
    assert_eq!(found.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_hostile_domain_cannot_ask_for_much() {
    let mut zone = Zone::new();
    add(&mut zone, &format!("evil.example TXT v=spf1 {}-all", "mx:%{p}.evil.example ".repeat(10)));
    for n in 0..10 {
        add(&mut zone, &format!("192.0.2.1 PTR p{n}.evil.example"));
        add(&mut zone, &format!("p{n}.evil.example A 192.0.2.1"));
        add(&mut zone, &format!("p0.evil.example.evil.example MX m{n}.evil.example"));
        add(&mut zone, &format!("m{n}.evil.example A 192.0.2.9"));
    }
    let (verdict, asked) = check(&zone, "192.0.2.1", "x.example", "a@evil.example");
    assert_eq!(verdict.outcome.name(), "fail");
    // The record, ten names of the client, and ten times the servers with their addresses.
    assert_eq!(asked, 1 + 11 + 10 * 11);
}

#[test]
fn reasons_name_what_decided() {
    let mut zone = Zone::new();
    add(&mut zone, "a.example TXT v=spf1 include:b.example ~all");
    add(&mut zone, "b.example TXT v=spf1 ip4:192.0.2.1 ptr:\u{7}.x");
    let reason = |zone: &Zone| check(zone, "192.0.2.7", "x.example", "a@a.example").0.reason;
    assert_eq!(
        reason(&zone),
        "b.example has an SPF record where `ptr:?.x` has characters that are not allowed"
    );
    zone.clear();
    assert_eq!(reason(&zone), "a.example has no SPF record");
    add(&mut zone, "a.example TXT v=spf1 ~all");
    assert_eq!(reason(&zone), "`~all` in the SPF record of a.example matches");
}

proptest! {
    #[test]
    fn any_record_ends_in_few_questions(
        record in "v=spf1( [-~?+]?(a|mx|ptr|all|ip4|ip6|exists|include|redirect=|exp=|x)(:|/|=|%\\{[a-zA-Z]?[0-9]{0,2}r?[.-]{0,2}\\}|%|a\\.example|[0-9:.]{0,6}|\\PC){0,4}){0,12}",
        sender in "\\PC{0,20}@?a\\.example",
        answers in prop::collection::vec(prop::collection::vec("[0-9.:]{1,9}|a\\.example|\\PC{0,9}", 0..12), 1..8),
    ) {
        let mut check = Check::new(Client {
            ip: "192.0.2.1".parse().expect("an address"),
            helo: sender.clone(),
            sender,
            receiver: String::new(),
            now: 0,
        });
        let mut asked = 0;
        let verdict = loop {
            match check.poll() {
                Step::Done(verdict) => break verdict,
                Step::Ask(Lookup { name, kind: Kind::Txt }) if name.ends_with("a.example") => {
                    check.answer(Ok(vec![record.clone()]));
                }
                Step::Ask(_) => check.answer(Ok(answers[asked % answers.len()].clone())),
            }
            asked += 1;
        };
        prop_assert!(asked <= 1 + 11 + 10 * 11 + 2, "{asked} questions");
        prop_assert!(verdict.reason.bytes().all(|b| b.is_ascii_graphic() || b == b' '));
    }
}
