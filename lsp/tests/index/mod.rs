//! Names in files that no document is open for, however large the project is.

use std::fs;

use serde_json::{Value, json};

use crate::editor::Editor;
use crate::project::offers_transaction;

const LIBRARY: &str = "src/files/lib.hsl";
const SHARED: &str = "function check($x) { return $x; }\n";
const USE: &str = "import { check } from \"lib.hsl\";\necho check(2);\n";
const AGAIN: &str = "import { check as test } from \"lib.hsl\";\necho test(2);\n";

/// More scripts than stay read at the same time.
fn filler(editor: &Editor) {
    let line = "// A line of a long list, as operators keep them beside their scripts.\n";
    for number in 0..9 {
        let text =
            format!("function list_{number}() {{ }}\n{}", line.repeat((1 << 20) / line.len()));
        editor.write(&format!("src/files/lists/l{number}.hsl"), &text);
    }
}

/// The files in which the function of the library stands, without the library itself.
fn users(editor: &mut Editor, uri: &str) -> Vec<String> {
    let mut params = editor.at(uri, 0, 9);
    params["context"] = json!({ "includeDeclaration": true });
    let found = editor.request("textDocument/references", params);
    let name = |place: &Value| {
        place["uri"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
    };
    let mut names: Vec<_> = found.as_array().expect("places").iter().map(name).collect();
    names.sort();
    names.dedup();
    names.retain(|name| name != "lib.hsl");
    names
}

fn tell(editor: &mut Editor, file: &str, kind: u32) {
    let change = json!({ "uri": editor.uri(file), "type": kind });
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
}

fn files_come_and_go(mut editor: Editor) {
    let library = editor.open(LIBRARY, SHARED);
    assert_eq!(users(&mut editor, &library), ["a.hsl", "b.hsl"]);
    // On disk, known by the editor's word.
    editor.write("src/hooks/eod/c.hsl", USE);
    tell(&mut editor, "src/hooks/eod/c.hsl", 1);
    assert_eq!(users(&mut editor, &library), ["a.hsl", "b.hsl", "c.hsl"]);
    editor.write("src/hooks/eod/a.hsl", "echo 1;\n");
    tell(&mut editor, "src/hooks/eod/a.hsl", 2);
    assert_eq!(users(&mut editor, &library), ["b.hsl", "c.hsl"]);
    let (old, new) = (editor.path("src/hooks/eod/c.hsl"), editor.path("src/hooks/eod/d.hsl"));
    fs::rename(old, new).expect("renamed");
    tell(&mut editor, "src/hooks/eod/c.hsl", 3);
    tell(&mut editor, "src/hooks/eod/d.hsl", 1);
    assert_eq!(users(&mut editor, &library), ["b.hsl", "d.hsl"]);
    fs::remove_file(editor.path("src/hooks/eod/b.hsl")).expect("removed");
    tell(&mut editor, "src/hooks/eod/b.hsl", 3);
    assert_eq!(users(&mut editor, &library), ["d.hsl"]);
    // In a document that nobody saved.
    let hook = editor.open("src/hooks/eod/a.hsl", "echo 1;\n");
    editor.change(&hook, 2, &[([0, 0], [1, 0], USE)]);
    assert_eq!(users(&mut editor, &library), ["a.hsl", "d.hsl"]);
    // A new name reaches the same files.
    let mut params = editor.at(&library, 0, 9);
    params["newName"] = json!("proved");
    let edits = editor.request("textDocument/rename", params);
    let mut changed: Vec<_> = edits["changes"].as_object().expect("changes").keys().collect();
    changed.sort();
    let expected = ["src/files/lib.hsl", "src/hooks/eod/a.hsl", "src/hooks/eod/d.hsl"];
    assert_eq!(changed, expected.map(|file| editor.uri(file)).iter().collect::<Vec<_>>());
}

#[test]
fn what_only_the_disk_has_is_found() {
    let fill = |editor: &Editor| {
        editor.write(LIBRARY, SHARED);
        editor.write("src/hooks/eod/a.hsl", USE);
        editor.write("src/hooks/eod/b.hsl", AGAIN);
    };
    files_come_and_go(Editor::start_with(json!({}), fill, &["project"]));
}

#[test]
fn what_only_the_disk_has_is_found_in_a_large_project() {
    let fill = |editor: &Editor| {
        filler(editor);
        editor.write(LIBRARY, SHARED);
        editor.write("src/hooks/eod/a.hsl", USE);
        editor.write("src/hooks/eod/b.hsl", AGAIN);
    };
    files_come_and_go(Editor::start_with(json!({}), fill, &["project"]));
}

/// The hooks that reach a library, over another one: also where nobody reads everything.
#[test]
fn a_library_is_looked_at_for_its_hooks_in_a_large_project() {
    const TEXT: &str = "echo $t;\n";
    let fill = |editor: &Editor| {
        filler(editor);
        editor.write("src/hooks/eod/a.hsl", "import { step } from \"middle.hsl\";\nstep();\n");
        editor.write("src/files/middle.hsl", "include \"about.hsl\";\nfunction step() { }\n");
        editor.write("src/files/about.hsl", TEXT);
        editor.write("src/hooks/queue/predelivery.hsl", "include \"queue.hsl\";\n");
        editor.write("src/files/queue.hsl", TEXT);
    };
    let mut editor = Editor::start_with(json!({}), fill, &["project"]);
    let (about, queue) =
        (editor.open("src/files/about.hsl", TEXT), editor.open("src/files/queue.hsl", TEXT));
    assert!(offers_transaction(&mut editor, &about));
    assert!(!offers_transaction(&mut editor, &queue));
}

/// The search of all symbols sees every file, whether it stays read or not.
#[test]
fn symbols_of_a_large_project_are_found() {
    let mut editor = Editor::start_with(json!({}), filler, &["project"]);
    let uri = editor.open("src/hooks/eod/in.hsl", "echo 1;\n");
    let found = |editor: &mut Editor| {
        let found = editor.request("workspace/symbol", json!({ "query": "list_" }));
        found.as_array().expect("symbols").len()
    };
    assert_eq!(found(&mut editor), 9);
    editor.change(&uri, 2, &[([0, 0], [0, 0], "function list_9() { }\n")]);
    assert_eq!(found(&mut editor), 10);
}
