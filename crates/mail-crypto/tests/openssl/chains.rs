//! Certificates, lists and chains: what `openssl verify` says is what we say.

use mail_crypto::{Purpose, Trust};

use crate::lab::{Lab, lab, now};

/// The number that `openssl verify` ends with; 0 for a good chain.
fn theirs(lab: &Lab, name: &str, more: &str) -> u8 {
    match lab.try_run(&format!("verify {more} {name}.crt"), &[]) {
        Ok(_) => 0,
        Err(text) => {
            let number = text.split("error ").nth(1).and_then(|rest| rest.split(' ').next());
            number.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{name}: {text}"))
        }
    }
}

fn ours(lab: &Lab, name: &str, roots: &[&str], between: &[&str], lists: &[&str], now: f64) -> u8 {
    let all = |names: &[&str]| names.iter().map(|name| lab.certificate_of(name)).collect();
    let trust = Trust {
        anchors: all(roots),
        intermediates: all(between),
        lists: lists.iter().map(|name| lab.crl(name)).collect(),
        now,
    };
    let certificate = lab.certificate_of(name);
    trust.verify(&certificate, Purpose::Any).map_or_else(|error| error.code(), |_| 0)
}

#[test]
fn chains_are_judged_as_openssl_judges_them() {
    let Some(lab) = lab() else { return };
    let between = ["middle", "below", "narrow", "rsa"];
    let files: String = between.iter().map(|name| format!(" -untrusted {name}.crt")).collect();
    for (name, code) in [
        ("root", 0),
        ("other", 18),
        ("middle", 0),
        ("rsa", 0),
        ("p256", 0),
        ("p384", 0),
        ("p521", 0),
        ("ed25519", 0),
        ("small", 0),
        ("deep", 25),
        ("inside", 0),
        ("outside", 47),
        ("excluded", 48),
        ("strange", 34),
        ("byleaf", 79),
    ] {
        let at_level = format!("-auth_level 0 -CAfile root.crt{files}");
        assert_eq!(theirs(lab, name, &at_level), code, "openssl on {name}");
        assert_eq!(ours(lab, name, &["root"], &between, &[], now()), code, "we on {name}");
    }
    assert_eq!(theirs(lab, "rsa", "-CAfile root.crt"), 20);
    assert_eq!(ours(lab, "rsa", &["root"], &[], &[], now()), 20);
    assert_eq!(
        theirs(lab, "rsa", "-CAfile other.crt -untrusted middle.crt -untrusted root.crt"),
        19
    );
    assert_eq!(ours(lab, "rsa", &["other"], &["middle", "root"], &[], now()), 19);
}

#[test]
fn time_counts() {
    let Some(lab) = lab() else { return };
    for (days, code) in [(-1.0, 9), (0.0, 0), (1001.0, 10), (2999.0, 10)] {
        let at = now() + days * 86400.0;
        let more = format!("-CAfile root.crt -untrusted middle.crt -attime {at:.0}");
        assert_eq!(theirs(lab, "rsa", &more), code, "openssl after {days} days");
        assert_eq!(ours(lab, "rsa", &["root"], &["middle"], &[], at), code, "we after {days} days");
    }
}

#[test]
fn lists_revoke() {
    let Some(lab) = lab() else { return };
    let check = |name: &str, list: &str, days: f64, code: u8| {
        let at = now() + days * 86400.0;
        let more = format!(
            "-CAfile root.crt -untrusted middle.crt -crl_check -CRLfile {list}.crl -attime {at:.0}"
        );
        assert_eq!(theirs(lab, name, &more), code, "openssl on {name}");
        assert_eq!(ours(lab, name, &["root"], &["middle"], &[list], at), code, "we on {name}");
    };
    check("rsa", "middle", 0.0, 0);
    check("rsa", "middle", 31.0, 12);
    check("revoked", "empty", 0.0, 0);
    check("revoked", "middle", 0.0, 23);
    check("ed25519", "middle", 0.0, 3);
    let list = lab.crl("middle");
    assert_eq!(list.revoked().len(), 1);
    assert_eq!(list.revoked()[0].serial_number, lab.certificate_of("revoked").serial_number());
    assert_eq!(list.revoked()[0].reason, "keyCompromise");
    assert_eq!((list.version(), list.extensions()[0].name.as_str()), (2, "crlNumber"));
    assert!(list.next_update().expect("a next one") > list.last_update());
}

#[test]
fn certificates_show_what_openssl_shows() {
    let Some(lab) = lab() else { return };
    let certificate = lab.certificate_of("rsa");
    let pairs = |pairs: Vec<(String, String)>| {
        pairs
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    let shown = |option: &str| {
        let text = lab.run(&format!("x509 -in rsa.crt -noout -nameopt sep_comma_plus -{option}"));
        let text = String::from_utf8(text).expect("text").trim().to_owned();
        text.split_once('=').map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    assert_eq!(pairs(certificate.subject()), shown("subject"));
    assert_eq!(pairs(certificate.issuer()), shown("issuer"));
    assert_eq!(certificate.serial_number(), shown("serial"));
    assert_eq!(certificate.version(), 3);
    let names: Vec<_> = certificate
        .alternative_names()
        .into_iter()
        .map(|n| format!("{}:{}", n.kind, n.value))
        .collect();
    let text = lab.run("x509 -in rsa.crt -noout -ext subjectAltName");
    assert!(String::from_utf8(text).expect("text").contains(&names.join(", ")), "{names:?}");
    assert_eq!(certificate.to_pem().as_bytes(), lab.read("rsa.crt"));
    let public = lab.run("x509 -in rsa.crt -noout -pubkey");
    assert_eq!(mail_crypto::pem("PUBLIC KEY", certificate.spki()).as_bytes(), public);
}
