//! A script that works for ever lets the others of its thread have their turns.

use std::rc::Rc;
use std::sync::mpsc::channel;

use hsl_vm::request::{Request, Work};

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

/// Too long for the worker.
const KEY: &str = include_str!("rsa4096.key");

#[test]
fn others_have_their_turns_while_a_long_key_signs() {
    let key: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    for mail in [
        "MailMessage::String(\"From: a@b.example\\r\\n\\r\\nx\\r\\n\")",
        "MIME()->addHeader(\"From\", \"a@b.example\")->setBody(\"x\")",
    ] {
        let sign = format!(
            "$mail = {mail}; $mail->signDKIM(\"s\", \"b.example\", \"{key}\"); \
             return str_find($mail->toString(), \"DKIM-Signature: v=1; a=rsa-sha256\");"
        );
        let (signer, other) = (Rc::new(Script::new(&sign)), Script::new("return \"done\";"));
        Worker::new().run(async {
            let host = host();
            // No processor is free for computations until these are dropped.
            let processors = std::thread::available_parallelism().map_or(1, usize::from);
            let busy: Vec<_> = (0..processors)
                .map(|_| {
                    let (release, wait) = channel::<()>();
                    let (host, work) = (host.clone(), Work::new(move || wait.recv().is_ok()));
                    tokio::task::spawn_local(async move {
                        host.serve(Request::Compute(work)).await;
                    });
                    release
                })
                .collect();
            let signing = tokio::task::spawn_local({
                let (signer, host) = (Rc::clone(&signer), host.clone());
                async move { signer.run(&host).await.map(|outcome| text(&outcome)) }
            });
            tokio::task::yield_now().await;
            assert_eq!(text(&other.run(&host).await.expect("it ends")), "done");
            assert!(!signing.is_finished(), "{mail}");
            drop(busy);
            assert_eq!(signing.await.expect("no panic").expect("signed"), "0", "{mail}");
        });
    }
}
