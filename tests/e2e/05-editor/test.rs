//! The language server over stdio: diagnostics, completion and documentation.

use std::process::Command;

use serde_json::{Value, json};
use tests::{LspClient, Project};

use crate::MAILSTOP;

struct Editor {
    project: Project,
    server: LspClient,
}

impl Editor {
    fn start() -> Self {
        let project = Project::copy_of("examples/starter");
        let mut server = LspClient::spawn(Command::new(MAILSTOP).args(["lsp", "--stdio"]));
        let root = format!("file://{}", project.path().display());
        let capabilities = server.initialize(&root, json!({}));
        assert!(capabilities["completionProvider"].is_object(), "{capabilities:#}");
        assert_eq!(capabilities["hoverProvider"], true, "{capabilities:#}");
        Self { project, server }
    }

    fn open(&mut self, file: &str, text: &str) -> String {
        let uri = format!("file://{}", self.project.path().join(file).display());
        self.server.open(&uri, text);
        uri
    }

    fn diagnostics(&mut self, uri: &str) -> Vec<Value> {
        let params = self
            .server
            .notification("textDocument/publishDiagnostics", |params| params["uri"] == *uri);
        params["diagnostics"].as_array().cloned().unwrap_or_default()
    }

    fn items(&mut self, uri: &str, line: u32, character: u32) -> Vec<Value> {
        let at = json!({
            "textDocument": { "uri": uri }, "position": { "line": line, "character": character },
        });
        let result = self.server.request("textDocument/completion", at);
        result.get("items").unwrap_or(&result).as_array().cloned().unwrap_or_default()
    }

    fn labels(&mut self, uri: &str, line: u32, character: u32) -> Vec<String> {
        let items = self.items(uri, line, character);
        items.iter().filter_map(|item| item["label"].as_str().map(str::to_owned)).collect()
    }
}

fn range(diagnostic: &Value) -> [u64; 4] {
    let number = |side: &str, unit: &str| diagnostic["range"][side][unit].as_u64().unwrap_or(999);
    [
        number("start", "line"),
        number("start", "character"),
        number("end", "line"),
        number("end", "character"),
    ]
}

#[test]
fn mistakes_are_underlined_exactly() {
    let mut editor = Editor::start();
    let uri = editor.open("src/hooks/eod/default.hsl", "echo \"å\"; acept();\nAccept();\n");
    let found = editor.diagnostics(&uri);
    let unknown = found.iter().find(|d| d["code"] == "HSL1002").expect("unknown function");
    assert_eq!(range(unknown), [0, 10, 0, 15], "{unknown:#}");

    let uri = editor.open("src/hooks/connect/default.hsl", "$x = [1, 2;\nAccept();\n");
    let found = editor.diagnostics(&uri);
    let syntax = found.iter().find(|d| d["code"] == "HSL1001").expect("syntax error");
    assert_eq!(range(syntax)[..2], [0, 10], "{syntax:#}");
}

#[test]
fn builtins_variables_and_keys_are_completed_for_the_hook() {
    let mut editor = Editor::start();
    let uri = editor.open("src/hooks/rcptto/default.hsl", "\n");
    let items = editor.items(&uri, 0, 0);
    let item = |name: &str| items.iter().find(|item| item["label"] == *name);
    for (name, is_struck_through) in
        [("str_lower", false), ("dns_query", false), ("Reject", false), ("Try", true)]
    {
        let item = item(name).unwrap_or_else(|| panic!("no {name} in {items:?}"));
        assert_eq!(item["tags"] == json!([1]), is_struck_through, "{item:#}");
    }

    let uri = editor.open("src/hooks/mailfrom/default.hsl", "echo $\n;echo $connection[\"");
    let labels = editor.labels(&uri, 0, 6);
    assert!(labels.iter().any(|label| label.contains("$connection")), "{labels:?}");
    let labels = editor.labels(&uri, 1, 19);
    assert!(labels.iter().any(|label| label.contains("remoteip")), "{labels:?}");
}

#[test]
fn hovering_shows_signature_and_documentation() {
    let mut editor = Editor::start();
    let uri = editor.open("src/hooks/eod/default.hsl", "echo str_lower(\"A\");\nAccept();\n");
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 8 } });
    let hover = editor.server.request("textDocument/hover", at);
    let text = hover["contents"]["value"].as_str().unwrap_or_default().to_owned();
    assert!(text.contains("str_lower(string $"), "{text}");
    assert!(text.len() > 60, "documentation is missing: {text}");
}
