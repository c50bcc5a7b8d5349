//! `smtp_lookup_rcpt` and `smtp_lookup_auth` against servers with and without TLS.

use std::sync::Arc;

use hsl_host::{DnsOptions, Dnssec, Host, LocalRecord, NetworkOptions, ServiceOptions};
use rustls::ServerConfig;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::peers::listening;
use crate::tls::Authority;
use crate::zones::Signed;
use crate::{host, on_worker, printed};

/// A server that knows one recipient and one login, and offers TLS where it has a certificate.
#[derive(Clone, Default)]
struct Server {
    tls: Option<Arc<ServerConfig>>,
    /// What it greets with, if not 220; nothing at all when empty.
    greeting: Option<&'static str>,
}

impl Server {
    /// Starts it, and gives its port.
    async fn start(self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = self.clone();
                tokio::spawn(async move { server.converse(stream).await });
            }
        });
        port
    }

    async fn converse(self, stream: tokio::net::TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let greeting = self.greeting.unwrap_or("220 ready");
        if greeting.is_empty() {
            return std::future::pending().await;
        }
        stream.write_all(format!("{greeting}\r\n").as_bytes()).await.ok()?;
        talk(&mut stream, self.tls.is_some()).await?;
        let acceptor = TlsAcceptor::from(self.tls?);
        let mut secured = BufReader::new(acceptor.accept(stream.into_inner()).await.ok()?);
        talk(&mut secured, false).await
    }
}

/// Answers until STARTTLS; none when the client is gone.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    offers_tls: bool,
) -> Option<()> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let answer = match line.trim_end() {
            line if line.starts_with("EHLO") && offers_tls => {
                "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN"
            }
            line if line.starts_with("EHLO") => "250-here\r\n250 AUTH PLAIN",
            "AUTH PLAIN AGphbmUAc2VjcmV0" => "235 welcome",
            line if line.starts_with("AUTH") => "535 5.7.8 no",
            "RCPT TO:<jane@example>" => "250 yes",
            "RCPT TO:<later@example>" => "451 4.2.1 later",
            line if line.starts_with("RCPT") => "550 5.1.1 nobody",
            "STARTTLS" => {
                stream.write_all(b"220 go\r\n").await.ok()?;
                return Some(());
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
}

/// A host with these records, which count as validated.
fn with_records(records: &[(&str, &str, &str)]) -> Host {
    let local = records.iter().map(|(name, kind, value)| {
        LocalRecord::new((name, kind, value), 60, true).expect("a record")
    });
    let dns = DnsOptions { local: local.collect(), only_local: true, ..DnsOptions::default() };
    host(ServiceOptions { dns, ..ServiceOptions::default() })
}

/// A call about a recipient at a port.
fn ask(server: &str, recipient: &str) -> String {
    format!("echo smtp_lookup_rcpt([{server}], \"me@me.example\", \"{recipient}\");")
}

#[test]
fn replies_become_numbers_and_arrays() {
    on_worker(async {
        let port = Server::default().start().await;
        let at = format!(r#""host" => "127.0.0.1", "port" => {port}"#);
        let text = [
            ask(&at, "jane@example"),
            ask(&at, "joe@example"),
            ask(&at, "later@example"),
            format!(
                r#"echo smtp_lookup_rcpt([{at}], ["localpart" => "me", "domain" => "me.example"],
                    ["localpart" => "joe", "domain" => "example"], ["extended_result" => true]);
                echo smtp_lookup_rcpt([{at}, "tls" => "require"], "", "jane@example", ["extended_result" => true]);
                echo smtp_lookup_rcpt([{at}, "tls" => "optional", "saslusername" => "jane", "saslpassword" => "secret"], "", "jane@example");
                echo smtp_lookup_rcpt([{at}, "saslusername" => "jane", "saslpassword" => "wrong"], "", "jane@example");
                echo [smtp_lookup_auth([{at}], "jane", "secret"), smtp_lookup_auth([{at}], "jane", "wrong")];
                echo MIME()->setBody("x")->send("me@me.example", ["joe@example"], [{at}])["result"];
                echo smtp_lookup_rcpt([{at}, "saslusername" => "jane", "saslpassword" => "wrong"], "", "jane@example", ["extended_result" => true]);
                echo smtp_lookup_rcpt([{at}], "", "jane@example>\r\nDATA\r\n<", ["extended_result" => true]);
                echo smtp_lookup_rcpt([{at}, "helo" => "me\r\nRSET"], "", "jane@example");"#
            ),
        ];
        let none = host(ServiceOptions::default());
        assert_eq!(
            printed(&none, &text.concat()).await,
            [
                "1",
                "0",
                "-1",
                r#"["error_code"=>550,"error_message"=>[0=>"5.1.1 nobody"],"on_rcptto"=>true,"tls"=>false]"#,
                r#"["error_code"=>0,"error_message"=>[0=>"the server does not offer TLS"],"on_rcptto"=>false,"tls"=>false]"#,
                "1",
                "-1",
                "[0=>1,1=>0]",
                r#"["state"=>"RCPT","code"=>550,"enhanced"=>[0=>5,1=>1,2=>1],"reason"=>[0=>"nobody"]]"#,
                r#"["error_code"=>535,"error_message"=>[0=>"5.7.8 no"],"on_rcptto"=>false,"tls"=>false]"#,
                r#"["error_code"=>0,"error_message"=>[0=>"sender or recipient are no addresses"],"on_rcptto"=>false,"tls"=>false]"#,
                "-1",
            ]
        );
    });
}

#[test]
fn servers_that_fail_are_followed_by_the_next() {
    on_worker(async {
        let closed = Server { greeting: Some("421 4.3.2 closing"), ..Server::default() };
        let refusing = Server { greeting: Some("554 5.7.1 go away"), ..Server::default() };
        let mute = Server { greeting: Some(""), ..Server::default() };
        let host = host(ServiceOptions::default());
        for (server, expected) in [
            (
                closed,
                r#"["error_code"=>421,"error_message"=>[0=>"4.3.2 closing"],"on_rcptto"=>false,"tls"=>false]"#,
            ),
            (
                refusing,
                r#"["error_code"=>554,"error_message"=>[0=>"5.7.1 go away"],"on_rcptto"=>false,"tls"=>false]"#,
            ),
            (
                mute,
                r#"["error_code"=>0,"error_message"=>[0=>"the answer of 127.0.0.1 to banner took longer than 0.05 s"],"on_rcptto"=>false,"tls"=>false]"#,
            ),
        ] {
            let port = server.start().await;
            let text = format!(
                r#"echo smtp_lookup_rcpt(["host" => "127.0.0.1", "port" => {port}, "timeout" => ["BANNER" => 0.05]],
                    "", "jane@example", ["extended_result" => true]);"#
            );
            assert_eq!(printed(&host, &text).await, [expected]);
        }
        // The first server of the domain answers on no address that anybody listens on.
        let port = Server::default().start().await;
        let records = [
            ("example", "MX", "10 gone.example."),
            ("example", "MX", "20 mail.example."),
            ("gone.example", "A", "127.0.0.77"),
            ("mail.example", "A", "127.0.0.1"),
            ("null.example", "MX", "0 ."),
        ];
        let host = with_records(&records);
        let at = format!(r#""port" => {port}"#);
        let text = [
            ask(&at, "jane@example"),
            ask(&format!(r#"{at}, "mx_exclude" => ["mail.*", "*.example"]"#), "jane@example"),
            ask(&format!(r#"{at}, "mx_include" => ["gone.example"]"#), "jane@example"),
            ask(&at, "jane@null.example"),
            ask(&at, "jane@none.example"),
        ];
        assert_eq!(printed(&host, &text.concat()).await, ["1", "-1", "-1", "-1", "-1"]);
    });
}

#[test]
fn tls_is_verified_as_asked_and_shows_the_certificate() {
    on_worker(async {
        let authority = Authority::new();
        let (config, _) = authority.config("mail.example", false);
        let port = Server { tls: Some(config), ..Server::default() }.start().await;
        let local = LocalRecord::new(("mail.example", "A", "127.0.0.1"), 60, false);
        let other = LocalRecord::new(("other.example", "A", "127.0.0.1"), 60, false);
        let host = host(ServiceOptions {
            dns: DnsOptions {
                local: vec![local.expect("a record"), other.expect("a record")],
                only_local: true,
                ..DnsOptions::default()
            },
            network: NetworkOptions {
                authorities: vec![authority.pem.clone()],
                ..NetworkOptions::default()
            },
            ..ServiceOptions::default()
        });
        let at = |name: &str, tls: &str| {
            let at = format!(r#""host" => "{name}", "port" => {port}, "tls" => "{tls}""#);
            ask(&at, "jane@example")
        };
        let text = [
            at("mail.example", "require_verify"),
            at("other.example", "require_verify"),
            at("other.example", "optional_verify"),
            at("other.example", "require"),
            at("mail.example", "dane"),
            at("mail.example", "dane_require"),
            at("mail.example", "dane_fallback_require_verify"),
            at("other.example", "dane_fallback_require_verify"),
            format!(
                r#"$found = smtp_lookup_rcpt(["host" => "mail.example", "port" => {port}, "tls" => "require",
                    "tls_capture_peer_cert" => true], "", "jane@example", ["extended_result" => true]);
                echo [$found["tls"], $found["peercert"]["x509"]->subject_alt_name()["DNS"], length($found["peercert"]["chain"])];
                $found = smtp_lookup_rcpt(["host" => "mail.example", "port" => {port},
                    "tls_capture_peer_cert" => true], "", "jane@example", ["extended_result" => true]);
                echo isset($found["peercert"]);"#
            ),
        ];
        assert_eq!(
            printed(&host, &text.concat()).await,
            [
                "1",
                "-1",
                "-1",
                "1",
                "1",
                "-1",
                "1",
                "-1",
                r#"[0=>true,1=>[0=>"mail.example"],2=>2]"#,
                "false"
            ]
        );
    });
}

#[test]
fn certificates_are_those_that_a_signed_zone_names() {
    on_worker(async {
        let authority = Authority::new();
        let (config, leaf) = authority.config("mail.example", true);
        let port = Server { tls: Some(config), ..Server::default() }.start().await;
        let (valid, _) = authority.config("mail.above.example", false);
        let valid = Server { tls: Some(valid), ..Server::default() }.start().await;
        let plain = Server::default().start().await;
        let hash = |bytes: &[u8]| -> String {
            Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let (right, above) = (hash(&leaf), hash(&authority.der()));
        let names: String = ["right", "wrong", "above", "stranger", "pkix", "bare"]
            .map(|name| format!("{name} MX 10 mail.{name}\nmail.{name} A 127.0.0.1\n"))
            .concat();
        let zone = format!(
            "$ORIGIN example.\n$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n\
             {names}\
             _{port}._tcp.mail.right TLSA 3 0 1 {right}\n_{plain}._tcp.mail.right TLSA 3 0 1 {right}\n\
             _{port}._tcp.mail.wrong TLSA 3 0 1 {above}\n\
             _{port}._tcp.mail.above TLSA 2 0 1 {above}\n_{valid}._tcp.mail.above TLSA 2 0 1 {above}\n\
             _{valid}._tcp.mail.stranger TLSA 2 0 1 {above}\n\
             _{port}._tcp.mail.stranger TLSA 2 0 1 {right}\n\
             _{port}._tcp.mail.pkix TLSA 1 0 1 {above}\n\
             alias MX 10 mail.alias\nmail.alias CNAME mail.right\n\
             both MX 10 mail.both\nmail.both CNAME mail.right\n_{port}._tcp.mail.both TLSA 3 0 1 {above}\n\
             own MX 10 mail.own\nmail.own CNAME mail.bare\n_{port}._tcp.mail.own TLSA 3 0 1 {right}\n\
             named MX 10 mail.named\nmail.named CNAME mail.above\n"
        );
        let Some(zone) = Signed::new(&zone) else { return };
        let (dns_port, _nsd) = zone.serve(&zone.text(), None);
        listening(dns_port).await;
        let of = |dnssec| {
            let servers = vec![format!("127.0.0.1:{dns_port}")];
            let dns =
                DnsOptions { servers, anchors: zone.anchors(), dnssec, ..DnsOptions::default() };
            host(ServiceOptions { dns, ..ServiceOptions::default() })
        };
        let at = |port: u16, tls: &str, domain: &str| {
            ask(&format!(r#""port" => {port}, "tls" => "{tls}""#), &format!("jane@{domain}"))
        };
        let cases = [
            // The certificate itself: its expired dates and the unknown authority do not count.
            (port, "dane", "right", "0"),
            (port, "dane_require", "right", "0"),
            // The server offers no TLS although the zone says so.
            (plain, "dane", "right", "-1"),
            (port, "dane", "wrong", "-1"),
            // The authority is right, the certificate below it has expired.
            (port, "dane", "above", "-1"),
            (valid, "dane_require", "above", "0"),
            // The authority is right, the name is not.
            (valid, "dane", "stranger", "-1"),
            (port, "dane", "stranger", "-1"),
            // A usage that mail does not know: TLS, not authenticated.
            (port, "dane_require", "pkix", "0"),
            (port, "dane", "bare", "0"),
            (plain, "dane", "bare", "0"),
            (port, "dane_require", "bare", "-1"),
            // An alias: the name that it leads to counts first, then its own.
            (port, "dane_require", "alias", "0"),
            (port, "dane_require", "both", "0"),
            (port, "dane_require", "own", "0"),
            // The certificate below the authority has the name that the alias leads to.
            (valid, "dane_require", "named", "0"),
        ];
        let text: String =
            cases.map(|(port, tls, name, _)| at(port, tls, &format!("{name}.example"))).concat();
        let expected = cases.map(|(.., expected)| expected);
        assert_eq!(printed(&of(Dnssec::Require), &text).await, expected);
        let unsigned =
            at(port, "dane", "wrong.example") + &at(port, "dane_require", "right.example");
        assert_eq!(printed(&of(Dnssec::Off), &unsigned).await, ["0", "-1"]);
    });
}
