//! An editor at the other end of a connection in memory, with a project on disk.

use std::fs;
use std::path::PathBuf;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// How long a message may take on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Editor {
    connection: Connection,
    server: Option<JoinHandle<anyhow::Result<()>>>,
    folder: tempfile::TempDir,
    offered: Value,
    requests: i32,
    /// Notifications that came while something else was awaited.
    notes: Vec<Notification>,
}

impl Editor {
    pub(crate) fn start(capabilities: Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (connection, server) = Connection::memory();
        let server = thread::spawn(move || lsp::serve(server));
        let mut editor = Self {
            connection,
            server: Some(server),
            folder,
            offered: Value::Null,
            requests: 0,
            notes: Vec::new(),
        };
        editor.write("src/config/smtpd-app.yaml", "version: \"6.0\"\n");
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        editor.offered = editor.request("initialize", params);
        editor.notify("initialized", json!({}));
        editor
    }

    /// What `initialize` offered, without the version.
    pub(crate) fn offered(&self) -> String {
        show(&self.offered["capabilities"])
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join("project").join(file)
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Opens a document that need not exist on disk.
    pub(crate) fn open(&mut self, file: &str, text: &str) -> String {
        let folder = fs::canonicalize(self.folder.path()).expect("the folder");
        let path = match file.strip_prefix("../") {
            Some(outside) => folder.join(outside),
            None => folder.join("project").join(file),
        };
        let uri = format!("file://{}", path.display());
        let document = json!({ "uri": uri, "languageId": "hsl", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        uri
    }

    /// Changes ranges of a document, one after the other.
    pub(crate) fn change(&mut self, uri: &str, version: i32, edits: &[([u32; 2], [u32; 2], &str)]) {
        let position =
            |[line, character]: [u32; 2]| json!({ "line": line, "character": character });
        let changes: Vec<_> = edits
            .iter()
            .map(|(start, end, text)| {
                let range = json!({ "start": position(*start), "end": position(*end) });
                json!({ "range": range, "text": text })
            })
            .collect();
        let document = json!({ "uri": uri, "version": version });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.notify("textDocument/didChange", params);
    }

    pub(crate) fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    }

    /// Parameters that name a place.
    pub(crate) fn at(&self, uri: &str, line: u32, character: u32) -> Value {
        let position = json!({ "line": line, "character": character });
        json!({ "textDocument": { "uri": uri }, "position": position })
    }

    /// The result of a request.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.ask(method, params).response_result;
        answer.unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    /// The error code of a request.
    pub(crate) fn error(&mut self, method: &str, params: Value) -> i32 {
        self.ask(method, params).response_result.expect_err("an error").code
    }

    fn ask(&mut self, method: &str, params: Value) -> Response {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        let request = Request::new(id.clone(), method.to_owned(), params);
        self.connection.sender.send(Message::Request(request)).expect("the server lives");
        loop {
            match self.next() {
                Message::Response(response) if response.id == id => return response,
                Message::Notification(note) => self.notes.push(note),
                _ => {}
            }
        }
    }

    fn notify(&mut self, method: &str, params: Value) {
        let note = Notification::new(method.to_owned(), params);
        self.connection.sender.send(Message::Notification(note)).expect("the server lives");
    }

    fn next(&self) -> Message {
        self.connection.receiver.recv_timeout(PATIENCE).expect("a message in time")
    }

    /// The next findings of a document: version, then one line each.
    pub(crate) fn published(&mut self, uri: &str) -> String {
        let fits = |note: &Notification| {
            note.method == "textDocument/publishDiagnostics" && note.params["uri"] == *uri
        };
        let note = match self.notes.iter().position(fits) {
            Some(at) => self.notes.remove(at),
            None => loop {
                match self.next() {
                    Message::Notification(note) if fits(&note) => break note,
                    Message::Notification(note) => self.notes.push(note),
                    _ => {}
                }
            },
        };
        // What came before for this document is older.
        self.notes.retain(|note| !fits(note));
        let mut out = format!("version {}\n", note.params["version"]);
        for finding in note.params["diagnostics"].as_array().expect("a list") {
            let place = |side: &str| {
                let at = &finding["range"][side];
                format!("{}:{}", at["line"], at["character"])
            };
            let code = finding["code"].as_str().unwrap_or_default();
            let message = finding["message"].as_str().unwrap_or_default().replace('\n', " / ");
            out += &format!("{}-{} {code} {message}\n", place("start"), place("end"));
            for label in finding["relatedInformation"].as_array().into_iter().flatten() {
                out += &format!("    {}\n", label["message"].as_str().unwrap_or_default());
            }
        }
        out
    }

    /// How many messages wait, after a round trip.
    pub(crate) fn unread(&mut self) -> usize {
        let at = self.at("file:///nowhere", 0, 0);
        self.request("textDocument/hover", at);
        self.notes.len()
    }

    /// The result of a request as text, without the folder.
    pub(crate) fn shown(&mut self, method: &str, params: Value) -> String {
        let result = self.request(method, params);
        let folder = fs::canonicalize(self.folder.path()).expect("the folder");
        show(&result).replace(&folder.display().to_string(), "")
    }

    /// Text edits, one a line.
    pub(crate) fn shown_edits(&mut self, method: &str, params: Value) -> String {
        let result = self.request(method, params);
        let line = |edit: &Value| {
            let place = |end: &Value| format!("{}:{}", end["line"], end["character"]);
            let range = &edit["range"];
            format!("{}-{} {}\n", place(&range["start"]), place(&range["end"]), edit["newText"])
        };
        result.as_array().expect("a list").iter().map(line).collect()
    }

    /// One item of a completion list as text, without its documentation.
    pub(crate) fn item(&self, items: &Value, label: &str) -> String {
        let found = items.as_array().expect("a list").iter().find(|item| item["label"] == label);
        let mut item = found.unwrap_or_else(|| panic!("no {label}")).clone();
        let fields = item.as_object_mut().expect("an item");
        assert!(fields.remove("documentation").is_some(), "{label} has no documentation");
        fields.remove("sortText");
        show(&item)
    }
}

fn show(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("text")
}

impl Drop for Editor {
    /// Says goodbye as the protocol demands; the server must end.
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        let server = self.server.take().expect("the server");
        server.join().expect("no panic").expect("no error");
    }
}
