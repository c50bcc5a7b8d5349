//! Each limit ends a script with its own sentence, at its place, and only two can be caught.

use std::rc::Rc;

use hsl_compile::MemorySources;
use hsl_vm::debug::Quiet;
use hsl_vm::{Fiber, Limit, Limits, Loaded, Outcome, Resume, Step, Trap};

use crate::support::{Console, Host, compile, library, render};

/// Runs a program within limits: what it printed, and the trap that ended it.
fn run(program: &str, limits: Limits, slice: u32) -> (String, Option<Trap>) {
    let sources = MemorySources::new().with("main.hsl", program);
    let built = compile(&sources, "main.hsl");
    let program =
        built.program.unwrap_or_else(|| panic!("{}", render(&sources, &built.diagnostics)));
    let loaded = Loaded::new(program, &library()).expect("compiled here");
    let console = Rc::new(Console::default());
    let mut fiber = Fiber::new(&loaded, Rc::<Console>::clone(&console), limits);
    let mut host = Host::default();
    let mut input = Resume::Start;
    for _ in 0..1_000_000 {
        input = match fiber.resume(input, slice, &mut Quiet) {
            Step::Done(Outcome::Returned(_)) => return (console.text(), None),
            Step::Failed(trap) => return (console.text(), Some(trap)),
            Step::Suspend(request) => Resume::With(host.serve(*request)),
            Step::Yield => Resume::Continue,
            other => panic!("{other:?}"),
        };
    }
    panic!("it does not end")
}

/// `body` in a function that is called where everything is caught.
fn guarded(body: &str) -> String {
    format!(
        "function work() {{\n    {body}\n}}\n\
         try {{ array_map(function ($x) {{ work(); }}, [1]); }} catch ($e) {{ echo \"caught\"; }}\n\
         echo \"on\";\n"
    )
}

#[track_caller]
fn ends(body: &str, limits: Limits, limit: Limit, sentence: &str) {
    for slice in [1, 77, 100_000] {
        let (printed, trap) = run(&guarded(body), limits, slice);
        let trap = trap.unwrap_or_else(|| panic!("{body}: nothing ended it, printed {printed}"));
        assert_eq!(printed, "", "{body}");
        assert_eq!((trap.limit, &*trap.message), (Some(limit), sentence), "{body}");
        assert!(trap.value.is_none(), "{body}");
        let place = trap.location.as_ref().map(|at| (&*at.file, at.line));
        assert_eq!(place, Some(("main.hsl", 2)), "{body}: {trap}");
        let stack: Vec<_> = trap.stack.iter().map(|entry| &*entry.function).collect();
        let work = stack.iter().position(|name| *name == "work");
        let outer = work.map(|at| stack[at + 2]);
        assert_eq!(outer, Some("array_map"), "{body}: {stack:?}");
    }
}

#[test]
fn fuel_cannot_be_caught() {
    let limits = Limits { fuel: Some(3_000), ..Limits::default() };
    let sentence = "the script works too much: more than 3000 units of fuel, one for each call and \
                    turn of a loop; let it do less, or raise the limit of fuel";
    for body in [
        "forever { }",
        "while (true) { }",
        "forever try { throw 1; } catch ($e) { }",
        "forever array_map(is_number, [1, 2]);",
        "forever sleep(0);",
        "$s = str_repeat(\"ab\", 100000); forever $t = $s . \"c\";",
        "function again() { yield 1; } forever foreach (again() as $x) { }",
        "array_map(is_number, array_range(0, 10000));",
        "pcre_match_all(\"a\", str_repeat(\"a\", 1000000));",
    ] {
        ends(body, limits, Limit::Fuel(3_000), sentence);
    }
}

#[test]
fn fuel_is_spent_to_the_unit() {
    let turns = |fuel| {
        let limits = Limits { fuel: Some(fuel), ..Limits::default() };
        let (printed, trap) = run("for ($i = 0; true; $i++) echo $i;", limits, 10_000);
        assert!(trap.is_some());
        printed.lines().count()
    };
    assert_eq!(turns(500) - turns(400), 100);
}

#[test]
fn memory_cannot_be_caught() {
    let limits = Limits { memory: 1 << 20, ..Limits::default() };
    let sentence = "the script needs too much memory: more than 1048576 bytes; keep less at a time, \
                    or raise the limit of memory";
    for body in [
        "$s = \"x\"; forever $s .= $s;",
        "$s = \"x\"; forever $s = $s * 2;",
        "$a = []; forever $a[] = 1;",
        "$a = []; forever $a = [$a, $a, \"x\" . length($a)];",
        "$a = [1]; forever $a = [...$a, ...$a];",
        "$a = [1]; forever $a += $a;",
        "return [1, 2] * 100000000;",
        "return str_repeat(\"ab\", 10 ** 12);",
        "return array_range(0, 10 ** 12);",
        "$s = \"a\"; forever $s = str_replace(\"a\", \"aa\", $s);",
        "$s = \"a\"; forever $s = pcre_replace(\"a\", \"$0$0\", $s);",
        "return pcre_match_all(\"a\", str_repeat(\"a\", 500000));",
        "return pcre_replace(\"a\", function ($m) { return str_repeat(\"b\", 1000); }, str_repeat(\"a\", 5000));",
        "$a = []; forever $a[] = function () closure ($a) { return $a; };",
        "$a = [1]; for ($i = 0; $i < 60; $i++) $a = [$a, $a]; memory_store(\"k\", $a);",
        "$a = [1]; for ($i = 0; $i < 60; $i++) $a = [$a, $a]; echo $a;",
        "$a = []; $n = 0; forever { try { throw $n++; } catch ($e) { $a[] = \"caught $e again\"; } }",
    ] {
        ends(body, limits, Limit::Memory(1 << 20), sentence);
    }
}

#[test]
fn too_many_calls_can_be_caught() {
    let limits = Limits { call_depth: 50, ..Limits::default() };
    for deep in [
        "function f($n) { return f($n + 1); }",
        "function f($n) { return array_map(f, [$n]); }",
        "function f($n) { foreach (g($n) as $x) return $x; } function g($n) { yield f($n); }",
        "class D { constructor($n) { $this->d = D($n + 1); } } function f($n) { return D($n); }",
        "function f($n) { return cache [\"force\" => true] f($n + 1); }",
        "function f($n) { return memory_fetch(\"k\" . $n, function ($k) closure ($n) { return f($n + 1); }); }",
    ] {
        let program = format!(
            "{deep}\nfor ($i = 0; $i < 3; $i++) try {{\n f(0);\n}} catch ($e) {{ echo $e->message(); echo $e->line(); }}"
        );
        let (printed, trap) = run(&program, limits, 10);
        assert!(trap.is_none(), "{deep}: {trap:?}");
        let lines: Vec<_> = printed.lines().collect();
        let sentence = "calls are nested too deep: more than 50 at a time; let the recursion end \
                        earlier, or raise the limit of calls";
        assert_eq!(lines, [sentence, "1", sentence, "1", sentence, "1"], "{deep}");
        let (_, trap) = run(&format!("{deep} f(0);"), limits, 10);
        let trap = trap.expect("nothing catches it");
        assert_eq!((&*trap.message, trap.limit), (sentence, None));
        // The calls, and the script that made the first of them.
        assert!(trap.value.is_some() && trap.stack.len() == 51, "{deep}: {trap:?}");
    }
}

#[test]
fn a_hard_match_can_be_caught() {
    let limits = Limits { regex_steps: 20_000, ..Limits::default() };
    let sentence = "the regular expression gave up: a match needs more than 20000 steps; make the \
                    pattern simpler or the text shorter, or raise the limit of regular expressions";
    for hard in [
        "$s =~ \"^(a+)+$\"",
        "$s =~ #/^(a+)+$/",
        "pcre_match(#/^(a+)+$/, $s)",
        "pcre_match_all(\"^(a+)+$\", $s)",
        "pcre_replace(\"^(a+)+$\", \"b\", $s)",
        "pcre_replace(pcre_compile(\"(*LIMIT_MATCH=9000000)^(a+)+$\"), function ($m) { return \"\"; }, $s)",
    ] {
        let program = format!(
            "$s = str_repeat(\"a\", 40) . \"b\";\ntry {{\n    $x = {hard};\n}} catch ($e) {{ echo $e->message(); echo $e->line(); }}"
        );
        let (printed, trap) = run(&program, limits, 10);
        assert!(trap.is_none(), "{hard}: {trap:?}");
        assert_eq!(printed, format!("{sentence}\n3\n"), "{hard}");
    }
}

#[test]
fn long_lists_are_compared_and_subtracted_in_their_own_time() {
    let program = "$a = []; $b = []; for ($i = 0; $i < 30000; $i++) { $a[] = \"key $i\"; $b[] = \"other $i\"; }
        echo length($a - $b); echo length($b - $b); echo $a == $b; $a = [1]; $b = [1];
        for ($i = 0; $i < 100; $i++) { $a = [$a, $a]; $b = [$b, $b]; } echo $a == $b; echo $a === [$b, $b];";
    let limits = Limits { fuel: Some(400_000), ..Limits::default() };
    let (printed, trap) = run(program, limits, 10_000);
    assert!(trap.is_none(), "{trap:?}");
    assert_eq!(printed, "30000\n0\nfalse\ntrue\nfalse\n");
}
