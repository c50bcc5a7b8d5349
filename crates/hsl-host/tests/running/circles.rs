//! Values that refer to each other in a circle go with their connection.

use allocation_counter::measure;
use hsl_host::drive;
use hsl_vm::Heap;

use crate::script::{Script, Worker, host};

#[test]
fn circles_end_with_their_heap() {
    for circle in [
        "$o = C(); $o->me = $o;",
        "$o = C(); $p = C(); $o->p = $p; $p->o = [\"k\" => [$o]];",
        "$o = C(); $o->bound = $o->get;",
        "$o = C(); $o[\"dynamic\" . 1] = $o;",
        "$f = none; $f = function () closure ($f) { return $f; };",
        "function () { $a = []; $b = function () closure ($a) { return $a; }; $a = [$b]; }();",
        "$m = Map(\"string\", \"any\"); $m->set(\"me\", $m);",
        "$m = Map(\"string\", \"any\"); $o = C(); $o->m = $m; $m->set(\"o\", [$o]);",
        "$m = Map(\"string\", \"any\"); $o = C(); $m->set(\"o\", $o); $o->i = $m->entries();",
        "function g() { $got = yield 1; yield $got; } $g = g(); $g->next(); $g->next($g);",
        "function g($x) { yield $x; } $o = C(); $o->g = g($o);",
        "$o = C(); $o->next = function () closure ($o) { return $o; }; $o->g = [$o->next];",
    ] {
        let script = Script::new(&format!(
            "class C {{ function get() {{ return $this; }} }}\n\
             function make() {{ {circle} }}\n\
             for ($i = 0; $i < 200; $i++) {{ make(); }}\n"
        ));
        let worker = Worker::new();
        let host = host();
        let mut alive = 0;
        let mut connection = || {
            let heap = Heap::new();
            // Two hooks of one connection.
            alive = measure(|| {
                for _ in 0..2 {
                    let mut fiber = script.fiber();
                    fiber.share_heap(&heap);
                    worker.run(drive(&mut fiber, &host, None)).expect("it ends");
                }
            })
            .bytes_current;
        };
        connection();
        let left = measure(&mut connection).bytes_current;
        assert_eq!(left, 0, "{circle}: {left} bytes are left");
        assert!(alive > 10_000, "{circle}: no circle was made, {alive}");
    }
}
