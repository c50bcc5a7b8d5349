//! Signatures and SPF records: any key record, signature, message and policy is judged, in a few
//! questions and with a reason that fits into a field.
//!
//! An input is four texts with a NUL between them: record, signature field, header, body.

use mail_message::dkim::{Tags, Verification};
use mail_message::spf::{Check, Client, Kind, Step};

use crate::Target;

/// More questions than any check asks (RFC 7208 §4.6.4: ten terms, of which those with names of mail
/// servers and clients lead to ten more each).
const QUESTIONS: usize = 500;
/// A time at which the signatures of the seeds hold.
const NOW: u64 = 1_528_637_909;

pub(super) const TARGET: Target = Target {
    name: "authentication",
    run,
    words: &[
        b"\0",
        b"v=DKIM1; k=ed25519; p=",
        b"v=DKIM1; k=rsa; h=sha256; s=email; t=s; p=",
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/simple; d=a.example; s=b; h=from; bh=; b=\r\n",
        b"ARC-Message-Signature: i=1; a=rsa-sha256; d=a.example; s=b; h=from; bh=aGk=; b=aGk=",
        b"; l=0",
        b"; x=99999999999999999999",
        b"; c=simple",
        b"v=spf1 ",
        b"include:a.example ",
        b"redirect=%{d}",
        b"exists:%{ir}.%{v}._spf.%{d2} ",
        b"a/24//64 mx ptr ",
        b"ip4:192.0.2.0/24 ip6:2001:db8::/32 ",
        b"?all ~all -all exp=%{l1r-+/=_}.a.example",
    ],
};

fn run(bytes: &[u8]) {
    let mut texts = bytes.splitn(4, |byte| *byte == 0);
    let [record, field, header, body] = [(); 4].map(|()| texts.next().unwrap_or_default());
    verify(record, field, header, body);
    evaluate(&String::from_utf8_lossy(record));
}

fn verify(record: &[u8], field: &[u8], header: &[u8], body: &[u8]) {
    let value = field.iter().position(|byte| *byte == b':').map_or(0, |colon| colon + 1);
    let Some(tags) = Tags::parse(&field[value..]) else { return };
    let Ok(verification) = Verification::new(field, &tags, NOW) else { return };
    assert!(!verification.query().is_empty(), "a signature names its key");
    let mut hash = verification.body_hash();
    for piece in body.chunks(7) {
        hash.push(piece);
    }
    if verification.finish(record, header, hash).is_ok() {
        let mut other = verification.body_hash();
        other.push(b"another body\r\n");
        other.push(body);
        let is_short = tags.get("l").is_some();
        let still = verification.finish(record, header, other).is_ok();
        assert!(is_short || !still, "a signature holds for two bodies");
    }
}

fn evaluate(record: &str) {
    let mut check = Check::new(Client {
        ip: "192.0.2.1".parse().expect("an address"),
        helo: "helo.example".to_owned(),
        sender: "local@a.example".to_owned(),
        receiver: "mx.example".to_owned(),
        now: NOW,
    });
    for _ in 0..QUESTIONS {
        let lookup = match check.poll() {
            Step::Ask(lookup) => lookup,
            Step::Done(verdict) => {
                let is_line = verdict.reason.bytes().all(|byte| matches!(byte, b' '..=b'~'));
                return assert!(is_line, "{:?}", verdict.reason);
            }
        };
        check.answer(match lookup.kind {
            Kind::Txt => Ok(vec![record.to_owned()]),
            Kind::A => Ok(vec!["192.0.2.1".to_owned(), record.to_owned()]),
            Kind::Aaaa => Ok(Vec::new()),
            Kind::Mx | Kind::Ptr => Ok(vec!["a.example".to_owned(), record.to_owned()]),
        });
    }
    panic!("a check asks more than {QUESTIONS} questions");
}
