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
    /// Methods of the requests of the server.
    asked: Vec<String>,
}

impl Editor {
    pub(crate) fn start(capabilities: Value) -> Self {
        Self::start_with(capabilities, |_| {}, &[])
    }

    /// An editor that has opened folders of a workspace which `fill` writes.
    pub(crate) fn start_with(
        capabilities: Value,
        fill: impl FnOnce(&Self),
        folders: &[&str],
    ) -> Self {
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
            asked: Vec::new(),
        };
        editor.write("src/config/smtpd-app.yaml", "version: \"6.0\"\n");
        fill(&editor);
        let folders: Vec<_> = folders.iter().map(|name| editor.folder(name)).collect();
        let params = json!({
            "processId": null, "rootUri": null, "capabilities": capabilities,
            "workspaceFolders": if folders.is_empty() { Value::Null } else { json!(folders) },
        });
        editor.offered = editor.request("initialize", params);
        editor.notify("initialized", json!({}));
        editor
    }

    /// What `initialize` offered under a name.
    pub(crate) fn offered(&self, name: &str) -> Value {
        self.offered["capabilities"][name].clone()
    }

    /// The names of everything that `initialize` offered.
    pub(crate) fn offered_names(&self) -> String {
        let all = self.offered["capabilities"].as_object().expect("capabilities");
        all.keys().cloned().collect::<Vec<_>>().join("\n")
    }

    /// The path of a file of the project.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        let folder = fs::canonicalize(self.folder.path()).expect("the folder");
        match file.strip_prefix("../") {
            Some(outside) => folder.join(outside),
            None => folder.join("project").join(file),
        }
    }

    /// The URI of a file of the project.
    pub(crate) fn uri(&self, file: &str) -> String {
        format!("file://{}", self.path(file).display())
    }

    /// A folder of a workspace, beside the project.
    pub(crate) fn folder(&self, name: &str) -> Value {
        json!({ "uri": self.uri(&format!("../{name}")), "name": name })
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Opens a document that need not exist on disk.
    pub(crate) fn open(&mut self, file: &str, text: &str) -> String {
        let uri = self.uri(file);
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
        let id = self.begin(method, params);
        self.answer(id)
    }

    /// Sends a request without waiting for its answer.
    pub(crate) fn begin(&mut self, method: &str, params: Value) -> i32 {
        self.requests += 1;
        let request = Request::new(self.requests.into(), method.to_owned(), params);
        self.connection.sender.send(Message::Request(request)).expect("the server lives");
        self.requests
    }

    /// The answer to a request that was sent.
    pub(crate) fn answer(&mut self, id: i32) -> Response {
        loop {
            match self.next() {
                Message::Response(response) if response.id == RequestId::from(id) => {
                    return response;
                }
                Message::Notification(note) => self.notes.push(note),
                Message::Request(request) => self.asked(request),
                Message::Response(_) => {}
            }
        }
    }

    /// Says yes to a request of the server.
    fn asked(&mut self, request: Request) {
        self.asked.push(request.method);
        let answer = Response::new_ok(request.id, Value::Null);
        self.connection.sender.send(Message::Response(answer)).expect("the server lives");
    }

    /// The next notification of this method.
    pub(crate) fn noted(&mut self, method: &str) -> Value {
        if let Some(at) = self.notes.iter().position(|note| note.method == method) {
            return self.notes.remove(at).params;
        }
        loop {
            match self.next() {
                Message::Notification(note) if note.method == method => return note.params,
                Message::Notification(note) => self.notes.push(note),
                Message::Request(request) => self.asked(request),
                Message::Response(_) => {}
            }
        }
    }

    /// Waits until the server has asked this.
    pub(crate) fn was_asked(&mut self, method: &str) {
        while !self.asked.iter().any(|asked| asked == method) {
            match self.next() {
                Message::Notification(note) => self.notes.push(note),
                Message::Request(request) => self.asked(request),
                Message::Response(_) => {}
            }
        }
        self.asked.retain(|asked| asked != method);
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
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
                    Message::Request(request) => self.asked(request),
                    Message::Response(_) => {}
                }
            },
        };
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
        self.placed(&result)
    }

    /// A value as text, without the folder.
    pub(crate) fn placed(&self, value: &Value) -> String {
        let folder = fs::canonicalize(self.folder.path()).expect("the folder");
        show(value).replace(&folder.display().to_string(), "")
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
