//! Mail that suspensions and policies keep back: by files, by operators, over reloads and kills.

use std::process::Output;

use serde_json::{Value, json};
use tests::{Project, Server, SmtpClient};

use crate::MAILSTOP;

const SUSPEND: &str = "src/config/smtpd-suspend.yaml";
const POLICY: &str = "src/config/smtpd-policy.yaml";
const ALL: &str = "version: \"6.10\"\nsuspends:\n  - tag: night\n";
const NONE: &str = "version: \"6.10\"\nsuspends: []\n";

fn send(server: &Server, count: usize) {
    let (mut client, _) = SmtpClient::connect(server.smtp());
    for number in 1..=count {
        client.envelope("ann@example.net", &["alice@example.com"]);
        client.data(&format!("Subject: number {number}\r\n\r\nbody"));
        assert_eq!(client.reply().code, 250);
    }
}

fn run(server: &Server, arguments: &[&str]) -> Output {
    server.command(arguments).output().expect("mailstop")
}

/// What a command that succeeds shows as JSON.
fn shown(server: &Server, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--json"]].concat();
    let output = run(server, &arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// How a command is refused: its exit code and what it says.
fn refused(server: &Server, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(server, arguments);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn waiting(server: &Server) -> u64 {
    server.status()["queue"]["waiting"].as_u64().expect("a number")
}

#[test]
fn what_a_file_keeps_back_survives_a_kill_and_goes_when_the_file_lets_it() {
    let project = Project::copy_of("examples/starter");
    project.write(SUSPEND, ALL);
    let server = Server::up(MAILSTOP, &project);
    send(&server, 3);
    assert_eq!(waiting(&server), 3);
    server.kill();

    let server = Server::up(MAILSTOP, &project);
    assert_eq!(waiting(&server), 3, "held messages are messages");
    assert_eq!(server.inbox(0).len(), 0);
    project.write(SUSPEND, "version: \"6.10\"\nsuspends:\n  - remoteip: nowhere\n");
    let (code, said) = refused(&server, &["suspend", "reload"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("smtpd-suspend.yaml:3:15: error[MS6001]"), "{said}");
    assert_eq!(waiting(&server), 3, "what was in force stays");

    project.write(SUSPEND, NONE);
    let done = shown(&server, &["suspend", "reload"]);
    assert_eq!(done["entries"], 0);
    let delivered = server.inbox(3);
    assert_eq!(delivered.len(), 3, "each once");
    assert!(server.interrupt().success());
}

#[test]
fn operators_keep_mail_back_change_that_and_let_it_go() {
    let project = Project::copy_of("examples/starter");
    let server = Server::up(MAILSTOP, &project);
    let add = ["suspend", "add", "recipientdomain=*.com", "--ttl", "1h", "--tag", "ops"];
    let added = shown(&server, &[&add[..], &["--property", "ticket=7"]].concat());
    let id = added["id"].as_str().expect("an id").to_owned();
    send(&server, 2);
    assert_eq!(waiting(&server), 2);
    let all = shown(&server, &["suspend", "list"]);
    let one = &all["suspends"][0];
    assert_eq!(one["condition"], json!({ "recipientdomain": "*.com" }));
    assert_eq!((&one["tag"], &one["properties"]["ticket"]), (&json!("ops"), &json!(7.0)));
    let again = shown(&server, &["suspend", "add", "recipientdomain=*.com", "--ttl", "2h"]);
    assert_eq!(again["id"], id, "the same messages: renewed");
    shown(&server, &["suspend", "update", &id, "--tag", "other"]);
    assert_eq!(shown(&server, &["suspend", "list"])["suspends"][0]["tag"], "other");
    // A reload of the file leaves what operators did.
    shown(&server, &["suspend", "reload"]);
    assert_eq!(waiting(&server), 2);
    for (arguments, code, wanted) in [
        (&["suspend", "delete", "gone"][..], 1, "no entry"),
        (&["suspend", "add", "planet=mars", "--ttl", "1h"], 2, "the fields are"),
        (&["suspend", "add", "jobid=@none", "--ttl", "1h"], 1, "no list none"),
        (&["suspend", "add", "--ttl", "1h"], 2, "FIELD=VALUE"),
        (&["policy", "add", "--rate", "fast", "--ttl", "1h"], 2, "120/60"),
        (&["policy", "add", "--concurrency", "0", "--ttl", "1h"], 1, "at least 1"),
    ] {
        let (found, said) = refused(&server, arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {said}");
        assert!(said.contains(wanted), "{arguments:?}: {said}");
    }
    shown(&server, &["suspend", "delete", &id]);
    assert_eq!(server.inbox(2).len(), 2);
    assert!(server.interrupt().success());
}

#[test]
fn what_operators_persist_outlives_a_kill_and_the_rest_does_not() {
    let project = Project::copy_of("examples/starter");
    let server = Server::up(MAILSTOP, &project);
    let suspend = ["suspend", "add", "recipientdomain=example.com", "--ttl", "1h", "--persist"];
    let id = shown(&server, &suspend)["id"].as_str().expect("an id").to_owned();
    shown(&server, &["suspend", "add", "jobid=x", "--ttl", "1h"]);
    let policy = ["policy", "add", "--fields", "tenantid", "--rate", "7/60", "--tag", "kept"];
    shown(&server, &[&policy[..], &["--property", "n=1", "--ttl", "1h", "--persist"]].concat());
    shown(&server, &["policy", "add", "--concurrency", "9", "--ttl", "1h"]);
    let gone = ["suspend", "add", "jobid=gone", "--ttl", "1h", "--persist", "--id", "gone"];
    shown(&server, &gone);
    shown(&server, &["suspend", "delete", "gone"]);
    send(&server, 1);
    server.kill();

    let server = Server::up(MAILSTOP, &project);
    let suspends = &shown(&server, &["suspend", "list"])["suspends"];
    assert_eq!((&suspends[0]["id"], &suspends[1]), (&json!(id), &Value::Null), "{suspends}");
    let policies = &shown(&server, &["policy", "list"])["policies"];
    assert_eq!((&policies[0]["rate"], &policies[1]), (&json!("7/60"), &Value::Null), "{policies}");
    assert_eq!(policies[0]["properties"], json!({ "n": 1.0 }));
    assert_eq!(waiting(&server), 1);
    shown(&server, &["suspend", "delete", &id]);
    assert_eq!(server.inbox(1).len(), 1);
    assert!(server.interrupt().success());
}

#[test]
fn policies_limit_what_leaves_and_are_changed_while_it_waits() {
    let project = Project::copy_of("examples/starter");
    let policy = "version: \"6.10\"\npolicies:\n  - fields: [recipientdomain]\n    default: {rate: 1/3600, tag: slow}\n";
    project.write(POLICY, policy);
    let server = Server::up(MAILSTOP, &project);
    send(&server, 3);
    server.inbox(1);
    assert_eq!(waiting(&server), 2, "one in an hour");
    let filed = &shown(&server, &["policy", "list"])["policies"][0];
    assert_eq!(filed["id"], "policies[0].default");
    assert_eq!((&filed["rate"], &filed["expires"]), (&json!("1/3600"), &Value::Null));
    let (code, said) = refused(&server, &["policy", "delete", "policies[0].default"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("belongs to a file"), "{said}");

    // What an operator adds ranks above the file, for as long as it lasts.
    let condition = "recipientdomain=example.com";
    let add = ["policy", "add", "--fields", "recipientdomain", "--if", condition, "--ttl", "1h"];
    let id = shown(&server, &[&add[..], &["--rate", "2/3600"]].concat())["id"].clone();
    let id = id.as_str().expect("an id").to_owned();
    server.inbox(2);
    assert_eq!(waiting(&server), 1, "the counter knows of the first");
    project.write(
        POLICY,
        "version: \"6.10\"\npolicies:\n  - fields: [recipientdomain]\n    default: {rate: 9}\n",
    );
    let (code, said) = refused(&server, &["policy", "reload"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("smtpd-policy.yaml:4:21: error[MS6001]"), "{said}");
    project.write(POLICY, "version: \"6.10\"\npolicies: []\n");
    assert_eq!(shown(&server, &["policy", "reload"])["entries"], 0);
    assert_eq!(waiting(&server), 1, "the operator's stays");
    shown(&server, &["policy", "update", &id, "--rate", "100/60", "--concurrency", "5"]);
    server.inbox(3);
    let listed = &shown(&server, &["policy", "list"])["policies"][0];
    assert_eq!((&listed["rate"], &listed["concurrency"]), (&json!("100/60"), &json!(5)));
    shown(&server, &["policy", "delete", &id]);
    assert_eq!(shown(&server, &["policy", "list"])["policies"], json!([]));
    assert!(server.interrupt().success());
}
