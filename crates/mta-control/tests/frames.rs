//! Golden frames of protocol version 1: what is written here is what clients in the field send.

use mta_control::debug::{
    Answer, Call, Event, ExceptionFilter, Failure, FailureCode, Key, Number, Reply, Request, Step,
    StopReason, Value, Variable,
};
use mta_control::frame::{self, FrameError, FromServer};
use proptest::prelude::*;

/// Reads a call and writes it again: both ways must agree with the golden text.
fn call(text: &str) -> Call {
    let call = frame::read_call(text.as_bytes()).expect("a call");
    assert_eq!(frame::write_call(call.id, call.request.clone()), text);
    call
}

fn from_server(text: &str) -> FromServer {
    let message = frame::read_from_server(text.as_bytes()).expect("a message");
    let again = match &message {
        FromServer::Reply(reply) => frame::write_reply(reply),
        FromServer::Event(event) => frame::write_event(event),
    };
    assert_eq!(again, text);
    message
}

#[test]
fn calls() {
    call(r#"{"id":1,"request":"hello","proto":[1],"client":"mailstop dap 0.1.0","features":[]}"#);
    let arm = call(concat!(
        r#"{"id":2,"request":"arm","stage":{"id":"a","conditions":{"remoteips":["192.0.2.0/24"],"#,
        r#""probability":0.5,"time":300.0,"count":20},"allTraffic":false,"source":"running","#,
        r#""mode":"pause","pauseSeconds":30.0}}"#,
    ));
    assert!(matches!(arm.request, Request::Arm { stage } if !stage.conditions.select_everything()));
    call(concat!(
        r#"{"id":3,"request":"breakpoints","file":"src/hooks/eod/default.hsl","#,
        r#""breakpoints":[{"id":7,"line":12,"cond":"$x == 1"},{"id":8,"line":14,"log":"{$x}"}]}"#,
    ));
    call(r#"{"id":4,"request":"threads"}"#);
    call(r#"{"id":5,"request":"stack","thread":"t","start":0,"count":20}"#);
    call(concat!(
        r#"{"id":6,"request":"vars","thread":"t","stop":3,"frame":0,"scope":"arguments","#,
        r#""path":["to",0,{"b64":"/w=="}],"start":100,"count":100,"depth":2}"#,
    ));
    call(r#"{"id":7,"request":"eval","thread":"t","stop":3,"frame":0,"text":"$x + 1"}"#);
    let resume = call(r#"{"id":8,"request":"resume","thread":"t","step":"next"}"#);
    assert!(matches!(resume.request, Request::Resume(r) if r.step == Step::Next));
    call(r#"{"id":9,"request":"pause","thread":"t"}"#);
    call(r#"{"id":10,"request":"source","file":"src/files/a.hsl"}"#);
    call(r#"{"id":11,"request":"disarm","stage":"a"}"#);
    call(r#"{"id":12,"request":"exceptionFilters","filters":["uncaught"]}"#);
    call(r#"{"id":13,"request":"start"}"#);
}

#[test]
fn replies() {
    from_server(r#"{"reply":1,"answer":"done"}"#);
    from_server(concat!(
        r#"{"reply":2,"answer":"breakpoints","breakpoints":[{"id":7,"verified":true,"#,
        r#""range":{"line":12,"col":1,"endLine":12,"endCol":20}},"#,
        r#"{"id":8,"verified":false,"message":"not reached by any hook"}]}"#,
    ));
    from_server(concat!(
        r#"{"reply":3,"answer":"stack","stop":3,"total":1,"frames":[{"frame":0,"function":"main","#,
        r#""file":"src/hooks/eod/default.hsl","range":{"line":1,"col":1,"endLine":1,"endCol":5},"#,
        r#""scopes":[{"scope":"locals","length":2}]}]}"#,
    ));
    from_server(concat!(
        r#"{"reply":4,"answer":"vars","variables":["#,
        r#"{"key":"$to","value":{"type":"array","length":1,"list":true},"children":["#,
        r#"{"key":0,"value":{"type":"string","value":{"b64":"/w=="},"length":1}}]},"#,
        r#"{"key":"$n","value":{"type":"number","value":1.5}},"#,
        r#"{"key":"$p","value":{"type":"redacted","label":"password"}},"#,
        r#"{"key":"$e","value":{"type":"none"}}],"total":4}"#,
    ));
    let failure = from_server(r#"{"reply":5,"answer":"failure","code":"stale","message":"gone"}"#);
    let expect = Answer::Failure(Failure::new(FailureCode::Stale, "gone"));
    assert_eq!(failure, FromServer::Reply(Reply { reply: 5, answer: expect }));
}

#[test]
fn events() {
    let stopped = from_server(concat!(
        r#"{"event":"stopped","thread":"t","stop":3,"reason":"breakpoint","bp":[7],"#,
        r#""deadline":60.0}"#,
    ));
    let expect = Event::Stopped {
        thread: "t".into(),
        stop: 3,
        reason: StopReason::Breakpoint,
        bp: vec![7],
        text: None,
        deadline: 60.0,
    };
    assert_eq!(stopped, FromServer::Event(expect));
    from_server(r#"{"event":"running","thread":"t"}"#);
    from_server(r#"{"event":"threadStarted","thread":"t","name":"192.0.2.10:4 in","stage":"a"}"#);
    from_server(r#"{"event":"threadRenamed","thread":"t","name":"192.0.2.10:4 in · EOD"}"#);
    from_server(r#"{"event":"threadExited","thread":"t"}"#);
    from_server(r#"{"event":"log","thread":"t","level":"output","text":"hi"}"#);
    from_server(r#"{"event":"disarmed","stage":"a","why":"20 connections"}"#);
    from_server(r#"{"event":"limit","thread":"t","which":"pauseSeconds","message":"60 s"}"#);
    from_server(r#"{"event":"deadlineSoon","thread":"t","seconds":10.0}"#);
}

#[test]
fn a_newer_peer_is_understood_as_far_as_possible() {
    let call = frame::read_call(br#"{"id":9,"request":"teleport","to":"x"}"#).unwrap();
    assert_eq!(call, Call { id: 9, request: Request::Unknown });
    let extra = frame::read_call(br#"{"id":9,"request":"pause","thread":"t","why":1}"#).unwrap();
    assert_eq!(extra.request, Request::Pause { thread: "t".into() });
    let event = frame::read_from_server(br#"{"event":"snapshot","n":1}"#).unwrap();
    assert_eq!(event, FromServer::Event(Event::Unknown));
    let filter: ExceptionFilter = serde_json::from_str(r#""verdict""#).unwrap();
    assert_eq!(filter, ExceptionFilter::Unknown);
}

#[test]
fn a_malformed_call_is_answered_under_its_number() {
    let reply = frame::read_call(br#"{"id":4,"request":"resume"}"#).unwrap_err().into_reply();
    assert_eq!(reply.reply, 4);
    let reply = frame::read_call(b"]").unwrap_err().into_reply();
    assert_eq!(reply.reply, 0);
    let long = vec![b' '; frame::MAX_FRAME + 1];
    assert!(matches!(frame::read_call(&long), Err(FrameError::TooLong(_))));
}

#[test]
fn numbers_outside_json_survive() {
    for n in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300] {
        let value = Value::Number { value: Number(n) };
        let variable = Variable { key: Key::Int(1), value, children: vec![] };
        let json = serde_json::to_string(&variable).unwrap();
        assert_eq!(serde_json::from_str::<Variable>(&json).unwrap(), variable, "{json}");
    }
}

#[test]
fn the_description_names_every_path_and_resolves() {
    let document = mta_control::openapi::document();
    let paths: Vec<_> = document["paths"].as_object().unwrap().keys().collect();
    let wanted = [
        "/v1/status",
        "/v1/queue",
        "/v1/suspends",
        "/v1/suspends/{id}",
        "/v1/policies",
        "/v1/policies/{id}",
        "/v1/reload/suspends",
        "/v1/reload/policies",
        "/v1/metrics",
        "/v1/debug",
    ];
    assert_eq!(paths, wanted);
    let methods: Vec<_> =
        document["paths"]["/v1/policies/{id}"].as_object().unwrap().keys().collect();
    assert_eq!(methods, ["patch", "delete"]);
    let text = document.to_string();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is not described");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = frame::read_call(&bytes);
        let _ = frame::read_from_server(&bytes);
    }

    #[test]
    fn damaged_calls_are_read_without_panic(cut in 0usize..90, byte in any::<u8>()) {
        let mut text = br#"{"id":6,"request":"vars","thread":"t","stop":3,"frame":0,"scope":"locals","path":[1,"a"]}"#.to_vec();
        let at = cut % text.len();
        text[at] = byte;
        let _ = frame::read_call(&text);
    }
}
