//! An editor over stdio (Language Server Protocol 3.18).

use std::process::Command;

use serde_json::{Value, json};

use crate::framing::Peer;

/// One editor session with its server process.
pub struct LspClient {
    peer: Peer,
    id: i64,
}

impl LspClient {
    /// Starts the server.
    pub fn spawn(command: &mut Command) -> Self {
        Self { peer: Peer::spawn(command), id: 0 }
    }

    /// Sends a request and gives its result, which must not be an error.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let id = self.id;
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.peer.send(&request);
        let answer = self.peer.wait(&format!("answer to {method}"), |message| {
            message["id"] == id && message.get("method").is_none()
        });
        assert!(answer.get("error").is_none_or(Value::is_null), "{method} failed: {answer:#}");
        answer["result"].clone()
    }

    /// Sends a notification.
    pub fn notify(&mut self, method: &str, params: Value) {
        self.peer.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Waits for a notification whose parameters fit, and gives them.
    pub fn notification(&mut self, method: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let message = self.peer.wait(method, |message| {
            message["method"] == method && message.get("id").is_none() && fits(&message["params"])
        });
        message["params"].clone()
    }

    /// Opens a session for a folder, with these client capabilities, and gives the server's.
    pub fn initialize(&mut self, root: &str, capabilities: Value) -> Value {
        let params = json!({
            "processId": null,
            "rootUri": root,
            "workspaceFolders": [{ "uri": root, "name": "project" }],
            "capabilities": capabilities,
        });
        let result = self.request("initialize", params);
        self.notify("initialized", json!({}));
        result["capabilities"].clone()
    }

    /// Opens a document with this text.
    pub fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "hsl", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }
}
