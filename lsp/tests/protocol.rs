//! The server spoken to as an editor does, message by message.

mod actions;
mod config;
mod editor;
mod features;
mod index;
mod project;
mod robust;
mod settings;
mod typed;
mod workspace;

use serde_json::{Value, json};

use editor::Editor;

const HOOK: &str = "src/hooks/connect/default.hsl";

#[test]
fn initialize_offers_what_is_there() {
    let editor = Editor::start(json!({}));
    insta::assert_snapshot!(editor.offered_names(), @r"
    positionEncoding
    textDocumentSync
    completionProvider
    hoverProvider
    signatureHelpProvider
    declarationProvider
    definitionProvider
    typeDefinitionProvider
    implementationProvider
    referencesProvider
    documentHighlightProvider
    documentSymbolProvider
    codeActionProvider
    codeLensProvider
    documentLinkProvider
    workspaceSymbolProvider
    documentFormattingProvider
    documentRangeFormattingProvider
    documentOnTypeFormattingProvider
    renameProvider
    foldingRangeProvider
    selectionRangeProvider
    executeCommandProvider
    callHierarchyProvider
    linkedEditingRangeProvider
    semanticTokensProvider
    typeHierarchyProvider
    inlineValueProvider
    inlayHintProvider
    workspace
    ");
    assert_eq!(editor.offered("positionEncoding"), "utf-16");
    let sync = json!({ "openClose": true, "change": 2, "save": true });
    assert_eq!(editor.offered("textDocumentSync"), sync);
    let editor = Editor::start(json!({
        "general": { "positionEncodings": ["utf-16", "utf-8"] },
        "textDocument": { "diagnostic": {} },
        "workspace": { "textDocumentContent": {} },
    }));
    assert_eq!(editor.offered("positionEncoding"), "utf-8");
    insta::assert_snapshot!(editor.offered("diagnosticProvider"), @r#"{"identifier":"mailstop","interFileDependencies":true,"workspaceDiagnostics":true}"#);
    insta::assert_snapshot!(editor.offered("workspace"), @r#"{"workspaceFolders":{"supported":true,"changeNotifications":true},"fileOperations":{"didCreate":{"filters":[{"scheme":"file","pattern":{"glob":"**/*.hsl"}},{"scheme":"file","pattern":{"glob":"**/*.{json,yaml,csv,txt,eml}"}},{"scheme":"file","pattern":{"glob":"**/src/{files,hooks}/**","matches":"folder"}}]},"didRename":{"filters":[{"scheme":"file","pattern":{"glob":"**/*.hsl"}},{"scheme":"file","pattern":{"glob":"**/*.{json,yaml,csv,txt,eml}"}},{"scheme":"file","pattern":{"glob":"**/src/{files,hooks}/**","matches":"folder"}}]},"willRename":{"filters":[{"scheme":"file","pattern":{"glob":"**/*.hsl"}},{"scheme":"file","pattern":{"glob":"**/*.{json,yaml,csv,txt,eml}"}},{"scheme":"file","pattern":{"glob":"**/src/{files,hooks}/**","matches":"folder"}}]},"didDelete":{"filters":[{"scheme":"file","pattern":{"glob":"**/*.hsl"}},{"scheme":"file","pattern":{"glob":"**/*.{json,yaml,csv,txt,eml}"}},{"scheme":"file","pattern":{"glob":"**/src/{files,hooks}/**","matches":"folder"}}]}},"textDocumentContent":{"schemes":["mailstop-catalogue","mailstop-packed"]}}"#);
}

#[test]
fn findings_are_pushed_with_exact_ranges() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "echo \"å𝄞\"; acept();\n$x = [1, 2;\n");
    insta::assert_snapshot!(editor.published(&uri), @r"
    version 1
    0:12-0:17 HSL1002 `acept` is not defined
    1:10-1:11 HSL1001 expected `]`, `,` or `=>`, found `;`
        `[` opened here
    ");
    editor.change(&uri, 2, &[([0, 16], [0, 17], "acce"), ([0, 11], [0, 13], "A")]);
    insta::assert_snapshot!(editor.published(&uri), @r"
    version 2
    0:11-0:19 HSL1002 `Acepacce` is not defined
    1:10-1:11 HSL1001 expected `]`, `,` or `=>`, found `;`
        `[` opened here
    ");
    editor.change(&uri, 3, &[([1, 10], [1, 10], "]")]);
    insta::assert_snapshot!(editor.published(&uri), @r"
    version 3
    0:11-0:19 HSL1002 `Acepacce` is not defined
    ");
    // The syntax errors went at once; now everything was looked at.
    insta::assert_snapshot!(editor.published(&uri), @r"
    version 3
    0:11-0:19 HSL1002 `Acepacce` is not defined
    ");
    editor.close(&uri);
    insta::assert_snapshot!(editor.published(&uri), @"version null");
}

#[test]
fn columns_are_bytes_when_the_editor_prefers_them() {
    let mut editor =
        Editor::start(json!({ "general": { "positionEncodings": ["utf-32", "utf-8"] } }));
    let uri = editor.open(HOOK, "echo \"å𝄞\"; acept();\n");
    insta::assert_snapshot!(editor.published(&uri), @r"
    version 1
    0:15-0:20 HSL1002 `acept` is not defined
    ");
}

#[test]
fn findings_are_pulled_when_the_editor_asks() {
    let mut editor = Editor::start(json!({ "textDocument": { "diagnostic": {} } }));
    let uri = editor.open(HOOK, "acept();");
    let report =
        editor.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"][0]["code"], "HSL1002");
    assert_eq!(editor.unread(), 0);
}

#[test]
fn functions_of_tests_exist_in_tests_only() {
    const TEXT: &str =
        "function test_a() { mock(\"time\", none); assert(run_hook(\"eod\"), \"runs\"); }";
    let mut editor = Editor::start(json!({}));
    let test = editor.open("tests/policy.test.hsl", TEXT);
    insta::assert_snapshot!(editor.published(&test), @"version 1");
    let items = editor.request("textDocument/completion", editor.at(&test, 0, 24));
    assert!(editor.item(&items, "mock").contains("mock"));
    let hook = editor.open(HOOK, "mock(\"time\", none);");
    insta::assert_snapshot!(editor.published(&hook), @r"
    version 1
    0:0-0:4 HSL1002 `mock` is not defined
    ");
}

#[test]
fn an_unsaved_library_counts_at_once() {
    let mut editor = Editor::start(json!({}));
    let hook = editor.open(HOOK, "import { greet } from \"lib/a.hsl\"; greet();");
    insta::assert_snapshot!(editor.published(&hook), @r#"
    version 1
    0:22-0:33 HSL1004 no file "lib/a.hsl"
    "#);
    let library = editor.open("src/files/lib/a.hsl", "function greet($name) { }\n");
    insta::assert_snapshot!(editor.published(&hook), @r"
    version 1
    0:40-0:42 HSL1007 `greet` takes 1 argument, 0 are given
        defined here
    ");
    editor.change(&library, 2, &[([0, 15], [0, 20], "")]);
    insta::assert_snapshot!(editor.published(&hook), @"version 1");
    let at = editor.at(&hook, 0, 37);
    insta::assert_snapshot!(editor.shown("textDocument/definition", at), @r#"
    {
      "uri": "file:///project/src/files/lib/a.hsl",
      "range": {
        "start": {
          "line": 0,
          "character": 9
        },
        "end": {
          "line": 0,
          "character": 14
        }
      }
    }
    "#);
    editor.close(&library);
    insta::assert_snapshot!(editor.published(&hook), @r#"
    version 1
    0:22-0:33 HSL1004 no file "lib/a.hsl"
    "#);
}

#[test]
fn completion_knows_the_hook() {
    let mut editor = Editor::start(json!({
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
    }));
    let uri = editor.open(HOOK, "if ($arguments[\"remotei\"]) ");
    let at = editor.at(&uri, 0, 23);
    let items = editor.request("textDocument/completion", at);
    insta::assert_snapshot!(editor.item(&items, "remoteip"), @r#"
    {
      "label": "remoteip",
      "kind": 5,
      "detail": "string",
      "textEdit": {
        "range": {
          "start": {
            "line": 0,
            "character": 16
          },
          "end": {
            "line": 0,
            "character": 23
          }
        },
        "newText": "remoteip"
      }
    }
    "#);
    let at = editor.at(&uri, 0, 27);
    let items = editor.request("textDocument/completion", at);
    let accept = editor.item(&items, "Accept");
    assert!(accept.contains("\"newText\": \"Accept($0)\""), "{accept}");
    let is_here = |item: &Value| item["label"] == "Try" && item["tags"].is_null();
    assert!(!items.as_array().expect("items").iter().any(is_here));
}

#[test]
fn hover_shows_the_documentation() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "echo str_lower(\"A\") . $arguments[\"remoteip\"];");
    let at = editor.at(&uri, 0, 8);
    let page = editor.request("textDocument/hover", at);
    assert_eq!(page["contents"]["kind"], "markdown");
    let text = page["contents"]["value"].as_str().expect("text");
    assert!(text.starts_with("```hsl\nstr_lower(string $"), "{text}");
    let at = editor.at(&uri, 0, 36);
    insta::assert_snapshot!(editor.shown("textDocument/hover", at), @r#"
    {
      "contents": {
        "kind": "markdown",
        "value": "```hsl\n\"remoteip\": string\n```\n\nClient IP address.\n"
      },
      "range": {
        "start": {
          "line": 0,
          "character": 33
        },
        "end": {
          "line": 0,
          "character": 43
        }
      }
    }
    "#);
}

#[test]
fn outline_and_folds() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "class A {\n  $v = 1;\n  function f() {\n  }\n}\n");
    let document = json!({ "textDocument": { "uri": uri } });
    insta::assert_snapshot!(editor.shown("textDocument/documentSymbol", document.clone()), @r#"
    [
      {
        "name": "A",
        "kind": 5,
        "range": {
          "start": {
            "line": 0,
            "character": 0
          },
          "end": {
            "line": 4,
            "character": 1
          }
        },
        "selectionRange": {
          "start": {
            "line": 0,
            "character": 6
          },
          "end": {
            "line": 0,
            "character": 7
          }
        },
        "children": [
          {
            "name": "$v",
            "kind": 7,
            "range": {
              "start": {
                "line": 1,
                "character": 2
              },
              "end": {
                "line": 1,
                "character": 9
              }
            },
            "selectionRange": {
              "start": {
                "line": 1,
                "character": 2
              },
              "end": {
                "line": 1,
                "character": 4
              }
            }
          },
          {
            "name": "f",
            "kind": 6,
            "range": {
              "start": {
                "line": 2,
                "character": 2
              },
              "end": {
                "line": 3,
                "character": 3
              }
            },
            "selectionRange": {
              "start": {
                "line": 2,
                "character": 11
              },
              "end": {
                "line": 2,
                "character": 12
              }
            }
          }
        ]
      }
    ]
    "#);
    insta::assert_snapshot!(editor.shown("textDocument/foldingRange", document), @r#"
    [
      {
        "startLine": 0,
        "endLine": 3,
        "kind": "region"
      }
    ]
    "#);
}

#[test]
fn what_cannot_be_answered_is_an_error() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "");
    let codes = [
        editor.error("textDocument/noSuchThing", json!({})),
        editor.error("textDocument/hover", json!({ "textDocument": 5 })),
    ];
    assert_eq!(codes, [-32601, -32602]);
    let unknown = editor.at("file:///nowhere/x.hsl", 0, 0);
    assert_eq!(editor.request("textDocument/hover", unknown), Value::Null);
    let at = editor.at(&uri, 99, 99);
    assert!(editor.request("textDocument/completion", at).is_array());
}

#[test]
fn scripts_outside_of_a_project_see_the_files_beside_them() {
    let mut editor = Editor::start(json!({}));
    editor.write("../loose/lib.hsl", "function greet() { }\n");
    let uri =
        editor.open("../loose/main.hsl", "import { greet } from \"lib.hsl\"; greet(1); Accept();");
    insta::assert_snapshot!(editor.published(&uri), @r"
    version 1
    0:39-0:40 HSL1007 `greet` takes no arguments, 1 is given
        defined here
    0:43-0:49 HSL2003 `Accept` does not exist outside of a hook / it exists in connect, helo, auth, mailfrom, rcptto and eod
    ");
}

#[test]
fn documents_ranges_and_typed_statements_are_formatted() {
    let mut editor = Editor::start(json!({}));
    editor.write("mailstop.toml", "[format]\nindent = 2\n");
    let uri = editor.open(HOOK, "$a=1;\nif($a){echo \"å𝄞\" ;}\n$b=[ 2 ];\n");
    let document = json!({ "uri": uri });
    let options = json!({ "tabSize": 8, "insertSpaces": false });
    let whole = json!({ "textDocument": document, "options": options });
    insta::assert_snapshot!(editor.shown_edits("textDocument/formatting", whole), @r#"
    0:2-0:2 " "
    0:3-0:3 " "
    1:2-1:2 " "
    1:6-1:6 " "
    1:7-1:7 "\n  "
    1:17-1:18 ""
    1:19-1:19 "\n"
    2:2-2:2 " "
    2:3-2:3 " "
    2:4-2:5 ""
    2:6-2:7 ""
    "#);
    let end = json!({ "line": 2, "character": 9 });
    let range = json!({ "start": { "line": 2, "character": 0 }, "end": end });
    let params = json!({ "textDocument": document, "options": options, "range": range });
    insta::assert_snapshot!(editor.shown_edits("textDocument/rangeFormatting", params), @r#"
    2:2-2:2 " "
    2:3-2:3 " "
    2:4-2:5 ""
    2:6-2:7 ""
    "#);
    let params = json!({
        "textDocument": document, "options": options, "position": end, "ch": ";",
    });
    insta::assert_snapshot!(editor.shown_edits("textDocument/onTypeFormatting", params), @r#"
    2:2-2:2 " "
    2:3-2:3 " "
    2:4-2:5 ""
    2:6-2:7 ""
    "#);
}

#[test]
fn a_broken_document_is_not_formatted() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "if(");
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": uri }, "options": options });
    assert_eq!(editor.request("textDocument/formatting", params), Value::Null);
}

#[test]
fn signatures_hints_and_classes() {
    let mut editor = Editor::start(json!({}));
    let text = "class Box { }\n$box = Box();\necho str_find(\"åx\", \"x\");\nforeach ([1] as $n) echo $n;\n";
    let uri = editor.open(HOOK, text);
    let at = |line: u32, character: u32| json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
    let found = editor.request("textDocument/signatureHelp", at(2, 20));
    assert_eq!(found["signatures"][0]["activeParameter"], 1);
    assert_eq!(found["signatures"][0]["parameters"][1]["label"], json!([25, 42]));
    let found = editor.request("textDocument/typeDefinition", at(1, 2));
    assert_eq!(found[0]["range"]["start"], json!({ "line": 0, "character": 6 }));
    let end = json!({ "line": 5, "character": 0 });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
    let params = json!({ "textDocument": { "uri": uri }, "range": range });
    let hints = editor.request("textDocument/inlayHint", params);
    let labels: Vec<_> = hints.as_array().expect("hints").iter().map(|h| &h["label"]).collect();
    assert_eq!(labels, ["string:", "substring:", ": number"]);
    assert_eq!(hints[1]["position"], json!({ "line": 2, "character": 20 }));
}

#[test]
fn what_items_have_in_common_is_said_once() {
    let item = json!({ "resolveSupport": { "properties": ["documentation"] } });
    let list = json!({ "itemDefaults": ["editRange", "insertTextFormat", "data"] });
    let completion = json!({ "completion": { "completionItem": item, "completionList": list } });
    let mut editor = Editor::start(json!({ "textDocument": completion }));
    let uri = editor.open(HOOK, "$x = [\"dns\" => 1]; echo $x[dns_q");
    let params = json!({
        "textDocument": { "uri": uri }, "position": { "line": 0, "character": 32 },
    });
    let list = editor.request("textDocument/completion", params);
    assert_eq!(list["itemDefaults"]["editRange"]["start"]["character"], json!(27));
    let items = list["items"].as_array().expect("items");
    let found = |label: &str| items.iter().find(|item| item["label"] == label).expect("an item");
    let function = found("dns_query");
    assert!(function["textEdit"].is_null() && function["textEditText"].is_null(), "{function}");
    // An editor adds the data of the list before it asks for the rest.
    let mut asked = function.clone();
    asked["data"] = list["itemDefaults"]["data"].clone();
    let whole = editor.request("completionItem/resolve", asked);
    assert!(whole["documentation"]["value"].is_string(), "{whole}");
}

#[test]
fn documentation_comes_when_it_is_asked_for() {
    let properties = json!({ "resolveSupport": { "properties": ["documentation"] } });
    let completion = json!({ "completion": { "completionItem": properties } });
    let mut editor = Editor::start(json!({ "textDocument": completion }));
    let uri = editor.open(HOOK, "dns_q");
    let params = json!({
        "textDocument": { "uri": uri }, "position": { "line": 0, "character": 5 },
    });
    let list = editor.request("textDocument/completion", params);
    let items = list.as_array().expect("items");
    let item = items.iter().find(|item| item["label"] == "dns_query").expect("the function");
    assert!(item["documentation"].is_null() && !item["data"].is_null(), "{item}");
    let whole = editor.request("completionItem/resolve", item.clone());
    let docs = whole["documentation"]["value"].as_str().expect("documentation");
    assert!(docs.contains("Looks up the DNS records"), "{docs}");
}
