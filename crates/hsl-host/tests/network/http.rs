//! `http`.

use std::process::Command;
use std::time::{Duration, Instant};

use hsl_host::{DnsOptions, LocalRecord, NetworkOptions, ServiceOptions};
use mta_config::Network;

use testkit::program;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::peers::{canned, free_port, listening, silent, start};
use crate::script::Script;
use crate::{host, on_worker, printed, with_network};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Kind: plain\r\n\r\nhi";

fn open() -> hsl_host::Host {
    with_network(NetworkOptions::default())
}

#[test]
fn nginx_serves_redirects_posts_and_large_files() {
    let Some(nginx) = program("nginx") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().display();
    let (port, proxy) = (free_port(), free_port());
    std::fs::write(folder.path().join("big"), vec![b'x'; 300_000]).expect("a file");
    let config = format!(
        "daemon off; pid {root}/pid; error_log {root}/log; events {{}}
         http {{ access_log off; client_body_temp_path {root}; proxy_temp_path {root};
           fastcgi_temp_path {root}; uwsgi_temp_path {root}; scgi_temp_path {root}; root {root};
           server {{ listen 127.0.0.1:{port}; listen unix:{root}/sock;
             location /hop {{ return 302 /end; }}
             location /end {{ return 200 \"$request_method $http_x_own $http_user_agent\"; }}
             location /args {{ return 200 $arg_q; }}
             location /who {{ return 200 $remote_addr; }}
             location /circle {{ return 302 /circle; }} }}
           server {{ listen 127.0.0.1:{proxy};
             location / {{ proxy_pass http://127.0.0.1:{port}; proxy_set_header X-Own \"for $host\"; }} }} }}"
    );
    let path = folder.path().join("nginx.conf");
    std::fs::write(&path, config).expect("a configuration");
    let _nginx = start(Command::new(nginx).arg("-c").arg(&path).arg("-p").arg(folder.path()));
    on_worker(async {
        listening(port).await;
        let text = format!(
            r#"$at = "http://127.0.0.1:{port}";
            echo http($at . "/end", ["headers" => ["X-Own: yes"]]);
            echo http($at . "/hop") ?? "not followed";
            echo http($at . "/hop", ["redirects" => 1]);
            echo http($at . "/circle", ["redirects" => -1, "extended_result" => true])["status"];
            echo http($at . ''/args?q=$1'', [], ["a b&c"]);
            echo length(http($at . "/big"));
            echo http($at . "/big", ["max_file_size" => 1000]) ?? "too large";
            echo http("http://any.example/end", ["unix_socket_path" => "{root}/sock"]);
            echo http($at . "/none") ?? "missing";
            echo http($at . "/none", ["extended_result" => true])["status"];
            echo http($at . "/end", ["method" => "DELETE"]);
            echo http("http://far.invalid/end", ["proxy" => "http://127.0.0.1:{proxy}"]) ?? "not found";
            echo http($at . "/who", ["sourceip" => "127.0.0.2"]);
            echo http($at . "/who", ["sourceip" => "192.0.2.1"]) ?? "not ours";"#
        );
        let lines = printed(&open(), &text).await;
        assert_eq!(
            lines,
            [
                "GET yes mailstop",
                "not followed",
                "GET  mailstop",
                "302",
                "a%20b%26c",
                "300000",
                "too large",
                "GET  mailstop",
                "missing",
                "404",
                "DELETE  mailstop",
                "GET for far.invalid mailstop",
                "127.0.0.2",
                "not ours"
            ]
        );
    });
}

#[test]
fn bodies_come_from_texts_fields_and_functions() {
    on_worker(async {
        let (address, mut sent) = canned(OK).await;
        let text = format!(
            r#"$at = "http://user:p%40ss@{address}/x";
            echo http($at, ["extended_result" => true, "response_headers" => true], [], "a=1");
            http($at, ["headers" => ["Content-Type: text/plain"]], [], ["k y" => "v&", "b" => 2]);"#
        );
        let lines = printed(&open(), &text).await;
        let answer = r#"["status"=>200,"content"=>"hi","headers"=>[0=>"content-length: 2",1=>"x-kind: plain"]]"#;
        assert_eq!(lines, [answer]);
        let first = sent.recv().await.expect("a request").to_ascii_lowercase();
        assert!(first.starts_with("post /x http/1.1\r\n"), "{first}");
        assert!(first.contains("authorization: basic dxnlcjpwqhnz\r\n"), "{first}");
        assert!(first.contains("application/x-www-form-urlencoded"), "{first}");
        let second = sent.recv().await.expect("a request");
        assert!(second.contains("text/plain") && !second.contains("urlencoded"), "{second}");
        assert!(second.ends_with("k%20y=v%26&b=2"), "{second}");
    });
}

#[test]
fn a_function_gives_a_body_of_any_length() {
    on_worker(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let reading = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut request = Vec::new();
            while !request.ends_with(b"0\r\n\r\n") {
                assert_ne!(stream.read_buf(&mut request).await.expect("a request"), 0);
            }
            stream.write_all(OK.as_bytes()).await.expect("an answer");
            String::from_utf8(request).expect("is text")
        });
        let text = format!(
            r#"$left = 5;
            $read = function ($max) closure ($left) {{
                if ($left <= 0) return "";
                $left -= 1;
                sleep(0.001);
                return str_repeat("part " . $left . ";", 1000)[0:$max];
            }};
            echo http("http://{address}/up", ["method" => "PUT"], [], $read);
            echo $left;"#
        );
        assert_eq!(printed(&open(), &text).await, ["hi", "0"]);
        let request = reading.await.expect("it ends").to_ascii_lowercase();
        assert!(request.starts_with("put /up http/1.1\r\n"), "{request}");
        assert!(request.contains("\r\ntransfer-encoding: chunked\r\n"));
        for part in 0..5 {
            assert_eq!(request.matches(&format!("part {part};")).count(), 1000, "part {part}");
        }
    });
}

#[test]
fn header_lines_and_urls_stay_what_they_are() {
    on_worker(async {
        for call in [
            r#"http("http://127.0.0.1:1/", ["headers" => ["X-A: 1\r\nX-B: 2"]])"#,
            r#"http("http://127.0.0.1:1/", ["headers" => ["X A: 1"]])"#,
            r#"http("http://127.0.0.1:1/", ["headers" => ["Content-Length: 5"]])"#,
            r#"http("http://127.0.0.1:1/\r\nX-B: 2")"#,
            r#"http("file:///etc/passwd")"#,
            r#"http("http://127.0.0.1:1/", ["method" => "GET /x HTTP/1.1\r\n"])"#,
        ] {
            let text =
                format!("try {{ echo {call} ?? \"nothing\"; }} catch ($e) {{ echo \"thrown\"; }}");
            assert_eq!(printed(&open(), &text).await, ["thrown"], "{call}");
        }
    });
}

#[test]
fn hosts_beyond_ascii_are_asked_for_by_their_ascii_names() {
    on_worker(async {
        let (address, mut sent) = canned(OK).await;
        let (name, port) = ("xn--bcher-kva.example", address.port());
        let local = LocalRecord::new((name, "A", "127.0.0.1"), 60, false).expect("a record");
        let dns = DnsOptions { local: vec![local], only_local: true, ..DnsOptions::default() };
        let host = host(ServiceOptions { dns, ..ServiceOptions::default() });
        let to = format!(
            "HTTP/1.1 302 x\r\nLocation: http://BÜCHER.example:{port}/2\r\nContent-Length: 0\r\n\r\n"
        );
        let (hop, _) = canned(to).await;
        let text = format!(
            r#"echo http("http://bücher.example:{port}/1");
            echo http("http://{hop}/", ["redirects" => 1]);
            try {{ echo http("http://bü cher.example/"); }} catch ($e) {{ echo $e->message(); }}"#
        );
        let refused =
            "http: `http://bü cher.example/` cannot be requested: its host is no domain name";
        assert_eq!(printed(&host, &text).await, ["hi", "hi", refused]);
        for path in ["/1", "/2"] {
            let request = sent.recv().await.expect("a request").to_ascii_lowercase();
            assert!(request.starts_with(&format!("get {path} ")), "{request}");
            assert!(request.contains(&format!("host: {name}:{port}\r\n")), "{request}");
        }
    });
}

#[test]
fn denied_addresses_are_denied_by_name_redirect_and_proxy() {
    on_worker(async {
        let deny = vec![Network::parse("127.0.0.0/8").expect("a network")];
        let closed = with_network(NetworkOptions { deny, ..NetworkOptions::default() });
        let (address, mut sent) = canned(OK).await;
        let port = address.port();
        let text = format!(
            r#"echo http("http://{address}/") ?? "denied";
            echo http("http://localhost:{port}/") ?? "denied";
            echo http("http://[::ffff:127.0.0.1]:{port}/") ?? "denied";
            echo http("http://192.0.2.1/", ["proxy" => "{address}"]) ?? "denied";
            $socket = Socket("AF_INET", "SOCK_STREAM");
            echo [$socket->connect("127.0.0.1", {port}), $socket->errno()];
            echo dns_query("a.example", ["servers" => ["127.0.0.1:{port}"]])["error"];
            echo smtp_lookup_rcpt(["host" => "127.0.0.1", "port" => {port}], "", "a@b.example");"#
        );
        let lines = printed(&closed, &text).await;
        assert_eq!(&lines[..5], ["denied", "denied", "denied", "denied", "[0=>none,1=>13]"]);
        assert!(lines[5].contains("scripting.network") && lines[6] == "-1", "{lines:?}");
        let (hop, _) = canned(
            "HTTP/1.1 302 x\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
        )
        .await;
        let text = format!(
            r#"echo http("http://{hop}/", ["redirects" => 5, "extended_result" => true]) ?? "denied";
            echo http("http://169.254.169.254/", ["proxy" => "{address}"]) ?? "denied";"#
        );
        assert_eq!(printed(&open(), &text).await, ["denied", "denied"]);
        assert!(sent.try_recv().is_err(), "something was asked");
    });
}

#[test]
fn a_slow_server_delays_nobody_and_its_connection_closes_with_the_script() {
    on_worker(async {
        let (address, mut closed) = silent().await;
        let host = open();
        let slow = tokio::task::spawn_local({
            let host = host.clone();
            let mut script = Script::new(&format!(r#"http("http://{address}/");"#));
            script.time = Duration::from_millis(300);
            async move { script.run(&host).await.err().map(|trap| trap.to_string()) }
        });
        let began = Instant::now();
        for _ in 0..20 {
            assert_eq!(printed(&host, "sleep(0.001); echo 1;").await, ["1"]);
        }
        assert!(!slow.is_finished() && began.elapsed() < Duration::from_millis(300));
        let ended = slow.await.expect("it ends");
        assert!(ended.is_some(), "the deadline ends it");
        tokio::time::timeout(Duration::from_secs(5), closed.recv()).await.expect("it is closed");
        let late = format!(
            r#"echo http("http://{address}/", ["timeout" => 0.05, "connect_timeout" => 0.05]) ?? "late";"#
        );
        assert_eq!(printed(&host, &late).await, ["late"]);
        closed.recv().await.expect("it is closed");
    });
}

#[test]
fn requests_in_the_background_are_repeated() {
    on_worker(async {
        let (address, mut sent) = canned("HTTP/1.1 500 no\r\nContent-Length: 0\r\n\r\n").await;
        let host = open();
        let text = format!(
            r#"echo http("http://{address}/", ["background" => true, "background_retry_count" => 2], [], "x");"#
        );
        assert_eq!(printed(&host, &text).await, ["true"]);
        host.services().settle(Duration::from_secs(10)).await;
        let mut count = 0;
        while sent.try_recv().is_ok() {
            count += 1;
        }
        assert_eq!(count, 3);
    });
}
