//! Keys and signatures.

use mail_crypto::{Hash, PrivateKey, PublicKey, RsaKey, Scheme};

use crate::lab::lab;

const MESSAGE: &[u8] = b"what is signed";

#[test]
fn rsa_signatures_are_those_of_openssl() {
    let Some(lab) = lab() else { return };
    lab.write("message", MESSAGE);
    for name in ["rsa", "big", "small"] {
        let key = PrivateKey::from_pem(&lab.read(&format!("{name}.key"))).expect("a key");
        let PrivateKey::Rsa(key) = key else { panic!("{name} is RSA") };
        let public = PublicKey::from_pkcs1(key.public()).expect("a public key");
        for (digest, hash) in [
            ("md5", Hash::Md5),
            ("sha1", Hash::Sha1),
            ("sha256", Hash::Sha256),
            ("sha384", Hash::Sha384),
            ("sha512", Hash::Sha512),
        ] {
            let theirs = lab.run(&format!("dgst -{digest} -sign {name}.key message"));
            let ours = key.sign(hash, &hash.digest(MESSAGE)).expect("a signature");
            assert_eq!(ours, theirs, "{name} {digest}");
            if (name, hash) == ("small", Hash::Sha384) {
                continue;
            }
            assert_eq!(public.verify(Scheme::RsaPkcs1(hash), MESSAGE, &ours), Ok(()));
            assert!(public.verify(Scheme::RsaPkcs1(hash), b"other", &ours).is_err());
        }
    }
}

#[test]
fn every_form_of_a_key_is_read() {
    let Some(lab) = lab() else { return };
    let pkcs1 = lab.run("rsa -in rsa.key -traditional -outform DER");
    let pkcs8 = lab.run("pkcs8 -topk8 -nocrypt -in rsa.key -outform DER");
    assert!(RsaKey::from_pkcs1(&pkcs1).is_some() && RsaKey::from_pkcs8(&pkcs8).is_some());
    assert!(RsaKey::from_pkcs1(&pkcs8).is_none() && RsaKey::from_pkcs8(&pkcs1).is_none());
    assert!(PrivateKey::from_pem(&lab.run("rsa -in rsa.key -traditional")).is_some());
    for curve in ["p256", "p384", "p521"] {
        let old = lab.run(&format!("ec -in {curve}.key"));
        let key = PrivateKey::from_pem(&old).expect("SEC 1");
        assert!(key.fits(&lab.certificate_of(curve).public_key().expect("a key")));
        assert!(!key.fits(&lab.certificate_of("rsa").public_key().expect("a key")));
        assert_eq!(format!("{key:?}"), "EC private key");
    }
    let locked = lab.run("rsa -in rsa.key -aes128 -passout pass:secret");
    assert!(PrivateKey::from_pem(&locked).is_none());
}

#[test]
fn signatures_of_other_keys_verify_in_both_directions() {
    let Some(lab) = lab() else { return };
    lab.write("signed", MESSAGE);
    for (name, digest) in [("p256", "sha256"), ("p384", "sha384"), ("p521", "sha512")] {
        let PrivateKey::Ec(key) =
            PrivateKey::from_pem(&lab.read(&format!("{name}.key"))).expect("a key")
        else {
            panic!("{name} is EC")
        };
        let public = lab.certificate_of(name).public_key().expect("a key");
        let theirs = lab.run(&format!("dgst -{digest} -sign {name}.key signed"));
        assert_eq!(public.verify(Scheme::Ecdsa(key.hash()), MESSAGE, &theirs), Ok(()), "{name}");
        lab.write(&format!("{name}.sig"), &key.sign(MESSAGE).expect("a signature"));
        lab.run(&format!("x509 -in {name}.crt -noout -pubkey -out {name}.pub"));
        lab.run(&format!("dgst -{digest} -verify {name}.pub -signature {name}.sig signed"));
    }
}
