//! A live connection at a breakpoint, and the others beside it.

use std::sync::Arc;
use std::time::Duration;

use hsl_host::debug::{Generation, Outgoing, Session};
use serde_json::{Value as Json, json};

use super::QUEUE_ALL;
use super::server::Running;

const EOD: &str = "src/hooks/eod/default.hsl";

/// A debug client of a running server.
struct Debugger<'a> {
    server: &'a Running,
    session: Session,
    outgoing: Outgoing,
}

impl<'a> Debugger<'a> {
    fn attach(server: &'a Running) -> Self {
        let generation = server.server.generation();
        let programs = generation.programs().map(|(_, _, program)| program.clone()).collect();
        let sources = generation.sources.clone();
        let texts = Arc::new(move |name: &str| sources.text(name).cloned());
        server.server.hub.publish(Generation::new("digest", programs, texts));
        let (session, outgoing) = server.server.hub.open();
        let mut debugger = Self { server, session, outgoing };
        debugger.ask(json!({ "request": "hello", "proto": [1] }));
        debugger
    }

    fn frame(&mut self) -> Json {
        let outgoing = &mut self.outgoing;
        let next = async { tokio::time::timeout(Duration::from_secs(20), outgoing.next()).await };
        let text = self.server.runtime.block_on(next).expect("an answer in time");
        serde_json::from_str(&text.expect("an open session")).expect("JSON")
    }

    fn ask(&mut self, mut call: Json) -> Json {
        call["id"] = json!(1);
        self.session.call(call.to_string().as_bytes());
        loop {
            let frame = self.frame();
            if frame["reply"] == 1 {
                return frame;
            }
        }
    }

    fn event(&mut self, name: &str) -> Json {
        loop {
            let frame = self.frame();
            if frame["event"] == name {
                return frame;
            }
        }
    }
}

#[test]
fn a_matching_message_stops_and_the_others_do_not_wait() {
    let server = Running::start("", &[("eod", QUEUE_ALL)]);
    let mut debugger = Debugger::attach(&server);
    let conditions = json!({ "remoteips": ["127.0.0.2"] });
    let stage = json!({ "id": "s", "mode": "pause", "conditions": conditions });
    debugger.ask(json!({ "request": "arm", "stage": stage }));
    let places = json!([{ "id": 7, "line": 3 }]);
    let placed =
        debugger.ask(json!({ "request": "breakpoints", "file": EOD, "breakpoints": places }));
    assert_eq!(placed["breakpoints"][0]["verified"], true, "{placed}");

    let mut stopped = server.connect_from("127.0.0.2").greeted();
    stopped.envelope(&["watched@d.example"]);
    stopped.send("Subject: stop\r\n\r\n.\r\n");
    let event = debugger.event("stopped");
    assert_eq!((&event["reason"], &event["bp"]), (&json!("breakpoint"), &json!([7])));
    let stack = debugger.ask(json!({ "request": "stack", "thread": event["thread"] }));
    assert_eq!(stack["frames"][0]["file"], EOD, "{stack}");
    assert_eq!(stack["frames"][0]["range"]["line"], 3, "{stack}");
    let text = "$transaction[\"recipients\"][0][\"recipient\"]";
    let eval = json!({
        "request": "eval", "thread": event["thread"], "stop": event["stop"], "text": text,
    });
    let value = debugger.ask(eval);
    assert!(value["variable"].to_string().contains("watched@d.example"), "{value}");

    // The same worker serves a client that does not match while the other stands.
    let mut quick = server.connect().greeted();
    quick.envelope(&["quick@d.example"]);
    quick.send("Subject: go\r\n\r\n.\r\n");
    quick.expect("250 2.0.0 ");
    assert_eq!(server.queued().len(), 1);

    let resume = json!({ "request": "resume", "thread": event["thread"], "step": "continue" });
    debugger.ask(resume);
    stopped.expect("250 2.0.0 ");
    assert_eq!(server.queued().len(), 2);
}
