//! A debugger front end over stdio (Debug Adapter Protocol 1.71).

use std::process::Command;

use serde_json::{Value, json};

use crate::framing::Peer;

/// One debug session with its adapter process.
pub struct DapClient {
    peer: Peer,
    seq: i64,
}

impl DapClient {
    /// Starts the adapter.
    pub fn spawn(command: &mut Command) -> Self {
        Self { peer: Peer::spawn(command), seq: 0 }
    }

    /// Sends a request and gives its sequence number.
    pub fn send(&mut self, command: &str, arguments: Value) -> i64 {
        self.seq += 1;
        let request = json!({
            "seq": self.seq, "type": "request", "command": command, "arguments": arguments,
        });
        self.peer.send(&request);
        self.seq
    }

    /// Waits for the answer to a request, and gives it whole.
    pub fn answer(&mut self, seq: i64) -> Value {
        self.peer.wait(&format!("answer to request {seq}"), |message| {
            message["type"] == "response" && message["request_seq"] == seq
        })
    }

    /// Sends a request and gives the body of its answer, which must be a success.
    pub fn request(&mut self, command: &str, arguments: Value) -> Value {
        let seq = self.send(command, arguments);
        let answer = self.answer(seq);
        assert_eq!(answer["success"], true, "{command} failed: {answer:#}");
        answer["body"].clone()
    }

    /// Waits for an event and gives its body.
    pub fn event(&mut self, name: &str) -> Value {
        self.event_where(name, |_| true)
    }

    /// Waits for an event whose body fits, and gives the body.
    pub fn event_where(&mut self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let message = self.peer.wait(&format!("event {name}"), |message| {
            message["type"] == "event" && message["event"] == name && fits(&message["body"])
        });
        message["body"].clone()
    }

    /// Whether such an event has arrived by now.
    pub fn has_event(&mut self, name: &str) -> bool {
        self.peer.arrived(|message| message["type"] == "event" && message["event"] == name)
    }

    /// The variables below a reference, as name, value and reference to expand.
    pub fn variables(&mut self, reference: &Value) -> Vec<Value> {
        let body = self.request("variables", json!({ "variablesReference": reference }));
        body["variables"].as_array().cloned().unwrap_or_default()
    }

    /// The scope of a frame by its name, expanded.
    pub fn scope(&mut self, frame: &Value, name: &str) -> Vec<Value> {
        let body = self.request("scopes", json!({ "frameId": frame }));
        let scopes = body["scopes"].as_array().cloned().unwrap_or_default();
        let scope = scopes.iter().find(|scope| scope["name"] == name);
        let scope = scope.unwrap_or_else(|| panic!("no scope {name} in {scopes:#?}"));
        let reference = scope["variablesReference"].clone();
        self.variables(&reference)
    }
}
