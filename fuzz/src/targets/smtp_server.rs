//! The receiving SMTP machine: any bytes, in any pieces, with a policy that says yes to all.

use std::sync::Arc;

use smtp_proto::server::{Action, Config, Decision, Machine};

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "smtp_server",
    run,
    words: &[
        b"EHLO a\r\n",
        b"HELO a\r\n",
        b"MAIL FROM:<a@b.example>\r\n",
        b"MAIL FROM:<> SIZE=10 BODY=8BITMIME\r\n",
        b"RCPT TO:<c@d.example>\r\n",
        b"DATA\r\n",
        b"\r\n.\r\n",
        b"\n.\n",
        b"RSET\r\n",
        b"QUIT\r\n",
        b"\0",
    ],
};

/// The first byte says how long the pieces are in which the rest arrives.
fn run(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else { return };
    let mut machine = Machine::new(Arc::new(Config::default()));
    let mut closed = drain(&mut machine);
    for piece in bytes.chunks(usize::from(*first) + 1) {
        if closed {
            break;
        }
        machine.receive(piece);
        closed = drain(&mut machine);
    }
    machine.shut_down();
    drain(&mut machine);
}

/// Does everything the machine asks; whether it closed the connection.
fn drain(machine: &mut Machine) -> bool {
    while let Some(action) = machine.poll() {
        match action {
            Action::Send(reply) => assert_lines(&reply),
            Action::Hook(_) => machine.hook_done(Decision::accept()),
            Action::OpenBody => machine.body_opened(Ok(())),
            Action::Body(_) | Action::Discard => {}
            Action::Commit => machine.committed(Ok(())),
            Action::Close => return true,
        }
    }
    false
}

/// RFC 5321 §4.5.3.1.5: no reply line exceeds 512 octets, and each begins with its code.
fn assert_lines(reply: &[u8]) {
    assert!(reply.ends_with(b"\r\n"), "{reply:?}");
    for line in reply.split_inclusive(|byte| *byte == b'\n') {
        assert!(line.len() <= 512 && line.ends_with(b"\r\n"), "{line:?}");
        assert!(line[..3].iter().all(u8::is_ascii_digit), "{line:?}");
    }
}
