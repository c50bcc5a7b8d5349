//! Messages and their parts: any bytes have parts whose reading ends, come out as they came in, and
//! can be changed anywhere.

use std::rc::Rc;

use mail_message::{MemorySource, Message, Occurrence, Written};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "message",
    run,
    words: &[
        b"\r\n\r\n",
        b"\n\n",
        b"\r",
        b"--b\r\n",
        b"--b--\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: multipart/digest; boundary=\"b\"\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b\r\n",
        b"Subject: =?utf-8?q?=C3=A5?= =?iso-2022-jp?b?GyRC?=\r\n",
        b"Subject: folded\r\n more\r\n",
        b"=\r\n",
        b"=3D",
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=a.example; s=b; h=from; bh=; b=\r\n",
    ],
};

fn run(bytes: &[u8]) {
    let Ok(mut message) = Message::read(Rc::new(MemorySource(bytes.to_vec()))) else { return };
    assert_eq!(rendered(&message), bytes, "without a change");
    let Ok(parts) = message.descendants(0) else { return };
    for part in parts.clone() {
        read(&message, part);
    }
    for part in [parts.start, parts.end.saturating_sub(1)] {
        change(&mut message, part);
    }
    let changed = rendered(&message);
    assert_eq!(message.rendered_size(), changed.len() as u64);
    _ = message.reset();
    assert_eq!(rendered(&message), bytes, "with every change dropped");
}

fn rendered(message: &Message) -> Vec<u8> {
    let mut out = Vec::new();
    message.render(&mut out).expect("memory can be read and written");
    out
}

fn read(message: &Message, part: usize) {
    _ = (message.header(part).is_ok(), message.children(part).is_ok(), message.kind(part).is_ok());
    _ = (message.file_name(part).is_ok(), message.faults(part).is_ok());
    _ = (message.preamble(part).is_ok(), message.epilogue(part).is_ok());
    for decode in [false, true] {
        _ = message.body(part, decode).is_ok();
    }
    let id = message.id(part).expect("memory can be read");
    assert_eq!(message.find_id(0, &id).ok().flatten(), Some(part), "the id {id} finds its part");
}

fn change(message: &mut Message, part: usize) {
    _ = message.add(part, "X-Added", "wörd".as_bytes(), Written::Encoded);
    _ = message.set(part, "Subject", b"new", Occurrence::All, Written::Verbatim);
    _ = message.delete(part, "Content-Type", Occurrence::At(0));
    _ = message.rename(part, "From", "X-From");
    _ = message.set_preamble(part, b"before");
    _ = message.set_epilogue(part, b"after");
    _ = message.set_body(part, b"--b\r\n.\r\n\x80", None);
    _ = message.remove(part);
}
