//! Requests that look at a whole project.

use serde_json::{Value, json};

use crate::editor::Editor;

const CONFIG: &str = "src/config/smtpd-app.yaml";
const YAML: &str = "version: \"6.0\"\nservers:\n  - id: a\n    transport: mx\n    phases: { eod: { hook: in } }\ntransportgroups: [{ id: out, transports: [{ id: mx }] }]\n";
const LIBRARY: &str = "src/files/lib.hsl";
const SHARED: &str = "function check($x) { return $x; }\nfunction other() { return check(1); }\n";
const HOOK: &str = "src/hooks/eod/in.hsl";
const SCRIPT: &str = "import { check } from \"lib.hsl\";\necho check(2);\n$o = [\"transportid\" => \"mx\"];\n$arguments[\"mail\"]->queue(\"\", \"a@b.example\", \"mx\");\n";

/// A project in an editor that can do everything; gives the URIs of library and hook.
fn opened() -> (Editor, String, String) {
    let mut editor = Editor::start(json!({ "workspace": { "workspaceEdit": {
        "documentChanges": true,
        "resourceOperations": ["rename"],
        "changeAnnotationSupport": {},
    } } }));
    editor.write(CONFIG, YAML);
    editor.write(LIBRARY, SHARED);
    editor.write(HOOK, SCRIPT);
    let library = editor.open(LIBRARY, SHARED);
    let hook = editor.open(HOOK, SCRIPT);
    (editor, library, hook)
}

/// `file line:column`, one a line, for everything with a URI and a range.
fn places(found: &Value) -> String {
    let line = |place: &Value| {
        let name = place["uri"].as_str().unwrap_or_default().rsplit('/').next();
        let at = &place["range"]["start"];
        format!("{} {}:{}\n", name.unwrap_or_default(), at["line"], at["character"])
    };
    found.as_array().expect("a list").iter().map(line).collect()
}

/// Changes of several files: version, then each text, marked when it is uncertain.
fn edit(found: &Value) -> String {
    let mut out = String::new();
    for change in found["documentChanges"].as_array().expect("changes") {
        let end = |uri: &Value| {
            uri.as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
        };
        if change["kind"] == "rename" {
            out += &format!("{} -> {}\n", end(&change["oldUri"]), end(&change["newUri"]));
            continue;
        }
        let document = &change["textDocument"];
        out += &format!("{} version {}\n", end(&document["uri"]), document["version"]);
        for edit in change["edits"].as_array().expect("edits") {
            let at = &edit["range"]["start"];
            let mark = edit["annotationId"].as_str().unwrap_or_default();
            let text = &edit["newText"];
            let line = format!("  {}:{} {text} {mark}", at["line"], at["character"]);
            out += &format!("{}\n", line.trim_end());
        }
    }
    out
}

#[test]
fn references_and_highlights() {
    let (mut editor, library, hook) = opened();
    let mut at = editor.at(&library, 0, 10);
    at["context"] = json!({ "includeDeclaration": true });
    let found = editor.request("textDocument/references", at.clone());
    insta::assert_snapshot!(places(&found), @r"
    lib.hsl 0:9
    lib.hsl 1:26
    in.hsl 0:9
    in.hsl 1:5
    ");
    at["context"] = json!({ "includeDeclaration": false });
    let found = editor.request("textDocument/references", at.clone());
    assert_eq!(found.as_array().map(Vec::len), Some(3));
    let found = editor.request("textDocument/documentHighlight", at);
    assert_eq!(found[0]["kind"], 3);
    assert_eq!(found[1]["kind"], 2);
    let from = editor.at(&hook, 1, 7);
    let found = editor.request("textDocument/declaration", from);
    assert_eq!(places(&found), "in.hsl 0:9\n");
}

#[test]
fn completion_knows_the_project() {
    let (mut editor, hook, _) = opened();
    let text = "import { check } from \"lib.hsl\";\nunknown();\ne\n";
    editor.write("src/files/more.hsl", "function elsewhere($x) { }\n");
    let more = editor.uri("src/files/more.hsl");
    editor.notify("workspace/didCreateFiles", json!({ "files": [{ "uri": more }] }));
    editor.change(&hook, 2, &[([0, 0], [99, 0], text)]);
    let at = editor.at(&hook, 2, 1);
    // From the first question about the whole project on, its names are known.
    editor.request("textDocument/definition", at.clone());
    let items = editor.request("textDocument/completion", at);
    let items = items.as_array().expect("items");
    let item = items.iter().find(|item| item["label"] == "elsewhere").expect("the function");
    let edit = &item["additionalTextEdits"][0];
    assert_eq!(edit["newText"], "\nimport { elsewhere } from \"more.hsl\";");
    assert_eq!(edit["range"]["start"], json!({ "line": 0, "character": 32 }));
    assert_eq!(item["detail"], "function elsewhere($x) (more.hsl)");
    let verdict = items.iter().find(|item| item["label"] == "Try").expect("the verdict");
    assert_eq!(verdict["tags"], json!([1]));
}

#[test]
fn an_unsaved_edit_counts() {
    let (mut editor, library, _) = opened();
    editor.change(&library, 2, &[([1, 0], [1, 0], "check(0);\n")]);
    let mut at = editor.at(&library, 0, 10);
    at["context"] = json!({ "includeDeclaration": false });
    let found = editor.request("textDocument/references", at);
    insta::assert_snapshot!(places(&found), @r"
    lib.hsl 1:0
    lib.hsl 2:26
    in.hsl 0:9
    in.hsl 1:5
    ");
}

#[test]
fn rename_over_scripts_and_configuration() {
    let (mut editor, _, hook) = opened();
    let mut at = editor.at(&hook, 3, 46);
    at["newName"] = json!("smart");
    let found = editor.request("textDocument/rename", at);
    insta::assert_snapshot!(edit(&found), @r#"
    smtpd-app.yaml version null
      3:15 "smart"
      5:48 "smart"
    in.hsl version 1
      2:24 "smart" uncertain
      3:46 "smart"
    "#);
    assert_eq!(found["changeAnnotations"]["uncertain"]["needsConfirmation"], true);
    let library = editor.at(&hook, 3, 5);
    assert_eq!(editor.error("textDocument/prepareRename", library), -32803);
}

#[test]
fn rename_of_a_hook_takes_its_file_along() {
    let (mut editor, _, _) = opened();
    let config = editor.open(CONFIG, YAML);
    let mut at = editor.at(&config, 4, 28);
    at["newName"] = json!("second");
    let found = editor.request("textDocument/rename", at);
    insta::assert_snapshot!(edit(&found), @r#"
    smtpd-app.yaml version 1
      4:27 "second"
    in.hsl -> second.hsl
    "#);
}

#[test]
fn files_that_move_take_their_paths_along() {
    let (mut editor, library, _) = opened();
    let moved = library.replace("lib.hsl", "shared/checks.hsl");
    let files = json!({ "files": [{ "oldUri": library, "newUri": moved }] });
    let found = editor.request("workspace/willRenameFiles", files);
    insta::assert_snapshot!(edit(&found), @r#"
    in.hsl version 1
      0:23 "shared/checks.hsl"
    "#);
}

#[test]
fn calls_symbols_and_lenses() {
    let (mut editor, library, _) = opened();
    let at = editor.at(&library, 0, 10);
    let item = editor.request("textDocument/prepareCallHierarchy", at)[0].clone();
    assert_eq!(item["detail"], "eod");
    let calls = editor.request("callHierarchy/incomingCalls", json!({ "item": item }));
    let names: Vec<_> =
        calls.as_array().expect("calls").iter().map(|c| &c["from"]["name"]).collect();
    assert_eq!(names, ["other", "in.hsl"]);
    let found = editor.request("workspace/symbol", json!({ "query": "transport:mx" }));
    assert_eq!(found[0]["name"], "mx");
    let document = json!({ "textDocument": { "uri": library } });
    let lenses = editor.request("textDocument/codeLens", document);
    let lens = editor.request("codeLens/resolve", lenses[0].clone());
    assert_eq!(lens["command"]["title"], "2 references");
}

#[test]
fn a_library_is_looked_at_for_the_hooks_that_reach_it() {
    const TEXT: &str = "echo $t;\n";
    const IMPORT: &str = "include \"about.hsl\";\n";
    let mut editor = Editor::start(json!({}));
    editor.write("src/files/about.hsl", TEXT);
    editor.write("src/hooks/eod/in.hsl", IMPORT);
    editor.write("src/hooks/queue/predelivery.hsl", "");
    let queue = editor.open("src/hooks/queue/predelivery.hsl", "");
    let eod = editor.open("src/hooks/eod/in.hsl", IMPORT);
    let library = editor.open("src/files/about.hsl", TEXT);
    assert!(offers_transaction(&mut editor, &library));
    editor.change(&queue, 2, &[([0, 0], [0, 0], IMPORT)]);
    assert!(offers_transaction(&mut editor, &library));
    editor.change(&eod, 2, &[([0, 0], [1, 0], "")]);
    assert!(!offers_transaction(&mut editor, &library));
}

/// Whether `$transaction`, which the queue hooks do not have, can be completed.
pub(crate) fn offers_transaction(editor: &mut Editor, uri: &str) -> bool {
    let at = editor.at(uri, 0, 7);
    let found = editor.request("textDocument/completion", at);
    let items = found["items"].as_array().or(found.as_array()).expect("a list");
    items.iter().any(|item| item["label"] == "$transaction")
}

#[test]
fn findings_across_files_follow_the_other_file() {
    const TEXT: &str = "function take() { Try(); }\n";
    const IMPORT: &str = "import { take } from \"take.hsl\";\ntake();\n";
    let mut editor = Editor::start(json!({}));
    editor.write("src/files/take.hsl", TEXT);
    let library = editor.open("src/files/take.hsl", TEXT);
    assert_eq!(editor.published(&library), "version 1\n");
    let hook = editor.open("src/hooks/eod/in.hsl", IMPORT);
    insta::assert_snapshot!(editor.published(&library), @r"
    version 1
    0:18-0:21 HSL2003 `Try` does not exist in the eod hook / it exists in predelivery
        called here
    ");
    editor.change(&hook, 2, &[([0, 0], [2, 0], "")]);
    assert_eq!(editor.published(&library), "version 1\n");
}

/// The first findings may lack those of rules about projects; the editor is told when they are there,
/// and from then on no edit loses them.
#[test]
fn findings_across_files_may_come_later_and_stay() {
    const TEXT: &str = "function take() { Try(); }\nnowhere();\n";
    let mut editor = Editor::start(json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    }));
    editor.write("src/files/take.hsl", TEXT);
    editor.write("src/hooks/eod/in.hsl", "import { take } from \"take.hsl\";\ntake();\n");
    let library = editor.open("src/files/take.hsl", TEXT);
    let mut found = pulled_codes(&mut editor, &library);
    while found == ["HSL1002"] {
        editor.was_asked("workspace/diagnostic/refresh");
        found = pulled_codes(&mut editor, &library);
    }
    assert_eq!(found, ["HSL2003", "HSL1002"]);
    editor.change(&library, 2, &[([1, 0], [2, 0], "")]);
    assert_eq!(pulled_codes(&mut editor, &library), ["HSL2003"]);
}

/// Codes of the findings that an editor asks for, in their order.
fn pulled_codes(editor: &mut Editor, uri: &str) -> Vec<String> {
    let document = json!({ "textDocument": { "uri": uri } });
    let report = editor.request("textDocument/diagnostic", document);
    let items = report["items"].as_array().expect("items").iter();
    items.filter_map(|item| item["code"].as_str().map(str::to_owned)).collect()
}

#[test]
fn tests_see_what_lies_beside_them() {
    let mut editor = Editor::start(json!({}));
    editor.write("tests/helper.hsl", "function sample() { return 1; }\n");
    let text = "import { sample } from \"./helper.hsl\";\nfunction test_a() { assert(sample(), \"runs\"); }\n";
    let uri = editor.open("tests/policy.test.hsl", text);
    assert_eq!(editor.published(&uri), "version 1\n");
    let at = editor.at(&uri, 1, 28);
    let found = editor.request("textDocument/definition", at);
    assert_eq!(found["uri"], editor.uri("tests/helper.hsl"));
    let hook = editor.open(HOOK, "import { sample } from \"./helper.hsl\";\n");
    assert!(editor.published(&hook).contains("HSL1004"));
}

#[test]
fn scripts_outside_of_projects_have_a_graph_of_their_folder() {
    let mut editor = Editor::start(json!({}));
    editor.write("../loose/lib.hsl", "function greet() { }\n");
    editor.write("../loose/third.hsl", "import { greet } from \"./lib.hsl\";\ngreet();\n");
    let uri = editor.open("../loose/main.hsl", "import { greet } from \"./lib.hsl\";\ngreet();\n");
    let mut at = editor.at(&uri, 1, 2);
    let found = editor.request("textDocument/definition", at.clone());
    assert_eq!(found["uri"], editor.uri("../loose/lib.hsl"));
    at["context"] = json!({ "includeDeclaration": true });
    let found = editor.request("textDocument/references", at.clone());
    assert_eq!(
        places(&found),
        "lib.hsl 0:9\nmain.hsl 0:9\nmain.hsl 1:0\nthird.hsl 0:9\nthird.hsl 1:0\n"
    );
    // What is written now counts, and is found again.
    editor.change(&uri, 2, &[([1, 0], [1, 8], "")]);
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 10 }, "context": { "includeDeclaration": false } });
    let found = editor.request("textDocument/references", at);
    assert!(!places(&found).contains("main.hsl 1:0"));
}

#[test]
fn packed_files_lead_to_their_sources_and_back() {
    let mut editor = Editor::start(json!({
        "workspace": { "textDocumentContent": {} },
        "window": { "showDocument": { "support": true } },
    }));
    editor.write("src/config/smtpd.yaml", "version: \"6.0\"\n");
    editor.write(CONFIG, "version: \"6.0\"\nservers: [{ id: a, phases: { eod: { hook: in } } }]\n");
    let hook = editor.open(HOOK, "// å\nif (1) {\n  Reject(\"no\");\n}\n");
    let ask = |editor: &mut Editor, command: &str, argument: Value| {
        let params = json!({ "command": command, "arguments": [argument] });
        editor.request("workspace/executeCommand", params)
    };
    let documents = ask(&mut editor, "mailstop.packed", json!(hook));
    let running = documents[1].clone();
    let yaml = std::fs::read_to_string(editor.path(CONFIG)).expect("the configuration");
    let config = editor.open(CONFIG, &yaml);
    let document = json!({ "textDocument": { "uri": config } });
    let lenses = editor.request("textDocument/codeLens", document);
    assert_eq!(lenses[0]["command"]["title"], "Show packed");
    assert_eq!(lenses[0]["command"]["arguments"], json!([running]));
    let page = editor.request("workspace/textDocumentContent", json!({ "uri": running }));
    let text = page["text"].as_str().expect("a text").to_owned();
    let line = text.lines().position(|line| line.contains("Reject")).expect("the script");
    let column = text.lines().nth(line).and_then(|line| line.find("Reject")).expect("the verdict");
    let at = editor.at(&hook, 2, 2);
    let place = ask(&mut editor, "mailstop.packedPlace", at);
    let expected = json!({ "line": line, "character": column });
    assert_eq!((&place["uri"], &place["range"]["start"]), (&running, &expected));
    let uri = running.as_str().expect("a URI");
    let at = editor.at(uri, line as u32, column as u32);
    for found in [
        editor.request("textDocument/definition", at.clone()),
        ask(&mut editor, "mailstop.packedPlace", at),
    ] {
        let start = json!({ "line": 2, "character": 2 });
        assert_eq!((&found["uri"], &found["range"]["start"]), (&json!(hook), &start));
    }
    editor.change(&hook, 2, &[([2, 2], [2, 8], "nowhere")]);
    assert_eq!(editor.error("workspace/textDocumentContent", json!({ "uri": running })), -32803);
}

#[test]
fn files_that_were_made_or_deleted_count_at_once() {
    let pulling = json!({ "textDocument": { "diagnostic": {} } });
    let mut editor = Editor::start(pulling);
    let hook = editor.open(HOOK, "import { f } from \"new.hsl\";\nf();\n");
    let document = json!({ "textDocument": { "uri": hook } });
    let codes = |editor: &mut Editor| {
        let report = editor.request("textDocument/diagnostic", document.clone());
        let items = report["items"].as_array().expect("items").iter();
        items.filter(|item| item["code"] == "HSL1004").count()
    };
    assert_eq!(codes(&mut editor), 1);
    editor.write("src/files/new.hsl", "function f() { }\n");
    let files = json!({ "files": [{ "uri": editor.uri("src/files/new.hsl") }] });
    editor.notify("workspace/didCreateFiles", files.clone());
    assert_eq!(codes(&mut editor), 0);
    std::fs::remove_file(editor.path("src/files/new.hsl")).expect("the file");
    editor.notify("workspace/didDeleteFiles", files);
    assert_eq!(codes(&mut editor), 1);
}

#[test]
fn names_of_imports_are_edited_together() {
    let mut editor = Editor::start(json!({}));
    editor.write("src/files/lib.hsl", "function f() { }\n");
    let uri = editor.open(HOOK, "import { f as g } from \"lib.hsl\";\ng();\ng();\n");
    let at = editor.at(&uri, 0, 14);
    let found = editor.request("textDocument/linkedEditingRange", at);
    let lines: Vec<_> =
        found["ranges"].as_array().expect("ranges").iter().map(|r| &r["start"]["line"]).collect();
    assert_eq!(lines, [0, 1, 2]);
}
