//! Whole sessions: an editor on one side, a scripted control server on the other.

mod support;

use insta::assert_snapshot;
use serde_json::json;
use support::{Session, Told};

const FILE: &str = "src/hooks/eod/default.hsl";

#[tokio::test]
async fn a_session_from_attach_to_disconnect() {
    let mut session = Session::start().await;
    session.request("initialize", json!({ "adapterID": "hsl" })).await;
    session.told();
    session.request("attach", session.attach()).await;
    session.event("initialized").await;
    assert_snapshot!(session.told(), @r#"
    response attach
    event initialized
    "#);

    let path = session.path(FILE);
    let lines = json!([{ "line": 2 }, { "line": 9, "condition": "$n > 1" }]);
    session
        .request("setBreakpoints", json!({ "source": { "path": path }, "breakpoints": lines }))
        .await;
    session.request("setExceptionBreakpoints", json!({ "filters": ["uncaught"] })).await;
    session.request("configurationDone", json!({})).await;
    assert_snapshot!(session.told(), @r#"
    response setBreakpoints {"breakpoints":[{"id":1,"verified":true,"source":{"name":"default.hsl","path":"<project>/src/hooks/eod/default.hsl"},"line":2,"column":1,"endLine":2,"endColumn":10},{"id":2,"verified":false,"message":"no statement here","source":{"name":"default.hsl","path":"<project>/src/hooks/eod/default.hsl"},"reason":"failed"}]}
    response setExceptionBreakpoints
    response configurationDone
    "#);

    session
        .push(r#"{"event":"threadStarted","thread":"c1","name":"192.0.2.10:41822 in","stage":"s"}"#)
        .await;
    session
        .push(r#"{"event":"threadRenamed","thread":"c1","name":"192.0.2.10:41822 in · EOD"}"#)
        .await;
    session.push(r#"{"event":"stopped","thread":"c1","stop":1,"reason":"breakpoint","bp":[1],"deadline":60.0}"#).await;
    session.event("stopped").await;
    session.request("threads", json!({})).await;
    session.request("stackTrace", json!({ "threadId": 1 })).await;
    session.request("scopes", json!({ "frameId": 1 })).await;
    assert_snapshot!(session.told(), @r#"
    event thread {"reason":"started","threadId":1}
    event stopped {"reason":"breakpoint","threadId":1,"allThreadsStopped":false,"hitBreakpointIds":[1]}
    response threads {"threads":[{"id":1,"name":"192.0.2.10:41822 in · EOD"}]}
    response stackTrace {"stackFrames":[{"id":1,"name":"main","source":{"name":"default.hsl","path":"<project>/src/hooks/eod/default.hsl"},"line":2,"column":1,"endLine":2,"endColumn":10}],"totalFrames":1}
    response scopes {"scopes":[{"name":"Locals","presentationHint":"locals","variablesReference":1,"namedVariables":2,"expensive":false},{"name":"Arguments","variablesReference":2,"namedVariables":1,"expensive":false}]}
    "#);

    session.request("variables", json!({ "variablesReference": 1 })).await;
    session.request("variables", json!({ "variablesReference": 3 })).await;
    let watch = json!({ "expression": "$to . \"!\"", "frameId": 1, "context": "watch" });
    session.request("evaluate", watch).await;
    assert_snapshot!(session.told(), @r#"
    response variables {"variables":[{"name":"$to","value":"[\"a@b\"]","type":"array","evaluateName":"$to","variablesReference":3,"indexedVariables":1},{"name":"$password","value":"‹redacted:password›","type":"redacted","evaluateName":"$password","variablesReference":0}]}
    response variables {"variables":[{"name":"0","value":"\"a@b\"","type":"string","evaluateName":"$to[0]","variablesReference":0}]}
    response evaluate {"result":"\"a@b!\"","type":"string","variablesReference":0}
    "#);

    session.request("next", json!({ "threadId": 1 })).await;
    session.push(r#"{"event":"running","thread":"c1"}"#).await;
    session.push(r#"{"event":"stopped","thread":"c1","stop":2,"reason":"exception","text":"no such key","deadline":60.0}"#).await;
    session.event("stopped").await;
    session.request("exceptionInfo", json!({ "threadId": 1 })).await;
    session.refused("variables", json!({ "variablesReference": 1 })).await;
    assert_snapshot!(session.told(), @r#"
    response next
    event stopped {"reason":"exception","threadId":1,"allThreadsStopped":false,"text":"no such key"}
    response exceptionInfo {"exceptionId":"exception","description":"no such key","breakMode":"unhandled"}
    response variables refused: the script has gone on
    "#);

    session.push(r#"{"event":"limit","thread":"c1","which":"pauseSeconds","message":"stood for 60 s, goes on"}"#).await;
    session.push(r#"{"event":"running","thread":"c1"}"#).await;
    session.push(r#"{"event":"threadExited","thread":"c1"}"#).await;
    session.event("thread").await;
    session.request("disconnect", json!({ "terminateDebuggee": true })).await;
    assert_snapshot!(session.told(), @r#"
    event output {"category":"important","output":"stood for 60 s, goes on\n"}
    event continued {"threadId":1,"allThreadsContinued":false}
    event thread {"reason":"exited","threadId":1}
    response disconnect
    "#);
    session.ended().await;
}

#[tokio::test]
async fn sources_that_the_project_does_not_have_come_from_the_server() {
    let mut session = Session::start().await;
    session.request("initialize", json!({})).await;
    session.request("attach", session.attach()).await;
    session
        .push(r#"{"event":"stopped","thread":"c2","stop":7,"reason":"pause","deadline":60.0}"#)
        .await;
    session.event("stopped").await;
    session.told();
    session.request("stackTrace", json!({ "threadId": 1 })).await;
    session.request("source", json!({ "sourceReference": 1 })).await;
    let outside =
        json!({ "source": { "path": "/elsewhere/a.hsl" }, "breakpoints": [{ "line": 1 }] });
    session.request("setBreakpoints", outside).await;
    assert_snapshot!(session.told(), @r#"
    response stackTrace {"stackFrames":[{"id":1,"name":"main","source":{"name":"default.hsl","sourceReference":1,"origin":"as the server runs it"},"line":2,"column":1,"endLine":2,"endColumn":10}],"totalFrames":1}
    response source {"content":"none;"}
    response setBreakpoints {"breakpoints":[{"id":1,"verified":false,"message":"the file is not part of the project","reason":"failed"}]}
    "#);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_one_clear_sentence() {
    let mut session = Session::start().await;
    session.request("initialize", json!({})).await;
    let refusal = session.refused("attach", json!({ "cwd": "/nowhere" })).await;
    assert_snapshot!(refusal["message"].as_str().unwrap_or_default(), @r#"no server answers at /nowhere/.mailstop/run/smtpd.sock: No such file or directory (os error 2); start it with `mailstop up`, or name its socket in `target`"#);
    let refusal = session.refused("attach", json!({ "target": "ssh://there" })).await;
    assert_snapshot!(refusal["message"].as_str().unwrap_or_default(), @r#"target `ssh://there` is not supported; write `unix:<path of the control socket>`"#);
    let refusal = session.refused("stepBack", json!({})).await;
    assert_snapshot!(refusal["message"].as_str().unwrap_or_default(), @r#"`stepBack` is not supported"#);
}

#[tokio::test]
async fn a_server_that_goes_away_ends_the_session_and_answers_what_waits() {
    let mut session = Session::start().await;
    session.request("initialize", json!({})).await;
    session.request("attach", session.attach()).await;
    session.event("initialized").await;
    session.told();
    let gone = json!({ "source": { "path": session.path("src/gone.hsl") }, "breakpoints": [] });
    let waiting = session.send("setBreakpoints", gone).await;
    session.event("terminated").await;
    assert_eq!(session.answer(waiting).await["success"], false);
    assert_snapshot!(session.told(), @r#"
    response setBreakpoints refused: the connection to the server broke: WebSocket protocol error: Connection reset without closing handshake
    event output {"category":"important","output":"the connection to the server broke: WebSocket protocol error: Connection reset without closing handshake\n"}
    event terminated
    "#);
}

#[tokio::test]
async fn a_program_that_ends_before_it_begins_is_refused_with_its_last_words() {
    let mut session = Session::start().await;
    session.request("initialize", json!({})).await;
    session.told();
    let wish = json!({ "program": session.path(FILE) });
    let refusal = session.refused("launch", wish.clone()).await;
    let why = refusal["message"].as_str().unwrap_or_default().replace("\n", " ");
    assert!(why.starts_with("cannot start ") && why.contains("/command: "), "{why}");

    session.command("echo 'printed'\necho 'error: it is no good' >&2\nexit 3");
    session.refused("launch", wish.clone()).await;
    session.command("kill -9 $$");
    session.refused("launch", wish).await;
    let told = session.told();
    let mut lines: Vec<_> = told.lines().skip(1).collect();
    // Two streams have no order between them.
    lines[..2].sort_unstable();
    assert_snapshot!(lines.join("\n"), @r#"
    event output {"category":"stderr","output":"error: it is no good\n"}
    event output {"category":"stdout","output":"printed\n"}
    response launch refused: it is no good
    response launch refused: the program ended with exit code 137 before it could be debugged
    "#);
}

#[tokio::test]
async fn a_launch_that_makes_no_sense_starts_nothing() {
    let mut session = Session::start().await;
    session.request("initialize", json!({})).await;
    session.told();
    session.refused("launch", json!({})).await;
    session.refused("launch", json!({ "program": session.path("none.hsl") })).await;
    session.refused("launch", json!({ "program": session.path(FILE), "test": "test_a" })).await;
    session.refused("launch", json!({ "program": 7 })).await;
    assert_snapshot!(session.told(), @r#"
    response launch refused: `program` is missing: the path of a script, or of a `*.test.hsl` file
    response launch refused: there is no file <project>/none.hsl
    response launch refused: `test` names a test, and <project>/src/hooks/eod/default.hsl is no `*.test.hsl` file
    response launch refused: the configuration is not understood: invalid type: integer `7`, expected path string
    "#);
}

#[test]
fn what_was_told_reads_well() {
    let message =
        json!({ "type": "event", "event": "thread", "seq": 4, "body": { "threadId": 1 } });
    assert_snapshot!(Told(&message), @r#"event thread {"threadId":1}"#);
}
