//! Signatures, from outside.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_message::dkim::{
    Algorithm, Canonicalization, Failure, SignOptions, SigningKey, Tags, Verification,
};
use mail_message::{MemorySource, Message, Written};
use proptest::prelude::*;

/// RFC 8463 §A.3, both signatures.
const SIGNED: &str = include_str!("data/rfc8463.eml");
/// RFC 8463 §A.2.
const ED25519: &str = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const RSA: &str = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
const SECRET: &[u8] = b"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

fn message(text: &str) -> Message {
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    Message::read(Rc::new(MemorySource(text.into_bytes()))).expect("readable")
}

fn check(message: &Message, nth: usize, record: &str) -> Result<(), Failure> {
    let header = message.header(0).expect("readable");
    let names = ["DKIM-Signature", "ARC-Message-Signature"];
    let mut found = message.fields().filter(|f| names.iter().any(|name| f.is(name)));
    let field = found.nth(nth).expect("readable");
    let tags = Tags::parse(field.value).expect("readable");
    let signature = Verification::new(field.raw(&header), &tags, 1_528_637_909)?;
    message.verify(&signature, record.as_bytes()).expect("readable")
}

#[test]
fn the_published_example_verifies() {
    let message = message(SIGNED);
    assert_eq!(check(&message, 0, ED25519), Ok(()));
    assert_eq!(check(&message, 1, RSA), Ok(()));
    assert!(matches!(check(&message, 0, RSA), Err(Failure::Record(_))));
}

#[test]
fn changes_break_a_signature() {
    let changed = message(&SIGNED.replace("hungry", "angry"));
    assert_eq!(check(&changed, 0, ED25519), Err(Failure::BodyHash));
    let changed = message(&SIGNED.replace("dinner", "supper"));
    assert_eq!(check(&changed, 0, ED25519), Err(Failure::Signature));
    let changed = message(&SIGNED.replace("To: Suzie", "From: x\nTo: Suzie"));
    assert_eq!(check(&changed, 0, ED25519), Err(Failure::Signature));
}

/// What `mail-auth` reads in another way than the standard does not reach it. A signature that can be read
/// and was changed does not match.
#[test]
fn tags_are_read_as_the_standard_says() {
    use Failure::{Malformed, Signature};
    for (from, to, expected) in [
        // Names of tags have one case; others than the known do not count.
        ("v=1; a=ed", "v=1; A=rsa-sha1; a=ed", Signature),
        ("v=1; a=ed", "v=1; B=; H=x; a=ed", Signature),
        ("a=ed25519-sha256", "a=ED25519-SHA256", Signature),
        ("a=ed25519-sha256", "a=rsa-sha2 56", Malformed("the algorithm is unknown")),
        ("a=ed25519-sha256; ", "", Malformed("the tag a is missing")),
        ("c=relaxed/relaxed", "c=relaxed/", Malformed("the canonicalization is unknown")),
        ("c=relaxed/relaxed", "c=", Malformed("the canonicalization is unknown")),
        ("kfJVOzv8=", "kfJVOzv8", Malformed("the tag b or bh is no base64")),
        ("i=@football", "i=@=66ootball", Signature),
        ("i=@football", "i=@elsewhere", Malformed("the identity is outside the domain")),
    ] {
        let changed = SIGNED.replacen(from, to, 1);
        assert_eq!(check(&message(&changed), 0, ED25519), Err(expected), "{to}");
    }
    for list in ["a=1; b h=", "s=one; s=two", "1=a"] {
        assert_eq!(Tags::parse(list.as_bytes()), None, "{list}");
    }
}

#[test]
fn keys_are_read_as_the_standard_says() {
    let message = message(SIGNED);
    let short = "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBANooGWC4pnloKmwpD5xm6ZgDaown5fM/FjXxWPS5xvNQd9NUbFL3FKzO5Vj4VRfycl738siJxeAEqNYoNnypJSsCAwEAAQ==";
    for (record, expected) in [
        (short.to_owned(), Err(Failure::Record("its key has less than 1024 bits"))),
        (RSA.replace("p=", "P="), Err(Failure::Record("it has no key"))),
        (RSA.replace("p=", "P=; p="), Ok(())),
        (RSA.replace("k=rsa", "k=rs a"), Err(Failure::Record("its key is of another kind"))),
        (
            RSA.replace("k=rsa", "h=sha1"),
            Err(Failure::Record("it does not allow the hash of the signature")),
        ),
        (RSA.replace("k=rsa", "s=tlsrpt"), Err(Failure::Record("it is not for mail"))),
        (RSA.replace("QIDAQAB", "QIDAQA*"), Err(Failure::Record("its key is no base64"))),
        ("v=DKIM1; p=".to_owned(), Err(Failure::Record("the key was revoked"))),
        ("v=DKIM1; p=MIGf".to_owned(), Err(Failure::Signature)),
        ("v=dkim1; p=MIGf".to_owned(), Err(Failure::Record("its version is not DKIM1"))),
    ] {
        assert_eq!(check(&message, 1, &record), expected, "{record}");
    }
}

#[test]
fn what_is_signed_here_verifies_here() {
    let key = SigningKey::parse(SECRET).expect("readable");
    let forms = [Canonicalization::Simple, Canonicalization::Relaxed];
    for (header, body, arc, limit) in forms.into_iter().flat_map(|header| {
        forms.into_iter().flat_map(move |body| {
            [(None, None), (Some(3), None), (None, Some(4))]
                .map(move |(arc, limit)| (header, body, arc, limit))
        })
    }) {
        let mut mail =
            message("From: a@x.example\nSubject: a  b\n\t c\n\none  two \n\n\tthree\n\n\n");
        mail.set_body(0, b"changed  text \r\n\r\n", None).expect("readable");
        let options = SignOptions {
            algorithm: Algorithm::Ed25519Sha256,
            header,
            body,
            arc,
            body_length: limit,
            timestamp: Some(1_528_637_000),
            ..SignOptions::new("brisbane", "x.example")
        };
        let signed = mail.sign(&options, &key).expect("readable").expect("readable");
        mail.add(0, signed.name, &signed.value, Written::Verbatim).expect("readable");
        let read = Message::read(Rc::new(mail.changed())).expect("readable");
        assert_eq!(check(&read, 0, ED25519), Ok(()), "{options:?}");
        assert!(
            read.header(0).expect("readable").split(|b| *b == b'\n').all(|line| line.len() <= 79)
        );
    }
}

proptest! {
    #[test]
    fn any_key_can_be_checked(
        der in prop::collection::vec(prop::sample::select(vec![0x30u8, 2, 3, 6, 5, 0, 1, 13, 0x81, 0x82, 0xff]), 0..40),
        kind in "(k=(rsa|ed25519); )?",
    ) {
        let record = format!("v=DKIM1; {kind}p={}", STANDARD.encode(der));
        let message = message(SIGNED);
        for nth in 0..2 {
            prop_assert!(check(&message, nth, &record).is_err(), "{record}");
        }
    }

    #[test]
    fn any_signature_can_be_read(
        name in "(DKIM-Signature|ARC-Message-Signature)",
        more in prop::collection::vec("(a=(rsa|ed25519)-sha(1|256)|c=(simple|relaxed/?)(simple)?|[bdhis]=\\PC{0,9}|bh=[a-z]{4}=?|[tlxq]=[0-9:]{0,22}|i=(=[0-9A-F]{0,2}){0,3}@.)", 0..9),
    ) {
        let known = ["a=rsa-sha256", "h=from", "d=a.example", "s=b", "b=abcd", "bh=abcd"];
        let given = |tag: &&&str| more.iter().any(|it| it.split('=').next() == tag.split('=').next());
        let missing = known.iter().filter(|tag| !given(tag)).map(|tag| (*tag).to_owned());
        let tags: Vec<String> = missing.chain(more.iter().cloned()).collect();
        let field = format!("{name}: v=1; {}", tags.join("; "));
        if let Some(tags) = Tags::parse(&field.as_bytes()[name.len() + 1..])
            && let Ok(signature) = Verification::new(field.as_bytes(), &tags, 0)
        {
            let found = message(SIGNED).verify(&signature, RSA.as_bytes()).expect("readable");
            prop_assert!(found.is_err(), "{field}");
        }
    }
}
