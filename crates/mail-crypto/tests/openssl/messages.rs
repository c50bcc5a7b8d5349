//! Signed and encrypted messages in both directions.

use mail_crypto::Hash;
use mail_crypto::cms::{Basis, CmsError, Secrets, Signing, decrypt, encrypt, kind, sign, verify};

use crate::lab::{Lab, lab, now};

const MESSAGE: &[u8] = b"Content-Type: text/plain\r\n\r\nhello\r\n";

fn store(lab: &Lab) -> Basis {
    Basis { store: Some(vec![lab.certificate_of("root")]), now: now(), ..Basis::default() }
}

fn secrets() -> Secrets {
    Secrets { key: [7; 32].into(), vector: [9; 16] }
}

#[test]
fn what_we_sign_openssl_verifies() {
    let Some(lab) = lab() else { return };
    lab.write("text", MESSAGE);
    for name in ["rsa", "big", "p256", "p384", "p521", "ed25519"] {
        for detached in [true, false] {
            let how = Signing { detached, hash: None, now: now() as u64 };
            let signed = sign(MESSAGE, &lab.identity(name), how).expect("signed");
            assert_eq!(kind(&signed), Some("pkcs7-signedData"));
            let file = format!("{name}-{detached}.p7s");
            lab.write(&file, &signed);
            let content = if detached { "-content text" } else { "" };
            // OpenSSL 3.0 does not know Ed25519 in messages.
            if name != "ed25519" {
                let read = lab.run(&format!(
                    "cms -verify -binary -inform DER -in {file} -CAfile root.crt {content}"
                ));
                assert_eq!(read, MESSAGE, "{name}");
            }
            assert_eq!(verify(&signed, None, &store(lab)).is_err(), detached);
            let message = detached.then_some(MESSAGE);
            let found = verify(&signed, message, &store(lab)).expect("verifies");
            assert_eq!(found.content, MESSAGE);
            assert_eq!(found.signers[0].der(), lab.certificate_of(name).der());
        }
    }
    let how = Signing { detached: true, hash: Some(Hash::Sha512), now: now() as u64 };
    let signed = sign(MESSAGE, &lab.identity("rsa"), how).expect("signed");
    verify(&signed, Some(MESSAGE), &store(lab)).expect("verifies");
    let how = Signing { hash: Some(Hash::Sha512), ..how };
    assert_eq!(sign(MESSAGE, &lab.identity("p256"), how), Err(CmsError::Unusable));
}

#[test]
fn what_openssl_signs_we_verify() {
    let Some(lab) = lab() else { return };
    lab.write("text", MESSAGE);
    let base = "-sign -binary -in text -certfile middle.crt";
    for (name, more) in [
        ("rsa", ""),
        ("rsa", "-noattr"),
        ("rsa", "-stream"),
        ("rsa", "-nodetach -stream"),
        ("rsa", "-nodetach"),
        ("rsa", "-keyid"),
        ("rsa", "-md sha512"),
        ("rsa", "-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest"),
        ("rsa", "-outform PEM"),
        ("p256", ""),
        ("p384", "-md sha384"),
    ] {
        let form = if more.contains("PEM") { "" } else { "-outform DER" };
        let signer = format!("-signer {name}.crt -inkey {name}.key");
        let signed = lab.run(&format!("cms {base} {signer} {form} {more}"));
        let inside = more.contains("-nodetach");
        let message = (!inside).then_some(MESSAGE);
        let found = verify(&signed, message, &store(lab));
        assert_eq!(found.unwrap_or_else(|e| panic!("{name} {more}: {e}")).content, MESSAGE);
        if !inside {
            let wrong = verify(&signed, Some(b"other"), &store(lab));
            assert_eq!(wrong.expect_err("not signed"), CmsError::Untrusted);
        }
    }
}

#[test]
fn only_who_is_trusted_counts() {
    let Some(lab) = lab() else { return };
    let how = Signing { detached: true, hash: None, now: now() as u64 };
    let signed = sign(MESSAGE, &lab.identity("rsa"), how).expect("signed");
    let trusts = |basis: Basis| verify(&signed, Some(MESSAGE), &basis).is_ok();
    let of = |name: &str| vec![lab.certificate_of(name)];
    assert!(!trusts(Basis { now: now(), ..Basis::default() }));
    assert!(trusts(Basis { signers: of("rsa"), ..Basis::default() }));
    assert!(!trusts(Basis { signers: of("p256"), ..Basis::default() }));
    assert!(!trusts(Basis { store: Some(of("other")), ..store(lab) }));
    assert!(!trusts(Basis { signers: of("rsa"), store: Some(of("other")), now: now() }));
    assert!(!trusts(Basis { now: now() + 2000.0 * 86400.0, ..store(lab) }));
    let server = sign(MESSAGE, &lab.identity("server"), how).expect("signed");
    assert!(verify(&server, Some(MESSAGE), &store(lab)).is_err());
}

#[test]
fn encrypted_messages_are_read_in_both_directions() {
    let Some(lab) = lab() else { return };
    lab.write("text", MESSAGE);
    let identity = lab.identity("rsa");
    let (own, other) = (lab.certificate_of("rsa"), lab.certificate_of("big"));
    let encrypted = encrypt(MESSAGE, &[&other, &own], &secrets()).expect("encrypted");
    assert_eq!(kind(&encrypted), Some("pkcs7-envelopedData"));
    lab.write("encrypted", &encrypted);
    let read = lab.run("cms -decrypt -inform DER -in encrypted -recip rsa.crt -inkey rsa.key");
    assert_eq!(read, MESSAGE);
    for more in [
        "-aes128",
        "-aes192",
        "-aes256",
        "-des3",
        "-aes256 -stream",
        "-aes256 -recip big.crt -recip rsa.crt",
        "-aes256 -recip rsa.crt -keyopt rsa_padding_mode:oaep",
        "-aes256 -recip rsa.crt -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256",
        "-aes256 -keyid",
    ] {
        let last = if more.contains("-recip") { "" } else { "rsa.crt" };
        let theirs = lab.run(&format!("cms -encrypt -binary -in text -outform DER {more} {last}"));
        let found = decrypt(&theirs, &identity, &secrets());
        let found = found.unwrap_or_else(|error| panic!("{more}: {error}"));
        assert_eq!((&found.content[..], found.inner), (MESSAGE, None), "{more}");
        let wrong = decrypt(&theirs, &lab.identity("small"), &secrets());
        assert!(matches!(wrong, Err(CmsError::Undecryptable)));
    }
    let how = Signing { detached: false, hash: None, now: now() as u64 };
    let signed = sign(MESSAGE, &identity, how).expect("signed");
    let both = encrypt(&signed, &[&own], &secrets()).expect("encrypted");
    assert_eq!(decrypt(&both, &identity, &secrets()).expect("opens").inner, Some("signed"));
    assert_eq!(encrypt(MESSAGE, &[], &secrets()), Err(CmsError::Unusable));
    assert_eq!(
        encrypt(MESSAGE, &[&lab.certificate_of("p256")], &secrets()),
        Err(CmsError::Unusable)
    );
}
