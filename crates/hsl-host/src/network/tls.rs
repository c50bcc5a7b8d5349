//! TLS as a client, for connections that scripts open.
//!
//! Invariants: signatures of the handshake are always verified, whatever else is not; a name can be
//! verified by itself where only that is asked for. Authorities are those of the system, read once; where the
//! system has none, the bundled ones.
//!
//! Sources: RFC 8446, RFC 9525 (names in certificates).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use hsl_vm::request::{NetworkError, TlsWishes};
use mail_crypto::{Identities, Identity};
use rustix::io::Errno;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    SupportedProtocolVersion, version,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::dane::Tlsa;
use super::error;

/// A certificate of ours with its key.
#[derive(Debug)]
pub struct ClientCertificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// A certificate of ours cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot use a private key of `pki`: {0}")]
pub struct ClientCertificateError(String);

impl ClientCertificate {
    fn of(identity: &Identity, key: &[u8]) -> Result<Self, ClientCertificateError> {
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|failure| ClientCertificateError(failure.to_string()))?;
        let chain = identity.chain.iter();
        Ok(Self { chain: chain.map(|it| CertificateDer::from(it.der().to_vec())).collect(), key })
    }

    /// Those of a configuration that have a certificate, by their id.
    ///
    /// # Errors
    /// When TLS cannot read a key.
    pub fn all(identities: &Identities) -> Result<HashMap<String, Self>, ClientCertificateError> {
        let whole = identities.iter().filter(|(_, identity)| !identity.chain.is_empty());
        let read = whole.filter_map(|(id, identity)| Some((id, identity, identity.key_text()?)));
        read.map(|(id, identity, key)| Ok((id.to_owned(), Self::of(identity, key)?))).collect()
    }
}

impl Clone for ClientCertificate {
    fn clone(&self) -> Self {
        Self { chain: self.chain.clone(), key: self.key.clone_key() }
    }
}

/// Makes TLS connections.
#[derive(Debug)]
pub(crate) struct Tls {
    provider: Arc<CryptoProvider>,
    certificates: HashMap<String, ClientCertificate>,
    authorities: Vec<String>,
    verify: bool,
    system: OnceLock<RootCertStore>,
}

impl Tls {
    pub(crate) fn new(
        certificates: HashMap<String, ClientCertificate>,
        authorities: Vec<String>,
        verify: bool,
    ) -> Self {
        let provider = Arc::new(aws_lc_rs::default_provider());
        Self { provider, certificates, authorities, verify, system: OnceLock::new() }
    }

    /// Makes the handshake on a connection to a host.
    pub(super) async fn secure<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        host: &str,
        wishes: &TlsWishes,
    ) -> Result<TlsStream<S>, NetworkError> {
        self.secure_named(stream, host, wishes, None).await
    }

    /// The same with a host whose certificate DNS may name: that decides alone then.
    pub(super) async fn secure_named<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: S,
        host: &str,
        wishes: &TlsWishes,
        tlsa: Option<Tlsa>,
    ) -> Result<TlsStream<S>, NetworkError> {
        let sni = wishes.sni.as_deref().unwrap_or(host);
        let bare = sni.strip_prefix('[').and_then(|s| s.strip_suffix(']')).unwrap_or(sni);
        let name = ServerName::try_from(bare.to_owned())
            .map_err(|_| error(Errno::INVAL, format!("`{sni}` is not a name of a TLS server")))?;
        let config = self.config(host, wishes, tlsa)?;
        let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        connected.map_err(|failure| {
            let message = format!("the TLS handshake with {host} failed: {failure}");
            error(Errno::PROTO, message)
        })
    }

    fn config(
        &self,
        host: &str,
        wishes: &TlsWishes,
        tlsa: Option<Tlsa>,
    ) -> Result<ClientConfig, NetworkError> {
        let provider = self.provider(wishes.ciphers.as_deref())?;
        let versions = versions(wishes.protocols.as_deref())?;
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(|failure| error(Errno::INVAL, format!("TLS cannot be set up: {failure}")))?;
        let verifier = match tlsa {
            Some(tlsa) => Verifier { tlsa: Some(tlsa), ..Verifier::of_any(&self.provider) },
            None => self.verifier(host, wishes)?,
        };
        let verifier = Arc::new(verifier);
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
        let Some(id) = &wishes.client_cert else { return Ok(builder.with_no_client_auth()) };
        let ours = self.certificates.get(id).cloned().ok_or_else(|| {
            error(Errno::INVAL, format!("no certificate of the configuration has the id `{id}`"))
        })?;
        builder.with_client_auth_cert(ours.chain, ours.key).map_err(|failure| {
            error(Errno::INVAL, format!("the certificate `{id}` cannot be used: {failure}"))
        })
    }

    fn verifier(&self, host: &str, wishes: &TlsWishes) -> Result<Verifier, NetworkError> {
        let mut names = wishes.verify_names.clone();
        if names.is_empty() && wishes.verify_host.unwrap_or(self.verify) {
            names.push(host.to_owned());
        }
        let parsed = names.iter().map(|name| {
            let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
            ServerName::try_from(bare.to_owned())
                .map_err(|_| error(Errno::INVAL, format!("`{name}` is not a name to verify")))
        });
        let names = parsed.collect::<Result<Vec<_>, _>>()?;
        if !wishes.verify_peer.unwrap_or(self.verify) && wishes.verify_names.is_empty() {
            return Ok(Verifier { names, ..Verifier::of_any(&self.provider) });
        }
        let roots = Arc::new(self.roots(wishes.default_ca));
        let chain = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&self.provider))
            .build()
            .map_err(|failure| error(Errno::INVAL, format!("no authorities: {failure}")))?;
        Ok(Verifier { chain: Some(chain), names, ..Verifier::of_any(&self.provider) })
    }

    fn roots(&self, bundled: bool) -> RootCertStore {
        let mut roots = self.system.get_or_init(|| system_roots(&self.authorities)).clone();
        if bundled || roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        roots
    }

    fn provider(&self, ciphers: Option<&str>) -> Result<Arc<CryptoProvider>, NetworkError> {
        let Some(list) = ciphers.filter(|list| !list.is_empty()) else {
            return Ok(Arc::clone(&self.provider));
        };
        let wanted: Vec<_> = list.split([':', ',', ' ']).map(plain).collect();
        let mut provider = (*self.provider).clone();
        provider.cipher_suites.retain(|suite| {
            wanted.contains(&plain(&format!("{:?}", suite.suite())))
                || wanted.contains(&"ALL".into())
        });
        if provider.cipher_suites.is_empty() {
            return Err(error(Errno::INVAL, format!("`{list}` names no cipher suite that exists")));
        }
        Ok(Arc::new(provider))
    }
}

/// A suite's name without what the naming schemes do differently: `TLS13_AES_128_GCM_SHA256`,
/// `ECDHE-RSA-AES128-GCM-SHA256` and `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
fn plain(name: &str) -> String {
    let upper = name.to_ascii_uppercase().replace(['-', '_'], "");
    let bare = upper.strip_prefix("TLS13").or_else(|| upper.strip_prefix("TLS")).unwrap_or(&upper);
    let bare = bare.replace("WITH", "");
    // OpenSSL leaves out the hash of this suite.
    match bare.strip_suffix("POLY1305") {
        Some(_) => bare + "SHA256",
        None => bare,
    }
}

fn system_roots(authorities: &[String]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let loaded = rustls_native_certs::load_native_certs();
    for failure in &loaded.errors {
        tracing::warn!("an authority of the system cannot be read: {failure}");
    }
    roots.add_parsable_certificates(loaded.certs);
    for text in authorities {
        let certificates = CertificateDer::pem_slice_iter(text.as_bytes()).filter_map(Result::ok);
        roots.add_parsable_certificates(certificates);
    }
    roots
}

/// The versions of a list such as `!SSLv2,!TLSv1.2` or `TLSv1.3`. Older ones do not exist here.
fn versions(list: Option<&str>) -> Result<Vec<&'static SupportedProtocolVersion>, NetworkError> {
    let all = [("TLSV1.2", &version::TLS12), ("TLSV1.3", &version::TLS13)];
    let list = list.unwrap_or_default();
    let names: Vec<_> = list
        .split([',', ' '])
        .map(str::to_ascii_uppercase)
        .filter(|name| !name.is_empty())
        .collect();
    let only = names.iter().any(|name| !name.starts_with('!'));
    let kept = all.into_iter().filter(|(name, _)| {
        let named = |prefix: &str| names.iter().any(|n| n.strip_prefix(prefix) == Some(*name));
        !named("!") && (!only || named(""))
    });
    let kept: Vec<_> = kept.map(|(_, version)| version).collect();
    if kept.is_empty() {
        let message = format!("`{list}` leaves no version of TLS; TLSv1.2 and TLSv1.3 exist");
        return Err(error(Errno::INVAL, message));
    }
    Ok(kept)
}

/// Verifies as much as was asked for.
#[derive(Debug)]
struct Verifier {
    /// None takes any certificate.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// One of them must be in the certificate; any name will do when there are none.
    names: Vec<ServerName<'static>>,
    /// What DNS says of the certificate; nothing else counts then.
    tlsa: Option<Tlsa>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        shown: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if let Some(tlsa) = &self.tlsa {
            tlsa.verify(&self.provider, leaf, intermediates, now)?;
            return Ok(ServerCertVerified::assertion());
        }
        let Some(chain) = &self.chain else { return self.any_chain(leaf) };
        let of = |name| chain.verify_server_cert(leaf, intermediates, name, ocsp, now);
        if self.names.is_empty() {
            // The chain is verified before the name: a wrong name means that the chain is right.
            return of(shown).or_else(|failure| match is_name(&failure) {
                true => Ok(ServerCertVerified::assertion()),
                false => Err(failure),
            });
        }
        let mut outcome = Err(CertificateError::NotValidForName.into());
        for name in &self.names {
            outcome = of(name);
            match &outcome {
                Err(failure) if is_name(failure) => {}
                _ => break,
            }
        }
        outcome
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl Verifier {
    /// One that takes any certificate.
    fn of_any(provider: &Arc<CryptoProvider>) -> Self {
        Self { chain: None, names: Vec::new(), tlsa: None, provider: Arc::clone(provider) }
    }

    /// Verifies the name alone, if one was asked for.
    fn any_chain(&self, leaf: &CertificateDer<'_>) -> Result<ServerCertVerified, rustls::Error> {
        if self.names.is_empty() {
            return Ok(ServerCertVerified::assertion());
        }
        let leaf = rustls::server::ParsedCertificate::try_from(leaf)?;
        let fits = |name: &ServerName<'_>| rustls::client::verify_server_name(&leaf, name).is_ok();
        match self.names.iter().any(fits) {
            true => Ok(ServerCertVerified::assertion()),
            false => Err(CertificateError::NotValidForName.into()),
        }
    }
}

fn is_name(failure: &rustls::Error) -> bool {
    use CertificateError::{NotValidForName, NotValidForNameContext};
    matches!(
        failure,
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })
    )
}
