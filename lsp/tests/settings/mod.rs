//! Each setting changes what the server answers, and `mailstop.toml` wins over it.

use mta_project::{Setting, settings};
use serde_json::{Value, json};

use super::HOOK;
use super::editor::Editor;

const LIBRARY: &str = "src/files/lib.hsl";
const CONFIG: &str = "src/config/smtpd-app.yaml";
const TOOLS: &str = "mailstop.toml";

/// Something that a setting decides: its value, and the question whose answer it changes.
type Case = (&'static str, Value, fn(&mut Editor) -> Value);

/// A case for each setting but `diagnostics.idle`, which is a time.
fn cases() -> Vec<Case> {
    vec![
        ("diagnostics.closedFiles", json!(false), |editor| {
            editor.request("workspace/diagnostic", json!({ "previousResultIds": [] }))
        }),
        ("lint.enable", json!(false), findings),
        ("lint.rules", json!({ "find-as-boolean": "off" }), findings),
        ("format.enable", json!(false), formatted),
        ("format.width", json!(40), formatted),
        ("format.indent", json!("tab"), formatted),
        ("format.onType", json!(false), |editor| {
            let uri = editor.uri(HOOK);
            let options = json!({ "tabSize": 4, "insertSpaces": true });
            let mut params = editor.at(&uri, 1, 74);
            params["ch"] = json!("}");
            params["options"] = options;
            editor.request("textDocument/onTypeFormatting", params)
        }),
        ("completion.imports", json!(false), completed),
        ("completion.snippets", json!(false), completed),
        ("completion.otherHooks", json!(false), completed),
        ("hover.enable", json!(false), |editor| at(editor, "textDocument/hover", 1, 8)),
        ("hover.patterns", json!(false), |editor| at(editor, "textDocument/hover", 2, 16)),
        ("signatureHelp.enable", json!(false), |editor| {
            at(editor, "textDocument/signatureHelp", 1, 14)
        }),
        ("signatureHelp.documentation", json!(false), |editor| {
            at(editor, "textDocument/signatureHelp", 1, 14)
        }),
        ("inlayHints.enable", json!(false), hints),
        ("inlayHints.parameterNames", json!(false), hints),
        ("inlayHints.loopTypes", json!(false), hints),
        ("inlayHints.mayBeNone", json!(false), hints),
        ("inlayHints.hooks", json!(false), hints),
        ("inlayHints.waits", json!(false), hints),
        ("inlayHints.longest", json!(5), hints),
        ("lens.references", json!(false), |editor| of(editor, "textDocument/codeLens", LIBRARY)),
        ("lens.run", json!(false), |editor| of(editor, "textDocument/codeLens", HOOK)),
        ("lens.files", json!(false), |editor| of(editor, "textDocument/codeLens", CONFIG)),
        ("semanticTokens.enable", json!(false), coloured),
        ("semanticTokens.untrusted", json!(false), coloured),
        ("documentLinks.enable", json!(false), |editor| {
            of(editor, "textDocument/documentLink", HOOK)
        }),
        ("codeActions.refactorings", json!(false), |editor| actions(editor, 2, 5)),
        ("codeActions.allowances", json!(false), |editor| actions(editor, 1, 5)),
        ("codeActions.tests", json!(false), |editor| actions(editor, 2, 5)),
        ("rename.files", json!(false), |editor| {
            let (old, new) = (editor.uri(LIBRARY), editor.uri("src/files/other.hsl"));
            let files = json!({ "files": [{ "oldUri": old, "newUri": new }] });
            editor.request("workspace/willRenameFiles", files)
        }),
        ("projects.exclude", json!(["inner"]), |editor| {
            let command = json!({ "command": "mailstop.projects" });
            editor.request("workspace/executeCommand", command)
        }),
    ]
}

fn at(editor: &mut Editor, method: &str, line: u32, character: u32) -> Value {
    let uri = editor.uri(HOOK);
    let params = editor.at(&uri, line, character);
    editor.request(method, params)
}

fn of(editor: &mut Editor, method: &str, file: &str) -> Value {
    let uri = editor.uri(file);
    editor.request(method, json!({ "textDocument": { "uri": uri } }))
}

fn findings(editor: &mut Editor) -> Value {
    of(editor, "textDocument/diagnostic", HOOK)["items"].clone()
}

/// Titles of what is offered for three characters.
fn actions(editor: &mut Editor, line: u32, character: u32) -> Value {
    let uri = editor.uri(HOOK);
    let range = json!({ "start": { "line": line, "character": character },
        "end": { "line": line, "character": character + 3 } });
    let params = json!({ "textDocument": { "uri": uri }, "range": range,
        "context": { "diagnostics": [] } });
    let offered = editor.request("textDocument/codeAction", params);
    let offered = offered.as_array().into_iter().flatten();
    offered.map(|action| action["title"].clone()).collect()
}

fn coloured(editor: &mut Editor) -> Value {
    of(editor, "textDocument/semanticTokens/full", HOOK)["data"].clone()
}

fn formatted(editor: &mut Editor) -> Value {
    let uri = editor.uri(HOOK);
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": uri }, "options": options });
    editor.request("textDocument/formatting", params)
}

fn completed(editor: &mut Editor) -> Value {
    at(editor, "textDocument/completion", 4, 9)
}

fn hints(editor: &mut Editor) -> Value {
    let uri = editor.uri(LIBRARY);
    let range = json!({ "start": { "line": 0, "character": 0 },
        "end": { "line": 99, "character": 0 } });
    editor.request(
        "textDocument/inlayHint",
        json!({ "textDocument": { "uri": uri }, "range": range }),
    )
}

/// An editor that can do everything, with a hook, a library, the configuration, and a script that
/// is not open.
fn editor() -> Editor {
    let properties = ["documentation", "additionalTextEdits"];
    let item = json!({ "snippetSupport": true, "resolveSupport": { "properties": properties } });
    let commands = ["mailstop.run", "mailstop.debug", "mailstop.runTest"];
    let capabilities = json!({
        "textDocument": { "diagnostic": {}, "completion": { "completionItem": item } },
        "window": { "showDocument": { "support": true } },
        "workspace": { "textDocumentContent": {}, "workspaceEdit": {
            "documentChanges": true, "resourceOperations": ["create", "rename", "delete"],
        } },
        "experimental": { "commands": { "commands": commands } },
    });
    let hook = "import { f } from \"lib.hsl\"; f(1, 2);\n\
         if (str_find(\"abc\", \"a\")) { echo [\"a text\", \"and a text\", \"and a text\"]; }\n\
         echo \"x\" =~ #/^(a+)+$/; // RFC 5321\n\
         $y = \"a\";\n\
         echo other($y);\n\
         $peer = $arguments[\"remoteptr\"];\n";
    let library = "function f($a, $b) {\n  foreach ([1] as $n) echo str_find(\"a\", $n);\n}\n\
         function g() { sleep(3); sleep(4); }\n$y = \"a\"; $x = strptime($y, $y);\n\
         function otherwise($a) { return $a; }\n";
    let config = "version: \"6.0\"\nservers:\n  - id: inbound\n    phases:\n      connect:\n        hook: default\n";
    let mut editor = Editor::start_with(
        capabilities,
        |editor| {
            editor.write(HOOK, hook);
            editor.write(LIBRARY, library);
            editor.write(CONFIG, config);
            editor.write("src/hooks/connect/closed.hsl", "if (str_find(\"abc\", \"a\")) echo 1;\n");
            editor.write("../workspace/inner/src/config/smtpd-app.yaml", "version: \"6.0\"\n");
        },
        &["project", "workspace"],
    );
    for (file, text) in [(HOOK, hook), (LIBRARY, library)] {
        editor.open(file, text);
    }
    let uri = editor.uri(CONFIG);
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": config });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    // The projects are found when the whole workspace was looked at.
    while editor
        .request("workspace/executeCommand", json!({ "command": "mailstop.projects" }))
        .as_array()
        .is_none_or(|all| all.len() < 2)
    {}
    editor
}

/// Tells what the user wants: one setting, or nothing.
fn configure(editor: &mut Editor, setting: Option<(&str, &Value)>) {
    let mut section = json!({});
    if let Some((name, value)) = setting {
        let (group, name) = name.split_once('.').expect("a group and a name");
        section[group] = json!({});
        section[group][name] = value.clone();
    }
    let params = json!({ "settings": { "mailstop": section } });
    editor.notify("workspace/didChangeConfiguration", params);
}

#[test]
fn every_setting_changes_something_and_a_project_wins() {
    let mut editor = editor();
    let cases = cases();
    let mut without: Vec<_> = settings().into_iter().map(|setting| setting.name).collect();
    without.retain(|name| !cases.iter().any(|(known, ..)| known == name));
    assert_eq!(without, ["diagnostics.idle"], "settings without a case");
    for (name, value, ask) in cases {
        let usual = ask(&mut editor);
        assert!(!usual.is_null(), "{name}: nothing to change");
        configure(&mut editor, Some((name, &value)));
        let changed = ask(&mut editor);
        assert_ne!(changed, usual, "{name} changes nothing");
        let all = settings();
        let setting = all.iter().find(|setting| setting.name == name).expect("a setting");
        if setting.place.is_some() {
            editor.write(TOOLS, &project_says(setting));
            tools_changed(&mut editor);
            assert_eq!(ask(&mut editor), usual, "{name}: the project does not win");
            editor.write(TOOLS, "");
            tools_changed(&mut editor);
        }
        configure(&mut editor, None);
        if setting.place.is_some() {
            assert_eq!(ask(&mut editor), usual, "{name} stays");
        }
    }
}

/// A file that says the usual.
fn project_says(setting: &Setting) -> String {
    let place = setting.place.as_deref().expect("a place");
    match place.split_once("] ") {
        Some((table, key)) => format!("{table}]\n{key} = {}\n", setting.default),
        None => format!("{place}\nfind-as-boolean = \"warning\"\n"),
    }
}

fn tools_changed(editor: &mut Editor) {
    let changes = json!([{ "uri": editor.uri(TOOLS), "type": 2 }]);
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
}
