//! Published vectors, and those of other implementations, as data files. Each names its source at
//! its head; a line is a case, fields stand apart by one blank.

use mail_crypto::cipher::{self, Mode};
use mail_crypto::{Ed25519Key, PublicKey, Scheme};

/// The cases of a file: their fields and the number of the line.
fn cases<const N: usize>(text: &'static str) -> impl Iterator<Item = (usize, [&'static str; N])> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with("# "));
    lines.map(|(at, line)| {
        let fields: Vec<_> = line.split(' ').collect();
        (at, fields.try_into().unwrap_or_else(|_| panic!("line {at} has other fields: {line}")))
    })
}

/// Bytes in hexadecimal; `-` for none.
fn hex(text: &str) -> Vec<u8> {
    if text == "-" {
        return Vec::new();
    }
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(str(pair), 16).expect("hexadecimal digits")).collect()
}

fn str(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("ASCII")
}

/// Text in which `%XX` is a byte; a single `%` is the empty text.
fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts.filter(|part| !part.is_empty()) {
        bytes.extend(hex(&part[..2]));
        bytes.extend(part[2..].bytes());
    }
    bytes
}

#[test]
fn passwords_hash_as_elsewhere() {
    let mut count = 0;
    for (line, [key, setting, expect]) in cases(include_str!("crypt.txt")) {
        let key = bytes(key);
        let hash = mail_crypto::crypt(&key, &bytes(setting));
        assert_eq!(hash.as_deref().unwrap_or("*"), expect, "crypt.txt:{line}: {setting}");
        if let Some(hash) = hash {
            let again = mail_crypto::crypt(&key, hash.as_bytes());
            assert_eq!(again.as_ref(), Some(&hash), "crypt.txt:{line}: the hash as setting");
        }
        count += 1;
    }
    assert!(count > 140, "{count} cases");
}

#[test]
fn ed25519_signs_as_its_standard() {
    for (line, [seed, public, message, signature]) in cases(include_str!("ed25519.txt")) {
        let (public, message, expect) = (hex(public), hex(message), hex(signature));
        let key = Ed25519Key::from_seed(&hex(seed)).expect("a seed");
        assert_eq!(key.public(), public, "ed25519.txt:{line}");
        assert_eq!(key.sign(&message), expect, "ed25519.txt:{line}");
        let public = PublicKey::ed25519(&public).expect("a public key");
        assert_eq!(public.verify(Scheme::Ed25519, &message, &expect), Ok(()));
        let other = [&message[..], b"."].concat();
        assert!(public.verify(Scheme::Ed25519, &other, &expect).is_err(), "ed25519.txt:{line}");
    }
}

#[test]
fn aes_chains_blocks_as_its_standard() {
    for (line, [mode, key, vector, plain, cipher]) in cases(include_str!("aes.txt")) {
        let mode = match mode {
            "ecb" => Mode::Ecb,
            _ => Mode::Cbc(hex(vector).try_into().expect("a block")),
        };
        let (key, plain, expect) = (hex(key), hex(plain), hex(cipher));
        let made = cipher::encrypt(&plain, &key, mode, false);
        assert_eq!(made.as_deref(), Some(&expect[..]), "aes.txt:{line}");
        let back = cipher::decrypt(&expect, &key, mode, false);
        assert_eq!(back.as_deref(), Some(&plain[..]), "aes.txt:{line}");
    }
}
