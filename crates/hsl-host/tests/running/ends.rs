//! However a script ends, nothing of it is left.

use std::time::Duration;

use allocation_counter::measure;
use hsl_vm::{Limit, Limits};

use crate::script::{Script, Worker, host, text};

/// Something of every kind, held by every kind of variable, when `end` comes.
fn holding(end: &str) -> String {
    format!(
        "class Node {{ static $all = []; $next = none; constructor($n) {{ $this->n = $n; Node::$all[] = $n; }} }}\n\
         function gen($x) {{ $kept = [$x]; yield $kept; yield 2; }}\n\
         function end() {{ {end} }}\n\
         function inner($list) {{\n\
             $map = Map(\"string\", \"any\"); $map->set(\"k\", $list);\n\
             $text = str_repeat(\"long \", 100); $gen = gen($list); $gen->next();\n\
             barrier \"key\" => $stored {{\n\
                 $stored = [1, 2];\n\
                 foreach (gen($text) as $item) array_map(function ($x) closure ($map, $item) {{ return end(); }}, $list);\n\
             }}\n\
         }}\n\
         $node = Node([\"deep\"]); $node->next = Node(1); $shared = [$node, \"x\" => [1, 2, 3]];\n\
         array_sort(function ($a, $b) closure ($shared) {{ inner($shared); return true; }}, [1, 2, 3]);\n"
    )
}

#[test]
fn nothing_is_left_of_a_script_that_ended() {
    let fast = Duration::from_millis(20);
    let fuel = Limits { fuel: Some(50_000), ..Limits::default() };
    let memory = Limits { memory: 1 << 20, ..Limits::default() };
    let slow = Duration::from_secs(300);
    for (end, limits, time, expected) in [
        ("return 1;", Limits::default(), slow, ""),
        ("throw \"up\";", Limits::default(), slow, "uncaught up"),
        ("return none();", Limits::default(), slow, "undefined variable $none"),
        ("forever { }", fuel, slow, "works too much"),
        ("$s = \"x\"; forever $s .= $s;", memory, slow, "too much memory"),
        ("return str_repeat(\"x\", 10 ** 9);", memory, slow, "too much memory"),
        ("return end();", Limits::default(), slow, "calls are nested too deep"),
        ("forever { }", Limits::default(), fast, "takes too long"),
        ("sleep(3600);", Limits::default(), fast, "takes too long"),
        (
            "memory_fetch(\"other\", function ($k) { sleep(3600); });",
            Limits::default(),
            fast,
            "takes too long",
        ),
        (
            "\"aaaaaaaaaaaaaaaaaaaaaaaaaab\" =~ \"^(a+)+(a+)+$\";",
            Limits { regex_steps: 2_000, ..Limits::default() },
            slow,
            "gave up",
        ),
    ] {
        let end = end.replace("none()", "$none");
        let mut script = Script::new(&holding(&end));
        (script.limits, script.time) = (limits, time);
        let (worker, host) = (Worker::new(), host());
        let run = || {
            let ended = worker.run(script.run(&host));
            let told = match &ended {
                Ok(outcome) => text(outcome),
                Err(trap) => trap.to_string(),
            };
            assert!(told.contains(expected), "{end}: {told}");
        };
        // A thread keeps some hundred ended allocations for the next; once it has them, a run leaves
        // nothing.
        let mut runs = (0..64).map(|_| measure(run));
        let left = runs.find(|left| left.bytes_current == 0);
        let left = left.unwrap_or_else(|| panic!("{end}: each run leaves something"));
        assert!(left.bytes_total > 4_000, "{end}: it held nothing: {left:?}");
    }
}

#[test]
fn nothing_is_left_of_a_script_that_was_dropped_while_it_waited() {
    let script = Script::new(&holding("sleep(3600);"));
    let (worker, host) = (Worker::new(), host());
    let run = || {
        worker.run(async {
            let mut running = Box::pin(script.run(&host));
            let waits = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(running.as_mut().poll(cx).is_pending())
            });
            assert!(waits.await);
        });
    };
    run();
    let left = measure(run);
    assert_eq!(left.bytes_current, 0, "{left:?}");
    assert!(left.bytes_total > 4_000, "it held nothing: {left:?}");
    // The key that it held is free.
    let next = Script::new("barrier \"key\" => $v { $v = 1; } return memory_fetch(\"key\");");
    assert_eq!(text(&worker.run(next.run(&host)).expect("it ends")), "1");
}

#[test]
fn time_is_a_limit_that_nothing_catches() {
    let worker = Worker::new();
    for wait in ["forever { }", "sleep(3600);", "forever array_map(str_upper, [\"a\", \"b\"]);"] {
        let mut script = Script::new(&format!(
            "function f() {{\n    {wait}\n}}\ntry {{ f(); }} catch ($e) {{ echo \"caught\"; }}\necho \"on\";"
        ));
        script.time = Duration::from_millis(20);
        let trap = worker.run(script.run(&host())).expect_err("it takes too long");
        assert_eq!(trap.limit, Some(Limit::Time(script.time)));
        assert!(trap.message.contains("more than 0.02 s"), "{trap}");
        assert!(trap.to_string().starts_with("main.hsl:2:"), "{trap}");
        let stack: Vec<_> = trap.stack.iter().map(|entry| &*entry.function).collect();
        assert_eq!(stack[stack.len() - 2], "f", "{stack:?}");
        assert_eq!(script.printed(), [""; 0]);
    }
}
