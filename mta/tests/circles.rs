//! A server that lives long: script values that refer to each other in a circle go with their
//! connection.
//!
//! The whole process is counted, hence a file, and a process, of its own.

use std::alloc::System;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use cap::Cap;
use mta::boot::{Handle, Options, Texts, start};
use mta::sockets::Reach;
use mta_project::Bundle;

#[global_allocator]
static ALLOCATED: Cap<System> = Cap::new(System, usize::MAX);

/// What each connection leaves in a circle.
const CIRCLE: usize = 256 << 10;

const STARTUP: &str = "version: \"6.10\"\nservers: [{id: in, listeners: [{port: 25}]}]\n";
const RUNNING: &str = r#"version: "6.10"
servers:
  - id: in
    phases:
      connect: {hook: circle}
      disconnect: {hook: circle}
scripting:
  hooks:
    connect:
      - id: circle
        data: |
          class Peer { constructor($text) { $this->text = $text; $this->me = $this; } }
          $peer = Peer(str_repeat("x", 131072));
          $context = ["peer" => $peer];
    disconnect:
      - id: circle
        data: |
          function circle($text) {
            $again = none;
            $again = function () closure ($again, $text) { return $again; };
          }
          circle(str_repeat("y", 131072));
          if (length($context["peer"]->me->me->text) != 131072) throw "the context is lost";
"#;

fn server(folder: &Path) -> Handle {
    let texts = Texts {
        startup_name: "smtpd.yaml".into(),
        running_name: "smtpd-app.yaml".into(),
        bundle: Bundle::new(STARTUP.to_owned(), RUNNING.to_owned()),
    };
    let options = Options {
        spool: folder.join("spool"),
        socket: folder.join("control.sock"),
        files: folder.to_owned(),
        reach: Reach::Loopback { port: Some(0), folder: folder.to_owned() },
        inbox: None,
        rules: mta::rules::RuleFiles::beside(&folder.join("smtpd.yaml")),
    };
    start(&texts, options).expect("it starts")
}

/// Serves so many connections from start to stop.
fn serve(connections: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let handle = server(folder.path());
    let address = handle.listeners()[0].1.clone();
    for _ in 0..connections {
        let mut client = BufReader::new(TcpStream::connect(&address).expect("a connection"));
        let mut line = String::new();
        client.read_line(&mut line).expect("a greeting");
        assert!(line.starts_with("220 "), "{line}");
        client.get_mut().write_all(b"QUIT\r\n").expect("sent");
        line.clear();
        client.read_line(&mut line).expect("an answer");
        assert!(line.starts_with("221 "), "{line}");
    }
    let server = Arc::clone(handle.server());
    handle.stop();
    assert_eq!(server.counters.get(mta::telemetry::Counter::HookErrors), 0);
}

#[test]
fn circles_of_script_values_end_with_their_connection() {
    const COUNT: usize = 60;
    serve(3);
    let before = ALLOCATED.allocated();
    serve(COUNT);
    let left = ALLOCATED.allocated().saturating_sub(before);
    assert!(left < COUNT * CIRCLE / 8, "{left} bytes are left of {COUNT} connections");
}
