//! Many files: folders, files that change on disk, findings of all.

use std::fs;

use serde_json::{Value, json};

use crate::editor::Editor;

const HOOK: &str = "src/hooks/connect/default.hsl";

fn pulls() -> Value {
    json!({
        "textDocument": { "diagnostic": { "relatedDocumentSupport": true } },
        "workspace": { "diagnostics": { "refreshSupport": true } },
        "window": { "workDoneProgress": true },
    })
}

/// Codes of a report by the end of the URI.
fn codes(items: &Value) -> Vec<String> {
    let code = |item: &Value| item["code"].as_str().unwrap_or_default().to_owned();
    let one = |item: &Value| {
        let uri = item["uri"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        let codes: Vec<_> = item["items"].as_array().into_iter().flatten().map(code).collect();
        format!("{uri} {} {}", item["kind"].as_str().unwrap_or_default(), codes.join(" "))
    };
    let mut all: Vec<_> = items.as_array().expect("items").iter().map(one).collect();
    all.sort();
    all
}

#[test]
fn the_whole_workspace_is_reported_once() {
    let fill = |editor: &Editor| {
        editor.write(HOOK, "nowhere();");
        editor.write("src/hooks/eod/default.hsl", "Defer();");
        editor.write("src/files/lib.hsl", "echo (;");
    };
    let mut editor = Editor::start_with(pulls(), fill, &["project"]);
    editor.was_asked("workspace/diagnostic/refresh");
    let params = json!({ "previousResultIds": [] });
    let report = editor.request("workspace/diagnostic", params);
    assert_eq!(codes(&report["items"]), ["default.hsl full HSL1002", "lib.hsl full HSL1001"]);
    let known: Vec<_> = report["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| json!({ "uri": item["uri"], "value": item["resultId"] }))
        .collect();
    let params = json!({ "previousResultIds": known, "partialResultToken": "part" });
    let rest = editor.request("workspace/diagnostic", params);
    assert_eq!(rest, json!({ "items": [] }));
    let part = editor.noted("$/progress");
    assert_eq!(part["token"], "part");
    let same = ["default.hsl unchanged ", "lib.hsl unchanged "];
    assert_eq!(codes(&part["value"]["items"]), same);
}

#[test]
fn a_report_that_is_known_is_not_sent_again() {
    let mut editor = Editor::start(pulls());
    let hook = editor.open(HOOK, "import { f } from \"lib.hsl\"; f();");
    let library = editor.open("src/files/lib.hsl", "function f($n) { }");
    let document = json!({ "textDocument": { "uri": hook } });
    let first = editor.request("textDocument/diagnostic", document);
    assert_eq!(first["items"][0]["code"], "HSL1007");
    let again = json!({ "textDocument": { "uri": hook }, "previousResultId": first["resultId"] });
    let second = editor.request("textDocument/diagnostic", again.clone());
    assert_eq!(second, json!({ "kind": "unchanged", "resultId": first["resultId"] }));
    // An edit of the library is told with the library's own findings.
    editor.change(&library, 2, &[([0, 11], [0, 13], "")]);
    let document = json!({ "textDocument": { "uri": library } });
    let report = editor.request("textDocument/diagnostic", document);
    assert_eq!(report["items"], json!([]));
    assert_eq!(report["relatedDocuments"][&hook]["items"], json!([]));
    assert_eq!(editor.request("textDocument/diagnostic", again)["kind"], "full");
}

#[test]
fn only_files_that_changed_are_read_again() {
    let mut editor = Editor::start_with(
        pulls(),
        |editor| {
            editor.write("src/files/a.hsl", "function a() { }");
            editor.write("src/files/b.hsl", "function b() { }");
        },
        &["project"],
    );
    let text = "import { a } from \"a.hsl\"; import { b } from \"b.hsl\"; a(1); b(1); c();";
    let hook = editor.open(HOOK, text);
    let document = json!({ "textDocument": { "uri": hook } });
    let found = |editor: &mut Editor| {
        let report = editor.request("textDocument/diagnostic", document.clone());
        report["items"].as_array().expect("items").len()
    };
    assert_eq!(found(&mut editor), 3);
    // Both change; only of one the editor tells.
    editor.write("src/files/a.hsl", "function a($n) { }");
    editor.write("src/files/b.hsl", "function b($n) { }");
    let event = |editor: &Editor, file: &str, kind: u32| {
        let change = json!({ "uri": editor.uri(file), "type": kind });
        json!({ "changes": [change] })
    };
    editor.notify("workspace/didChangeWatchedFiles", event(&editor, "src/files/a.hsl", 2));
    assert_eq!(found(&mut editor), 2);
    fs::remove_file(editor.path("src/files/b.hsl")).expect("removed");
    editor.notify("workspace/didChangeWatchedFiles", event(&editor, "src/files/b.hsl", 3));
    let report = editor.request("textDocument/diagnostic", document.clone());
    assert_eq!(report["items"][0]["code"], "HSL1004");
    editor.write("src/files/b.hsl", "function b($n) { }");
    editor.notify("workspace/didChangeWatchedFiles", event(&editor, "src/files/b.hsl", 1));
    assert_eq!(found(&mut editor), 1);
}

#[test]
fn folders_come_and_go() {
    let fill = |editor: &Editor| {
        for name in ["one", "two"] {
            editor.write(&format!("../{name}/src/config/smtpd-app.yaml"), "version: \"6.0\"\n");
            editor.write(&format!("../{name}/src/files/{name}.hsl"), "nowhere();");
        }
    };
    let mut editor = Editor::start_with(pulls(), fill, &["one"]);
    editor.was_asked("workspace/diagnostic/refresh");
    let all = |editor: &mut Editor| {
        let report = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
        codes(&report["items"])
    };
    assert_eq!(all(&mut editor), ["one.hsl full HSL1002"]);
    let event = json!({ "added": [editor.folder("two")], "removed": [editor.folder("one")] });
    editor.notify("workspace/didChangeWorkspaceFolders", json!({ "event": event }));
    editor.was_asked("workspace/diagnostic/refresh");
    editor.was_asked("workspace/diagnostic/refresh");
    assert_eq!(all(&mut editor), ["two.hsl full HSL1002"]);
    let projects =
        editor.request("workspace/executeCommand", json!({ "command": "mailstop.projects" }));
    assert_eq!(projects.as_array().map(Vec::len), Some(1));
}

#[test]
fn settings_are_asked_for_and_watched() {
    let mut editor = Editor::start(json!({
        "workspace": {
            "configuration": true,
            "didChangeConfiguration": { "dynamicRegistration": true },
        },
    }));
    editor.was_asked("client/registerCapability");
    editor.was_asked("workspace/configuration");
    editor.notify("workspace/didChangeConfiguration", json!({ "settings": null }));
    editor.was_asked("workspace/configuration");
}

/// Each project of a workspace has its own configuration, and both are checked.
#[test]
fn what_changes_on_disk_takes_no_answer_away() {
    let fill = |editor: &Editor| editor.write("src/files/lib.hsl", "function f() {}");
    let mut editor = Editor::start_with(pulls(), fill, &["project"]);
    editor.was_asked("workspace/diagnostic/refresh");
    let uri = editor.open(HOOK, "function g() {}\ng();");
    let event = json!({ "uri": editor.uri("src/files/lib.hsl"), "type": 2 });
    // The server may come to the question before or after the file; often enough, it is after.
    for _ in 0..200 {
        let id = editor.begin("textDocument/definition", editor.at(&uri, 1, 0));
        editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [event] }));
        let answer = editor.answer(id).response_result;
        assert!(answer.is_ok_and(|found| !found.is_null()));
    }
}

#[test]
fn configurations_of_many_folders_are_apart() {
    let yaml = |id: &str| {
        format!("version: \"6.0\"\nservers: [{{ id: {id}, phases: {{ eod: {{ hook: in }} }} }}]\n")
    };
    let fill = |editor: &Editor| {
        editor.write("../one/src/config/smtpd-app.yaml", &yaml("a"));
        editor.write("../one/src/hooks/eod/in.hsl", "Reject();\n");
        editor.write("../two/src/config/smtpd-app.yaml", &yaml("b"));
    };
    let mut editor = Editor::start_with(pulls(), fill, &["one", "two"]);
    editor.was_asked("workspace/diagnostic/refresh");
    let uri = editor.open("../one/src/config/smtpd-app.yaml", &yaml("a"));
    let column = yaml("a").lines().nth(1).and_then(|line| line.find("in }")).expect("the id");
    let at = editor.at(&uri, 1, column as u32);
    let found = editor.request("textDocument/definition", at);
    assert_eq!(
        found[0]["uri"].as_str().or(found["uri"].as_str()),
        Some(&*editor.uri("../one/src/hooks/eod/in.hsl"))
    );
    // The other one lacks its script, whatever the first one has.
    let other = editor.open("../two/src/config/smtpd-app.yaml", &yaml("b"));
    let codes = |editor: &mut Editor, uri: &str| {
        let params = json!({ "textDocument": { "uri": uri } });
        let report = editor.request("textDocument/diagnostic", params);
        let items = report["items"].as_array().expect("items").iter();
        items.filter_map(|item| item["code"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let missing = codes(&mut editor, &other);
    assert!(!codes(&mut editor, &uri).iter().any(|code| missing.contains(code)));
    assert!(!missing.is_empty());
}
