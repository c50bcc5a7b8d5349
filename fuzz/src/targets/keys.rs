//! Certificates, revocation lists, keys and CMS messages: any bytes are read or refused, and what is
//! read comes out in PEM as it came in.

use std::sync::Arc;

use mail_crypto::cms::{self, Basis, Secrets};
use mail_crypto::{Certificate, Crl, Identity, PrivateKey, PublicKey};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "keys",
    run,
    words: &[
        b"-----BEGIN CERTIFICATE-----\n",
        b"-----END CERTIFICATE-----\n",
        b"-----BEGIN PKCS7-----\n",
        b"-----BEGIN EC PRIVATE KEY-----\n",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
        b"\x30\x80",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x82",
        b"\x31\x00",
        b"\x24\x80\x04\x01a\x00\x00",
        b"\xa0\x80",
        b"\x00\x00",
        b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
        b"\x17\x0d991231235959Z",
        b"\x02\x01\xff",
        b"\x05\x00",
    ],
};

fn run(bytes: &[u8]) {
    for pem in [false, true] {
        for certificate in Certificate::all(bytes, pem).into_iter().flatten() {
            read(&certificate);
        }
        Crl::all(bytes, pem).into_iter().flatten().for_each(|list| read_list(&list));
    }
    _ = PrivateKey::from_pem(bytes);
    _ = PrivateKey::from_pkcs8(bytes);
    _ = PublicKey::from_spki(bytes);
    _ = PublicKey::from_pkcs1(bytes);
    _ = PublicKey::from_pem(bytes);
    _ = Identity::from_pem(bytes, Some(bytes));
    messages(bytes);
}

fn read(certificate: &Certificate) {
    let again = Certificate::all(certificate.to_pem().as_bytes(), true).unwrap_or_default();
    assert_eq!(again.iter().map(Certificate::der).collect::<Vec<_>>(), [certificate.der()]);
    _ = (certificate.subject(), certificate.issuer(), certificate.serial_number());
    _ = (certificate.not_before(), certificate.not_after(), certificate.version());
    _ = (certificate.alternative_names(), certificate.extensions(), certificate.public_key());
}

fn read_list(list: &Crl) {
    let again = Crl::from_pem(list.to_pem().as_bytes());
    assert_eq!(again.as_ref().map(Crl::der), Some(list.der()));
    _ = (list.issuer(), list.revoked(), list.version(), list.extensions());
    _ = (list.last_update(), list.next_update());
}

/// The seeds are signed by and encrypted for these.
const SIGNER: &[u8] = include_bytes!("../../../tests/corpus/keys/ec.der");
const RECIPIENT: &[u8] = include_bytes!("../../../tests/corpus/keys/rsa.pem");

fn messages(bytes: &[u8]) {
    _ = cms::kind(bytes);
    let ours = Certificate::from_der(SIGNER).map(Arc::new);
    let signers: Vec<_> = ours.into_iter().collect();
    for store in [None, Some(signers.clone())] {
        let basis = Basis { signers: signers.clone(), store, now: 1.8e9 };
        _ = cms::verify(bytes, None, &basis);
        _ = cms::verify(bytes, Some(b"hello"), &basis);
    }
    if let Ok(recipient) = Identity::from_pem(RECIPIENT, None) {
        _ = cms::decrypt(bytes, &recipient, &Secrets { key: [0; 32].into(), vector: [0; 16] });
    }
}
