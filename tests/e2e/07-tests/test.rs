//! `mailstop test` on projects: what passes, what fails, and what is written about it.

mod hook;

use std::process::{Command, Output};

use tests::Project;

use crate::MAILSTOP;

fn test(project: &Project, args: &[&str]) -> Output {
    let mut command = Command::new(MAILSTOP);
    command.arg("test").arg(project.path()).args(args);
    command.output().expect("mailstop test")
}

#[track_caller]
fn ends(output: &Output, code: i32, words: &[&str]) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "no {word:?} in: {text}");
    }
    assert!(!text.contains("panicked"), "{text}");
    text
}

fn with(text: &str) -> Project {
    let project = Project::copy_of("examples/starter");
    project.write("tests/policy.test.hsl", text);
    project
}

#[test]
fn the_starter_passes_and_covers_itself() {
    let project = Project::copy_of("examples/starter");
    let output = test(&project, &["--coverage"]);
    ends(&output, 0, &["7 passed, 0 failed", "src/files/policy.hsl", "100.0 %"]);
    let lcov = project.read(".mailstop/lcov.info");
    let line = project.line_of("src/files/policy.hsl", "return array_includes(str_lower");
    assert!(lcov.contains("src/files/policy.hsl\n"), "{lcov}");
    assert!(lcov.contains(&format!("DA:{line},")), "{lcov}");
    assert!(!lcov.contains(".test.hsl"), "{lcov}");
}

#[test]
fn lines_that_did_not_run_are_named() {
    let project = with(
        "import { is_blocked } from \"policy.hsl\";\n\
                        function test_one() { assert(!is_blocked(\"example.net\")); }\n",
    );
    let line = project.line_of("src/files/policy.hsl", "return true;");
    let output =
        test(&project, &["--lcov", project.path().join("out.info").to_str().expect("UTF-8")]);
    ends(&output, 0, &["not run:", &line.to_string()]);
    assert!(project.read("out.info").contains(&format!("DA:{line},0\n")));
}

#[test]
fn a_failure_shows_the_difference_and_its_place() {
    let project = with(
        "function test_right() { assert_equal([1, 2], [1, 2]); }\n\
         function test_wrong() {\n    echo \"before\";\n\
         \x20   assert_equal([\"a\" => 1, \"b\" => [2]], [\"a\" => 1, \"b\" => [3]]);\n}\n\
         function test_broken() { throw \"no <luck>\"; }\n\
         function test_hidden() { try { assert(false, \"hidden\"); } catch ($e) {} }\n\
         function helper() { assert(false); }\n",
    );
    let report = project.path().join("report.xml");
    let output = test(&project, &["--junit", report.to_str().expect("UTF-8"), "-j", "3"]);
    let text = ends(
        &output,
        1,
        &[
            "ok    tests/policy.test.hsl: test_right",
            "FAIL  tests/policy.test.hsl: test_wrong",
            "  -     0 => 3\n",
            "  +     0 => 2\n",
            "at tests/policy.test.hsl:4:5",
            "| before",
            "ERROR tests/policy.test.hsl: test_broken",
            "no <luck>",
            "FAIL  tests/policy.test.hsl: test_hidden",
            "1 passed, 3 failed; 3 assertions",
        ],
    );
    assert!(text.find("test_wrong") < text.find("test_broken"), "{text}");
    let xml = project.read("report.xml");
    assert!(xml.contains("tests=\"4\" failures=\"2\" errors=\"1\""), "{xml}");
    assert!(xml.contains("<error message=\"no &lt;luck&gt;\">"), "{xml}");
    let tap = ends(&test(&project, &["--tap"]), 1, &["TAP version 14\n1..4\n", "not ok 2 - "]);
    assert!(tap.contains("ok 1 - tests/policy.test.hsl: test_right\n"), "{tap}");
    ends(&test(&project, &["--filter", "right"]), 0, &["1 passed, 0 failed"]);
}

#[test]
fn what_a_test_replaces_is_replaced_everywhere_and_only_there() {
    let project = with(
        "import { resolved } from \"resolve.hsl\";\n\
         function answer($host) { sleep(0.01); return [\"result\" => [\"$host is mocked\"]]; }\n\
         function test_in_modules() {\n\
             mock(\"dns_query\", answer);\n\
             assert_equal(resolved(\"a.example\"), \"a.example is mocked\");\n\
             assert_equal(array_map(dns_query, [\"b\"])[0][\"result\"][0], \"b is mocked\");\n\
         }\n\
         function test_in_hooks_that_wait() {\n\
             mock(\"dns_query\", function ($host) { return answer(str_lower($host)); });\n\
             assert_equal(run_hook(\"connect\")[\"arguments\"], [\"192.0.2.1 is mocked\", []]);\n\
         }\n\
         function test_the_original_is_reached_from_inside() {\n\
             mock(\"str_lower\", function ($text) { return \"<\" . str_lower($text) . \">\"; });\n\
             assert_equal(str_lower(\"A\"), \"<a>\"); assert_equal(str_lower(\"B\"), \"<b>\");\n\
             mock(\"str_lower\", none); assert_equal(str_lower(\"C\"), \"c\");\n\
         }\n\
         function test_constants_are_replaced_too() {\n\
             mock(\"time\", function () { return 5; }); assert_equal(time(), 5);\n\
             mock(\"length\", function ($x) { return 7; }); assert_equal(length(\"abc\"), 7);\n\
             mock(\"Map\", function ($k, $v) { return \"no map\"; });\n\
             assert_equal(Map(\"string\", \"any\"), \"no map\");\n\
             mock(\"File::read\", function ($path) { return \"file\"; });\n\
             assert_equal(File::read(\"x\"), \"file\");\n\
         }\n\
         function test_nothing_is_left_of_it() {\n\
             assert_equal(str_lower(\"A\"), \"a\"); assert_equal(memory_fetch(\"seen\"), none);\n\
             memory_store(\"seen\", 1);\n\
         }\n\
         function test_memory_is_empty() {\n\
             assert_equal(memory_fetch(\"seen\"), none); memory_store(\"seen\", 1);\n\
         }\n\
         function test_wrong_names() {\n\
             foreach ([function () { mock(\"dns_qury\", none); },\n\
                 function () { run_hook(\"rcpt\"); },\n\
                 function () { run_hook(\"connect\", [\"arguments\" => [\"remoteipp\" => \"\"]]); },\n\
                 function () { run_hook(\"connect\", [], [\"id\" => \"other\"]); },\n\
                 function () { run_hook(\"helo\"); }] as $f)\n\
             {\n\
                 $message = none; try { $f(); } catch ($e) { $message = $e->message(); }\n\
                 echo $message; assert($message !== none);\n\
             }\n\
             assert(false, \"to see what was printed\");\n\
         }\n",
    );
    project.write(
        "src/files/resolve.hsl",
        "function resolved($h) { return dns_query($h)[\"result\"][0]; }\n",
    );
    project.write(
        "src/hooks/connect/default.hsl",
        "import { resolved } from \"resolve.hsl\";\nReject(resolved($arguments[\"remoteip\"]), []);\n",
    );
    let output = test(&project, &[]);
    ends(
        &output,
        1,
        &[
            "mock: the library has no \"dns_qury\"; did you mean \"dns_query\"?",
            "run_hook: there is no hook \"rcpt\"",
            "run_hook: $arguments has no \"remoteipp\"; did you mean \"remoteip\"?",
            "run_hook: the connect hooks of the project are: default",
            "run_hook: the project has no helo hook",
            "6 passed, 1 failed",
        ],
    );
}

#[test]
fn methods_are_replaced_under_their_class() {
    let project = with(
        "import { first } from \"first.hsl\";\n\
         function test_with_the_object_before_the_arguments() {\n\
             $map = Map(\"string\", \"any\"); $map->set(\"a\", 1);\n\
             mock(\"Map->get\", function ($this_map, $key) {\n\
                 sleep(0.01); return [$this_map->size(), $key, $this_map->get($key)];\n\
             });\n\
             assert_equal($map->get(\"a\"), [1, \"a\", 1]); assert_equal(first($map), [1, \"a\", 1]);\n\
             $get = $map->get; assert_equal($get(\"a\"), [1, \"a\", 1]);\n\
             mock(\"Map->get\", none); assert_equal($map->get(\"a\"), 1); assert_equal($get(\"a\"), 1);\n\
         }\n\
         function test_of_the_class_that_has_it_and_of_one_that_extends_it() {\n\
             $mail = MailMessage::String(\"Subject: hi\\r\\n\\r\\ntext\");\n\
             mock(\"MIMEPart->getHeader\", function ($part, $name) { return \"any $name\"; });\n\
             assert_equal($mail->getHeader(\"Subject\"), \"any Subject\");\n\
             assert_equal(run_hook(\"eod\")[\"arguments\"][0], \"any Subject\");\n\
             mock(\"MailMessage->getHeader\", function ($part, $name) { return \"a mail\"; });\n\
             assert_equal($mail->getHeader(\"Subject\"), \"a mail\");\n\
             mock(\"EODMailMessage->getHeader\", function ($part, $name) { return \"received\"; });\n\
             assert_equal(run_hook(\"eod\")[\"arguments\"][0], \"received\");\n\
             assert_equal($mail->getHeader(\"Subject\"), \"a mail\");\n\
         }\n\
         function test_nothing_is_left_of_it() {\n\
             $map = Map(\"string\", \"any\"); $map->set(\"a\", 1); assert_equal($map->get(\"a\"), 1);\n\
             $message = none; try { mock(\"Map->gett\", none); } catch ($e) { $message = $e->message(); }\n\
             assert_equal($message, \"mock: the library has no \\\"Map->gett\\\"; did you mean \\\"Map->get\\\"?\");\n\
         }\n",
    );
    project.write("src/files/first.hsl", "function first($map) { return $map->get(\"a\"); }\n");
    let hook = "Reject($arguments[\"mail\"]->getHeader(\"Subject\"), []);\n";
    project.write("src/hooks/eod/default.hsl", hook);
    ends(&test(&project, &[]), 0, &["3 passed, 0 failed"]);
}

#[test]
fn hooks_that_fail_or_say_nothing_are_told_apart() {
    let project = with(
        "function test_hooks() {\n\
             $connect = run_hook(\"connect\");\n\
             assert_equal([$connect[\"verdict\"], $connect[\"implicit\"]], [\"Defer\", true]);\n\
             assert(pcre_match(\"boom\", $connect[\"error\"]) !== none);\n\
             $eod = run_hook(\"eod\");\n\
             assert_equal([$eod[\"verdict\"], $eod[\"implicit\"], isset($eod[\"error\"])], [\"Defer\", true, false]);\n\
         }\n",
    );
    project.write("src/hooks/connect/default.hsl", "throw Exception(\"boom\");\n");
    project.write("src/hooks/eod/default.hsl", "$x = 1;\n");
    ends(&test(&project, &[]), 0, &["1 passed"]);
}

#[test]
fn the_functions_of_tests_exist_in_tests_only() {
    let project = with("function test_a() { assert(true); }\n");
    project.write("src/files/lib.test.hsl", "function test_b() { assert(true); }\n");
    ends(&test(&project, &[]), 0, &["src/files/lib.test.hsl: test_b", "2 passed"]);
    let packed = Command::new(MAILSTOP).arg("pack").arg(project.path()).output().expect("pack");
    ends(&packed, 0, &[]);
    assert!(!project.read("dist/smtpd-app.yaml").contains("lib.test.hsl"));
    project.write("src/hooks/connect/default.hsl", "mock(\"time\", none);\n");
    ends(&test(&project, &[]), 3, &["HSL1002", "`mock` is not defined"]);
}

#[test]
fn what_cannot_run_has_its_own_exit_code() {
    ends(&test(&with("function helper() {}\n"), &[]), 2, &["the project has no tests"]);
    ends(&test(&with("function test_a() { nothing(); }\n"), &[]), 3, &["tests/policy.test.hsl:1:"]);
    let early = with("return;\nfunction test_a() { assert(true); }\n");
    ends(&test(&early, &[]), 1, &["the file returned before the test was called"]);
    let slow = with("function test_a() { forever { } }\n");
    ends(&test(&slow, &["--timeout", "0.2"]), 1, &["ERROR", "test_a"]);
}
