//! What must not break the server: typing, cancelling, hostile folders.

use std::fs;
use std::os::unix::fs::symlink;
use std::thread;

use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::{Value, json};

use crate::editor::Editor;

const HOOK: &str = "src/hooks/eod/default.hsl";

/// A script with most of the language in it.
const SCRIPT: &str = r##"// What is typed.
import { a } from "lib.hsl";
$keys = ["a" => 1, "b" => [2, "𝄞 $keys"]];
function f($n, $rest = none) closure ($keys) {
    foreach ($keys as $k => $v) { if ($v > $n and not $rest) echo "$k {$v}"; }
    return $n =~ #/^(?<x>a+)$/i ? $rest["x"] : match ($n) { 1 => "one", default => 'two' };
}
class C { $p = 1; constructor($p) { $this->p = $p; } function get() { return $this->p; } }
try { f(1)->x[1:2] ??= C(2)->get(); } catch ($e) { Reject("no: $e"); }
"##;

#[test]
fn a_file_that_is_typed_is_answered_at_each_step() {
    let mut editor = Editor::start(json!({ "general": { "positionEncodings": ["utf-16"] } }));
    editor.write("src/files/lib.hsl", "function a() { }");
    let uri = editor.open(HOOK, "");
    let (mut line, mut column) = (0, 0);
    let document = json!({ "textDocument": { "uri": uri } });
    for (step, letter) in SCRIPT.chars().enumerate() {
        let at = [line, column];
        editor.change(&uri, step as i32 + 2, &[(at, at, &letter.to_string())]);
        (line, column) = match letter {
            '\n' => (line + 1, 0),
            _ => (line, column + letter.len_utf16() as u32),
        };
        let here = editor.at(&uri, line, column);
        assert!(editor.request("textDocument/completion", here.clone()).is_array(), "{step}");
        assert!(editor.request("textDocument/documentSymbol", document.clone()).is_array());
        editor.request("textDocument/hover", here);
    }
    // What was typed is what would have been opened.
    let typed = editor.request("textDocument/semanticTokens/full", document);
    let fresh = editor.open("src/hooks/eod/fresh.hsl", SCRIPT);
    let params = json!({ "textDocument": { "uri": fresh } });
    let opened = editor.request("textDocument/semanticTokens/full", params);
    assert_eq!(typed["data"], opened["data"]);
    assert!(opened["data"].as_array().is_some_and(|data| data.len() > 200));
}

#[test]
fn what_is_canceled_is_answered_once() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, &"echo 1;\n".repeat(20_000));
    let at = editor.at(&uri, 0, 0);
    let id = editor.begin("textDocument/completion", at.clone());
    editor.notify("$/cancelRequest", json!({ "id": id }));
    let code = editor.answer(id).response_result.err().map(|error| error.code);
    // It may have been faster than the notification.
    assert!(matches!(code, None | Some(-32800)), "{code:?}");
    assert!(editor.request("textDocument/completion", at).is_array());
}

#[test]
fn large_files_have_syntax_errors_and_answers() {
    let mut editor = Editor::start(json!({}));
    editor.write("mailstop.toml", "[lint.rules]\nsize-limits = \"off\"\n");
    let text = "$x = [\"a\" => 1];\n".repeat(50_000) + "echo $x;\nDefer();\n";
    let uri = editor.open(HOOK, &text);
    assert_eq!(editor.published(&uri).trim(), "version 1");
    editor.change(&uri, 2, &[([25_000, 5], [25_000, 6], "")]);
    let first = editor.published(&uri);
    assert!(first.starts_with("version 2\n") && first.contains("HSL1001"), "{first}");
    let symbols = json!({ "textDocument": { "uri": uri } });
    assert_eq!(editor.request("textDocument/documentSymbol", symbols)[0]["name"], "$x");
}

/// Columns of a line that is as long as a file are counted once.
#[test]
fn a_long_line_is_read_once() {
    let mut editor = Editor::start(json!({}));
    let uri = editor.open(HOOK, &"$x = 1; ".repeat(10_000));
    let document = json!({ "textDocument": { "uri": uri } });
    let tokens = editor.request("textDocument/semanticTokens/full", document);
    let data = tokens["data"].as_array().expect("tokens");
    let columns: u64 = data.chunks(5).filter_map(|token| token[1].as_u64()).sum();
    assert!(columns > 79_000, "{columns}");
}

#[test]
fn hostile_folders_cost_nothing() {
    let fill = |editor: &Editor| {
        editor.write("src/files/good.hsl", "function good() { }");
        let files = editor.path("src/files");
        symlink(&files, files.join("loop")).expect("a link");
        symlink(files.join("nowhere"), files.join("broken.hsl")).expect("a link");
        symlink("/dev/zero", files.join("endless.hsl")).expect("a link");
        // Without blocks on disk, but a reader would have to take it all.
        let garbage = fs::File::create(files.join("garbage.hsl")).expect("a file");
        garbage.set_len(100 << 20).expect("a size");
        fs::write(files.join("bytes.hsl"), b"$x = \"\xff\xfe\"; nowhere();\n").expect("a file");
    };
    let pulls = json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    });
    let mut editor = Editor::start_with(pulls, fill, &["project"]);
    editor.was_asked("workspace/diagnostic/refresh");
    let report = editor.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = report["items"].as_array().expect("items");
    let bytes = items.iter().find(|item| item["uri"] == editor.uri("src/files/bytes.hsl"));
    let found = bytes.expect("the file")["items"].as_array().expect("items");
    let place = |item: &Value| format!("{} {}", item["code"], item["range"]["start"]["character"]);
    let found: Vec<_> = found.iter().map(place).collect();
    // A byte that is no text counts one in every unit.
    assert_eq!(found, ["\"HSL1105\" 6", "\"HSL1002\" 11"]);
    let hook = editor.open(
        HOOK,
        "import { good } from \"good.hsl\"; import { big } from \"garbage.hsl\"; good();",
    );
    let document = json!({ "textDocument": { "uri": hook } });
    let report = editor.request("textDocument/diagnostic", document);
    let codes: Vec<_> =
        report["items"].as_array().expect("items").iter().map(|f| &f["code"]).collect();
    assert_eq!(codes, ["HSL1004"]);
}

#[test]
fn questions_about_other_files_are_answered_with_nothing() {
    let mut editor = Editor::start(json!({}));
    let document = json!({ "uri": editor.uri("notes.txt"), "languageId": "plaintext", "version": 1, "text": "if (" });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    let uri = editor.uri("notes.txt");
    editor.change(&uri, 2, &[([0, 0], [0, 2], "while")]);
    let params = json!({ "textDocument": { "uri": uri } });
    assert_eq!(editor.request("textDocument/documentSymbol", params.clone()), json!([]));
    assert_eq!(editor.request("textDocument/semanticTokens/full", params), Value::Null);
    assert_eq!(editor.unread(), 0);
}

/// An answer to what the server asked crosses with `shutdown`; a request after it is refused.
#[test]
fn messages_may_cross_with_shutdown() {
    let (editor, server) = Connection::memory();
    let server = thread::spawn(move || lsp::serve(server));
    let send = |message: Message| editor.sender.send(message).expect("a server");
    let answer = || match editor.receiver.recv().expect("an answer") {
        Message::Response(response) => response.response_result.map_err(|error| error.code),
        other => panic!("{other:?} is no answer"),
    };
    let request =
        |id: i32, method: &str, params| Request::new(id.into(), method.to_owned(), params);
    send(request(1, "initialize", json!({ "capabilities": {} })).into());
    assert!(answer().is_ok());
    send(Notification::new("initialized".to_owned(), json!({})).into());
    send(request(2, "shutdown", Value::Null).into());
    send(Response::new_ok("watch".to_owned().into(), ()).into());
    send(request(3, "textDocument/hover", json!({})).into());
    assert_eq!(answer(), Ok(Value::Null));
    assert_eq!(answer(), Err(-32600));
    send(Notification::new("exit".to_owned(), Value::Null).into());
    server.join().expect("no panic").expect("an orderly end");
}

/// The process ends with status 1 then (LSP 3.18, `exit`).
#[test]
fn exit_without_shutdown_is_an_error() {
    let (editor, server) = Connection::memory();
    let server = thread::spawn(move || lsp::serve(server));
    let send = |message: Message| editor.sender.send(message).expect("a server");
    let params = json!({ "capabilities": {} });
    send(Request::new(1.into(), "initialize".to_owned(), params).into());
    editor.receiver.recv().expect("an answer");
    send(Notification::new("initialized".to_owned(), json!({})).into());
    send(Notification::new("exit".to_owned(), Value::Null).into());
    let end = server.join().expect("no panic").expect_err("an error");
    assert!(end.to_string().contains("shutdown"), "{end}");
}
