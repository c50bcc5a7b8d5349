//! Parts of messages and their changes, from outside.

use std::rc::Rc;

use mail_message::{
    Builder, Changed, Encoding, MemorySource, Message, Occurrence, Side, Source, Written,
};
use proptest::prelude::*;

const NESTED: &str = "Subject: x\r\nContent-Type: multipart/mixed; boundary=\"out\"\r\n\r\npre\r\n\
    --out\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n\
    --in\r\nContent-Type: text/plain\r\n\r\none\r\n--in\r\n\r\ntwo\r\n--in--\r\n\
    --out \t\r\nContent-Type: text/x; name*0*=utf-8''%e2%82; name*1*=%ac.txt\r\n\
    Content-Transfer-Encoding: base64\r\n\r\naGk=\r\n--out--\r\nend\r\n";

/// A source that cannot be looked at in one piece.
struct Storage(MemorySource);

impl Source for Storage {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> std::io::Result<()> {
        self.0.read_at(offset, buffer)
    }
}

fn message(text: &[u8]) -> Message {
    Message::read(Rc::new(MemorySource(text.to_vec()))).expect("readable")
}

fn text(message: &Message) -> String {
    let mut out = Vec::new();
    message.render(&mut out).expect("readable");
    String::from_utf8_lossy(&out).into_owned()
}

fn again(message: &Message) -> Message {
    Message::read(Rc::new(message.changed())).expect("readable")
}

fn body(message: &Message, id: &str) -> String {
    let part = message.find_id(0, id).expect("readable").unwrap_or_else(|| panic!("{id}"));
    String::from_utf8_lossy(&message.body(part, true).expect("readable").expect("readable"))
        .into_owned()
}

fn part(text: &str) -> mail_message::RenderedPart {
    let mut builder = Builder::default();
    builder.set_body(text.as_bytes());
    builder.render_part()
}

fn insert(message: &mut Message, id: &str, side: Side, text: &str) -> bool {
    let beside = message.find_id(0, id).expect("readable").expect("readable");
    message.insert(beside, side, &part(text), b"multipart/mixed", "new").expect("readable")
}

#[test]
fn parts_have_places_types_and_names() {
    let message = message(NESTED.as_bytes());
    assert_eq!(message.descendants(0).expect("readable"), 1..5);
    for (id, expected) in [("0.0.0", "one"), ("0.0.1", "two"), ("0.1", "hi")] {
        assert_eq!(body(&message, id), expected);
    }
    let last = message.find_id(0, "0.1").expect("readable").expect("readable");
    assert_eq!(message.id(last).expect("readable"), "0.1");
    assert_eq!(message.file_name(last).expect("readable").expect("readable"), "€.txt".as_bytes());
    assert_eq!(message.preamble(0).expect("readable").expect("readable"), b"pre");
    assert_eq!(message.epilogue(0).expect("readable").expect("readable"), b"end\r\n");
    assert!((0..5).all(|part| message.faults(part).expect("readable").is_empty()));
}

#[test]
fn bytes_outside_a_change_stay() {
    let mut message = message(NESTED.as_bytes());
    let two = message.find_id(0, "0.0.1").expect("readable").expect("readable");
    assert!(message.set_body(two, b"2", None).expect("readable"));
    message.add(two, "X", b"1", Written::Encoded).expect("readable");
    assert_eq!(text(&message), NESTED.replace("\r\n\r\ntwo", "\r\nX: 1\r\n\r\n2"));
    assert_eq!(message.reset(), 2);
    assert_eq!(text(&message), NESTED);
    assert!(
        message.set_preamble(0, b"").expect("readable")
            && message.set_epilogue(0, b"e").expect("readable")
    );
    assert!(!message.set_preamble(0, b"a\r\n--out\r\n").expect("readable"));
    let expected = NESTED.replace("pre\r\n", "\r\n").replace("end\r\n", "e");
    assert_eq!(text(&message), expected);
}

#[test]
fn a_new_body_of_a_multipart_takes_the_place_of_its_parts() {
    let mut sealed = message(NESTED.as_bytes());
    sealed.delete(0, "Content-Type", Occurrence::All).expect("readable");
    assert!(sealed.set_body(0, b"sealed\r\n", Some(Encoding::Base64)).expect("readable"));
    let one = sealed.find_id(0, "0.0.0").expect("readable").expect("readable");
    assert!(!sealed.set_body(one, b"1", None).expect("readable"));
    assert_eq!(body(&again(&sealed), "0"), "sealed\r\n");

    let mut other = message(NESTED.as_bytes());
    let parts = "--out\r\n\r\nä\r\n--out--\r\n";
    assert!(other.set_body(0, parts.as_bytes(), None).expect("readable"));
    assert!(text(&other).contains("Content-Transfer-Encoding: 8bit\r\n"));
    assert_eq!(body(&again(&other), "0.0"), "ä");
}

#[test]
fn parts_stand_beside_parts_in_the_order_they_were_put() {
    let mut message = message(NESTED.as_bytes());
    insert(&mut message, "0.0.0", Side::After, "b");
    insert(&mut message, "0.0.0", Side::After, "a");
    insert(&mut message, "0.0.1", Side::Before, "c");
    insert(&mut message, "0.0.1", Side::After, "d");
    let found = again(&message);
    let bodies: Vec<_> = (0..6).map(|n| body(&found, &format!("0.0.{n}"))).collect();
    assert_eq!(bodies, ["one", "a", "b", "c", "two", "d"]);
    let two = message.find_id(0, "0.0.1").expect("readable").expect("readable");
    message.remove(two).expect("readable");
    assert!(!insert(&mut message, "0.0.1", Side::After, "x"));
    let bodies: Vec<_> = (0..5).map(|n| body(&again(&message), &format!("0.0.{n}"))).collect();
    assert_eq!(bodies, ["one", "a", "b", "c", "d"]);
}

#[test]
fn a_plain_message_becomes_the_part_of_a_multipart() {
    let mut message = message(b"From: a\r\nContent-Type: text/html\r\n\r\nhi\r\n");
    for (side, text) in [(Side::After, "2"), (Side::After, "1"), (Side::Before, "0")] {
        assert!(insert(&mut message, "0", side, text));
    }
    message.set(0, "Content-Type", b"text/x", Occurrence::All, Written::Encoded).expect("readable");
    assert!(message.set_body(0, b"new", None).expect("readable"));
    let found = again(&message);
    let bodies: Vec<_> = (0..4).map(|n| body(&found, &format!("0.{n}"))).collect();
    assert_eq!(bodies, ["0", "new", "1", "2"]);
    assert_eq!(found.kind(0).expect("readable").expect("readable"), b"multipart/mixed");
    assert_eq!(found.kind(2).expect("readable").expect("readable"), b"text/x");
}

#[test]
fn parts_without_blank_lines_and_bodies_can_be_changed() {
    let text_of = |tight: &str| format!("Content-Type: multipart/x; boundary=b\r\n\r\n{tight}");
    for tight in ["--b\r\n--b--", "--b\r\nA: 1\r\n--b--", "--b\r\nA: 1\r\n\r\n--b--\r\n", "--b\r\n"]
    {
        let mut message = message(text_of(tight).as_bytes());
        assert!(message.set_body(1, b"one", None).expect("readable"), "{tight}");
        assert!(message.set_body(1, b"two", None).expect("readable"), "{tight}");
        assert_eq!(body(&again(&message), "0.0"), "two", "{tight}: {}", text(&message));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_message(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("--b"), Just("--b--"), Just("--c"), Just("--c--"), Just("\r\n"), Just("\n"),
                Just("Content-Type: multipart/mixed; boundary=b\r\n"), Just("x"), Just("A: 1\r\n"),
                Just("Content-Type: multipart/x; boundary=c\r\n\r\n"), Just("\r"), Just(" "),
            ],
            0..24,
        ),
        steps in proptest::collection::vec((0usize..6, 0u8..6), 0..5),
    ) {
        let raw = pieces.concat().into_bytes();
        let mut whole = message(&raw);
        let chunked = Message::read(Rc::new(Storage(MemorySource(raw.clone())))).expect("readable");
        let parts = whole.descendants(0).expect("readable").end;
        prop_assert_eq!(chunked.descendants(0).expect("readable").end, parts);
        for part in 0..parts {
            prop_assert_eq!(whole.body(part, false).expect("readable"), chunked.body(part, false).expect("readable"));
            let id = whole.id(part).expect("readable");
            prop_assert_eq!(whole.find_id(0, &id).expect("readable"), Some(part));
        }
        for (at, step) in steps {
            let at = at % parts;
            match step {
                0 => drop(whole.set_body(at, b"new", None).expect("readable")),
                1 => whole.add(at, "X", b"1", Written::Encoded).expect("readable"),
                2 => whole.remove(at).expect("readable"),
                3 => drop(whole.insert(at, Side::After, &part("p"), b"multipart/mixed", "n")),
                4 => drop(whole.insert(at, Side::Before, &part("p"), b"multipart/mixed", "n")),
                _ => whole.replace(at, &part("r")).expect("readable"),
            }
            prop_assert_eq!(text(&whole).len() as u64, whole.rendered_size());
        }
        whole.reset();
        prop_assert_eq!(text(&whole).into_bytes(), raw);
    }

    #[test]
    fn content_reads_back(data in proptest::collection::vec(any::<u8>(), 0..400), kind in 0..2) {
        let mut message = message(NESTED.as_bytes());
        let part = message.find_id(0, "0.1").expect("readable").expect("readable");
        let kind = ["application/x", "image/x"][kind as usize].as_bytes();
        message.set(part, "Content-Type", kind, Occurrence::All, Written::Encoded).expect("readable");
        let mut typed = again(&message);
        prop_assert!(typed.set_body(part, &data, None).expect("readable"));
        let found = again(&typed);
        prop_assert_eq!(found.body(part, true).expect("readable").expect("readable"), data);
    }
}

#[test]
fn a_changed_text_is_a_source() {
    let mut message = message(NESTED.as_bytes());
    message.add(0, "X", b"1", Written::Encoded).expect("readable");
    let changed: Changed = message.changed();
    let mut bytes = vec![0; changed.size() as usize];
    changed.read_at(0, &mut bytes).expect("readable");
    assert_eq!(String::from_utf8(bytes).expect("readable"), text(&message));
}
