//! What scripts and values cost, counted by the allocator.

use std::rc::Rc;

use allocation_counter::measure;
use hsl_vm::debug::Quiet;
use hsl_vm::{Fiber, Resume, Step};

use crate::script::{Script, Worker, host};

const KIB: i64 = 1 << 10;
const MIB: i64 = 1 << 20;

/// Runs a script to its next request, and gives the bytes that are allocated since `measure` began.
fn to_next_request(fiber: &mut Fiber, input: Resume) {
    let mut input = input;
    loop {
        input = match fiber.resume(input, 10_000, &mut Quiet) {
            Step::Yield => Resume::Continue,
            Step::Suspend(_) => return,
            other => panic!("{other:?}"),
        };
    }
}

#[test]
fn ten_thousand_scripts_wait_in_less_than_four_kibibytes_each() {
    const COUNT: i64 = 10_000;
    let script = Rc::new(Script::new(
        "function look($host) { $found = [$host]; sleep(3600); return $found; }\n\
         $seen = []; foreach (array_map(look, [\"mx.example\"]) as $x) $seen[] = $x;\n",
    ));
    let worker = Worker::new();
    let host = host();
    let begin = |count| {
        worker.run(async {
            for _ in 0..count {
                let (script, host) = (Rc::clone(&script), host.clone());
                tokio::task::spawn_local(async move { drop(script.run(&host).await) });
            }
            // Every task runs before this one has its turn again.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
    };
    begin(10);
    let spent = measure(|| begin(COUNT)).bytes_current;
    let each = spent / COUNT;
    assert!((200..4 * KIB).contains(&each), "{each} bytes");
}

#[test]
fn a_million_small_numbers_take_sixteen_mebibytes() {
    for fill in
        ["$a = array_range(0, 1000000);", "$a = []; for ($i = 0; $i < 1000000; $i++) $a[] = $i;"]
    {
        let script = Script::new(&format!("{fill} sleep(1); unset($a); sleep(1); echo 1;"));
        let mut fiber = script.fiber();
        let full = measure(|| to_next_request(&mut fiber, Resume::Start)).bytes_current;
        assert!((15 * MIB..17 * MIB).contains(&full), "{fill}: {full}");
        let answer = Resume::With(hsl_vm::Response::Done);
        let freed = measure(|| to_next_request(&mut fiber, answer)).bytes_current;
        assert!(freed < -15 * MIB, "{fill}: freed {freed}");
    }
}

#[test]
fn values_that_die_are_freed_at_once() {
    let made = "array_map(function ($i) { return [\"k$i\" => str_repeat(\"x\", 100)]; }, array_range(0, 10000))";
    for (kind, program) in [
        (
            "a local variable of a function that returned",
            format!("function f() {{ $a = {made}; return length($a); }} f(); sleep(1);"),
        ),
        ("a variable that is overwritten", format!("$a = {made}; $a = 1; sleep(1);")),
        ("a temporary value", format!("length({made}); sleep(1);")),
        ("an element", format!("$a = [{made}]; unset($a[0]); sleep(1);")),
        ("a property", format!("class C {{ }} $c = C(); $c->x = {made}; $c->x = none; sleep(1);")),
        (
            "an object",
            format!(
                "class C {{ constructor($x) {{ $this->x = $x; }} }} $c = C({made}); $c = none; sleep(1);"
            ),
        ),
        (
            "a captured variable",
            format!(
                "$f = function ($a) {{ return function () closure ($a) {{ return $a; }}; }}({made}); $f = none; sleep(1);"
            ),
        ),
        (
            "a generator left early",
            format!(
                "function g() {{ $a = {made}; yield 1; yield $a; }} foreach (g() as $x) break; sleep(1);"
            ),
        ),
        (
            "a caught exception",
            format!(
                "function f() {{ $a = {made}; throw $a; }} try {{ f(); }} catch ($e) {{ $e = none; }} sleep(1);"
            ),
        ),
        (
            "a map",
            format!("$m = Map(\"number\", \"any\"); $m->set(1, {made}); $m->clear(); sleep(1);"),
        ),
        ("the values of a loop", format!("foreach ({made} as $x) {{ }} $x = none; sleep(1);")),
        (
            "a call that failed",
            format!(
                "function deep($n, $a) {{ return deep($n + 1, [$a]); }} try {{ deep(0, {made}); }} catch ($e) {{ }} $e = none; sleep(1);"
            ),
        ),
    ] {
        let script = Script::new(&program);
        to_next_request(&mut script.fiber(), Resume::Start);
        let mut fiber = script.fiber();
        let left = measure(|| to_next_request(&mut fiber, Resume::Start)).bytes_current;
        assert!(left < 64 * KIB, "{kind}: {left} bytes are left");
    }
}

/// What is counted against the limit of a script is what it takes.
#[test]
fn whatever_a_script_makes_counts() {
    let limit = 8 * MIB;
    for (kind, grow) in [
        ("numbers", "$a[] = $i;"),
        ("keys", "$a[\"key $i\"] = $i;"),
        ("texts", "$a[] = \"a text of some length, number $i\";"),
        ("long texts", "$a[] = str_repeat(\"x\", 5000);"),
        ("arrays", "$a[] = [$i];"),
        ("objects", "$a[] = P();"),
        ("objects with more properties", "$p = P(); $p->x = $i; $p->y = 1; $a[] = $p;"),
        ("closures", "$a[] = function () closure ($i) { return $i; };"),
        ("bound methods", "$a[] = P()->get;"),
        ("generators", "$a[] = g($i);"),
        ("exceptions", "try { none(); } catch ($e) { $a[] = $e; }"),
        ("maps", "$m = Map(\"number\", \"any\"); $m->set($i, 1); $a[] = $m;"),
        ("members of a set", "$s->add($i);"),
        ("entries of a map", "$m2->set(\"key $i\", [$i]);"),
    ] {
        let grow = grow.replace("none()", "$i()");
        let mut script = Script::new(&format!(
            "class P {{ $v = 1; function get() {{ return $this->v; }} }}\n\
             function g($i) {{ yield $i; }}\n\
             function turn($i) {{ }}\n\
             $a = []; $s = Set(\"number\"); $m2 = Map(\"string\", \"any\");\n\
             for ($i = 0; true; $i++) {{ {grow} }}\n"
        ));
        script.limits.memory = limit as usize;
        let mut fiber = script.fiber();
        let mut most = 0;
        let mut input = Resume::Start;
        let mut held = 0;
        let trap = loop {
            let mut step = None;
            held += measure(|| step = Some(fiber.resume(input, 100, &mut Quiet))).bytes_current;
            match step {
                Some(Step::Yield) => input = Resume::Continue,
                Some(Step::Failed(trap)) => break trap,
                other => panic!("{kind}: {other:?}"),
            }
            most = most.max(held);
        };
        assert_eq!(trap.limit, Some(hsl_vm::Limit::Memory(limit as usize)), "{kind}: {trap}");
        assert!((limit / 3..limit * 3 / 2).contains(&most), "{kind}: {most} bytes at the most");
    }
}

/// The engine of regular expressions allocates by itself, so its patterns count by an estimate.
#[test]
fn compiled_patterns_count() {
    let mut script =
        Script::new("$a = []; for ($i = 0; true; $i++) { $a[] = pcre_compile(\"a$i(b|c)*\"); }");
    script.limits.memory = 8 << 20;
    let Step::Failed(trap) = script.fiber().resume(Resume::Start, 100_000, &mut Quiet) else {
        panic!("a thousand patterns take more than they may");
    };
    assert_eq!(trap.limit, Some(hsl_vm::Limit::Memory(8 << 20)), "{trap}");
}

/// A text that a stranger wrote must not become many times the memory that the script may have.
#[test]
fn one_call_makes_no_more_values_than_fit() {
    let limit: u64 = 4 << 20;
    for call in [
        "str_split($text, \",\")",
        "str_split($text, \"\")",
        "explode(\",\", $text)",
        "str_chunk($text, 1)",
        "csv_decode($text, [\"header\" => false])",
        "json_decode(\"[1\" . str_replace(\",\", \",1\", $text) . \"]\")",
        "json_decode(\"[\" . str_replace(\",\", \"[],\", $text) . \"1]\")",
        "pcre_match_all(\",\", $text)",
    ] {
        let mut script =
            Script::new(&format!("$text = str_repeat(\",\", 400000); $x = {call}; echo \"made\";"));
        script.limits.memory = limit as usize;
        let mut fiber = script.fiber();
        let mut trap = None;
        let peak = measure(|| {
            let mut input = Resume::Start;
            trap = loop {
                match fiber.resume(input, 10_000, &mut Quiet) {
                    Step::Yield => input = Resume::Continue,
                    Step::Failed(ended) => break Some(ended),
                    other => panic!("{call}: {other:?}"),
                }
            };
        })
        .bytes_max;
        let trap = trap.expect("the loop ends with one");
        assert_eq!(trap.limit, Some(hsl_vm::Limit::Memory(limit as usize)), "{call}: {trap}");
        assert!(peak < 3 * limit, "{call}: {peak} bytes");
    }
}
