//! Any bytes, cut anywhere: the server machine answers alike, and never panics.

use std::sync::Arc;

use proptest::prelude::*;
use smtp_proto::body::LineEndings;
use smtp_proto::server::{Action, Config, Decision, Machine, Verdict};

/// What a run left behind: pieces of a message joined, refused messages dropped.
#[derive(Debug, Default, PartialEq, Eq)]
struct Trace {
    sent: Vec<u8>,
    hooks: Vec<&'static str>,
    stored: Vec<u8>,
    committed: Vec<Vec<u8>>,
    closed: bool,
}

impl Trace {
    fn work(&mut self, machine: &mut Machine, refuse: &[&str]) {
        while let Some(action) = machine.poll() {
            match action {
                Action::Send(bytes) => self.sent.extend(bytes),
                Action::Hook(call) => {
                    self.hooks.push(call.name());
                    let refused = refuse.contains(&call.name());
                    let verdict = if refused { Verdict::Reject } else { Verdict::Accept };
                    machine.hook_done(Decision::new(verdict));
                }
                Action::OpenBody => machine.body_opened(Ok(())),
                Action::Body(bytes) => self.stored.extend(bytes),
                Action::Discard => self.stored.clear(),
                Action::Commit => {
                    self.committed.push(std::mem::take(&mut self.stored));
                    machine.committed(Ok(()));
                }
                Action::Close => self.closed = true,
            }
        }
    }
}

fn run<'a>(pieces: impl Iterator<Item = &'a [u8]>, refuse: &[&str], endings: LineEndings) -> Trace {
    let config = Config {
        max_size: 60,
        max_line: 64,
        max_errors: 5,
        max_recipients: 3,
        line_endings: endings,
        ..Config::default()
    };
    let mut machine = Machine::new(Arc::new(config));
    let mut trace = Trace::default();
    trace.work(&mut machine, refuse);
    for piece in pieces {
        machine.receive(piece);
        trace.work(&mut machine, refuse);
    }
    // What belongs to a message that did not end yet depends on how much was read ahead.
    trace.stored.clear();
    trace
}

fn session() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just("EHLO c\r\n".to_owned()),
        Just("HELO c\n".to_owned()),
        Just("MAIL FROM:<a@b>\r\n".to_owned()),
        Just("MAIL FROM:<> SIZE=9\r\n".to_owned()),
        Just("RCPT TO:<a@b>\r\n".to_owned()),
        Just("DATA\r\n".to_owned()),
        Just("\r\n.\r\n".to_owned()),
        Just("\n.\n".to_owned()),
        Just("RSET\r\n".to_owned()),
        Just("QUIT\r\n".to_owned()),
        "[a.\r\n]{0,20}",
        "x{50,90}\r\n",
        "\\PC{0,10}\r\n",
    ];
    proptest::collection::vec(part, 0..25).prop_map(|parts| parts.concat().into_bytes())
}

fn endings() -> impl Strategy<Value = LineEndings> {
    prop_oneof![Just(LineEndings::Normalize), Just(LineEndings::Reject), Just(LineEndings::Keep)]
}

fn refusals() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(vec!["helo", "mailfrom", "rcptto", "eod"], 0..=1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn sessions_do_not_depend_on_packets(
        bytes in session(),
        size in 1usize..40,
        refuse in refusals(),
        endings in endings(),
    ) {
        let whole = run(std::iter::once(&bytes[..]), &refuse, endings);
        prop_assert_eq!(&run(bytes.chunks(size), &refuse, endings), &whole);
        prop_assert_eq!(&run(bytes.chunks(1), &refuse, endings), &whole);
    }

    #[test]
    fn random_bytes_do_not_depend_on_packets(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        size in 1usize..40,
    ) {
        let whole = run(std::iter::once(&bytes[..]), &[], LineEndings::Reject);
        prop_assert_eq!(run(bytes.chunks(size), &[], LineEndings::Reject), whole);
    }

    #[test]
    fn every_line_sent_is_a_reply_line(bytes in session(), refuse in refusals()) {
        let trace = run(std::iter::once(&bytes[..]), &refuse, LineEndings::Normalize);
        for line in trace.sent.split_inclusive(|&b| b == b'\n') {
            prop_assert!(line.len() <= 512 && line.ends_with(b"\r\n"));
            prop_assert!(line[..3].iter().all(u8::is_ascii_digit) && matches!(line[3], b' ' | b'-'));
        }
    }
}
