//! Features that need nothing but the script.

use serde_json::{Value, json};

use crate::editor::Editor;

const HOOK: &str = "src/hooks/eod/default.hsl";

/// Tokens with their texts, kinds and modifiers, as an editor would show them.
fn tokens(editor: &Editor, text: &str, data: &Value) -> String {
    let legend = &editor.offered("semanticTokensProvider")["legend"];
    let name = |list: &str, at: usize| legend[list][at].as_str().unwrap_or_default().to_owned();
    let numbers: Vec<_> = data.as_array().expect("data").iter().filter_map(Value::as_u64).collect();
    let lines: Vec<_> = text.lines().collect();
    let (mut line, mut column, mut out) = (0, 0, String::new());
    for token in numbers.chunks(5) {
        let [down, right, length, kind, bits] = token[..] else { panic!("five numbers") };
        line += down as usize;
        column = if down == 0 { column + right as usize } else { right as usize };
        let word = &lines[line][column..column + length as usize];
        let all = legend["tokenModifiers"].as_array().expect("modifiers").len();
        let set = (0..all).filter(|bit| bits & (1 << bit) != 0);
        let special: Vec<_> = set.map(|bit| name("tokenModifiers", bit)).collect();
        let line = format!("{word} {} {}", name("tokenTypes", kind as usize), special.join(" "));
        out += line.trim_end();
        out += "\n";
    }
    out
}

#[test]
fn items_that_may_be_none_say_so_beside_their_name() {
    let item = json!({ "completionItem": { "labelDetailsSupport": true } });
    for (capabilities, expected) in [(item, json!(" | none")), (json!({}), Value::Null)] {
        let mut editor = Editor::start(json!({ "textDocument": { "completion": capabilities } }));
        let uri = editor.open(HOOK, "echo $connection[\"\"];\n");
        let list = editor.request("textDocument/completion", editor.at(&uri, 0, 18));
        let items = list.as_array().or_else(|| list["items"].as_array()).expect("items");
        let of = |name: &str| items.iter().find(|item| item["label"] == name).expect("an item");
        assert_eq!(of("remoteptr")["labelDetails"]["detail"], expected);
        assert_eq!(of("remoteptr")["detail"], "string | none");
        assert_eq!(of("remoteip")["labelDetails"], Value::Null);
    }
}

#[test]
fn tokens_say_what_names_mean() {
    let text = "// a\nfunction f($n) { return $n; }\n$x = [\"k\" => f(1)];\necho \"a $x\";\nTry();\nReject($arguments[\"k\"]);\nhttp(\"u\");\n";
    let mut editor = Editor::start(json!({ "general": { "positionEncodings": ["utf-8"] } }));
    let uri = editor.open(HOOK, text);
    let document = json!({ "textDocument": { "uri": uri } });
    let full = editor.request("textDocument/semanticTokens/full", document.clone());
    insta::assert_snapshot!(tokens(&editor, text, &full["data"]), @r#"
    // a comment
    function keyword
    f function definition
    $n parameter definition
    return keyword
    $n parameter
    $x variable
    "k" property
    f function
    1 number
    echo keyword
    " string
    a  string
    $x variable
    " string
    Try event defaultLibrary unavailable
    Reject event defaultLibrary
    $arguments variable readonly defaultLibrary
    "k" property
    http function defaultLibrary async
    "u" string
    "#);
    let range =
        json!({ "start": { "line": 2, "character": 0 }, "end": { "line": 2, "character": 3 } });
    let params = json!({ "textDocument": { "uri": uri }, "range": range });
    let part = editor.request("textDocument/semanticTokens/range", params);
    assert_eq!(part["data"].as_array().map(Vec::len), Some(5));
    editor.change(&uri, 2, &[([6, 0], [6, 0], "f(2); ")]);
    let params = json!({ "textDocument": { "uri": uri }, "previousResultId": full["resultId"] });
    let delta = editor.request("textDocument/semanticTokens/full/delta", params);
    let edit = &delta["edits"][0];
    assert_eq!(edit["deleteCount"], 5);
    assert_eq!(edit["data"].as_array().map(Vec::len), Some(15));
    let params = json!({ "textDocument": { "uri": uri }, "previousResultId": "unknown" });
    let whole = editor.request("textDocument/semanticTokens/full/delta", params);
    assert!(whole["data"].is_array());
}

#[test]
fn tokens_say_what_a_peer_wrote() {
    let text = "$to = $arguments[\"recipient\"];\necho $to;\n$n = length($to);\nif ($to == \"a\") echo $to;\necho $n;\n";
    let mut editor = Editor::start(json!({ "general": { "positionEncodings": ["utf-8"] } }));
    let uri = editor.open("src/hooks/rcptto/in.hsl", text);
    let document = json!({ "textDocument": { "uri": uri } });
    let full = editor.request("textDocument/semanticTokens/full", document);
    let all = tokens(&editor, text, &full["data"]);
    let marked: Vec<_> = all.lines().filter(|line| line.contains("tainted")).collect();
    insta::assert_snapshot!(marked.join("\n"), @r#"
    "recipient" property tainted
    $to variable tainted
    $to variable tainted
    $to variable tainted
    "#);
}

#[test]
fn links_lead_to_files_and_pages() {
    let mut editor = Editor::start(json!({}));
    editor.write("src/files/lib.hsl", "function a() { }");
    let uri =
        editor.open(HOOK, "import { a } from \"lib.hsl\"; // RFC 5321, https://a.example/x.\n");
    let links =
        editor.request("textDocument/documentLink", json!({ "textDocument": { "uri": uri } }));
    let one = |link: &Value| {
        format!(
            "{}-{} {}",
            link["range"]["start"]["character"], link["range"]["end"]["character"], link["target"]
        )
    };
    let links: Vec<_> = links.as_array().expect("links").iter().map(one).collect();
    let library = format!("18-27 \"{}\"", editor.uri("src/files/lib.hsl"));
    assert_eq!(
        links,
        [
            library.as_str(),
            "32-40 \"https://www.rfc-editor.org/rfc/rfc5321\"",
            "42-61 \"https://a.example/x\""
        ]
    );
}

#[test]
fn selections_grow_and_values_stop_where_the_debugger_stands() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "$x = f($y);\n$z = 1;\n");
    let document = json!({ "uri": uri });
    let place = |line: u32, character: u32| json!({ "line": line, "character": character });
    let params = json!({ "textDocument": document, "positions": [place(0, 8), place(9, 0)] });
    let ranges = editor.request("textDocument/selectionRange", params);
    assert_eq!(ranges.as_array().map(Vec::len), Some(2));
    let mut widths = Vec::new();
    let mut range = &ranges[0];
    while range.is_object() {
        widths.push(range["range"]["end"]["character"].as_u64().unwrap_or(0));
        range = &range["parent"];
    }
    assert_eq!(widths, [9, 10, 10, 10, 11, 0]);
    let whole = json!({ "start": place(0, 0), "end": place(2, 0) });
    let stop = json!({ "start": place(0, 0), "end": place(0, 11) });
    let context = json!({ "frameId": 1, "stoppedLocation": stop });
    let params = json!({ "textDocument": document, "range": whole, "context": context });
    let values = editor.request("textDocument/inlineValue", params);
    let values: Vec<_> =
        values.as_array().expect("values").iter().map(|v| &v["expression"]).collect();
    assert_eq!(values, ["$x", "$y"]);
}

#[test]
fn many_ranges_are_formatted_at_once() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "$a=1;\n$b=2;\n$c=3;\n");
    let line = |line: u32| json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 4 } });
    let params = json!({
        "textDocument": { "uri": uri }, "ranges": [line(0), line(2)],
        "options": { "tabSize": 4, "insertSpaces": true },
    });
    let edits = editor.request("textDocument/rangesFormatting", params);
    let lines: Vec<_> =
        edits.as_array().expect("edits").iter().map(|e| &e["range"]["start"]["line"]).collect();
    assert_eq!(lines, [0, 0, 2, 2]);
}

#[test]
fn pages_are_documents_of_the_server() {
    let mut editor = Editor::start(json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "textDocumentContent": {} },
    }));
    let uri = editor.open(HOOK, "nowhere();");
    let report =
        editor.request("textDocument/diagnostic", json!({ "textDocument": { "uri": uri } }));
    let page = &report["items"][0]["codeDescription"]["href"];
    assert_eq!(*page, "mailstop-catalogue:/code/unknown-function.md");
    let text = editor.request("workspace/textDocumentContent", json!({ "uri": page }));
    assert!(text["text"].as_str().is_some_and(|text| text.contains("HSL1002")));
    let command = json!({ "command": "mailstop.page", "arguments": [page] });
    assert_eq!(editor.request("workspace/executeCommand", command), text["text"]);
    let uri = editor.open("src/hooks/eod/other.hsl", "echo length(\"a\");");
    let at = editor.at(&uri, 0, 8);
    let target = editor.request("textDocument/definition", at);
    assert_eq!(target["uri"], "mailstop-catalogue:/name/length.md");
    let unknown = json!({ "uri": "mailstop-catalogue:/code/none.md" });
    assert_eq!(editor.error("workspace/textDocumentContent", unknown), -32803);
    assert_eq!(editor.error("workspace/executeCommand", json!({ "command": "x" })), -32602);
}

/// The labels of the hints of a document.
fn hints(editor: &mut Editor, uri: &str) -> Vec<Value> {
    let end = json!({ "line": 99, "character": 0 });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
    let params = json!({ "textDocument": { "uri": uri }, "range": range });
    let found = editor.request("textDocument/inlayHint", params);
    found.as_array().expect("hints").clone()
}

#[test]
fn names_of_the_library_lead_to_their_pages() {
    let mut editor = Editor::start(json!({ "workspace": { "textDocumentContent": {} } }));
    let text =
        "echo http(\"x\", [\"timeout\" => 5]);\n$arguments[\"mail\"]->addHeader(\"a\", \"b\");\n";
    let uri = editor.open("src/hooks/eod/default.hsl", text);
    let mut page = |line, character| {
        let at = editor.at(&uri, line, character);
        editor.request("textDocument/definition", at)["uri"].clone()
    };
    assert_eq!(page(0, 7), "mailstop-catalogue:/name/http.md");
    assert_eq!(page(0, 18), "mailstop-catalogue:/name/http.md");
    assert_eq!(page(1, 14), "mailstop-catalogue:/hook/eod.md");
    assert_eq!(page(1, 23), "mailstop-catalogue:/name/EODMailMessage.md");
}

#[test]
fn hooks_and_tests_are_run_from_above_them() {
    let commands = ["run", "debug", "runSample", "debugSample", "runTest", "debugTest"];
    let commands = commands.map(|name| format!("mailstop.{name}"));
    let mut editor =
        Editor::start(json!({ "experimental": { "commands": { "commands": commands } } }));
    let mut lenses = |file: &str, text: &str| {
        let uri = editor.open(file, text);
        let document = json!({ "textDocument": { "uri": uri } });
        let lenses = editor.request("textDocument/codeLens", document);
        let lenses = lenses.as_array().expect("lenses").clone();
        let own = lenses.iter().filter(|lens| !lens["command"].is_null());
        let shown = |lens: &Value| {
            let command = &lens["command"];
            let line = &lens["range"]["start"]["line"];
            format!(
                "{line} {} {} {}",
                command["title"], command["command"], command["arguments"][1]
            )
        };
        own.map(shown).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(lenses("src/hooks/eod/default.hsl", "echo 1;\n"), @r#"
    0 "Run with sample" "mailstop.runSample" null
    0 "Debug with sample" "mailstop.debugSample" null
    0 "Run" "mailstop.run" null
    0 "Debug" "mailstop.debug" null
    "#);
    let tests =
        "function test_a() { assert(true); }\nfunction other() { }\nfunction test_b() { }\n";
    insta::assert_snapshot!(lenses("tests/a.test.hsl", tests), @r#"
    0 "Run test" "mailstop.runTest" "test_a"
    0 "Debug" "mailstop.debugTest" "test_a"
    2 "Run test" "mailstop.runTest" "test_b"
    2 "Debug" "mailstop.debugTest" "test_b"
    "#);
    insta::assert_snapshot!(lenses("src/files/lib.hsl", tests), @"");
}

#[test]
fn hints_are_those_that_the_user_wants() {
    let mut editor = Editor::start(json!({}));
    editor.write(HOOK, "import { f } from \"lib.hsl\"; f(1, 2);\n");
    let text = "function f($a, $b) {\n  foreach ([1] as $n) echo str_find(\"a\", $n);\n}\nfunction g() { sleep(3); sleep(4); }\n$y = \"a\"; $x = strptime($y, $y);\n";
    let uri = editor.open("src/files/lib.hsl", text);
    let labels = |all: &[Value]| {
        all.iter().filter_map(|h| h["label"].as_str()).map(str::to_owned).collect::<Vec<_>>()
    };
    let all = hints(&mut editor, &uri);
    let shown = ["string:", ": number", "| none", "eod", "waits ≤ 7 s"];
    let mut found = labels(&all);
    found.sort_by_key(|label| shown.iter().position(|known| known == label));
    assert_eq!(found, shown);
    let of_hooks = all.iter().find(|hint| hint["label"] == "eod").expect("the hooks");
    assert_eq!(of_hooks["position"], json!({ "line": 0, "character": 18 }));
    assert!(of_hooks.get("tooltip").is_none());
    let resolved = editor.request("inlayHint/resolve", of_hooks.clone());
    assert!(resolved["tooltip"].as_str().is_some_and(|text| text.contains("hooks")));
    let kinds = [
        ("parameterNames", "string:"),
        ("loopTypes", ": number"),
        ("mayBeNone", "| none"),
        ("hooks", "eod"),
        ("waits", "waits ≤ 7 s"),
    ];
    for (setting, label) in kinds {
        let settings = json!({ "mailstop": { "inlayHints": { setting: false } } });
        editor.notify("workspace/didChangeConfiguration", json!({ "settings": settings }));
        let rest = labels(&hints(&mut editor, &uri));
        assert!(rest.len() == 4 && !rest.iter().any(|shown| shown == label), "{setting}: {rest:?}");
    }
}

#[test]
fn locks_and_caches_are_symbols_of_what_they_stand_in() {
    let mut editor = Editor::start(json!({}));
    let text = "function f() {\n  barrier \"lock\" { echo cache [\"namespace\" => \"names\"] g(); }\n}\nbarrier \"top\" { }\nfunction g() { }\n";
    let uri = editor.open(HOOK, text);
    let params = json!({ "textDocument": { "uri": uri } });
    let found = editor.request("textDocument/documentSymbol", params);
    let names = |items: &Value| {
        let all = items.as_array().into_iter().flatten();
        all.filter_map(|item| item["name"].as_str()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&found), ["f", "top", "g"]);
    let lock = &found[0]["children"][0];
    assert_eq!((&lock["name"], &lock["kind"]), (&json!("lock"), &json!(3)));
    assert_eq!(names(&lock["children"]), ["names"]);
}

#[test]
fn patterns_tell_their_worst_case() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, "echo \"a\" =~ #/^(a+)+$/;\necho \"a\" =~ #/^a+$/;\n");
    for (line, told) in [(0, "Worst case: exponential, with `\"a\"`"), (1, "not exponential")] {
        let at = editor.at(&uri, line, 15);
        let page = editor.request("textDocument/hover", at);
        let text = page["contents"]["value"].as_str().expect("a page");
        assert!(text.contains(told) && text.contains("once or more"), "{text}");
    }
}

#[test]
fn pages_tell_of_zones_and_packages() {
    let mut editor = Editor::start(json!({}));
    let package = "src/files/extras/ranks";
    editor.write(
        &format!("{package}/main.hsl"),
        "// Ranks of hosts.\nfunction rank() { return 1; }\n",
    );
    editor.write(
        &format!("{package}/README.md"),
        "# Ranks\n\nSorts hosts.\n\n## Use\n\nImport it.\n",
    );
    let text =
        "import { rank } from \"extras://ranks\";\n$zone = \"Etc/UTC\";\n$type = \"text/plain\";\n";
    let uri = editor.open(HOOK, text);
    let mut page = |line: u32, character: u32| {
        let at = editor.at(&uri, line, character);
        editor.request("textDocument/hover", at)["contents"]["value"].to_string()
    };
    let package = page(0, 28);
    assert!(package.contains("Ranks of hosts.") && package.contains("Sorts hosts."), "{package}");
    assert!(!package.contains("Import it."), "{package}");
    assert!(page(1, 12).contains("Time zone, now UTC (UTC+00:00)."));
    assert!(!page(2, 12).contains("Time zone"));
}

#[test]
fn a_carriage_return_alone_ends_a_line() {
    let capabilities = json!({ "general": { "positionEncodings": ["utf-16"] } });
    let mut editor = Editor::start(capabilities);
    let uri = editor.open(HOOK, "/* å\r   b */\rif (1) {\r\n  dns_query(\"x\");\r}\n");
    let document = json!({ "textDocument": { "uri": uri } });
    let hover = |editor: &mut Editor, line: u32| {
        let at = editor.at(&uri, line, 4);
        editor.request("textDocument/hover", at)["contents"]["value"].to_string()
    };
    assert!(hover(&mut editor, 3).contains("dns_query("));
    // The editor's lines are those of changes.
    editor.change(&uri, 2, &[([3, 2], [3, 11], "str_lower")]);
    assert!(hover(&mut editor, 3).contains("str_lower("));
    let outline = editor.request("textDocument/foldingRange", document.clone());
    let folds: Vec<_> = outline
        .as_array()
        .expect("folds")
        .iter()
        .map(|fold| (&fold["startLine"], &fold["endLine"]))
        .collect();
    assert!(folds.contains(&(&json!(2), &json!(3))), "{folds:?}");
    let tokens = editor.request("textDocument/semanticTokens/full", document);
    let data: Vec<_> =
        tokens["data"].as_array().expect("data").iter().filter_map(Value::as_u64).collect();
    assert_eq!((&data[..3], &data[5..8]), (&[0, 0, 4][..], &[1, 0, 7][..]));
}

#[test]
fn types_lead_to_classes_and_pages() {
    let mut editor = Editor::start(json!({ "workspace": { "textDocumentContent": {} } }));
    editor.write("src/files/box.hsl", "class Box { function open() { } }\n");
    let text = "import { Box } from \"box.hsl\";\n$b = Box();\n$m = $arguments[\"mail\"];\necho $b . $m;\n";
    let uri = editor.open(HOOK, text);
    let of = |editor: &mut Editor, character: u32| {
        let at = editor.at(&uri, 3, character);
        editor.request("textDocument/typeDefinition", at)
    };
    let class = of(&mut editor, 6);
    assert_eq!(class[0]["uri"], editor.uri("src/files/box.hsl"));
    assert_eq!(class[0]["range"]["start"], json!({ "line": 0, "character": 6 }));
    assert_eq!(of(&mut editor, 11)[0]["uri"], "mailstop-catalogue:/name/EODMailMessage.md");
}
