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

/// The actions of these kinds for a range.
fn at(editor: &mut Editor, uri: &str, range: [[u32; 2]; 2], only: &str) -> Vec<Value> {
    let [start, end] =
        range.map(|[line, character]| json!({ "line": line, "character": character }));
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": start, "end": end },
        "context": { "diagnostics": [], "only": [only] },
    });
    let found = editor.request("textDocument/codeAction", params);
    found.as_array().expect("actions").clone()
}

#[test]
fn a_script_takes_other_forms() {
    let resolving = json!({ "dataSupport": true, "resolveSupport": { "properties": ["edit"] } });
    let mut editor = Editor::start(json!({ "textDocument": { "codeAction": resolving } }));
    let text = "$å = [\"x\" => 1];\necho \"å \" . length($å);\n";
    let uri = editor.open(HOOK, text);
    let found = at(&mut editor, &uri, [[1, 12], [1, 22]], "refactor");
    assert_eq!(titles(&found), Vec::<&str>::new());
    let uri = editor.open("src/hooks/eod/other.hsl", &text.replace("$å", "$a"));
    let found = at(&mut editor, &uri, [[1, 12], [1, 22]], "refactor");
    assert_eq!(titles(&found), ["Extract into a variable", "Extract into a function"]);
    assert_eq!(found[0]["kind"], "refactor.extract");
    assert!(found[0].get("edit").is_none());
    let resolved = editor.request("codeAction/resolve", found[0].clone());
    let edits = resolved["edit"]["changes"][&uri].clone();
    let shown: Vec<_> = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|edit| (edit["range"]["start"].clone(), edit["newText"].as_str().unwrap_or_default()))
        .collect();
    let position = |character: u32| json!({ "line": 1, "character": character });
    assert_eq!(shown, [(position(0), "$length = length($a);\n"), (position(12), "$length")]);
    let inline = at(&mut editor, &uri, [[1, 12], [1, 22]], "refactor.inline");
    assert!(inline.is_empty(), "{inline:?}");
}

#[test]
fn imports_and_style_are_actions_of_the_file() {
    let mut editor = Editor::start(json!({}));
    editor.write("src/files/lib.hsl", "function a() { }\nfunction b() { }\n");
    let uri = editor.open(HOOK, "import { b, a } from \"lib.hsl\";\na(); b( );\n");
    let found = at(&mut editor, &uri, [[0, 0], [0, 0]], "source.organizeImports");
    assert_eq!(titles(&found), ["Organize imports"]);
    let edit = &found[0]["edit"]["changes"][&uri];
    assert_eq!(edit[0]["newText"], "import { a, b } from \"lib.hsl\";");
    let found = at(&mut editor, &uri, [[0, 0], [0, 0]], "source.format");
    assert_eq!(titles(&found), ["Format the file"]);
    assert_eq!(found[0]["edit"]["changes"][&uri].as_array().map(Vec::len), Some(2));
    let all = at(&mut editor, &uri, [[0, 0], [0, 0]], "source");
    assert_eq!(titles(&all), ["Organize imports", "Format the file"]);
}

/// An editor that makes files and shows changes before they are made.
fn making() -> Editor {
    let edits = json!({
        "documentChanges": true, "resourceOperations": ["create"], "changeAnnotationSupport": {},
    });
    Editor::start(json!({ "workspace": { "workspaceEdit": edits } }))
}

/// Files that an edit makes, with their texts, and what it changes in others.
fn made(editor: &Editor, action: &Value) -> String {
    let changes = action["edit"]["documentChanges"].as_array().expect("changes");
    let shown = changes.iter().map(|change| match change["kind"].as_str() {
        Some(kind) => format!("{kind} {} {}", change["uri"], change["annotationId"]),
        None => format!("{} {}", change["textDocument"]["uri"], change["edits"][0]["newText"]),
    });
    let root = editor.uri("");
    shown.collect::<Vec<_>>().join("\n").replace(&root, "")
}

#[test]
fn a_secret_moves_to_a_file() {
    let mut editor = making();
    editor.write("src/files/secrets/token.txt", "taken\n");
    let uri = editor
        .open(HOOK, "$token = \"ghp_1B4aD9eF7hJ2kL5mN8pQ3rS6tU0vW1xY2z3A\";\nReject($token);\n");
    let found = at(&mut editor, &uri, [[0, 12], [0, 12]], "quickfix");
    let moves = found
        .iter()
        .find(|action| action["title"].as_str().is_some_and(|t| t.starts_with("Move the secret")));
    let moves = moves.unwrap_or_else(|| panic!("{found:?}"));
    insta::assert_snapshot!(made(&editor, moves), @r#"
    create "src/files/secrets/token-2.txt" "created"
    "src/files/secrets/token-2.txt" "ghp_1B4aD9eF7hJ2kL5mN8pQ3rS6tU0vW1xY2z3A\n"
    create "src/files/secrets/.halonignore" "created"
    "src/files/secrets/.halonignore" "*\n"
    create "src/files/secrets/.gitignore" "created"
    "src/files/secrets/.gitignore" "*\n"
    "src/hooks/eod/default.hsl" "str_strip(File::read(\"file://secrets/token-2.txt\") ?? \"\")"
    "#);
    let marks = moves["edit"]["changeAnnotations"]["created"]["needsConfirmation"].clone();
    assert_eq!(marks, true);
    // An editor that makes no files is not offered any.
    let mut other = Editor::start(json!({}));
    let uri = other
        .open(HOOK, "$token = \"ghp_1B4aD9eF7hJ2kL5mN8pQ3rS6tU0vW1xY2z3A\";\nReject($token);\n");
    let found = at(&mut other, &uri, [[0, 12], [0, 12]], "quickfix");
    assert_eq!(titles(&found), ["Allow secret-literal here"]);
}

#[test]
fn tests_are_begun() {
    let mut editor = making();
    let uri = editor.open("src/hooks/rcptto/in.hsl", "Accept();\n");
    let found = at(&mut editor, &uri, [[0, 0], [0, 0]], "refactor.test");
    assert_eq!(titles(&found), ["Begin a test of the rcptto hook"]);
    insta::assert_snapshot!(made(&editor, &found[0]), @r#"
    create "tests/rcptto-in.test.hsl" null
    "tests/rcptto-in.test.hsl" "// Tests of the rcptto hook.\n\nfunction test_rcptto_in() {\n    $result = run_hook(\"rcptto\", [\n        \"arguments\" => [\n            \"recipient\" => \"recipient@example.com\",\n        ],\n    ], [\"id\" => \"in\"]);\n    assert_equal($result[\"verdict\"], \"Accept\");\n}\n"
    "#);
    let uri = editor.open(
        "src/files/lib/a.hsl",
        "// Adds.\nfunction plus($n, $m, $by = 1) { return $n + $m + $by; }\n",
    );
    let found = at(&mut editor, &uri, [[1, 11], [1, 11]], "refactor");
    assert_eq!(titles(&found)[0], "Begin a test of `plus`");
    insta::assert_snapshot!(made(&editor, &found[0]), @r#"
    create "tests/plus.test.hsl" null
    "tests/plus.test.hsl" "import { plus } from \"lib/a.hsl\";\n\nfunction test_plus() {\n    $n = none;\n    $m = none;\n    assert_equal(plus($n, $m), none);\n}\n"
    "#);
    let found = at(&mut editor, &uri, [[0, 2], [0, 2]], "refactor.test");
    assert_eq!(titles(&found), Vec::<&str>::new());
}
