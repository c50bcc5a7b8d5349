//! Live scripts at breakpoints, from the client's frames to the fiber and back.

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use hsl_host::debug::DebugLimits;
use serde_json::json;
use support::{Bench, MAIN, on_worker};

const LIB: &str = "lib.hsl";
const SCRIPT: &str = r#"import { double } from "lib.hsl";
$list = ["a" => [1, 2], "b" => "x"];
$secret = "user:" . $arguments["password"];

// a comment
$n = double(20);
if ($n > 10) {
    $n += 2;

}
return $n;
"#;
const LIBRARY: &str = "function double($x) {\n    $y = $x * 2;\n    return $y;\n}\n";
const FILES: &[(&str, &str)] = &[(MAIN, SCRIPT), (LIB, LIBRARY)];

#[test]
fn a_connection_stops_shows_its_variables_steps_and_goes_on() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({ "conditions": { "remoteips": ["192.0.2.0/24"] } })).await;
        let placed = bench.break_at(json!([{ "id": 1, "line": 5 }])).await;
        assert_eq!(
            (&placed[0]["verified"], &placed[0]["range"]["line"]),
            (&json!(true), &json!(6))
        );

        let task = bench.connect("c1");
        assert_eq!(bench.event("threadStarted").await["name"], "192.0.2.10:41822 in");
        let renamed = bench.event("threadRenamed").await;
        assert_eq!(renamed["name"], "192.0.2.10:41822 in · AUTH");
        let (stop, line) = bench.stopped().await;
        assert_eq!(
            (stop["reason"].as_str(), &stop["bp"], line),
            (Some("breakpoint"), &json!([1]), 6)
        );

        let locals = bench.vars(&stop, "locals", json!([])).await;
        let names: Vec<_> =
            locals["variables"].as_array().into_iter().flatten().map(|v| &v["key"]).collect();
        assert_eq!(names, ["$list", "$secret"]);
        let inner = bench.vars(&stop, "locals", json!(["$list", "a"])).await;
        assert_eq!(inner["variables"][1]["value"], json!({ "type": "number", "value": 2.0 }));
        let sum = bench.eval(&stop, r#"$list["a"][0] + length($list)"#).await;
        assert_eq!(sum["variable"]["value"]["value"], 3.0, "{sum}");

        assert_eq!(bench.step(&stop, "in").await, 2);
        let inside = bench.ask(json!({ "request": "stack", "thread": "c1" })).await;
        assert_eq!(inside["frames"][0]["file"], LIB);
        assert_eq!(inside["frames"][0]["function"], "double");
        assert_eq!(inside["frames"][1]["range"]["line"], 6);
        assert_eq!(bench.step(&stop, "next").await, 3);
        assert_eq!(bench.step(&stop, "out").await, 7);
        assert_eq!(bench.step(&stop, "next").await, 8);
        bench.go_on(&stop, "continue").await;
        assert_eq!(task.await.unwrap().unwrap(), "42");
        bench.event("threadExited").await;
    });
}

#[test]
fn secrets_stay_in_the_server() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({})).await;
        bench.break_at(json!([{ "id": 1, "line": 6 }])).await;
        let task = bench.connect("c1");
        let (stop, _) = bench.stopped().await;
        let arguments = bench.vars(&stop, "arguments", json!([])).await;
        let locals = bench.vars(&stop, "locals", json!([])).await;
        let copied = bench.eval(&stop, "$secret . \"!\"").await;
        let whole = bench.eval(&stop, "$arguments").await;
        for shown in [arguments, locals, copied, whole] {
            let text = shown.to_string();
            assert!(!text.contains("tiger7") && text.contains("redacted"), "{text}");
        }
        bench.hang_up();
        task.await.unwrap().unwrap();
    });
}

#[test]
fn breakpoints_change_while_a_script_stands_and_runs() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({})).await;
        bench.break_at(json!([{ "id": 1, "line": 2 }])).await;
        let task = bench.connect("c1");
        let (stop, line) = bench.stopped().await;
        assert_eq!(line, 2);
        // The same statement again must not stop twice; the other one is new.
        bench.break_at(json!([{ "id": 2, "line": 2 }, { "id": 3, "line": 8 }])).await;
        bench.go_on(&stop, "continue").await;
        let (stop, line) = bench.stopped().await;
        assert_eq!((line, &stop["bp"]), (8, &json!([3])));
        bench.break_at(json!([])).await;
        bench.go_on(&stop, "continue").await;
        assert_eq!(task.await.unwrap().unwrap(), "42");
    });
}

#[test]
fn a_step_that_ends_at_a_breakpoint_stops_once() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({})).await;
        bench.break_at(json!([{ "id": 1, "line": 2 }, { "id": 2, "line": 3 }])).await;
        let task = bench.connect("c1");
        let (stop, _) = bench.stopped().await;
        assert_eq!(bench.step(&stop, "next").await, 3);
        assert_eq!(bench.step(&stop, "next").await, 6);
        bench.hang_up();
        task.await.unwrap().unwrap();
    });
}

#[test]
fn a_step_meets_what_is_set_where_it_ends() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({})).await;
        let log = json!({ "id": 2, "line": 3, "log": "at {length($list)}" });
        bench.break_at(json!([{ "id": 1, "line": 2 }, log, { "id": 3, "line": 6 }])).await;
        let task = bench.connect("c1");
        let (stop, _) = bench.stopped().await;
        bench.go_on(&stop, "next").await;
        assert_eq!(bench.event("log").await["text"], "at 2");
        let (stop, line) = bench.stopped().await;
        assert_eq!((&stop["reason"], &stop["bp"], line), (&json!("step"), &json!([]), 3));
        bench.go_on(&stop, "next").await;
        let (stop, line) = bench.stopped().await;
        assert_eq!((&stop["reason"], &stop["bp"], line), (&json!("step"), &json!([3]), 6));
        bench.hang_up();
        task.await.unwrap().unwrap();
    });
}

#[test]
fn conditions_hit_counts_and_log_points() {
    on_worker(async {
        let loop_script =
            "$sum = 0;\nfor ($i = 0; $i < 5; $i += 1) {\n    $sum += $i;\n}\nreturn $sum;\n";
        let mut bench = Bench::new(&[(MAIN, loop_script)]).await;
        bench.arm(json!({})).await;
        bench.break_at(json!([{ "id": 1, "line": 3, "cond": "$i == 3" }])).await;
        let task = bench.connect("c1");
        let (stop, _) = bench.stopped().await;
        assert_eq!(bench.eval(&stop, "$i").await["variable"]["value"]["value"], 3.0);
        bench.break_at(json!([{ "id": 2, "line": 3, "log": "at {$i}" }])).await;
        bench.go_on(&stop, "continue").await;
        assert_eq!(bench.event("log").await["text"], "at 4");
        assert_eq!(task.await.unwrap().unwrap(), "10");

        bench.break_at(json!([{ "id": 3, "line": 3, "hit": "%4" }])).await;
        let task = bench.connect("c2");
        let (stop, _) = bench.stopped().await;
        assert_eq!(bench.eval(&stop, "$i").await["variable"]["value"]["value"], 3.0);
        bench.hang_up();
        task.await.unwrap().unwrap();
    });
}

#[test]
fn looking_changes_nothing() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({})).await;
        bench.break_at(json!([{ "id": 1, "line": 11 }])).await;
        let task = bench.connect("c1");
        let (stop, _) = bench.stopped().await;
        for text in
            ["$n = 1", "$list[] = 1", "memory_store(\"k\", 1)", "sleep(1)", "1 +", "$nothing"]
        {
            let refused = bench.eval(&stop, text).await;
            assert_eq!(refused["answer"], "failure", "{text}: {refused}");
        }
        bench.go_on(&stop, "continue").await;
        assert_eq!(task.await.unwrap().unwrap(), "42");
    });
}

#[test]
fn an_exception_that_nothing_catches_stops_where_it_is_thrown() {
    on_worker(async {
        let script = "try { throw \"caught\"; } catch ($e) { }\n$x = 1;\nthrow \"no luck\";\n";
        let mut bench = Bench::new(&[(MAIN, script)]).await;
        bench.arm(json!({})).await;
        bench.ask(json!({ "request": "exceptionFilters", "filters": ["uncaught"] })).await;
        let task = bench.connect("c1");
        let (stop, line) = bench.stopped().await;
        assert_eq!(
            (stop["reason"].as_str(), stop["text"].as_str(), line),
            (Some("exception"), Some("no luck"), 3)
        );
        bench.go_on(&stop, "continue").await;
        assert!(task.await.unwrap().is_err());
    });
}

#[test]
fn a_thread_that_runs_is_paused_on_request() {
    on_worker(async {
        let script = "$i = 0;\nwhile ($i < 1000000000) {\n    $i += 1;\n}\n";
        let mut bench = Bench::new(&[(MAIN, script)]).await;
        bench.arm(json!({})).await;
        let task = bench.connect("c1");
        bench.event("threadRenamed").await;
        bench.ask(json!({ "request": "pause", "thread": "c1" })).await;
        let (stop, _) = bench.stopped().await;
        assert_eq!(stop["reason"], "pause");
        bench.go_on(&stop, "next").await;
        assert_eq!(bench.event("stopped").await["reason"], "step");
        task.abort();
    });
}

#[test]
fn whoever_stands_too_long_goes_on_by_itself() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({ "pauseSeconds": 0.05 })).await;
        bench.break_at(json!([{ "id": 1, "line": 2 }])).await;
        let task = bench.connect("c1");
        let (stop, _) = bench.stopped().await;
        assert_eq!(stop["deadline"], 0.05);
        bench.event("running").await;
        assert_eq!(bench.event("limit").await["which"], "pauseSeconds");
        assert_eq!(task.await.unwrap().unwrap(), "42");
        let stale = bench.vars(&stop, "locals", json!([])).await;
        assert_eq!(stale["answer"], "failure", "{stale}");
    });
}

#[test]
fn a_client_that_leaves_holds_nobody() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        bench.arm(json!({})).await;
        bench.break_at(json!([{ "id": 1, "line": 2 }])).await;
        let tasks = [bench.connect("c1"), bench.connect("c2")];
        bench.stopped().await;
        bench.stopped().await;
        assert_eq!(bench.hub.totals().paused, 2);
        bench.hang_up();
        let left = Instant::now();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap(), "42");
        }
        assert!(left.elapsed() < Duration::from_millis(100), "{:?}", left.elapsed());
        assert_eq!(bench.hub.totals().stages, 0);
        assert_eq!(bench.hub.totals().paused, 0);
    });
}

#[test]
fn no_more_stand_than_the_limit_allows() {
    on_worker(async {
        let limits = DebugLimits { max_paused: 1, ..DebugLimits::default() };
        let mut bench = Bench::with(FILES, limits, true).await;
        bench.arm(json!({})).await;
        bench.break_at(json!([{ "id": 1, "line": 2 }])).await;
        let first = bench.connect("c1");
        bench.stopped().await;
        let second = bench.connect("c2");
        assert_eq!(bench.event("limit").await["which"], "maxPaused");
        assert_eq!(second.await.unwrap().unwrap(), "42");
        bench.hang_up();
        first.await.unwrap().unwrap();
    });
}

#[test]
fn nobody_stands_inside_a_lock() {
    on_worker(async {
        for (open, close) in [
            ("barrier \"b\" {", "}"),
            ("memory_fetch(\"m\", function ($key) {", "});"),
            ("memory_update(\"u\", 1, function ($key, $old, $new) {", "}, 0);"),
        ] {
            let script =
                format!("{open}\n    $x = 1;\n    $y = 2;\n{close}\n$z = 3;\nreturn $z;\n");
            let mut bench = Bench::new(&[(MAIN, &script)]).await;
            bench.arm(json!({})).await;
            bench.break_at(json!([{ "id": 1, "line": 2 }])).await;
            let task = bench.connect("c1");
            let (stop, line) = bench.stopped().await;
            assert_eq!(
                (stop["reason"].as_str(), &stop["bp"], line),
                (Some("breakpoint"), &json!([1]), 5),
                "{open}"
            );
            bench.hang_up();
            assert_eq!(task.await.unwrap().unwrap(), "3");
        }
    });
}

#[test]
fn production_needs_conditions_and_others_run_untouched() {
    on_worker(async {
        let mut bench = Bench::with(FILES, DebugLimits::default(), false).await;
        let bytes = bench.program().to_text();
        let refused = bench.ask(json!({ "request": "arm", "stage": { "id": "s" } })).await;
        assert_eq!(refused["code"], "stage", "{refused}");
        bench.arm(json!({ "conditions": { "remoteips": ["198.51.100.7"] } })).await;
        bench.break_at(json!([{ "id": 1, "line": 2 }])).await;
        assert_eq!(bench.connect("c1").await.unwrap().unwrap(), "42");
        assert_eq!(bench.hub.totals().threads, 0);
        assert_eq!(bench.program().to_text(), bytes);
        assert_eq!(Arc::strong_count(bench.program()), 3, "the hub, the worker and the test");
    });
}

#[test]
fn breakpoints_without_a_statement_say_why() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        let placed =
            bench.break_at(json!([{ "id": 1, "line": 9 }, { "id": 2, "line": 400 }])).await;
        for one in placed.as_array().into_iter().flatten() {
            assert_eq!(one["verified"], false, "{placed}");
            assert_eq!(one["message"], "no statement from here to the end of the block");
        }
        let call = json!({ "request": "breakpoints", "file": "src/files/other.hsl", "breakpoints": [{ "id": 3, "line": 1 }] });
        let other = bench.ask(call).await;
        assert_eq!(other["breakpoints"][0]["message"], "no script that runs here uses the file");
    });
}

#[test]
fn the_first_word_is_hello() {
    on_worker(async {
        let mut bench = Bench::new(FILES).await;
        let unknown = bench.ask(json!({ "request": "teleport" })).await;
        assert_eq!(unknown["code"], "unsupported");
        let missing = bench.ask(json!({ "request": "stack", "thread": "nobody" })).await;
        assert_eq!(missing["code"], "missing");
        let (session, mut outgoing) = bench.hub.open();
        session.call(br#"{"id":1,"request":"threads"}"#);
        assert!(outgoing.next().await.unwrap().contains("greeting"));
        session.call(br#"{"id":2,"request":"hello","proto":[9]}"#);
        assert!(outgoing.next().await.unwrap().contains("version 1"));
    });
}
