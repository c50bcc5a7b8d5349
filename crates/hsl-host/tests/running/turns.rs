//! A script that works for ever lets the others of its thread have their turns.

use std::rc::Rc;

use crate::script::{Script, Worker, host, text};

#[test]
fn others_have_their_turns() {
    let long = "$long = str_repeat(\"ab\", 20000); $list = array_range(0, 3000);";
    for work in [
        "forever { }",
        "function f($n) { return $n == 0 ? 0 : f($n - 1); } forever f(100);",
        "forever array_map(is_number, $list);",
        "forever array_sort(function ($a, $b) { return $a > $b; }, $list);",
        "function g() { forever yield 1; } foreach (g() as $x) { }",
        "function g() { forever yield 1; } $all = [...g()];",
        "forever $x = $long . \"!\";",
        "forever $x = [...$list, 1];",
        "forever $x = $list == [...$list];",
        "forever $x = $list - $list;",
        "forever $x = $long == ($long . \"\");",
        "forever $x = $long =~ \"(b|a)+c\";",
        "forever try { $x = \"aaaaaaaaaaaaaaaaaaaaaab\" =~ \"^(a+)+$\"; } catch ($e) { }",
        "forever $x = pcre_match_all(\"a\", $long);",
        "forever $x = pcre_replace(\"a\", \"b\", $long);",
        "forever $x = pcre_replace(\"a\", function ($m) { return \"b\"; }, $long);",
        "forever $x = str_replace(\"a\", \"bc\", $long);",
        "forever memory_store(\"k\", $list);",
        "forever memory_inc(\"n\");",
        "forever cache [] builtin str_upper(\"a\");",
        "forever barrier \"k\" { }",
        "forever try { throw $list; } catch ($e) { }",
        "forever try { missing($list); } catch ($e) { } function missing($x) { return $x(); }",
    ] {
        let busy = Rc::new(Script::new(&format!("{long} {work}")));
        let short = Script::new("for ($i = 0; $i < 50000; $i++) { } return \"done\";");
        let worker = Worker::new();
        let ended = worker.run(async {
            let host = host();
            let hog = tokio::task::spawn_local({
                let (busy, host) = (Rc::clone(&busy), host.clone());
                async move { busy.run(&host).await.map(|outcome| text(&outcome)) }
            });
            // The other one begins when the first is at work.
            tokio::task::yield_now().await;
            let ended = short.run(&host).await;
            let told = if hog.is_finished() {
                Some(hog.await)
            } else {
                hog.abort();
                None
            };
            assert!(told.is_none(), "{work}: {told:?}");
            ended
        });
        assert_eq!(text(&ended.expect("it ends")), "done", "{work}");
    }
}
