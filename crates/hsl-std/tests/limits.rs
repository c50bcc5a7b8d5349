//! Small programs that ask for endless results: each ends with an error, or a result, in time.

mod support;

use std::time::{Duration, Instant};

/// What a value that shares itself stands for grows without bound: 64 levels of two references.
const SHARED: &str = "$b = [1]; for ($i = 0; $i < 64; $i += 1) $b[] = $b;";
/// Bytes that the values of a program may have.
const MEMORY: usize = 16 << 20;
/// Longest time that one program may take in a build without optimization.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a program that has to end in time; gives its last line, or its error.
fn end(program: &str) -> String {
    let start = Instant::now();
    let result = support::run_within(program, MEMORY);
    let took = start.elapsed();
    eprintln!("{took:?} {program}");
    assert!(took < PATIENCE, "{program} took {took:?}");
    match result {
        Ok(mut lines) => lines.pop().unwrap_or_default(),
        Err(error) => error,
    }
}

#[track_caller]
fn check(program: &str, expect: &str) {
    let found = end(program);
    assert!(found.contains(expect), "{program}: {found}");
}

#[test]
fn values_that_share_themselves_hit_the_memory_limit() {
    for call in [
        "json_encode($b)",
        "json_encode($b, [\"pretty_print\" => true])",
        "memory_store(\"k\", $b)",
        "memory_add(\"k\", $b)",
        "array_join([$b, $b])",
        "csv_encode([$b, $b])",
        "string($b) . \"\"",
        "\"\" . $b",
        "\"$b\"",
        "echo $b",
        "str_replace(\"1\", \"2\", string($b))",
        "[$b, $b] . \"x\"",
    ] {
        check(&format!("{SHARED} {call};"), "too much memory");
    }
    for call in ["length($b)", "array_reverse($b)", "array_keys($b)"] {
        check(&format!("{SHARED} {call}; echo \"done\";"), "done");
    }
}

#[test]
fn values_that_share_themselves_are_compared_in_time() {
    let twice = format!("{SHARED} $c = $b; {} ", SHARED.replace("$b", "$c"));
    for test in [
        "$b == $c",
        "$b === $c",
        "array_includes(function ($x) closure ($c) { return $x == $c; }, [$b])",
        "in_array($b, [$c])",
        "length(array_unique([$b, $c]))",
        "[$b] - [$c]",
        "hash(\"a\") == $b",
    ] {
        check(&format!("{twice} $found = {test}; echo \"done\";"), "done");
    }
}

#[test]
fn huge_counts_hit_the_memory_limit() {
    for call in [
        "str_repeat(\"ab\", 10 ** 18)",
        "\"ab\" * 10 ** 18",
        "[1] * 10 ** 18",
        "array_range(0, 10 ** 18)",
        "range(0, 10 ** 18)",
        "pack(str_repeat(\"x16777216\", 40))",
        "unpack(\"C*\", str_repeat(\"a\", 6000000))",
        "str_split(str_repeat(\",\", 6000000), \",\")",
        "explode(\",\", str_repeat(\",\", 6000000))",
        "str_chunk(str_repeat(\",\", 6000000), 1)",
        "json_decode(\"[\" . str_repeat(\"1,\", 3000000) . \"1]\")",
        "csv_decode(str_repeat(\",\", 6000000), [\"header\" => false])",
        "pcre_match_all(\"a\", str_repeat(\"a\", 6000000))",
        "yaml_decode(\"[\" . str_repeat(\"1,\", 1000000) . \"1]\")",
        "zlib_uncompress(zlib_compress(str_repeat(\"a\", 60000000)))",
        "Iconv(\"us-ascii\", \"utf-32\")->convert(str_repeat(\"a\", 6000000))",
        "url_encode(str_repeat(\" \", 13000000))",
        "xtext_encode(str_repeat(\" \", 13000000))",
        "base64_encode(str_repeat(\" \", 60000000))",
        "header_addresslist_extract(str_repeat(\"a@b,\", 2000000))",
        "header_dkim_decode(\"a=1;\" . str_repeat(\"a\", 6000000))",
    ] {
        check(&format!("{call};"), "too much memory");
    }
}

#[test]
fn deep_texts_are_refused() {
    for call in [
        "json_decode(str_repeat(\"[\", 1000000))",
        "json_decode(str_repeat(\"{\\\"a\\\":\", 1000000))",
        "yaml_decode(str_repeat(\"[\", 100000))",
        "yaml_decode(str_repeat(\"- \", 100000))",
        "yaml_decode(str_repeat(\"? \", 10000))",
        "yaml_decode(str_repeat(\"{a: \", 100000))",
    ] {
        check(&format!("echo {call} === none;"), "true");
    }
    check("echo header_addresslist_extract(str_repeat(\"(\", 1000000)) === none;", "true");
    check(
        "$d = []; for ($i = 0; $i < 100000; $i += 1) $d = [$d]; echo json_encode($d) === none;",
        "true",
    );
}

#[test]
fn huge_expressions_are_refused() {
    for pattern in [
        "str_repeat(\"(\", 100000)",
        "str_repeat(\"(a\", 5000) . str_repeat(\")\", 5000)",
        "\"(a{1,1000}){1,1000}\"",
        "str_repeat(\"a|\", 1000000)",
    ] {
        let found = end(&format!(
            "try {{ pcre_match({pattern}, \"a\"); echo \"done\"; }} catch ($e) {{ echo $e->message(); }}"
        ));
        assert!(!found.is_empty(), "{pattern}");
    }
    check(
        "try { pcre_match(\"(a+)+$\", str_repeat(\"a\", 40) . \"b\"); } catch ($e) { echo $e->message(); }",
        "steps",
    );
}

#[test]
fn aliases_of_yaml_share_what_they_stand_for() {
    let mut bomb = String::from("- &a0 [x,x]\\n");
    for at in 1..200 {
        let before = at - 1;
        bomb += &format!("- &a{at} [*a{before},*a{before}]\\n");
    }
    check(&format!("$b = yaml_decode(\"{bomb}\"); echo length($b); "), "200");
    check(&format!("$b = yaml_decode(\"{bomb}\"); json_encode($b);"), "too much memory");
}
