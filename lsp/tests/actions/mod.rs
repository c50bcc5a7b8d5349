//! Code actions and the levels of findings.

use serde_json::{Value, json};

use crate::editor::Editor;

const HOOK: &str = "src/hooks/eod/default.hsl";
const POSITION: &str = "if (str_find(\"a\", \"b\")) echo 1;\nReject();\n";

fn actions(editor: &mut Editor, uri: &str, line: u32, only: Option<&str>) -> Vec<Value> {
    let at = json!({ "line": line, "character": 6 });
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": at, "end": at },
        "context": { "diagnostics": [], "only": only.map(|kind| [kind]) },
    });
    let found = editor.request("textDocument/codeAction", params);
    found.as_array().expect("actions").clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().filter_map(|action| action["title"].as_str()).collect()
}

fn codes(editor: &mut Editor, uri: &str) -> Vec<String> {
    let params = json!({ "textDocument": { "uri": uri } });
    let report = editor.request("textDocument/diagnostic", params);
    let items = report["items"].as_array().expect("items").iter();
    items.filter_map(|item| item["code"].as_str().map(str::to_owned)).collect()
}

#[test]
fn findings_are_fixed_or_allowed() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, POSITION);
    let found = actions(&mut editor, &uri, 0, None);
    let expected = ["Compare with -1", "Allow find-as-boolean here", "Apply all safe fixes"];
    assert_eq!(titles(&found), expected);
    let edit = |action: &Value| action["edit"]["changes"][&uri][0].clone();
    let end = json!({ "line": 0, "character": 22 });
    let inserted = json!({ "range": { "start": end, "end": end }, "newText": " != -1" });
    assert_eq!(edit(&found[0]), inserted);
    assert_eq!(edit(&found[2]), inserted);
    assert_eq!(edit(&found[1])["newText"], "// hsl:allow find-as-boolean because …\n");
    assert_eq!(titles(&actions(&mut editor, &uri, 1, None)), ["Apply all safe fixes"]);
    let quick = actions(&mut editor, &uri, 0, Some("quickfix"));
    assert_eq!(titles(&quick), expected[..2]);
}

#[test]
fn edits_are_given_when_they_are_asked_for() {
    let resolving = json!({ "dataSupport": true, "resolveSupport": { "properties": ["edit"] } });
    let mut editor = Editor::start(json!({ "textDocument": { "codeAction": resolving } }));
    let uri = editor.open(HOOK, POSITION);
    let found = actions(&mut editor, &uri, 0, Some("quickfix"));
    assert!(found.iter().all(|action| action.get("edit").is_none()), "{found:?}");
    let resolved = editor.request("codeAction/resolve", found[0].clone());
    assert_eq!(resolved["edit"]["changes"][&uri][0]["newText"], " != -1");
}

#[test]
fn levels_are_those_of_the_project() {
    let mut editor = Editor::start(json!({ "textDocument": { "diagnostic": {} } }));
    let uri = editor.open(HOOK, POSITION);
    assert_eq!(codes(&mut editor, &uri), ["HSL3010"]);
    editor.write("mailstop.toml", "[lint.rules]\nfind-as-boolean = \"off\"\n");
    let changed = json!({ "uri": editor.uri("mailstop.toml"), "type": 1 });
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [changed] }));
    assert!(codes(&mut editor, &uri).is_empty());
}
