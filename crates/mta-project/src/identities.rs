//! The keys and certificates that both files of a configuration name.
//!
//! *Invariants*: a finding names the id and the file, never what was read.
//!
//! *Not here*: what a key is ([`mail_crypto`]), ids that are there twice (`mta_config::check_running`).

use std::io;
use std::path::Path;
use std::sync::Arc;

use diagnostics::{Diagnostic, codes};
use mail_crypto::{Identities, Identity};
use mta_config::schema::{Certificate, PrivateKey, Secret};
use mta_config::{Running, Spanned, Startup};

/// Every identity of a configuration, and what is wrong with the others. A certificate without a key
/// of its own has that of the same id in the startup file.
///
/// Without a startup file, certificates whose key is not there are left out without a finding.
/// Secrets that are given by `path` are read with `read`.
pub fn identities(
    startup: Option<(&Arc<str>, &Startup)>,
    (file, running): (&Arc<str>, &Running),
    read: impl Fn(&Path) -> io::Result<Vec<u8>>,
) -> (Identities, Vec<Diagnostic>) {
    let mut found = Found { read, identities: Identities::default(), findings: Vec::new() };
    let keys = startup.map_or(&[][..], |(_, startup)| &startup.pki.private);
    for key in keys {
        if let Some((startup_file, _)) = startup {
            found.take(startup_file, &key.id, Some(&key.privatekey), None);
        }
    }
    for certificate in &running.pki.private {
        let key = key_of(certificate, keys);
        if key.is_some() || startup.is_some() {
            found.take(file, &certificate.id, key, certificate.certificate.as_ref());
        }
    }
    (found.identities, found.findings)
}

fn key_of<'a>(certificate: &'a Certificate, keys: &'a [PrivateKey]) -> Option<&'a Secret> {
    let same = |key: &&PrivateKey| *key.id == *certificate.id;
    let elsewhere = || keys.iter().find(same).map(|key| &key.privatekey);
    certificate.privatekey.as_ref().or_else(elsewhere)
}

struct Found<R> {
    read: R,
    identities: Identities,
    findings: Vec<Diagnostic>,
}

impl<R: Fn(&Path) -> io::Result<Vec<u8>>> Found<R> {
    fn take(
        &mut self,
        file: &Arc<str>,
        id: &Spanned<String>,
        key: Option<&Secret>,
        certificate: Option<&Secret>,
    ) {
        match self.identity(key, certificate) {
            Ok(identity) => self.identities.insert(id.value.clone(), identity),
            Err((code, why)) => {
                let message = format!("`{}` in `pki` cannot be used: {why}", id.value);
                self.findings.push(Diagnostic::new(code, file, id.span, message));
            }
        }
    }

    fn identity(
        &self,
        key: Option<&Secret>,
        certificate: Option<&Secret>,
    ) -> Result<Identity, Why> {
        let Some(key) = key else {
            let why = "it has no `privatekey`, neither here nor in the startup file";
            return Err((&codes::SCHEMA, why.to_owned()));
        };
        let key = self.text("privatekey", key)?;
        let certificate = certificate.map(|secret| self.text("certificate", secret)).transpose()?;
        Identity::from_pem(&key, certificate.as_deref())
            .map_err(|error| (&codes::SCHEMA, error.to_string()))
    }

    fn text(&self, name: &str, secret: &Secret) -> Result<Vec<u8>, Why> {
        match (&secret.path, &secret.data) {
            (None, Some(data)) => Ok(data.clone().into_bytes()),
            (Some(path), None) => (self.read)(path).map_err(|error| {
                let why = format!("{} cannot be read: {error}", path.display());
                (&codes::UNREADABLE_FILE, why)
            }),
            _ => Err((&codes::SCHEMA, format!("`{name}` needs a `path` or `data`, one of both"))),
        }
    }
}

/// The code of a finding and the end of its message.
type Why = (&'static diagnostics::Code, String);
