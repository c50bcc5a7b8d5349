//! Connections over loopback TCP, with compiled scripts and a real spool.

mod caching;
mod debugging;
mod facilities;
mod identities;
pub(crate) mod server;

use std::io::Write;
use std::path::Path;

use mta_project::Project;

use crate::telemetry::Counter;
use server::{Running, running_file};

/// Queues a copy for each recipient, with what `$context` holds.
const QUEUE_ALL: &str = r#"
    $mail = $arguments["mail"];
    $mail->addHeader("X-Context", string($context));
    foreach ($transaction["recipients"] as $r)
        $mail->queue($transaction["senderaddress"], $r["address"], $r["transportid"]);
    Accept();
"#;

#[test]
fn a_message_meets_every_hook_and_is_durable_before_its_250() {
    let server = Running::start(
        "",
        &[
            ("connect", "$context = [\"connect\"]; Accept([\"reason\" => \"mx.example hello\"]);"),
            ("helo", "$context[] = $arguments[\"host\"];"),
            ("mailfrom", "$context[] = $arguments[\"sender\"]; Accept();"),
            (
                "rcptto",
                "if ($arguments[\"address\"][\"domain\"] == \"no.example\") Reject(\"Not here\"); $context[] = $arguments[\"recipient\"];",
            ),
            ("eod", QUEUE_ALL),
            ("disconnect", "Pass();"),
        ],
    );
    let mut client = server.connect();
    client.expect("220 mx.example hello");
    client.say("EHLO Client.Example", "250-mx.example\n250-PIPELINING");
    client.say("MAIL FROM:<A@B.example> SIZE=10", "250 2.1.0 ");
    client.say("RCPT TO:<x@no.example>", "554 5.7.1 Not here");
    client.say("RCPT TO:<First@One.example>", "250 2.1.5 ");
    client.say("RCPT TO:<second@two.example>", "250 2.1.5 ");
    client.say("DATA", "354");
    client.send("Subject: hi\r\n\r\n..dot\r\n.\r\n");
    let reply = client.expect("250 2.0.0 Queued as ");
    client.say("QUIT", "221 2.0.0");
    client.expect_end();
    server.settle();

    let queued = server.queued();
    let recipients: Vec<_> = queued.iter().map(|(e, _)| e.recipient.to_string()).collect();
    assert_eq!(recipients, ["First@One.example", "second@two.example"]);
    let (envelope, text) = &queued[0];
    assert!(reply.ends_with(&envelope.id.transaction.to_string()), "{reply}");
    assert_eq!((&*envelope.transport, &*envelope.server), ("mx", "inbound"));
    assert_eq!(envelope.sender.to_string(), "A@B.example");
    let expected = "X-Context: [0=>\"connect\",1=>\"Client.Example\",2=>\"a@b.example\",\
                    3=>\"first@one.example\",4=>\"second@two.example\"]";
    let unfolded = text.replace("\r\n ", " ");
    assert!(unfolded.starts_with(expected), "{text}");
    assert!(
        unfolded.contains("\r\nReceived: from Client.Example ([127.0.0.1]) by mx.example "),
        "{text}"
    );
    assert!(!text.contains(" for <"), "two recipients must not learn of each other: {text}");
    assert!(text.ends_with("\r\nSubject: hi\r\n\r\n.dot\r\n"), "{text}");
    assert_eq!(server.count(Counter::Hooks), 8);
    assert_eq!(server.count(Counter::HookErrors), 0);
    assert_eq!(server.count(Counter::MessagesAccepted), 1);
    assert_eq!(server.count(Counter::Commands), 7);
}

#[test]
fn the_starter_policy_takes_a_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/starter");
    let project = Project::open(folder).expect("a project");
    let bundle = mta_project::pack(&project.scan(), true).expect("a valid project");
    let server = Running::start_text(&bundle.running);
    let mut client = server.connect().greeted();
    client.say("MAIL FROM:<a@sub.spam.example>", "250");
    client.say("RCPT TO:<b@example.com>", "550 5.7.1 Mail from sub.spam.example");
    client.say("RSET", "250");
    client.say("MAIL FROM:<a@b.example>", "250");
    client.say("RCPT TO:<b@elsewhere.example>", "554 5.7.1 We do not take mail for");
    client.say("RCPT TO:<b@Example.COM>", "250");
    client.say("DATA", "354");
    client.send("Subject: hi\r\n\r\nbody\r\n.\r\n");
    client.expect("250 2.0.0 Queued as ");
    let (envelope, text) = server.queued().remove(0);
    assert_eq!(
        (&*envelope.transport, &*envelope.recipient.to_string()),
        ("mailbox", "b@Example.COM")
    );
    assert!(
        text.starts_with("X-Policy: starter; client=127.0.0.1; recipients=1\r\nReceived: "),
        "{text}"
    );
    assert!(text.contains("\r\n for <b@Example.COM>;"), "{text}");
}

#[test]
fn without_a_script_nothing_is_accepted_at_the_end() {
    let server = Running::start("", &[]);
    let mut client = server.connect().greeted();
    client.envelope(&["c@d.example"]);
    client.send("x\r\n.\r\n");
    client.expect("421 4.");
    client.expect_end();
    assert!(server.queued().is_empty());
}

#[test]
fn a_failing_script_defers_and_drops_what_it_queued() {
    let fails = "$arguments[\"mail\"]->queue(\"\", \"c@d.example\", \"mx\"); throw \"no\";";
    let server = Running::start(
        "",
        &[
            (
                "mailfrom",
                "if ($arguments[\"sender\"] == \"bad@b.example\") throw Exception(\"no\");",
            ),
            ("eod", fails),
        ],
    );
    let mut client = server.connect().greeted();
    client.say("MAIL FROM:<bad@b.example>", "450 4.");
    client.envelope(&["c@d.example"]);
    client.send("x\r\n.\r\n");
    client.expect("421 4.");
    server.settle();
    assert!(server.queued().is_empty());
    assert_eq!(server.count(Counter::HookErrors), 2);
}

#[test]
fn a_script_that_meets_a_limit_of_the_configuration_defers() {
    for (limits, body, counted) in [
        ("fuel: 5000", "forever { }", 1),
        ("memory: 1MiB", "$s = \"x\"; forever $s .= $s;", 1),
        ("time: 0.05", "sleep(60);", 1),
        ("calls: 20", "function f() { return f(); } f();", 1),
        ("regex: 1000", "$s = str_repeat(\"a\", 40) . \"b\"; $x = $s =~ \"^(a+)+$\";", 1),
        ("eodtime: 0.01", "Accept();", 0),
    ] {
        let body = format!("try {{ {body} }} catch ($e) {{ throw $e; }} Accept();");
        let text = running_file("", &[("mailfrom", &body)]);
        let text = text.replace("scripting:\n", &format!("scripting:\n  limits: {{{limits}}}\n"));
        let server = Running::start_text(&text);
        let mut client = server.connect().greeted();
        let reply = if counted > 0 { "450 4." } else { "250 2." };
        client.say("MAIL FROM:<a@b.example>", reply);
        client.say("NOOP", "250");
        assert_eq!(server.count(Counter::HookErrors), counted, "{limits}");
    }
}

#[test]
fn a_refused_message_is_gone_and_the_connection_goes_on() {
    let server = Running::start(
        "",
        &[(
            "eod",
            "$mail = $arguments[\"mail\"]; $mail->queue(\"\", \"c@d.example\", \"other\");\n\
             if ($mail->getHeader(\"Subject\") == \"spam\") Reject(\"Spam\"); Accept();",
        )],
    );
    let mut client = server.connect().greeted();
    client.envelope(&["c@d.example"]);
    client.send("Subject: spam\r\n\r\n.\r\n");
    client.expect("550 5.7.1 Spam");
    client.envelope(&["c@d.example"]);
    client.send("Subject: ham\r\n\r\n.\r\n");
    client.expect("250 2.0.0 ");
    let queued = server.queued();
    assert_eq!(queued.len(), 1);
    assert!(queued[0].0.sender.is_null() && &*queued[0].0.transport == "other");
}

#[test]
fn the_domain_of_a_recipient_chooses_its_script() {
    let by_domain =
        "    phases:\n      rcptto: {hook: {id: default, recipientdomains: {vip.example: vip}}}\n";
    let text = running_file("", &[("rcptto", "Reject(\"general\");"), ("rcptto/vip", "Accept();")]);
    let server = Running::start_text(
        &text.replace("    phases:\n      rcptto: {hook: default}\n", by_domain),
    );
    let mut client = server.connect().greeted();
    client.say("MAIL FROM:<>", "250");
    client.say("RCPT TO:<a@other.example>", "554 5.7.1 general");
    client.say("RCPT TO:<a@VIP.example>", "250 2.1.5 ");
}

#[test]
fn a_mail_loop_is_cut() {
    let server = Running::start("", &[("eod", QUEUE_ALL)]);
    let mut client = server.connect().greeted();
    client.envelope(&["c@d.example"]);
    client.send("Received: x\r\n".repeat(101) + "\r\n.\r\n");
    client.expect("554 5.4.6 ");
    assert!(server.queued().is_empty());
}

#[test]
fn a_large_message_passes_through() {
    let server = Running::start("", &[("eod", QUEUE_ALL)]);
    let mut client = server.connect().greeted();
    client.envelope(&["c@d.example"]);
    let line = "0123456789".repeat(7) + "\r\n";
    let body = line.repeat(20_000);
    client.send(format!("Subject: large\r\n\r\n{body}.\r\n"));
    client.expect("250 2.0.0 ");
    let (_, text) = server.queued().remove(0);
    assert!(text.ends_with(&body));
}

#[test]
fn silence_ends_a_connection() {
    let server = Running::start("    timeout: {idle: 1s}\n", &[]);
    let mut client = server.connect().greeted();
    client.expect("421 4.4.2 ");
    client.expect_end();
}

#[test]
fn a_stop_is_told_to_idle_clients() {
    let server = Running::start("", &[]);
    let mut client = server.connect().greeted();
    server.server.shutdown.begin();
    client.expect("421 4.3.2 ");
    client.expect_end();
    server.settle();
}

#[test]
fn a_client_that_vanishes_leaves_nothing() {
    let server = Running::start("", &[("eod", QUEUE_ALL), ("disconnect", "Pass();")]);
    let mut client = server.connect().greeted();
    client.envelope(&["c@d.example"]);
    client.send("half a mess");
    drop(client);
    server.settle();
    assert!(server.queued().is_empty());
    assert_eq!(server.count(Counter::Hooks), 1);
}

#[test]
fn too_many_connections_hear_so() {
    let server = Running::start("    concurrency: 1\n", &[]);
    let first = server.connect().greeted();
    let mut second = server.connect();
    second.expect("421 4.3.2 ");
    second.expect_end();
    drop(first);
    server.settle();
    server.connect().greeted();
}

#[test]
fn noise_harms_nobody() {
    let server = Running::start("", &[("eod", QUEUE_ALL)]);
    let mut other = server.connect().greeted();
    for seed in 0..20u32 {
        let mut client = server.connect();
        let noise =
            (0..3000u32).map(|n| (n.wrapping_mul(2_654_435_761) ^ seed.wrapping_mul(n)) >> 13);
        // The server may have closed already.
        let _ = client.0.get_mut().write_all(&noise.map(|n| n as u8).collect::<Vec<_>>());
    }
    other.envelope(&["c@d.example"]);
    other.send("x\r\n.\r\n");
    other.expect("250 2.0.0 ");
    assert_eq!(server.queued().len(), 1);
}

#[test]
fn a_waiting_script_does_not_hold_up_others() {
    // Both are on the one worker; the first waits much longer than the test may take.
    let server =
        Running::start("", &[("helo", "if ($arguments[\"host\"] == \"slow\") sleep(600);")]);
    let mut slow = server.connect();
    slow.expect("220 ");
    slow.send("EHLO slow\r\n");
    let mut quick = server.connect();
    quick.expect("220 ");
    quick.say("EHLO quick", "250");
    quick.say("QUIT", "221");
    let waiting = slow.0.get_ref();
    waiting.set_nonblocking(true).expect("non-blocking");
    let nothing = waiting.peek(&mut [0]).map_err(|error| error.kind());
    assert_eq!(nothing, Err(std::io::ErrorKind::WouldBlock));
}
