//! What scripts ask of the server that they run in.

use std::time::Duration;

use mail_queue::{Change, Outcome};
use mta_config::Startup;

use super::server::{Running, running_file};

/// What an expression is, as the reply of a hook shows it.
fn answers(server: &Running, expressions: &[(&str, &str)]) {
    let mut client = server.connect().greeted();
    client.say("MAIL FROM:<a@b.example>", "250");
    for (at, (_, expected)) in expressions.iter().enumerate() {
        client.say(&format!("RCPT TO:<{at}@c.example>"), &format!("554 5.7.1 {expected}"));
    }
}

/// A server whose rcptto hook answers with one expression for each recipient.
fn asked(settings: &str, expressions: &[(&str, &str)]) -> Running {
    asked_with(None, settings, expressions)
}

fn asked_with(startup: Option<&Startup>, settings: &str, expressions: &[(&str, &str)]) -> Running {
    let cases: String = expressions
        .iter()
        .enumerate()
        .map(|(at, (expression, _))| {
            format!(
                "if ($arguments[\"address\"][\"localpart\"] == \"{at}\") {{ try {{ $x = {expression}; \
                 }} catch ($e) {{ $x = $e->message(); }} Reject(is_string($x) ? $x : json_encode($x)); }}\n"
            )
        })
        .collect();
    let script = format!("function let($x) {{ return $x; }}\n{cases}");
    Running::start_both(startup, &(running_file("", &[("rcptto", &script)]) + settings))
}

pub(super) fn check(settings: &str, expressions: &[(&str, &str)]) {
    answers(&asked(settings, expressions), expressions);
}

/// As [`check`], with a startup file.
pub(super) fn check_with(startup: &Startup, settings: &str, expressions: &[(&str, &str)]) {
    answers(&asked_with(Some(startup), settings, expressions), expressions);
}

#[test]
fn connections_are_counted_by_server_and_client() {
    check(
        "",
        &[
            ("server_concurrency(\"inbound\")", "1"),
            ("server_concurrency(\"inbound\", \"127.0.0.0/8\")", "1"),
            ("server_concurrency(\"inbound\", \"192.0.2.1\")", "0"),
            ("server_concurrency(\"other\")", "null"),
            (
                "server_concurrency(\"inbound\", \"x\")",
                "server_concurrency: x is no address or network",
            ),
        ],
    );
}

#[test]
fn metrics_are_those_that_the_configuration_declares() {
    let settings = "monitor: {metrics: [{name: logins_total, labels: [result]}, \
                    {name: seconds, type: histogram, buckets: [1, 5]}]}\n";
    check(
        settings,
        &[
            ("metrics_increment(\"logins_total\", [\"result\" => \"ok\"])", "true"),
            ("metrics_increment(\"logins_total\", [\"result\" => \"ok\"], 2)", "true"),
            ("metrics_get(\"logins_total\", [\"result\" => \"ok\"])[\"value\"]", "3"),
            ("metrics_get(\"logins_total\", [\"result\" => \"no\"])[\"value\"]", "0"),
            ("metrics_decrement(\"logins_total\", [\"result\" => \"ok\"])", "null"),
            ("metrics_increment(\"logins_total\", [])", "null"),
            ("metrics_increment(\"missing\", [])", "null"),
            ("metrics_set(\"seconds\", [], 3)", "true"),
            (
                "metrics_get(\"seconds\", [])",
                r#"{"type":"histogram","count":1,"sum":3,"buckets":[{"le":1,"count":0},{"le":5,"count":1}]}"#,
            ),
        ],
    );
}

#[test]
fn suspensions_and_policies_have_names_and_are_refused_when_they_cannot_work() {
    check(
        "",
        &[
            ("queue_suspend([\"tenantid\" => \"t\"], 60, [\"id\" => \"s1\"])", r#"{"id":"s1"}"#),
            ("queue_suspend([\"tenantid\" => \"t\"], 60)", r#"{"id":"s1"}"#),
            ("length(queue_suspend([\"tenantid\" => \"u\"], 60)[\"id\"])", "36"),
            ("queue_suspend(json_decode(''{\"planet\":\"t\"}''), 60)", "null"),
            ("queue_suspend([\"tenantid\" => [1]], 60)", "null"),
            ("queue_suspend([\"tenantid\" => \"t\"], -1)", "null"),
            ("queue_suspend([\"remotemx\" => \"*.t\"], 60, [\"id\" => \"s2\"])", r#"{"id":"s2"}"#),
            (
                "queue_suspend([\"remoteip\" => \"t\"], 60)",
                "queue_suspend: t is no address or network",
            ),
            ("queue_suspend([\"jobid\" => \"@t\"], 60)", "queue_suspend: there is no list t"),
            (
                "queue_policy([\"tenantid\"], [], [\"concurrency\" => 2], 60, [\"id\" => \"p\"])",
                r#"{"id":"p"}"#,
            ),
            ("queue_policy([\"tenantid\"], [], [\"concurrency\" => 0], 60)", "null"),
            ("queue_policy([\"tenantid\"], [], [\"rate\" => [1]], 60)", "null"),
            ("queue_policy([\"tenantid\"], [], json_decode(''{\"rates\":[1,2]}''), 60)", "null"),
            ("queue_policy([\"tenantid\"], [], json_decode(''{\"tag\":5}''), 60)", "null"),
            (
                "queue_policy([\"remotemx\"], [\"grouping\" => \"/^&/\"], [\"rate\" => [1, 2]], 60, [\"id\" => \"g\"])",
                r#"{"id":"g"}"#,
            ),
            (
                "queue_policy([], [], [\"cluster\" => true], 60)",
                "queue_policy: this server shares no limits with others",
            ),
            ("queue_policy_delete(\"p\")", "true"),
            ("queue_policy_delete(\"p\")", "false"),
            ("queue_quota(\"nothing\")", r#"{"count":0,"bytes":0}"#),
            ("let(syslog(\"info\", \"a\\nb\"))", "null"),
            ("syslog(\"loud\", \"a\")", "syslog: priority \"loud\" is none of emerg, alert,"),
            ("syslog(1000, \"a\")", "syslog: a priority is a number from 0 to 7"),
            ("executiontime() >= 0 and executiontime() < 10", "true"),
        ],
    );
}

#[test]
fn queued_mail_is_charged_to_its_quotas_and_kept_back_by_a_suspension() {
    let server = Running::start(
        "",
        &[
            ("rcptto", "queue_suspend([\"jobid\" => \"j\"], 600); Accept();"),
            (
                "eod",
                "foreach ($transaction[\"recipients\"] as $r)
                    $arguments[\"mail\"]->queue(\"\", $r[\"address\"], \"mx\", [\"quotas\" => [\"q\"], \"jobid\" => \"j\"]);
                 Accept();",
            ),
        ],
    );
    let mut client = server.connect().greeted();
    for recipients in [&["c@d.example", "e@d.example"][..], &["f@d.example"]] {
        client.envelope(recipients);
        client.send("Subject: x\r\n\r\nx\r\n.\r\n");
        client.expect("250");
    }
    // The queue lined the first message up before it answered for the second.
    let queue = &server.server.queue;
    assert!(queue.quota("q").count >= 2);
    assert_eq!(queue.rules(), 1);
    server.runtime.block_on(async {
        let next = tokio::time::timeout(Duration::from_millis(50), queue.next()).await;
        assert!(next.is_err(), "a message that is kept back is not handed out: {next:?}");
        queue.close(Duration::ZERO).await;
    });
    let charged = queue.quota("q");
    assert!(charged.count == 3 && charged.bytes > 0, "{charged:?}");
    for (envelope, _) in server.queued() {
        queue.report(envelope.id, Outcome::Done, &Change::default());
    }
    assert_eq!(queue.quota("q").count, 0);
}

#[test]
fn public_suffixes_are_those_of_the_file_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("list.dat");
    std::fs::write(&list, "corp\n*.lab\n").expect("a list");
    let text = format!("version: \"6.10\"\nenvironment: {{publicsuffix: {}}}\n", list.display());
    let startup = mta_config::load_startup(&"smtpd.yaml".into(), text.as_bytes(), false);
    let script = "Reject(json_encode([domain_publicsuffix(\"a.b.lab\"), \
                  domain_publicsuffix(\"A.Corp.\"), domain_publicsuffix(\"a.com\")]));";
    let running = running_file("", &[("rcptto", script)]);
    let server = Running::start_both(startup.value.as_ref(), &running);
    let mut client = server.connect().greeted();
    client.say("MAIL FROM:<a@b.example>", "250");
    client.say("RCPT TO:<x@c.example>", "554 5.7.1 [\"b.lab\",\"Corp\",null]");
}

#[test]
fn no_line_is_slipped_into_a_dialogue_by_the_addresses_of_a_message() {
    let call = |method: &str, from: &str, to: &str| {
        let to = if method == "send" { format!("[{to}]") } else { format!("{to}, \"mx\"") };
        let options = if method == "send" { ", [\"host\" => \"127.0.0.1\"]" } else { "" };
        format!("MIME()->setBody(\"x\")->{method}({from}, {to}{options})")
    };
    let (good, evil) = ("\"a@b.example\"", "\"a@b.example>\\r\\nRCPT TO:<c@d.example\"");
    let bare = "\"a\\nb@c.example\"";
    let mut calls = Vec::new();
    for method in ["queue", "send"] {
        for (from, to) in [(evil, good), (good, evil), (bare, good), (good, bare)] {
            calls.push((call(method, from, to), format!("{method}: ")));
        }
    }
    let calls: Vec<_> = calls.iter().map(|(call, start)| (call.as_str(), start.as_str())).collect();
    let server = asked("", &calls);
    answers(&server, &calls);
    assert!(server.server.queue.messages().is_empty());
}
