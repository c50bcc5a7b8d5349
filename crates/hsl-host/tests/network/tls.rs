//! TLS against a server with good and bad certificates.

use std::net::SocketAddr;
use std::sync::Arc;

use hsl_host::NetworkOptions;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::{on_worker, printed, with_network};

/// An authority, and what it signs.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A server that answers one HTTP request on each connection.
    async fn serve(&self, name: &str, expired: bool, own: bool) -> SocketAddr {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        if expired {
            (params.not_before, params.not_after) =
                (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
        }
        let certificate = match own {
            true => params.self_signed(&key),
            false => params.signed_by(&key, &self.issuer),
        };
        let chain = vec![certificate.expect("a certificate").der().clone()];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("a configuration");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut request = [0; 4096];
                    let _ = stream.read(&mut request).await;
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsafe";
                    let _ = stream.write_all(answer).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        address
    }
}

#[test]
fn certificates_are_verified_unless_a_script_says_otherwise() {
    on_worker(async {
        let authority = Authority::new();
        let cases = [
            ("localhost", false, false, "safe safe safe"),
            ("other.example", false, false, "no safe safe"),
            ("localhost", true, false, "no no safe"),
            ("localhost", false, true, "no no safe"),
        ];
        let trusting = NetworkOptions {
            authorities: vec![authority.pem.clone()],
            ..NetworkOptions::default()
        };
        let host = with_network(trusting);
        for (name, expired, own, expected) in cases {
            let port = authority.serve(name, expired, own).await.port();
            let text = format!(
                r#"$url = "https://localhost:{port}/";
                echo (http($url) ?? "no")
                    . " " . (http($url, ["tls_verify_host" => false]) ?? "no")
                    . " " . (http($url, ["tls_verify_peer" => false, "ssl_verify_host" => false]) ?? "no");"#
            );
            assert_eq!(printed(&host, &text).await, [expected], "{name} {expired} {own}");
        }
        let port = authority.serve("localhost", false, false).await.port();
        let stranger = with_network(NetworkOptions::default());
        let text = format!(r#"echo http("https://localhost:{port}/") ?? "no";"#);
        assert_eq!(printed(&stranger, &text).await, ["no"]);
        let lax = with_network(NetworkOptions { verify: false, ..NetworkOptions::default() });
        assert_eq!(printed(&lax, &text).await, ["safe"]);
    });
}

#[test]
fn sockets_speak_tls_and_show_the_certificate() {
    on_worker(async {
        let authority = Authority::new();
        let port = authority.serve("mail.example", false, false).await.port();
        let host = with_network(NetworkOptions {
            authorities: vec![authority.pem.clone()],
            ..NetworkOptions::default()
        });
        let text = format!(
            r#"function secure($options) {{
                $socket = Socket("AF_INET", "SOCK_STREAM");
                $socket->settimeout(5)->connect("127.0.0.1", {port});
                return TLSSocket($socket, $options);
            }}
            $tls = secure(["tls_sni" => "mail.example"]);
            echo $tls->send("GET / HTTP/1.1\r\n\r\n");
            echo length($tls->recv(1000)) > 10;
            echo $tls->getpeerx509()->subject_alt_name()["DNS"];
            echo secure(["tls_sni" => "other.example"])->handshake() === none;
            echo secure([])->handshake() === none;
            echo secure(["tls_verify_name" => ["a.example", "mail.example"]])->handshake() === none;
            echo secure(["tls_verify_ca" => false])->handshake() === none;
            echo secure(["tls_sni" => "mail.example", "tls_protocols" => "TLSv1.2", "tls_ciphers" => "ECDHE-ECDSA-AES128-GCM-SHA256"])->handshake() === none;
            echo secure(["tls_protocols" => "SSLv3"])->handshake() === none;"#
        );
        let lines = printed(&host, &text).await;
        assert_eq!(
            lines,
            [
                "18",
                "true",
                r#"[0=>"mail.example"]"#,
                "true",
                "true",
                "false",
                "false",
                "false",
                "true"
            ]
        );
    });
}
