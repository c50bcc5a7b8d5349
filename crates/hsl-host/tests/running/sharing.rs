//! What reading a large shared value costs, counted by the allocator.

use std::time::Instant;

use allocation_counter::measure;
use hsl_host::Host;

use crate::script::{Script, Worker, host};

const READERS: u64 = 100;
/// Bytes that one reader may allocate: its fiber, its stack and a handle.
const HANDLE: u64 = 16 << 10;
const NAMES: &str = "function names() {
    return array_map(function ($i) { return \"n$i.example\"; }, array_range(0, 10000));
}";

/// Bytes that each of many readers allocates; each is a script of its own, as each connection is.
fn cost(kind: &str, reader: &Script, host: &Host) -> u64 {
    let worker = Worker::new();
    let read = |count| {
        worker.run(async {
            for _ in 0..count {
                reader.run(host).await.expect("it reads");
            }
        });
    };
    // The second reader of an array leaves what it thawed to those behind it.
    read(2);
    let begin = Instant::now();
    let spent = measure(|| read(READERS)).bytes_total / READERS;
    println!("{kind}: {spent} bytes, {:?} for each reader", begin.elapsed() / READERS as u32);
    assert_eq!(reader.printed().len() as u64, 2 + READERS, "{kind}");
    spent
}

#[test]
fn a_reader_of_a_large_value_in_shared_memory_copies_nothing() {
    for (kind, make, ask) in [
        (
            "a set",
            "$x = Set(\"string\"); foreach (names() as $n) $x->add($n);",
            "$x->has(\"n5.example\")",
        ),
        (
            "a map",
            "$x = Map(\"string\", \"number\"); foreach (names() as $n) $x->set($n, 1);",
            "$x->get(\"n5.example\")",
        ),
        ("an array", "$x = names();", "$x[5]"),
        (
            "a regex",
            "$x = pcre_compile(array_join(names()[0:500], \"|\"));",
            "\"n5.example\" =~ $x",
        ),
    ] {
        let host = host();
        let writer = Script::new(&format!("{NAMES} {make} memory_store(\"x\", $x);"));
        Worker::new().run(async { drop(writer.run(&host).await.expect("it is stored")) });
        let reader = Script::new(&format!("$x = memory_fetch(\"x\"); echo {ask};"));
        let spent = cost(kind, &reader, &host);
        assert!(spent < HANDLE, "{kind}: {spent} bytes for each reader");
    }
}

#[test]
fn a_reader_of_a_large_value_in_a_cache_copies_nothing() {
    let reader = Script::new(&format!(
        "{NAMES} function make() {{
            $x = Set(\"string\"); foreach (names() as $n) $x->add($n); return $x;
         }}
         echo (cache [\"ttl\" => 900] make())->has(\"n5.example\");"
    ));
    let spent = cost("a cached set", &reader, &host());
    assert!(spent < HANDLE, "{spent} bytes for each reader");
}
