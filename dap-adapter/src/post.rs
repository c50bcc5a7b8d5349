//! Messages on their way to the editor and the server.
//!
//! Invariants: every message to the editor has the next number; every call its own.

use mta_control::debug::Request;
use serde::Serialize;
use serde_json::{Value, json};

use crate::adapter::{Adapter, Asked, Effect, Pending};

impl Adapter {
    /// Sends a call on behalf of a request of the editor.
    pub(crate) fn call(&mut self, asked: Asked, request: Request, pending: Pending) {
        self.calls += 1;
        self.pending.insert(self.calls, (asked, pending));
        self.effects.push_back(Effect::Server { id: self.calls, request });
    }

    /// Sends a call of the adapter's own.
    pub(crate) fn send(&mut self, request: Request, pending: Pending) {
        let asked = Asked { seq: 0, command: String::new() };
        self.call(asked, request, pending);
    }

    pub(crate) fn respond(&mut self, asked: &Asked, body: impl Serialize) {
        let mut message = json!({
            "type": "response",
            "request_seq": asked.seq,
            "success": true,
            "command": asked.command,
        });
        self.post(&mut message, &json!(body));
    }

    pub(crate) fn refuse(&mut self, asked: &Asked, why: &str) {
        let mut message = json!({
            "type": "response",
            "request_seq": asked.seq,
            "success": false,
            "command": asked.command,
            "message": why,
        });
        let show = matches!(&*asked.command, "attach" | "launch");
        // Braces would be taken for variables of the format.
        let error =
            json!({ "id": 1, "format": "{why}", "variables": { "why": why }, "showUser": show });
        self.post(&mut message, &json!({ "error": error }));
    }

    pub(crate) fn output(&mut self, category: &str, text: &str) {
        self.event("output", json!({ "category": category, "output": text }));
    }

    pub(crate) fn event(&mut self, name: &str, body: Value) {
        let mut message = json!({ "type": "event", "event": name });
        self.post(&mut message, &body);
    }

    fn post(&mut self, message: &mut Value, body: &Value) {
        self.seq += 1;
        message["seq"] = json!(self.seq);
        if !body.is_null() {
            message["body"] = body.clone();
        }
        self.effects.push_back(Effect::Editor(message.to_string()));
    }
}
