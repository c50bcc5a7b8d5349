//! `Socket`, against socat and silent peers.

use std::process::Command;
use std::time::Duration;

use hsl_host::NetworkOptions;

use testkit::program;

use crate::peers::{free_port, listening, silent, start, until};
use crate::script::Script;
use crate::{on_worker, printed, with_network};

#[test]
fn socat_echoes_over_tcp_udp_and_unix() {
    let Some(socat) = program("socat") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sock");
    let (tcp, six, udp) = (free_port(), free_port(), free_port());
    let servers = [
        format!("TCP4-LISTEN:{tcp},bind=127.0.0.1,fork,reuseaddr"),
        format!("TCP6-LISTEN:{six},bind=[::1],fork,reuseaddr"),
        format!("UDP4-LISTEN:{udp},bind=127.0.0.1,fork,reuseaddr"),
        format!("UNIX-LISTEN:{},fork", path.display()),
    ];
    let _servers: Vec<_> = servers
        .iter()
        .map(|server| start(Command::new(&socat).args([server, "EXEC:cat"])))
        .collect();
    on_worker(async {
        listening(tcp).await;
        until("listening", async || path.exists()).await;
        let text = format!(
            r#"function talk($socket, $address, $port) {{
                $socket->settimeout(5);
                if (!$socket->connect($address, $port)) return "errno " . $socket->errno();
                $sent = $socket->send("hello");
                return [$sent, $socket->recv(2, ["MSG_PEEK"]), $socket->recv(100)];
            }}
            echo talk(Socket("AF_INET", "SOCK_STREAM"), "127.0.0.1", {tcp});
            echo talk(Socket("AF_INET6", "SOCK_STREAM"), "::1", {six});
            echo talk(Socket("AF_INET", "SOCK_DGRAM")->bind("127.0.0.1"), "127.0.0.1", {udp});
            echo talk(Socket("AF_UNIX", "SOCK_STREAM"), "{}", 0);
            $socket = Socket("AF_INET", "SOCK_STREAM")->settimeout(5)->connect("127.0.0.1", {tcp});
            $socket->send("abc");
            $socket->shutdown("SHUT_WR");
            echo [$socket->recv(10, "MSG_WAITALL"), $socket->recv(10)];
            echo [$socket->close() === none, $socket->send("x"), $socket->errno()];
            echo [Socket("AF_INET", "SOCK_STREAM")->connect("::1", 1), Socket("AF_INET6", "SOCK_STREAM")->bind("127.0.0.1")];"#,
            path.display()
        );
        let lines = printed(&with_network(NetworkOptions::default()), &text).await;
        assert_eq!(
            lines,
            [
                r#"[0=>5,1=>"he",2=>"hello"]"#,
                r#"[0=>5,1=>"he",2=>"hello"]"#,
                r#"[0=>5,1=>"he",2=>"hello"]"#,
                r#"[0=>5,1=>"he",2=>"hello"]"#,
                r#"[0=>"abc",1=>""]"#,
                "[0=>false,1=>none,2=>9]",
                "[0=>none,1=>none]",
            ]
        );
    });
}

#[test]
fn a_late_step_leaves_the_socket_open_and_a_dead_variable_closes_it() {
    on_worker(async {
        let (address, mut closed) = silent().await;
        let port = address.port();
        let text = format!(
            r#"$socket = Socket("AF_INET", "SOCK_STREAM")->settimeout(0.05);
            $socket->connect("127.0.0.1", {port});
            echo [$socket->recv(1), $socket->errno(), $socket->send("x"), $socket->recv(1, "MSG_DONTWAIT"), $socket->errno()];
            $socket = none;
            sleep(0.2);
            echo "after";"#
        );
        let host = with_network(NetworkOptions::default());
        let lines = printed(&host, &text).await;
        assert_eq!(lines, ["[0=>none,1=>110,2=>1,3=>none,4=>11]", "after"]);
        closed.recv().await.expect("it is closed");
        let waiting = format!(
            r#"$socket = Socket("AF_INET", "SOCK_STREAM"); $socket->connect("127.0.0.1", {port}); $socket->recv(1);"#
        );
        let mut script = Script::new(&waiting);
        script.time = Duration::from_millis(100);
        assert!(script.run(&host).await.is_err());
        tokio::time::timeout(Duration::from_secs(5), closed.recv()).await.expect("it is closed");
    });
}
