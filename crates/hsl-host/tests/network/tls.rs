//! TLS against a server with good and bad certificates.

use std::net::SocketAddr;
use std::sync::Arc;

use hsl_host::{ClientCertificate, NetworkOptions};
use mail_crypto::{Identities, Identity};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::{on_worker, printed, with_network};

/// An authority, and what it signs.
pub(crate) struct Authority {
    pub(crate) pem: String,
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("a certificate");
        let (pem, der) = (certificate.pem(), certificate.der().clone());
        Self { pem, certificate: der, issuer: Issuer::new(params, key) }
    }

    /// Its own certificate.
    pub(crate) fn der(&self) -> Vec<u8> {
        self.certificate.to_vec()
    }

    /// What a server with a certificate of it needs, and that certificate.
    pub(crate) fn config(&self, name: &str, expired: bool) -> (Arc<ServerConfig>, Vec<u8>) {
        let (key, leaf) = self.sign(name, expired);
        let chain = vec![leaf.der().clone(), self.certificate.clone()];
        let config = builder().with_no_client_auth().with_single_cert(chain, pkcs8(&key));
        (Arc::new(config.expect("a configuration")), leaf.der().to_vec())
    }

    /// The same for a server that wants a certificate of the authority from its clients.
    fn config_for_known_clients(&self, name: &str) -> Arc<ServerConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).expect("an authority");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let clients = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .expect("a verifier");
        let (key, leaf) = self.sign(name, false);
        let chain = vec![leaf.der().clone()];
        let config = builder().with_client_cert_verifier(clients);
        Arc::new(config.with_single_cert(chain, pkcs8(&key)).expect("a configuration"))
    }

    fn sign(&self, name: &str, expired: bool) -> (KeyPair, Certificate) {
        let key = KeyPair::generate().expect("a key");
        let params = params(name, expired);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (key, certificate)
    }

    /// A server that answers one HTTP request on each connection.
    async fn serve(&self, name: &str, expired: bool, own: bool) -> SocketAddr {
        if !own {
            return serve(self.config(name, expired).0).await;
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = params(name, expired).self_signed(&key).expect("a certificate");
        let chain = vec![certificate.der().clone()];
        let config = builder().with_no_client_auth().with_single_cert(chain, pkcs8(&key));
        serve(Arc::new(config.expect("a configuration"))).await
    }
}

fn params(name: &str, expired: bool) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    if expired {
        (params.not_before, params.not_after) =
            (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    }
    params
}

fn pkcs8(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))
}

fn builder() -> rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
}

async fn serve(config: Arc<ServerConfig>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let acceptor = TlsAcceptor::from(config);
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

#[test]
fn servers_that_want_a_certificate_get_one_of_the_configuration() {
    on_worker(async {
        let (authority, stranger) = (Authority::new(), Authority::new());
        let mut identities = Identities::default();
        for (id, of) in [("ours", &authority), ("other", &stranger)] {
            let (key, certificate) = of.sign("me.example", false);
            let (key, certificate) = (key.serialize_pem(), certificate.pem());
            let identity = Identity::from_pem(key.as_bytes(), Some(certificate.as_bytes()));
            identities.insert(id, identity.expect("an identity"));
            let alone = Identity::from_pem(key.as_bytes(), None).expect("a key");
            identities.insert("alone", alone);
        }
        let host = with_network(NetworkOptions {
            authorities: vec![authority.pem.clone()],
            certificates: ClientCertificate::all(&identities).expect("certificates"),
            ..NetworkOptions::default()
        });
        let port = serve(authority.config_for_known_clients("localhost")).await.port();
        let text = format!(
            r#"foreach (["ours", "other"] as $id)
                echo http("https://localhost:{port}/", ["tls_client_cert" => $id]) ?? "no";
            foreach (["alone", "missing"] as $id) {{
                try {{ http("https://localhost:{port}/", ["tls_client_cert" => $id]); }}
                catch ($error) {{ echo "thrown"; }}
            }}
            echo http("https://localhost:{port}/") ?? "no";
            function shake($options) {{
                $tls = TLSSocket(Socket("AF_INET", "SOCK_STREAM")->settimeout(5)->connect("127.0.0.1", {port}),
                    $options + ["tls_sni" => "localhost"]);
                $tls->send("GET / HTTP/1.1\r\n\r\n");
                return length($tls->recv(1000) ?? "") > 10;
            }}
            echo [shake(["tls_client_cert" => "ours"]), shake(["tls_client_cert" => "other"])];"#
        );
        assert_eq!(
            printed(&host, &text).await,
            ["safe", "no", "thrown", "thrown", "no", "[0=>true,1=>false]"]
        );
    });
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
fn a_proxy_carries_tls_to_the_server_behind_it() {
    on_worker(async {
        let authority = Authority::new();
        let port = authority.serve("localhost", false, false).await.port();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let proxy = listener.local_addr().expect("an address");
        let asked = tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.expect("a client");
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                assert_ne!(client.read_buf(&mut head).await.expect("a request"), 0);
            }
            client.write_all(b"HTTP/1.1 200 connected\r\n\r\n").await.expect("an answer");
            let server = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
            let mut server = server.expect("a server");
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            String::from_utf8(head).expect("is text")
        });
        let host = with_network(NetworkOptions {
            authorities: vec![authority.pem.clone()],
            ..NetworkOptions::default()
        });
        let text = format!(
            r#"echo http("https://localhost:{port}/", ["proxy" => "http://me:pw@{proxy}"]) ?? "no";"#
        );
        assert_eq!(printed(&host, &text).await, ["safe"]);
        let head = asked.await.expect("it ends").to_ascii_lowercase();
        assert!(head.starts_with(&format!("connect localhost:{port} http/1.1\r\n")), "{head}");
        assert!(head.contains("\r\nproxy-authorization: basic bwu6chc=\r\n"), "{head}");
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
