//! An editor and a scripted control server around the real adapter.

use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use dap_adapter::{Decoder, encode};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

const TEXT: &str = "$to = $arguments[\"to\"];\necho $to;\n";

/// One adapter with both its peers.
pub(crate) struct Session {
    folder: tempfile::TempDir,
    editor: DuplexStream,
    decoder: Decoder,
    seq: i64,
    seen: usize,
    messages: Vec<Value>,
    push: mpsc::UnboundedSender<String>,
    adapter: JoinHandle<anyhow::Result<()>>,
}

/// A message without what changes from run to run.
pub(crate) struct Told<'a>(pub(crate) &'a Value);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.0;
        let name = message["command"].as_str().or(message["event"].as_str()).unwrap_or_default();
        write!(f, "{} {name}", message["type"].as_str().unwrap_or_default())?;
        if let Some(why) = message["message"].as_str() {
            write!(f, " refused: {why}")?;
        }
        match message.get("body").filter(|_| message["success"] != json!(false)) {
            Some(body) => write!(f, " {body}"),
            None => Ok(()),
        }
    }
}

impl Session {
    /// A project with one script, its server, and an adapter that is not attached.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let script = folder.path().join("src/hooks/eod/default.hsl");
        std::fs::create_dir_all(script.parent().expect("a parent")).expect("folders");
        std::fs::write(&script, TEXT).expect("a script");
        let listener = UnixListener::bind(folder.path().join("s")).expect("a socket");
        let (push, events) = mpsc::unbounded_channel();
        tokio::spawn(serve(listener, events));
        let (editor, ours) = tokio::io::duplex(1 << 20);
        let command = folder.path().join("command");
        let (reader, writer) = tokio::io::split(ours);
        let adapter = tokio::spawn(async move { dap_adapter::run(reader, writer, command).await });
        let decoder = Decoder::default();
        Self { folder, editor, decoder, seq: 0, seen: 0, messages: vec![], push, adapter }
    }

    /// Arguments that attach to the scripted server.
    pub(crate) fn attach(&self) -> Value {
        json!({ "project": self.folder.path(), "target": "unix:s", "stage": "s", "count": 3 })
    }

    /// Absolute path of a file of the project.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes the command that programs are launched with.
    pub(crate) fn command(&self, script: &str) {
        let path = self.path("command");
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a command");
        let mode = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(path, mode).expect("a mode");
    }

    /// Lets the server send this text.
    pub(crate) async fn push(&self, text: &str) {
        self.push.send(text.to_owned()).expect("the server runs");
    }

    /// Sends a request and gives its number.
    pub(crate) async fn send(&mut self, command: &str, arguments: Value) -> i64 {
        self.seq += 1;
        let request = json!({ "seq": self.seq, "type": "request", "command": command, "arguments": arguments });
        self.editor.write_all(&encode(&request.to_string())).await.expect("the adapter reads");
        self.seq
    }

    /// The response to a request.
    pub(crate) async fn answer(&mut self, seq: i64) -> Value {
        self.wait(|message| message["request_seq"] == seq).await
    }

    /// Sends a request that must succeed.
    pub(crate) async fn request(&mut self, command: &str, arguments: Value) -> Value {
        let seq = self.send(command, arguments).await;
        let answer = self.answer(seq).await;
        assert_eq!(answer["success"], true, "{answer}");
        answer
    }

    /// Sends a request that must fail.
    pub(crate) async fn refused(&mut self, command: &str, arguments: Value) -> Value {
        let seq = self.send(command, arguments).await;
        let answer = self.answer(seq).await;
        assert_eq!(answer["success"], false, "{answer}");
        answer
    }

    /// An event, received since the last look at what was told or still to come.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        let from = self.seen;
        loop {
            let found = self.messages[from..].iter().find(|message| message["event"] == name);
            if let Some(found) = found {
                return found.clone();
            }
            self.receive().await;
        }
    }

    /// The adapter ends by itself.
    pub(crate) async fn ended(self) {
        self.adapter.await.expect("no panic").expect("no error");
    }

    /// Everything the editor was told since the last look.
    pub(crate) fn told(&mut self) -> String {
        let folder = self.folder.path().to_string_lossy().into_owned();
        let lines = self.messages[self.seen..].iter().map(|message| Told(message).to_string());
        let text = lines.collect::<Vec<_>>().join("\n").replace(&folder, "<project>");
        self.seen = self.messages.len();
        text
    }

    async fn wait(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(found) = self.messages.iter().find(|message| fits(message)) {
                return found.clone();
            }
            self.receive().await;
        }
    }

    async fn receive(&mut self) {
        let mut buffer = [0; 4096];
        let length = self.editor.read(&mut buffer).await.expect("the adapter writes");
        assert_ne!(length, 0, "the adapter ended: {:?}", self.messages.last());
        self.decoder.push(&buffer[..length]);
        while let Some(message) = self.decoder.next_message().expect("framed messages") {
            self.messages.push(serde_json::from_slice(&message).expect("JSON"));
        }
    }
}

async fn serve(listener: UnixListener, mut events: mpsc::UnboundedReceiver<String>) {
    let (stream, _) = listener.accept().await.expect("the adapter connects");
    let mut socket = tokio_tungstenite::accept_async(stream).await.expect("a WebSocket");
    loop {
        tokio::select! {
            Some(event) = events.recv() => send(&mut socket, event).await,
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let call: Value = serde_json::from_str(&text).expect("JSON");
                    let Some(mut answer) = answer(&call) else { return };
                    answer["reply"] = call["id"].clone();
                    send(&mut socket, answer.to_string()).await;
                }
                Some(Ok(_)) => {}
                _ => return,
            },
        }
    }
}

async fn send(socket: &mut WebSocketStream<UnixStream>, text: String) {
    // The adapter may have left already.
    let _ = socket.send(Message::text(text)).await;
}

/// What the scripted server answers; nothing when it hangs up instead.
fn answer(call: &Value) -> Option<Value> {
    let text = |value: &str| json!({ "type": "string", "value": value, "length": value.len() });
    Some(match call["request"].as_str().expect("a request") {
        "hello" => json!({ "answer": "welcome", "proto": 1, "features": ["allTraffic"] }),
        "arm" => {
            assert_eq!(call["stage"]["conditions"], json!({ "count": 3 }));
            json!({ "answer": "done" })
        }
        "breakpoints" if call["file"] == "src/gone.hsl" => return None,
        "breakpoints" => json!({ "answer": "breakpoints", "breakpoints": [
            { "id": call["breakpoints"][0]["id"], "verified": true,
              "range": { "line": 2, "col": 1, "endLine": 2, "endCol": 10 } },
            { "id": call["breakpoints"][1]["id"], "verified": false, "message": "no statement here" },
        ] }),
        "threads" => json!({ "answer": "threads", "threads": [] }),
        "stack" => {
            json!({ "answer": "stack", "stop": if call["thread"] == "c1" { 1 } else { 7 }, "total": 1, "frames": [{
            "frame": 0, "function": "main", "file": "src/hooks/eod/default.hsl",
            "digest": if call["thread"] == "c1" { Value::Null } else { json!("another") },
            "range": { "line": 2, "col": 1, "endLine": 2, "endCol": 10 },
            "scopes": [{ "scope": "locals", "length": 2 }, { "scope": "arguments", "length": 1 }],
        }] })
        }
        "vars" if call["path"] == json!([]) => json!({ "answer": "vars", "total": 2, "variables": [
            { "key": "$to", "value": { "type": "array", "length": 1, "list": true },
              "children": [{ "key": 0, "value": text("a@b") }] },
            { "key": "$password", "value": { "type": "redacted", "label": "password" } },
        ] }),
        "vars" => {
            assert_eq!(call["path"], json!(["$to"]));
            json!({ "answer": "vars", "total": 1, "variables": [{ "key": 0, "value": text("a@b") }] })
        }
        "eval" => {
            json!({ "answer": "value", "result": 1, "variable": { "key": 1, "value": text("a@b!") } })
        }
        "source" => json!({ "answer": "source", "text": "none;", "digest": "d" }),
        _ => json!({ "answer": "done" }),
    })
}
