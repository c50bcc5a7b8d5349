//! Tests and scripts under the debugger: the adapter starts them, stops in them and tells their end.

use std::io::Read as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tests::{DapClient, PATIENCE, Project};

use crate::MAILSTOP;

const TESTS: &str = "tests/launch.test.hsl";
const TEXT: &str = r#"import { is_local } from "policy.hsl";

function twice($x) {
    $y = $x * 2;
    return $y;
}

function test_steps() {
    echo "begins";
    $n = twice(21);
    $password = "tiger7";
    $result = run_hook("rcptto", ["arguments" => ["recipient" => "alice@example.com"]]);
    assert_equal($result["verdict"], "Accept");
}

function test_fails() {
    foreach ([1, 2, 3] as $i) {
        $seen = $i;
    }
    assert_equal(["sum" => $seen], ["sum" => 4]);
}

// Nothing stands below.
"#;

/// A project with these tests, and an adapter that has said hello.
fn debugger() -> (Project, DapClient) {
    let project = Project::copy_of("examples/starter");
    project.write(TESTS, TEXT);
    let mut debugger = DapClient::spawn(Command::new(MAILSTOP).arg("dap"));
    debugger.request("initialize", json!({ "adapterID": "hsl" }));
    (project, debugger)
}

/// Launches, and gives the breakpoints of a file as they were placed. The program has begun then.
fn launch(debugger: &mut DapClient, arguments: Value, breakpoints: Value) -> Vec<Value> {
    let file = arguments["program"].clone();
    let launch = debugger.send("launch", arguments);
    debugger.event("initialized");
    let answer = debugger.answer(launch);
    assert_eq!(answer["success"], true, "{answer:#}");
    let wish = json!({ "source": { "path": file }, "breakpoints": breakpoints });
    let placed = debugger.request("setBreakpoints", wish);
    debugger.request("setExceptionBreakpoints", json!({ "filters": ["uncaught"] }));
    debugger.request("configurationDone", json!({}));
    placed["breakpoints"].as_array().cloned().unwrap_or_default()
}

fn refused(debugger: &mut DapClient, arguments: Value) -> String {
    let launch = debugger.send("launch", arguments);
    let answer = debugger.answer(launch);
    assert_eq!(answer["success"], false, "{answer:#}");
    answer["message"].as_str().unwrap_or_default().to_owned()
}

/// Waits until the program stops; gives the reason, the thread and the frames.
fn stopped(debugger: &mut DapClient) -> (Value, Value, Vec<Value>) {
    let event = debugger.event("stopped");
    let thread = event["threadId"].clone();
    let trace = debugger.request("stackTrace", json!({ "threadId": thread }));
    (event, thread, trace["stackFrames"].as_array().cloned().unwrap_or_default())
}

/// One step; the file and line where it ends.
fn step(debugger: &mut DapClient, command: &str, thread: &Value) -> (String, usize) {
    debugger.request(command, json!({ "threadId": thread }));
    place(&stopped(debugger).2)
}

fn place(frames: &[Value]) -> (String, usize) {
    let path = frames[0]["source"]["path"].as_str().unwrap_or_default();
    let name = Path::new(path).iter().rev().take(2).collect::<Vec<_>>();
    let name = name.iter().rev().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
    (name, frames[0]["line"].as_u64().unwrap_or_default() as usize)
}

/// Everything that was printed up to the end, and the exit code.
fn end(debugger: &mut DapClient) -> (String, i64) {
    let mut text = String::new();
    let code = debugger.event("exited")["exitCode"].as_i64().unwrap_or(-1);
    debugger.event("terminated");
    while debugger.has_event("output") {
        text.push_str(debugger.event("output")["output"].as_str().unwrap_or_default());
    }
    (text, code)
}

#[test]
fn a_test_stops_steps_into_its_hook_and_passes() {
    let (project, mut debugger) = debugger();
    let arguments = json!({ "program": project.path().join(TESTS), "test": "test_steps" });
    let line = |mark| project.line_of(TESTS, mark);
    let marks = json!([{ "line": line("$n = twice") }, { "line": line("// Nothing stands") }]);
    let placed = launch(&mut debugger, arguments, marks);
    assert_eq!(placed[0]["verified"], true, "{placed:#?}");
    assert_eq!(placed[1]["verified"], false, "what the runner adds is no place: {placed:#?}");

    let (event, thread, frames) = stopped(&mut debugger);
    assert_eq!(event["reason"], "breakpoint", "{event}");
    assert_eq!(debugger.event("output")["output"], "begins\n", "as soon as it is printed");
    assert_eq!(frames.len(), 1, "the call of the runner is not shown: {frames:#?}");
    assert_eq!(frames[0]["name"], "test_steps");

    let tests = |mark: &str| (TESTS.to_owned(), project.line_of(TESTS, mark));
    assert_eq!(step(&mut debugger, "stepIn", &thread), tests("$y = $x * 2"));
    assert_eq!(step(&mut debugger, "stepOut", &thread), tests("$password = "));
    assert_eq!(step(&mut debugger, "next", &thread), tests("$result = run_hook"));

    let trace = debugger.request("stackTrace", json!({ "threadId": thread }));
    let frame = trace["stackFrames"][0]["id"].clone();
    let locals = debugger.scope(&frame, "Locals");
    let shown: Vec<_> = locals.iter().map(|one| (&one["name"], &one["value"])).collect();
    assert_eq!(shown[0], (&json!("$n"), &json!("42")));
    assert!(!format!("{shown:?}").contains("tiger7"), "{shown:?}");
    let watch = json!({ "expression": "$n . \"!\"", "frameId": frame, "context": "watch" });
    assert_eq!(debugger.request("evaluate", watch)["result"], "\"42!\"");

    let hook = step(&mut debugger, "stepIn", &thread);
    assert_eq!(hook.0, "rcptto/default.hsl", "a step into run_hook leads into the hook");
    let threads = debugger.request("threads", json!({}));
    assert_eq!(threads["threads"][0]["name"], "test_steps · rcptto");
    let back = step(&mut debugger, "stepOut", &thread);
    assert_eq!(back, tests("assert_equal($result"), "a step out of the hook leads back");

    debugger.request("continue", json!({ "threadId": thread }));
    let (text, code) = end(&mut debugger);
    assert!(text.contains("1 passed, 0 failed") && code == 0, "{code}: {text}");
    debugger.request("disconnect", json!({}));
}

#[test]
fn a_test_that_fails_stops_at_its_assertion_and_shows_the_difference() {
    let (project, mut debugger) = debugger();
    let arguments = json!({ "program": project.path().join(TESTS), "test": "test_fails" });
    let line = project.line_of(TESTS, "$seen = $i");
    let marks = json!([
        { "line": line, "condition": "$i == 3" },
        { "line": line, "logMessage": "sees {$i}" },
    ]);
    launch(&mut debugger, arguments, marks);
    let (_, thread, frames) = stopped(&mut debugger);
    let watch = json!({ "expression": "$i", "frameId": frames[0]["id"] });
    assert_eq!(debugger.request("evaluate", watch)["result"], "3");

    debugger.request("continue", json!({ "threadId": thread }));
    let (event, _, frames) = stopped(&mut debugger);
    assert_eq!(event["reason"], "exception", "{event}");
    assert_eq!(frames[0]["line"], project.line_of(TESTS, "assert_equal([\"sum\""));
    let why = event["text"].as_str().unwrap_or_default();
    assert!(why.contains("the values differ"), "{why}");

    debugger.request("continue", json!({ "threadId": thread }));
    let (text, code) = end(&mut debugger);
    for words in [
        "sees 1\n",
        "sees 3\n",
        "FAIL ",
        "-   \"sum\" => 4",
        "+   \"sum\" => 3",
        "0 passed, 1 failed",
    ] {
        assert!(text.contains(words), "no {words:?} in: {text}");
    }
    assert_eq!(code, 1);
}

#[test]
fn the_whole_file_stops_on_entry_or_just_runs() {
    let (project, mut debugger) = debugger();
    let program = project.path().join(TESTS);
    launch(&mut debugger, json!({ "program": program, "stopOnEntry": true }), json!([]));
    let (event, thread, frames) = stopped(&mut debugger);
    assert_eq!((&event["reason"], &frames[0]["name"]), (&json!("entry"), &json!("test_steps")));
    assert_eq!(place(&frames).1, project.line_of(TESTS, "echo \"begins\""));
    debugger.request("disconnect", json!({}));
    drop((debugger, thread));

    let mut plain = DapClient::spawn(Command::new(MAILSTOP).arg("dap"));
    plain.request("initialize", json!({ "adapterID": "hsl" }));
    let mark = json!([{ "line": project.line_of(TESTS, "$y = ") }]);
    launch(&mut plain, json!({ "program": program, "noDebug": true, "stopOnEntry": true }), mark);
    let (text, code) = end(&mut plain);
    assert!(text.contains("1 passed, 1 failed") && code == 1, "{code}: {text}");
    assert!(!plain.has_event("stopped"));
}

#[test]
fn a_script_runs_with_its_arguments_until_it_is_ended() {
    let (project, mut debugger) = debugger();
    project.write("lib.hsl", "function f($a) {\n    return $a * 2;\n}\n");
    let script =
        "import { f } from \"./lib.hsl\";\necho $argv[1];\n$n = f(4);\nwhile (true) $n += 1;\n";
    project.write("try.hsl", script);
    let arguments =
        json!({ "program": "try.hsl", "cwd": project.path(), "args": ["-v"], "stopOnEntry": true });
    let file = project.path().join("try.hsl");
    launch(&mut debugger, arguments, json!([]));
    let (event, thread, frames) = stopped(&mut debugger);
    assert_eq!((&event["reason"], place(&frames).1), (&json!("entry"), 1), "{frames:#?}");
    assert_eq!(frames[0]["source"]["path"], file.to_string_lossy().as_ref());
    assert_eq!(step(&mut debugger, "next", &thread).1, 2);
    step(&mut debugger, "next", &thread);
    assert_eq!(debugger.event("output")["output"], "-v\n");
    let inside = step(&mut debugger, "stepIn", &thread);
    assert!(inside.0.ends_with("lib.hsl") && inside.1 == 2, "{inside:?}");

    debugger.request("continue", json!({ "threadId": thread }));
    debugger.request("terminate", json!({}));
    assert_eq!(end(&mut debugger).1, 130);
}

#[test]
fn a_script_that_is_ended_where_it_stands_does_not_run_on() {
    let (project, mut debugger) = debugger();
    project.write("two.hsl", "echo \"one\";\necho \"two\";\n");
    let arguments = json!({ "program": project.path().join("two.hsl") });
    launch(&mut debugger, arguments, json!([{ "line": 2 }]));
    stopped(&mut debugger);
    debugger.request("terminate", json!({}));
    assert_eq!(end(&mut debugger), ("one\n".to_owned(), 130));
}

#[test]
fn what_cannot_be_launched_is_one_clear_sentence() {
    let (project, mut debugger) = debugger();
    let missing = project.path().join("tests/none.test.hsl");
    let why = refused(&mut debugger, json!({ "program": missing }));
    assert_eq!(why, format!("there is no file {}", missing.display()));
    let program = project.path().join(TESTS);
    let why = refused(&mut debugger, json!({ "program": program, "test": "test_none" }));
    assert_eq!(why, format!("{TESTS} has no test `test_none`"));
    project.write(TESTS, "function test_a() { $x = ; }\n");
    let why = refused(&mut debugger, json!({ "program": program }));
    assert_eq!(why, "a test is invalid: 1 error");
    let shown = debugger.event_where("output", |body| {
        body["output"].as_str().is_some_and(|text| text.contains("expected an expression"))
    });
    assert_eq!(shown["category"], "stderr");
}

#[test]
fn a_hook_stops_on_its_sample_and_tells_its_verdict() {
    let (project, mut debugger) = debugger();
    let hook = "src/hooks/rcptto/default.hsl";
    let arguments = json!({
        "program": project.path().join(hook), "stopOnEntry": true,
        "variables": { "arguments": { "recipient": "alice@elsewhere.example" } },
    });
    launch(&mut debugger, arguments, json!([]));
    let (event, thread, frames) = stopped(&mut debugger);
    assert_eq!(event["reason"], "entry", "{event}");
    assert_eq!(place(&frames).0, "rcptto/default.hsl");
    let recipient = json!({
        "expression": "$arguments[\"address\"][\"domain\"]", "frameId": frames[0]["id"],
        "context": "watch",
    });
    assert_eq!(debugger.request("evaluate", recipient)["result"], "\"elsewhere.example\"");
    debugger.request("continue", json!({ "threadId": thread }));
    let (text, code) = end(&mut debugger);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("Reject(\"We do not take mail for elsewhere.example\""), "{text}");
}

#[test]
fn a_hook_without_the_debugger_is_refused_what_it_cannot_have() {
    let (project, mut debugger) = debugger();
    let hook = project.path().join("src/hooks/rcptto/default.hsl");
    let variables = json!({ "argument": {} });
    let why = refused(&mut debugger, json!({ "program": hook, "samples": ["none.eml"] }));
    assert!(why.starts_with("there is no file ") && why.ends_with("none.eml"), "{why}");
    let arguments = json!({ "program": hook, "noDebug": true, "variables": variables });
    launch(&mut debugger, arguments, json!([]));
    let (text, code) = end(&mut debugger);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("did you mean \"arguments\"?"), "{text}");
}

#[test]
fn a_program_does_not_outlive_its_debugger() {
    let (project, mut debugger) = debugger();
    let listener = UnixListener::bind(project.path().join("s")).expect("a socket");
    let path = project.path().join("s");
    let script = format!(
        "$s = Socket(\"AF_UNIX\", \"SOCK_STREAM\")->connect(\"{}\");\n\
         echo \"connected\";\nwhile (true) $n += 1;\n",
        path.display()
    );
    project.write("forever.hsl", &script);
    let arguments = json!({ "program": project.path().join("forever.hsl") });
    launch(&mut debugger, arguments, json!([]));
    debugger.event_where("output", |body| body["output"] == "connected\n");
    let (mut held, _) = listener.accept().expect("the script");
    held.set_read_timeout(Some(PATIENCE)).expect("a deadline");
    // Killed, not asked to leave.
    drop(debugger);
    assert_eq!(held.read(&mut [0]).expect("the end of the script"), 0);
}
