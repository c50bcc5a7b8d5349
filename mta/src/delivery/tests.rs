//! Deliveries to a next hop that says what the test wants, from a real spool.

mod hop;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hsl_host::RealWorld;
use hsl_vm::{Array, Value};
use mail_message::Patch;
use mail_queue::{
    Condition, Envelope, Field, Mailbox, MessageId, Phase, Policy, Rate, Suspension, Transaction,
};
use mta_config::Pattern;
use uuid::Uuid;

use super::serve;
use crate::connection::tests::server::Running;
use crate::queue_runner::now;
use crate::route::Routes;
use crate::rules::condition::{condition, kind};
use crate::telemetry::Counter;
use crate::worker::Workers;
use hop::Hop;

/// A server whose only transport leads to a hop.
struct Sending {
    running: Running,
    workers: Option<Workers>,
}

impl Sending {
    fn start(port: u16, hooks: &str) -> Self {
        Self::start_with(port, hooks, "")
    }

    /// `more` are further keys of the running file.
    fn start_with(port: u16, hooks: &str, more: &str) -> Self {
        let text = format!(
            "version: \"6.10\"\nservers: [{{id: inbound, transport: mx}}]\n\
             scripting:\n  hooks: {{{hooks}}}\n\
             transportgroups: [{{id: all, connection: {{server: 127.0.0.1, port: {port}}}, \
             session: {{helo: out.example}}, transports: [{{id: mx}}]}}]\n{more}"
        );
        let running = Running::start_text(&text);
        let server = running.server.clone();
        let routes =
            Routes::new(&server.generation().running, server.queue.lists(), "mx.example", None);
        server.queue.routes().replace(routes);
        let workers = Workers::start(1, Duration::from_secs(5)).expect("a worker");
        workers.spawn(move |local| async move {
            let world = Rc::new(RealWorld::new("mx.example", |_: &[u8]| {}));
            serve(server, local, world).await;
        });
        Self { running, workers: Some(workers) }
    }

    fn queue(&self, number: u128, text: &str, change: impl FnOnce(&mut Envelope)) {
        let transaction = Uuid::from_u128(number);
        let id = MessageId { transaction, queue: 1 };
        let (from, to) = (Mailbox::parse("me@a.example"), Mailbox::parse("you@b.example"));
        let mut envelope = Envelope::new(id, now(), from, to);
        envelope.transport = "mx".into();
        change(&mut envelope);
        let queue = &self.running.server.queue;
        let mut body = queue.body(transaction);
        body.write(text.as_bytes()).expect("stored");
        let body = body.finish().expect("stored");
        let commit = queue.commit(Transaction { body, envelopes: vec![envelope] });
        self.running.runtime.block_on(commit).expect("committed");
    }

    /// Lets attempts finish; answers what is still queued.
    fn finish(&mut self) -> Vec<(Arc<Envelope>, Phase)> {
        let queue = self.running.server.queue.clone();
        self.running.runtime.block_on(queue.close(Duration::from_secs(20)));
        if let Some(workers) = self.workers.take() {
            workers.finish();
        }
        queue.messages()
    }
}

const TEXT: &str = "Subject: hi\r\n\r\n.dot\r\n";

#[test]
fn a_message_arrives_with_its_changes() {
    let hop = Hop::start(|_, _| None);
    let mut sending = Sending::start(hop.port, "");
    sending.queue(1, TEXT, |envelope| {
        let insert = Arc::from(&b"X-Policy: on\r\n"[..]);
        envelope.edits = Arc::from([Patch { offset: 0, delete: 0, insert }]);
    });
    let lines = hop.message();
    assert_eq!(lines[0], "EHLO out.example");
    assert_eq!(lines[1..3], ["MAIL FROM:<me@a.example>", "RCPT TO:<you@b.example>"]);
    let data = ["DATA", "X-Policy: on", "Subject: hi", "", "..dot", "."];
    assert_eq!(lines[3..], data);
    assert_eq!(sending.finish(), []);
    assert_eq!(sending.running.count(Counter::Delivered), 1);
}

#[test]
fn two_messages_share_a_connection_and_a_dead_one_costs_nothing() {
    let hop = Hop::start(|connection, line| match (connection, line) {
        (0, "MAIL FROM:<third@a.example>") => Some("CLOSE"),
        _ => None,
    });
    let mut sending = Sending::start(hop.port, "");
    sending.queue(1, TEXT, |_| {});
    assert_eq!(hop.message()[0], "EHLO out.example");
    // The report of the first message comes after its connection was kept.
    while !sending.running.server.queue.messages().is_empty() {
        std::thread::yield_now();
    }
    sending.queue(2, TEXT, |_| {});
    assert_eq!(hop.message()[0], "MAIL FROM:<me@a.example>", "no new greeting");
    while !sending.running.server.queue.messages().is_empty() {
        std::thread::yield_now();
    }
    sending.queue(3, TEXT, |envelope| envelope.sender = Mailbox::parse("third@a.example"));
    let lines = hop.message();
    let hello = lines.iter().position(|line| line == "EHLO out.example").expect("a new greeting");
    assert_eq!(lines[hello + 1], "MAIL FROM:<third@a.example>");
    assert_eq!(sending.finish(), []);
}

#[test]
fn a_temporary_refusal_waits_and_counts() {
    let hop = Hop::start(|_, line| line.starts_with("RCPT").then_some("450 4.2.1 later"));
    let mut sending = Sending::start(hop.port, "");
    sending.queue(1, TEXT, |_| {});
    hop.until("RCPT TO:<you@b.example>");
    let left = sending.finish();
    let [(envelope, phase)] = &left[..] else { panic!("{left:?}") };
    assert_eq!((envelope.retry, *phase), (1, Phase::Deferred));
    let wait = envelope.next.since(envelope.received).as_secs();
    assert!((50..=80).contains(&wait), "{wait} s");
}

#[test]
fn a_permanent_refusal_is_told_to_the_sender() {
    let hop =
        Hop::start(|_, line| line.starts_with("RCPT TO:<you@").then_some("550 5.1.1 no such user"));
    let mut sending = Sending::start(hop.port, "");
    sending.queue(1, TEXT, |_| {});
    let lines = hop.message();
    let mail = lines.iter().position(|line| line == "MAIL FROM:<>").expect("a null sender");
    assert_eq!(lines[mail + 1], "RCPT TO:<me@a.example>");
    for expected in
        ["Status: 5.1.1", "Action: failed", "Diagnostic-Code: smtp; 550 5.1.1 no such user"]
    {
        assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:#?}");
    }
    assert_eq!(sending.finish(), [], "the message and the notice are gone");
}

#[test]
fn nobody_is_told_about_a_notice() {
    let hop = Hop::start(|_, line| line.starts_with("RCPT").then_some("550 no"));
    let mut sending = Sending::start(hop.port, "");
    sending.queue(1, TEXT, |envelope| envelope.sender = Mailbox::default());
    hop.until("RCPT TO:<you@b.example>");
    assert_eq!(sending.finish(), []);
    assert_eq!(sending.running.count(Counter::Attempts), 1);
}

#[test]
fn a_refused_connection_waits_for_its_next_turn() {
    let port = Hop::closed_port();
    let hook = "postdelivery: \"SetMetaData([\\\"type\\\" => $arguments[\\\"attempt\\\"][\\\"error\\\"][\\\"type\\\"], \
                \\\"action\\\" => $arguments[\\\"action\\\"]]);\"";
    let mut sending = Sending::start(port, hook);
    sending.queue(1, TEXT, |_| {});
    while sending.running.count(Counter::Deferred) == 0 {
        std::thread::yield_now();
    }
    let left = sending.finish();
    let [(envelope, _)] = &left[..] else { panic!("{left:?}") };
    assert_eq!(envelope.metadata("type"), Some("network"));
    assert_eq!(envelope.metadata("action"), Some("QUEUE"));
}

#[test]
fn the_hook_after_an_attempt_hears_of_its_policies() {
    let hop = Hop::start(|_, line| line.starts_with("RCPT").then_some("450 4.2.1 later"));
    let hook = "postdelivery: \"$p = $arguments[\\\"policy\\\"]; SetMetaData([\\\"tags\\\" => json_encode($p[\\\"tags\\\"]), \
                \\\"k\\\" => $p[\\\"policies\\\"][0][\\\"properties\\\"][\\\"k\\\"], \
                \\\"fields\\\" => json_encode($p[\\\"policies\\\"][0][\\\"fields\\\"]), \
                \\\"id\\\" => $p[\\\"policies\\\"][0][\\\"dynamic\\\"][0][\\\"id\\\"]]);\"";
    let mut sending = Sending::start(hop.port, hook);
    let properties = Value::array(Array::record([("k", Value::string("v"))])).freeze();
    let policy = Policy {
        id: "slow".into(),
        fields: vec![Field::RecipientDomain],
        condition: Condition::new([(Field::RecipientDomain, "*.example".into())]),
        rate: Rate { concurrency: Some(1), ..Rate::default() },
        stop: false,
        tag: Some("backoff".into()),
        properties: properties.map(|kept| Arc::new(kept) as _),
        until: now().after(Duration::from_secs(3600)),
        persist: false,
    };
    sending.running.server.queue.limit(policy, true).expect("taken");
    sending.queue(1, TEXT, |_| {});
    while sending.running.count(Counter::Deferred) == 0 {
        std::thread::yield_now();
    }
    let left = sending.finish();
    let [(envelope, _)] = &left[..] else { panic!("{left:?}") };
    assert_eq!(envelope.metadata("tags"), Some("[\"backoff\"]"));
    assert_eq!(envelope.metadata("fields"), Some("[\"recipientdomain\"]"));
    assert_eq!((envelope.metadata("k"), envelope.metadata("id")), (Some("v"), Some("slow")));
}

#[test]
fn what_is_known_of_the_next_hop_keeps_a_message_back_without_an_attempt() {
    let hop = Hop::start(|_, _| None);
    let hook = "predelivery: \"SetMetaData([\\\"before\\\" => \\\"ran\\\"]); Try();\"";
    let mut sending = Sending::start(hop.port, hook);
    let queue = sending.running.server.queue.clone();
    for (id, field, text) in [
        ("a", Field::RemoteIp, "127.0.0.0/8"),
        ("b", Field::LocalIp, "127.0.0.1"),
        ("c", Field::RemoteMx, "/^127/"),
    ] {
        let pattern = Pattern::parse(kind(field), text).expect("a pattern");
        let condition = condition([(field.name(), &pattern)], queue.lists());
        let until = now().after(Duration::from_secs(3600));
        let suspension = Suspension {
            id: id.into(),
            condition,
            tag: None,
            properties: None,
            until,
            persist: false,
        };
        queue.suspend(suspension, true).expect("taken");
    }
    sending.queue(1, TEXT, |_| {});
    let held = || {
        let (envelope, phase) = queue.messages().pop().expect("a message");
        envelope.metadata("before").is_some().then_some((envelope.retry, phase))
    };
    for id in ["a", "b", "c"] {
        while held() != Some((0, Phase::Active)) {
            std::thread::yield_now();
        }
        assert_eq!(sending.running.count(Counter::Attempts), 0);
        assert!(queue.resume(id));
    }
    assert_eq!(hop.message()[0], "EHLO out.example");
    assert_eq!(sending.finish(), []);
    assert_eq!(sending.running.count(Counter::Attempts), 1);
    assert_eq!(sending.running.count(Counter::Hooks), 1, "predelivery decided once");
}

/// A hop, a schedule, and a suspension of mail to b.example; senders are elsewhere.
fn kept_back(retry: &str, hooks: &str) -> (Hop, Sending) {
    let hop = Hop::start(|_, _| None);
    let sending = Sending::start_with(hop.port, hooks, "");
    let text = format!(
        "version: \"6.10\"\nservers: [{{id: inbound, transport: mx}}]\n\
         transportgroups: [{{id: all, retry: {retry}, connection: {{server: 127.0.0.1, port: {}}}, \
         session: {{helo: out.example}}, transports: [{{id: mx}}]}}]\n",
        hop.port
    );
    let running = mta_config::load_running(&"t.yaml".into(), text.as_bytes(), true);
    let running = running.value.unwrap_or_else(|| panic!("{:?}", running.diagnostics));
    let queue = &sending.running.server.queue;
    queue.routes().replace(Routes::new(&running, queue.lists(), "mx.example", None));
    let suspension = Suspension {
        id: "b".into(),
        condition: Condition::new([(Field::RecipientDomain, "b.example".into())]),
        tag: None,
        properties: None,
        until: mail_queue::UnixTime::NEVER,
        persist: false,
    };
    queue.set_suspensions(vec![suspension]);
    (hop, sending)
}

#[test]
fn a_message_expires_while_it_is_kept_back() {
    let hooks = "predelivery: \"if ($message[\\\"senderaddress\\\"][\\\"domain\\\"]) Queue([\\\"hold\\\" => true]);\"";
    let (hop, mut sending) = kept_back("{during: 1, intervals: [{interval: 60}]}", hooks);
    sending.queue(1, TEXT, |_| {});
    let lines = hop.message();
    assert!(lines.iter().any(|line| line == "RCPT TO:<me@a.example>"), "{lines:#?}");
    for expected in ["Status: 5.4.7", "Action: failed"] {
        assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:#?}");
    }
    assert_eq!(sending.finish(), [], "the message and the notice are gone");
}

#[test]
fn the_sender_is_told_once_that_a_message_waits() {
    let retry = "{during: 3600, intervals: [{interval: 1}, {interval: 60, notify: true}]}";
    let (hop, mut sending) = kept_back(retry, "");
    sending.queue(1, TEXT, |_| {});
    let lines = hop.message();
    for expected in ["Status: 4.4.7", "Action: delayed"] {
        assert!(lines.iter().any(|line| line == expected), "{expected} in {lines:#?}");
    }
    let left = sending.finish();
    let [(envelope, phase)] = &left[..] else { panic!("{left:?}") };
    assert_eq!((envelope.retry, envelope.told, *phase), (0, 2, Phase::Active));
    assert_eq!(sending.running.count(Counter::Attempts), 1, "the notice only");
}

#[test]
fn policies_of_a_file_limit_by_grouping_and_tell_the_hook() {
    let hop = Hop::start(|_, line| line.starts_with("RCPT").then_some("450 4.2.1 later"));
    let hook = "postdelivery: \"$p = $arguments[\\\"policy\\\"][\\\"policies\\\"][0]; SetMetaData([\\\"tags\\\" => json_encode($p[\\\"tags\\\"]), \
                \\\"k\\\" => $p[\\\"properties\\\"][\\\"k\\\"], \\\"grouping\\\" => $arguments[\\\"grouping\\\"], \
                \\\"groups\\\" => json_encode($p[\\\"grouping\\\"]), \\\"dynamic\\\" => json_encode($p[\\\"dynamic\\\"])]);\"";
    let more = "queues: {grouping: {groupings: [{id: near, remoteip: [127.0.0.0/8]}]}}\n";
    let mut sending = Sending::start_with(hop.port, hook, more);
    let server = sending.running.server.clone();
    let file = "version: \"6.10\"\npolicies:\n- fields: [localip, grouping]\n  conditions:\n  \
                - {if: {grouping: \"@mine\"}, \
                then: {concurrency: 1, rate: 1/3600, tag: slow, properties: {k: v}}}\n\
                lists: [{id: mine, values: [\"&near\"]}]\n";
    std::fs::write(&server.rules.policy, file).expect("a file");
    let policies = server.rules.policies(&server.generation().running, server.queue.lists());
    server.queue.set_policies(policies.unwrap_or_else(|e| panic!("{:?}", e.findings)));
    sending.queue(1, TEXT, |_| {});
    while sending.running.count(Counter::Deferred) == 0 {
        std::thread::yield_now();
    }
    sending.queue(2, TEXT, |_| {});
    let left = sending.finish();
    let tried: Vec<_> = left.iter().filter(|(envelope, _)| envelope.retry == 1).collect();
    let [(envelope, _)] = &tried[..] else { panic!("{left:?}") };
    assert_eq!(sending.running.count(Counter::Attempts), 1, "the rate is one in an hour");
    assert_eq!(envelope.metadata("tags"), Some("[\"slow\"]"));
    assert_eq!(envelope.metadata("k"), Some("v"));
    assert_eq!(envelope.metadata("grouping"), Some("&near"));
    assert_eq!(envelope.metadata("groups"), Some("[null,\"&near\"]"));
}

#[test]
fn a_rule_file_with_a_mistake_changes_nothing() {
    let sending = Sending::start(Hop::closed_port(), "");
    let (rules, queue) = (&sending.running.server.rules, &sending.running.server.queue);
    let running = &sending.running.server.generation().running;
    assert!(rules.policies(running, queue.lists()).is_ok_and(|none| none.definitions.is_empty()));
    for (text, expected) in [
        ("policies: [", "did not find"),
        ("version: \"6.10\"\npolicies: [{fields: [planet]}]", "must be"),
        ("version: \"6.10\"\npolicies: [{default: {rate: fast}}]", "120/60"),
        ("version: \"6.10\"\npolicies: [{default: {concurrency: 0}}]", "at least 1"),
        ("version: \"6.10\"\npolicies: [{}, {}]", "the same fields"),
        (
            "version: \"6.10\"\npolicies: [{fields: [jobid], conditions: [{if: {jobid: \"@x\"}}]}]",
            "no list `x`",
        ),
        ("version: \"6.10\"\npolicies: [{conditions: [{if: {jobid: \"/(/\"}}]}]", "regular"),
        (
            "version: \"6.10\"\npolicies: [{conditions: [{if: {jobid: x}}]}]",
            "not among the `fields`",
        ),
        ("version: \"6.10\"\npolicies: [{default: {properties: {k: [1]}}}]", "`properties.k` must"),
        ("version: \"6.10\"\nlists: [{id: x, path: gone.txt}]", "cannot be read"),
    ] {
        std::fs::write(&rules.policy, text).expect("a file");
        let refused = rules.policies(running, queue.lists()).expect_err(text);
        let messages: Vec<_> = refused.findings.iter().map(|one| one.message.clone()).collect();
        assert!(messages.iter().any(|one| one.contains(expected)), "{text}: {messages:?}");
    }
    std::fs::write(&rules.suspend, "version: \"6.10\"\nsuspends: [{remoteip: x}, {}]")
        .expect("a file");
    let refused = rules.suspends(running, queue.lists()).expect_err("no address");
    assert_eq!(refused.findings.len(), 1);
    std::fs::write(&rules.suspend, "").expect("a file");
    assert!(rules.suspends(running, queue.lists()).is_ok_and(|none| none.is_empty()));
}

#[test]
fn scripts_choose_the_next_hop_and_what_follows() {
    let hop = Hop::start(|_, line| line.starts_with("RCPT").then_some("550 no"));
    let hooks = format!(
        "predelivery: \"Try([\\\"host\\\" => \\\"127.0.0.1\\\", \\\"port\\\" => {}, \
         \\\"helo\\\" => \\\"script.example\\\", \\\"sender\\\" => \\\"new@a.example\\\"]);\", \
         postdelivery: \"Queue([\\\"delay\\\" => 7200, \\\"increment_retry\\\" => false]);\"",
        hop.port
    );
    let mut sending = Sending::start(Hop::closed_port(), &hooks);
    sending.queue(1, TEXT, |_| {});
    let lines = hop.until("RCPT TO:<you@b.example>");
    assert_eq!(lines[..2], ["EHLO script.example", "MAIL FROM:<new@a.example>"]);
    let left = sending.finish();
    let [(envelope, phase)] = &left[..] else { panic!("{left:?}") };
    assert_eq!((envelope.retry, *phase), (0, Phase::Deferred));
    assert!(envelope.next.since(envelope.received).as_secs() >= 7200);
}

#[test]
fn a_missing_transport_is_the_operators_mistake_not_the_senders() {
    let mut sending = Sending::start(Hop::closed_port(), "");
    sending.queue(1, TEXT, |envelope| envelope.transport = "gone".into());
    while sending.running.count(Counter::Deferred) == 0 {
        std::thread::yield_now();
    }
    let left = sending.finish();
    assert!(matches!(&left[..], [(_, Phase::Deferred)]), "{left:?}");
}

#[test]
fn a_damaged_message_is_held_and_never_finished() {
    let hop = Hop::start(|_, _| None);
    let mut sending = Sending::start(hop.port, "");
    // So long that it has a file of its own, and is read once: the damage shows while sending.
    let text = "0123456789\r\n".repeat(40_000);
    let paused = hop.pause();
    sending.queue(1, &text, |_| {});
    sending.running.damage_long_body(200_000);
    drop(paused);
    assert!(!hop.finished_a_message());
    let left = sending.finish();
    assert!(matches!(&left[..], [(_, Phase::Held)]), "{left:?}");
}
