//! The configuration files in an editor.

use serde_json::{Value, json};

use crate::editor::Editor;

const STARTUP: &str = "src/config/smtpd.yaml";
const RUNNING: &str = "src/config/smtpd-app.yaml";

const TEXT: &str = r#"version: "6.10"
servers:
  - id: inbound
    transport: mx
    phases:
      eod: {hook: default}
      connect: {hook: gone}
transportgroups:
  - id: out
    transports: [{id: mx}]
"#;

/// A project with the startup file and the script of one hook.
fn editor(capabilities: Value) -> Editor {
    let fill = |editor: &Editor| {
        editor.write(STARTUP, "version: \"6.10\"\nservers: [{id: inbound}]\n");
        editor.write("src/hooks/eod/default.hsl", "Reject();\n");
    };
    Editor::start_with(capabilities, fill, &[])
}

fn labels(items: &Value) -> String {
    let items = items.as_array().expect("items");
    items.iter().filter_map(|item| item["label"].as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn findings_follow_both_files_and_the_scripts() {
    let mut editor = editor(json!({}));
    let running = editor.open(RUNNING, TEXT);
    insta::assert_snapshot!(editor.published(&running), @r"
    version 1
    6:22-6:26 MS6004 there is no script src/hooks/connect/gone.hsl
    ");
    // An unsaved file counts as much as one on disk.
    let startup = editor.open(STARTUP, "version: \"6.10\"\nservers: [{id: other}]\n");
    insta::assert_snapshot!(editor.published(&startup), @r"
    version 1
    1:15-1:20 MS6002 server `other` has no settings in src/config/smtpd-app.yaml / without an end-of-data hook, it defers every message
    ");
    editor.change(&running, 2, &[([2, 8], [2, 15], "other")]);
    editor.change(&running, 3, &[([3, 15], [3, 17], "my")]);
    let mut last = editor.published(&running);
    while !last.starts_with("version 3") {
        last = editor.published(&running);
    }
    insta::assert_snapshot!(last, @r"
    version 3
    3:15-3:17 MS6002 no transport has the id `my` / did you mean `mx`?
    6:22-6:26 MS6004 there is no script src/hooks/connect/gone.hsl
    9:22-9:24 MS6003 nothing uses the transport `mx`
    ");
}

#[test]
fn findings_are_pulled_and_reach_what_is_not_open() {
    let mut editor = editor(json!({ "textDocument": { "diagnostic": {} } }));
    let uri = editor.open(RUNNING, "version: \"6.10\"\nservres: []\n");
    let report =
        editor.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    insta::assert_snapshot!(report["items"][0]["message"].as_str().unwrap_or_default(), @r"
    unknown key `servres`
    did you mean `servers`?
    ");
    let report = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = report["items"].as_array().expect("items");
    let names: Vec<_> = items
        .iter()
        .filter_map(|item| item["uri"].as_str()?.rsplit_once('/').map(|(_, name)| name.to_owned()))
        .collect();
    assert_eq!(names, ["smtpd-app.yaml", "smtpd.yaml"]);
}

#[test]
fn a_file_of_no_project_is_looked_at_alone() {
    let mut editor = editor(json!({}));
    let uri = editor.open("../elsewhere/smtpd.yaml", "version: \"6.10\"\nservers: [{}]\n");
    insta::assert_snapshot!(editor.published(&uri), @r"
    version 1
    1:10-1:12 MS6001 `servers[0]` needs the key `id`
    ");
    let other = editor.open("../elsewhere/compose.yaml", "version: \"3\"\nservices: {}\n");
    let hover = editor.at(&other, 0, 2);
    assert_eq!(editor.request("textDocument/hover", hover), Value::Null);
}

#[test]
fn keys_and_values_complete_while_the_text_is_broken() {
    let snippets = json!({ "completionItem": { "snippetSupport": true } });
    let mut editor = editor(json!({ "textDocument": { "completion": snippets } }));
    let uri = editor.open(RUNNING, TEXT);
    editor.change(&uri, 2, &[([5, 0], [5, 0], "      da\n      eo\n")]);
    let here = editor.at(&uri, 5, 8);
    let items = editor.request("textDocument/completion", here);
    insta::assert_snapshot!(labels(&items), @"proxy helo auth mailfrom rcptto data disconnect");
    insta::assert_snapshot!(items[4]["textEdit"], @r#"{"range":{"start":{"line":5,"character":6},"end":{"line":5,"character":8}},"newText":"rcptto:\n        $0"}"#);
    let script = editor.at(&uri, 7, 18);
    insta::assert_snapshot!(labels(&editor.request("textDocument/completion", script)), @"default");
    let transport = editor.at(&uri, 3, 15);
    insta::assert_snapshot!(labels(&editor.request("textDocument/completion", transport)), @"mx");
    let hover = editor.at(&uri, 3, 6);
    insta::assert_snapshot!(editor.request("textDocument/hover", hover)["contents"]["value"].as_str().unwrap_or_default(), @r"
    `servers[].transport`: string

    Transport of a recipient unless a script names another.
    ");
    let document = json!({ "textDocument": { "uri": uri } });
    let symbols = editor.request("textDocument/documentSymbol", document.clone());
    let names: Vec<_> = symbols.as_array().expect("symbols").iter().map(|s| &s["name"]).collect();
    assert_eq!(names, ["version", "servers", "transportgroups"]);
    let folds = editor.request("textDocument/foldingRange", document);
    assert_eq!(folds.as_array().map(Vec::len), Some(5));
}

#[test]
fn missing_scripts_and_wrong_ids_have_fixes() {
    let mut editor = editor(json!({ "workspace": { "workspaceEdit": {
        "documentChanges": true, "resourceOperations": ["create"],
    } } }));
    let uri = editor.open(RUNNING, &TEXT.replace("transport: mx", "transport: my"));
    let range = |line: u32| {
        let place = |character: u32| json!({ "line": line, "character": character });
        json!({
            "textDocument": { "uri": uri }, "context": { "diagnostics": [] },
            "range": { "start": place(0), "end": place(40) },
        })
    };
    let missing = editor.shown("textDocument/codeAction", range(6));
    insta::assert_snapshot!(missing, @r#"
    [
      {
        "title": "Create src/hooks/connect/gone.hsl",
        "kind": "quickfix",
        "diagnostics": [
          {
            "range": {
              "start": {
                "line": 6,
                "character": 22
              },
              "end": {
                "line": 6,
                "character": 26
              }
            },
            "severity": 1,
            "code": "MS6004",
            "source": "mailstop",
            "message": "there is no script src/hooks/connect/gone.hsl"
          }
        ],
        "edit": {
          "documentChanges": [
            {
              "uri": "file:///project/src/hooks/connect/gone.hsl",
              "options": {
                "overwrite": false,
                "ignoreIfExists": true
              },
              "kind": "create"
            },
            {
              "textDocument": {
                "version": null,
                "uri": "file:///project/src/hooks/connect/gone.hsl"
              },
              "edits": [
                {
                  "range": {
                    "start": {
                      "line": 0,
                      "character": 0
                    },
                    "end": {
                      "line": 0,
                      "character": 0
                    }
                  },
                  "newText": "// Script of the connect hook.\n"
                }
              ]
            }
          ]
        }
      }
    ]
    "#);
    let wrong = editor.request("textDocument/codeAction", range(3));
    insta::assert_snapshot!(wrong[0]["title"].as_str().unwrap_or_default(), @"Change to `mx`");
}

#[test]
fn a_version_older_than_a_script_needs_is_found_and_changed() {
    let mut editor = editor(json!({}));
    let text = TEXT.replace("6.10", "5.8").replace("      connect: {hook: gone}\n", "");
    let running = editor.open(RUNNING, &text);
    insta::assert_snapshot!(editor.published(&running), @"version 1");
    let script = "if ($connection[\"priority\"] == 1) Accept();\nReject();\n";
    editor.open("src/hooks/eod/default.hsl", script);
    insta::assert_snapshot!(editor.published(&running), @r#"
    version 1
    0:9-0:14 MS6010 the key "priority" came with version 5.9, and this is 5.8
        "priority" is used here
    "#);
    let place = |character: u32| json!({ "line": 0, "character": character });
    let actions = editor.request(
        "textDocument/codeAction",
        json!({
            "textDocument": { "uri": running }, "context": { "diagnostics": [] },
            "range": { "start": place(11), "end": place(11) },
        }),
    );
    insta::assert_snapshot!(actions[0]["title"].as_str().unwrap_or_default(), @r#"Change to "5.9""#);
}

#[test]
fn hooks_are_opened_made_and_counted() {
    let mut editor = editor(json!({
        "window": { "showDocument": { "support": true } },
        "workspace": { "workspaceEdit": {
            "documentChanges": true, "resourceOperations": ["create"],
        } },
        "experimental": { "commands": { "commands": ["mailstop.run", "mailstop.debug"] } },
    }));
    let uri = editor.open(RUNNING, TEXT);
    let document = json!({ "textDocument": { "uri": uri } });
    let lenses = editor.request("textDocument/codeLens", document.clone());
    let mut shown = Vec::new();
    for lens in lenses.as_array().expect("lenses") {
        let lens = editor.request("codeLens/resolve", lens.clone());
        let line = &lens["range"]["start"]["line"];
        shown.push(format!("{line} {} {}", lens["command"]["title"], lens["command"]["command"]));
    }
    insta::assert_snapshot!(shown.join("\n"), @r#"
    2 "0 references" "mailstop.showReferences"
    5 "Open hook" "mailstop.openScript"
    5 "Run" "mailstop.run"
    5 "Debug" "mailstop.debug"
    6 "Create hook" "mailstop.createScript"
    8 "0 references" "mailstop.showReferences"
    9 "1 reference" "mailstop.showReferences"
    "#);
    let links = editor.request("textDocument/documentLink", document);
    assert_eq!(links[0]["target"], editor.uri("src/hooks/eod/default.hsl"));
    let definition = editor.at(&uri, 5, 20);
    let found = editor.request("textDocument/definition", definition);
    assert_eq!(found["uri"], editor.uri("src/hooks/eod/default.hsl"));
    let phase = editor.at(&uri, 5, 8);
    let found = editor.request("textDocument/implementation", phase);
    assert_eq!(found["uri"], editor.uri("src/hooks/eod/default.hsl"));
    let run = |name: &str, script: String| json!({ "command": name, "arguments": [script] });
    let gone = editor.uri("src/hooks/connect/gone.hsl");
    editor.request("workspace/executeCommand", run("mailstop.createScript", gone));
    editor.was_asked("workspace/applyEdit");
    editor.was_asked("window/showDocument");
    let there = editor.uri("src/hooks/eod/default.hsl");
    let params = run("mailstop.createScript", there.clone());
    assert_eq!(editor.error("workspace/executeCommand", params), -32803);
    editor.request("workspace/executeCommand", run("mailstop.openScript", there));
    editor.was_asked("window/showDocument");
}

#[test]
fn policies_and_suspensions_are_configuration_too() {
    let mut editor = editor(json!({}));
    editor.open(RUNNING, &TEXT.replace("gone", "default"));
    let text = "version: \"6.10\"\npolicies:\n  - fields: [grouping]\n    default: {rate: fast}\n";
    let policy = editor.open("src/config/smtpd-policy.yaml", text);
    insta::assert_snapshot!(editor.published(&policy), @r"
    version 1
    3:20-3:24 MS6001 `policies[0].default.rate` must be a number of attempts and seconds such as `120/60`, not `fast`
    ");
    let at = |line, character| json!({ "line": line, "character": character });
    let ask = |position| json!({ "textDocument": { "uri": policy }, "position": position });
    let hover = editor.request("textDocument/hover", ask(at(3, 16)));
    assert!(hover.to_string().contains("120 within 60 seconds"), "{hover}");
    let suspend =
        editor.open("src/config/smtpd-suspend.yaml", "version: \"6.10\"\nsuspends:\n  - \n");
    let ask = json!({ "textDocument": { "uri": suspend }, "position": at(2, 4) });
    let items = editor.request("textDocument/completion", ask);
    let items = if items.is_array() { items } else { items["items"].clone() };
    let all = "tenantid jobid transportid localip recipientdomain remotemx remoteip grouping tag properties";
    assert_eq!(labels(&items), all);
}
