//! A live message stops at a breakpoint; everything else runs on.

use std::net::Ipv4Addr;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};
use tests::{DapClient, Project, Server, SmtpClient};

use crate::MAILSTOP;

const EOD: &str = "src/hooks/eod/default.hsl";
/// The address that the stage matches; other loopback addresses do not.
const WATCHED: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const MESSAGE: &str = "From: Ann <ann@example.net>\r\nTo: alice@example.com\r\n\
                       Subject: Hello\r\n\r\nThe body.";

struct Session {
    project: Project,
    server: Server,
    debugger: DapClient,
}

impl Session {
    /// A server, and a debugger attached to connections from [`WATCHED`] with breakpoints on the
    /// lines of the end-of-data hook that contain these texts.
    fn start(marks: &[&str]) -> Self {
        let project = Project::copy_of("examples/starter");
        let server = Server::up(MAILSTOP, &project);
        let mut debugger = DapClient::spawn(Command::new(MAILSTOP).arg("dap"));
        let hello = json!({
            "adapterID": "hsl", "clientID": "test", "linesStartAt1": true,
            "columnsStartAt1": true, "pathFormat": "path",
        });
        debugger.request("initialize", hello);
        let attach = debugger.send(
            "attach",
            json!({
                "project": project.path(),
                "conditions": { "remoteips": [WATCHED.to_string()] },
            }),
        );
        debugger.event("initialized");
        let lines: Vec<_> =
            marks.iter().map(|mark| json!({ "line": project.line_of(EOD, mark) })).collect();
        let set = debugger.request(
            "setBreakpoints",
            json!({ "source": { "path": project.path().join(EOD) }, "breakpoints": lines }),
        );
        for (breakpoint, wanted) in set["breakpoints"].as_array().into_iter().flatten().zip(&lines)
        {
            assert_eq!(breakpoint["verified"], true, "{set:#}");
            assert_eq!(breakpoint["line"], wanted["line"], "{set:#}");
        }
        debugger.request("configurationDone", json!({}));
        let attached = debugger.answer(attach);
        assert_eq!(attached["success"], true, "{attached:#}");
        Self { project, server, debugger }
    }

    /// A watched client that has sent a whole message and waits for the answer.
    fn submit(&self) -> SmtpClient {
        let (mut client, banner) = SmtpClient::connect_from(WATCHED, self.server.smtp());
        assert_eq!(banner.code, 220);
        client.envelope("ann@example.net", &["alice@example.com"]);
        client.data(MESSAGE);
        client
    }

    /// Waits until a thread stops; gives the thread and its top frame.
    fn stopped(&mut self) -> (Value, Value) {
        let event = self.debugger.event("stopped");
        assert_eq!(event["allThreadsStopped"], false);
        let thread = event["threadId"].clone();
        let trace = self.debugger.request("stackTrace", json!({ "threadId": thread }));
        (thread, trace["stackFrames"][0].clone())
    }

    /// One step, up to the next stop; gives the top frame.
    fn step(&mut self, command: &str, thread: &Value) -> Value {
        self.debugger.request(command, json!({ "threadId": thread }));
        self.stopped().1
    }
}

#[test]
fn the_editor_stops_looks_around_steps_and_continues() {
    let mut session = Session::start(&["stamp("]);
    let mut client = session.submit();
    let line = session.project.line_of(EOD, "stamp(");

    let (thread, frame) = session.stopped();
    assert_eq!(frame["line"], line, "{frame:#}");
    let path = session.project.path().join(EOD);
    assert_eq!(frame["source"]["path"], path.to_string_lossy().as_ref());

    let threads = session.debugger.request("threads", json!({}));
    let name = threads["threads"][0]["name"].as_str().unwrap_or_default().to_owned();
    let peer = client.local_addr().to_string();
    assert!(name.contains(&peer) && name.contains("EOD"), "thread name {name:?}, peer {peer}");

    let id = frame["id"].clone();
    let connection = session.debugger.scope(&id, "Connection");
    let address = named(&connection, "remoteip");
    assert!(address["value"].as_str().unwrap_or_default().contains("127.0.0.2"), "{address}");
    let transaction = session.debugger.scope(&id, "Transaction");
    let recipients = named(&transaction, "recipients")["variablesReference"].clone();
    let first = session.debugger.variables(&recipients);
    let inside = session.debugger.variables(&first[0]["variablesReference"]);
    let recipient = named(&inside, "recipient");
    assert!(recipient["value"].as_str().unwrap_or_default().contains("alice@example.com"));
    assert!(!session.debugger.scope(&id, "Arguments").is_empty());
    session.debugger.scope(&id, "Context");
    session.debugger.scope(&id, "Locals");

    let sender = session.debugger.request(
        "evaluate",
        json!({ "expression": "$transaction[\"sender\"] . \"!\"", "frameId": id, "context": "watch" }),
    );
    assert!(sender["result"].as_str().unwrap_or_default().contains("ann@example.net!"));

    let inside = session.step("stepIn", &thread);
    assert_ne!(inside["source"]["path"], frame["source"]["path"], "{inside:#}");
    let outside = session.step("stepOut", &thread);
    assert_eq!(outside["source"]["path"], frame["source"]["path"], "{outside:#}");
    let next = session.step("next", &thread);
    assert!(next["line"].as_u64() > frame["line"].as_u64(), "{next:#}");

    session.debugger.request("continue", json!({ "threadId": thread }));
    assert_eq!(client.reply().code, 250);

    let delivered = session.server.inbox(1);
    let source = session.server.source(&delivered[0]);
    assert!(source.contains("X-Policy:"), "{source}");
    assert!(source.contains("The body."), "{source}");
}

#[test]
fn connections_that_do_not_match_are_not_delayed() {
    let mut session = Session::start(&["Accept("]);
    let undisturbed = transaction_time(&session.server);
    let mut stopped = session.submit();
    session.stopped();

    let beside = transaction_time(&session.server);
    println!("a transaction takes {undisturbed:?}; beside a stopped one {beside:?}");
    assert!(!session.debugger.has_event("continued"), "the stopped connection ran on by itself");

    session.debugger.request("disconnect", json!({}));
    assert_eq!(stopped.reply().code, 250, "disconnect lets everything run on");
    session.server.inbox(3);
}

#[test]
fn an_adapter_that_dies_stops_nobody() {
    let mut session = Session::start(&["Accept("]);
    let mut client = session.submit();
    session.stopped();
    drop(session.debugger);
    assert_eq!(client.reply().code, 250);
}

fn transaction_time(server: &Server) -> std::time::Duration {
    let start = Instant::now();
    let (mut client, _) = SmtpClient::connect(server.smtp());
    client.envelope("bob@example.net", &["alice@example.com"]);
    client.data(MESSAGE);
    assert_eq!(client.reply().code, 250);
    start.elapsed()
}

fn named<'v>(variables: &'v [Value], name: &str) -> &'v Value {
    let found = variables.iter().find(|variable| {
        variable["name"].as_str().is_some_and(|text| text.trim_matches(['"', '[', ']']) == name)
    });
    found.unwrap_or_else(|| panic!("no {name} in {variables:#?}"))
}
