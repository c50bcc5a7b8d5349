//! The `crt` and `key` loaders: certificates and a private key in PEM.
//!
//! *Invariants*: no message shows what the file holds.

use std::sync::Arc;

use diagnostics::Span;
use mail_crypto::{Certificate, PrivateKey};

use super::{DataError, Datum, Shared, flag};

pub(super) fn certificates(text: &[u8], options: &Datum) -> Result<Datum, DataError> {
    let resource = flag(options, "resource", false)?;
    let found = Certificate::all(text, true).filter(|found| !found.is_empty());
    let found = found.ok_or_else(|| broken("there is no readable certificate in PEM in it"))?;
    Ok(Datum::list(found.into_iter().map(|certificate| Datum::Certificate {
        certificate: Shared(Arc::new(certificate)),
        resource,
    })))
}

pub(super) fn key(text: &[u8]) -> Result<Datum, DataError> {
    let key = PrivateKey::from_pem(text);
    let key = key.ok_or_else(|| broken("there is no unencrypted private key in PEM in it"))?;
    Ok(Datum::Key(Shared(Arc::new(key))))
}

fn broken(message: &str) -> DataError {
    DataError::Content { at: Span::new(0, 0), message: message.to_owned() }
}
