//! Who works on a shared value at the same time as others.

use std::rc::Rc;

use crate::script::{Script, Worker, host, text};

/// Runs scripts at the same time on one thread; gives what the last returns, alone, afterwards.
fn together(scripts: &[&str], last: &str) -> String {
    let worker = Worker::new();
    let host = host();
    worker.run(async {
        let begin = |text: &&str| {
            let (script, host) = (Rc::new(Script::new(text)), host.clone());
            tokio::task::spawn_local(async move {
                script.run(&host).await.map(|_| ()).map_err(|trap| trap.to_string())
            })
        };
        let tasks: Vec<_> = scripts.iter().map(begin).collect();
        for task in tasks {
            task.await.expect("no panic").expect("no failure");
        }
        text(&Script::new(last).run(&host).await.expect("it ends"))
    })
}

#[test]
fn a_barrier_and_a_step_do_not_meet() {
    // The barrier reads, waits and writes; without the lock the steps of the others are lost.
    let slow = "barrier \"n\" => $n { $old = $n ?? 0; sleep(0.005); $n = $old + 10; }";
    for quick in [
        "memory_inc(\"n\");",
        "memory_inc(\"n\", 2); memory_dec(\"n\");",
        "memory_update(\"n\", 1, function ($k, $n, $by) { sleep(0.001); return $n + $by; }, 0);",
        "barrier \"n\" => $n { $n = ($n ?? 0) + 1; }",
        "memory_store(\"n\", memory_fetch(\"n\") ?? 0, function ($k, $old) { }); memory_inc(\"n\");",
    ] {
        let found = together(&[slow, quick], "return memory_fetch(\"n\");");
        assert_eq!(found, "11", "{quick}");
    }
}

#[test]
fn a_missing_value_is_made_once() {
    let fetch = "$v = memory_fetch(\"k\", function ($k) { memory_inc(\"made\"); sleep(0.002); memory_store($k, 5); return 5; }); if ($v != 5) throw \"$v\";";
    assert_eq!(together(&[fetch; 5], "return memory_fetch(\"made\");"), "1");
}

#[test]
fn whoever_holds_a_key_may_use_it() {
    let nested = "barrier \"k\" => $k { $k = 1; }
        barrier \"k\" { memory_inc(\"k\"); memory_update(\"k\", 1, function ($key, $n, $by) { memory_inc(\"seen\"); return memory_fetch($key) + $by; }); }
        memory_fetch(\"none\", function ($key) { return memory_exists($key) ? 1 : memory_store($key, 7); });
        try { memory_fetch(\"other\", function ($key) { barrier $key { } }); } catch ($e) { memory_store(\"told\", $e->message()); }";
    let told = together(
        &[nested],
        "return [memory_fetch(\"k\"), memory_fetch(\"none\"), memory_fetch(\"told\")];",
    );
    assert_eq!(told, r#"[0=>3,1=>7,2=>''barrier "other" is entered already'']"#);
}

#[test]
fn a_callback_that_throws_frees_its_key() {
    let throws = "try { memory_update(\"k\", 1, function ($k, $n, $by) { throw \"no\"; }, 0); } catch ($e) { } memory_inc(\"k\", 3);";
    assert_eq!(together(&[throws, throws], "return memory_fetch(\"k\");"), "6");
}
