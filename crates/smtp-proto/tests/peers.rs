//! The client machine against the server machine, without a network between them.

use std::sync::Arc;

use proptest::prelude::*;
use smtp_proto::client::{self, Disposition, Outcome, Outgoing, Settings};
use smtp_proto::server::{self, Config, Decision, HookCall, Verdict};
use smtp_proto::{Address, Parameters, State};

/// Both ends with the bytes on their way, moved in packets of a given size.
struct Link {
    client: client::Machine,
    server: server::Machine,
    to_server: Vec<u8>,
    to_client: Vec<u8>,
    packet: usize,
    body: Vec<u8>,
    stored: Vec<u8>,
    received: Vec<(Option<String>, String, Vec<u8>)>,
    refuse: Option<&'static str>,
}

impl Link {
    fn new(config: Config, pipelining: bool, packet: usize) -> Self {
        let settings = Settings { helo: "client.example".to_owned(), pipelining };
        Self {
            client: client::Machine::new(settings),
            server: server::Machine::new(Arc::new(config)),
            to_server: Vec::new(),
            to_client: Vec::new(),
            packet,
            body: Vec::new(),
            stored: Vec::new(),
            received: Vec::new(),
            refuse: None,
        }
    }

    fn deliver(&mut self, message: Outgoing, body: &[u8]) -> Outcome {
        self.body = body.to_vec();
        self.client.submit(message);
        for _ in 0..100_000 {
            match self.client.poll() {
                client::Action::Send(bytes) => self.to_server.extend(bytes),
                client::Action::Body => {
                    for piece in self.body.chunks(7) {
                        self.client.write_body(piece, &mut self.to_server);
                    }
                    self.client.end_body(&mut self.to_server);
                }
                client::Action::Done(outcome) => return outcome,
                client::Action::Read(_) => self.exchange(),
                action => panic!("unexpected {action:?}"),
            }
        }
        panic!("no outcome");
    }

    fn exchange(&mut self) {
        let count = self.packet.min(self.to_server.len());
        let packet: Vec<u8> = self.to_server.drain(..count).collect();
        self.server.receive(&packet);
        while let Some(action) = self.server.poll() {
            self.serve(action);
        }
        let count = self.packet.min(self.to_client.len());
        let packet: Vec<u8> = self.to_client.drain(..count).collect();
        self.client.receive(&packet);
    }

    fn serve(&mut self, action: server::Action) {
        match action {
            server::Action::Send(bytes) => self.to_client.extend(bytes),
            server::Action::Hook(call) => {
                let refused = self.refuse.is_some_and(|name| name == call.name());
                let verdict = if refused { Verdict::Reject } else { Verdict::Accept };
                if call == HookCall::Eod && !refused {
                    let transaction = self.server.transaction();
                    let sender = transaction.sender.as_ref().map(Address::to_string);
                    let recipient = transaction.recipients[0].address.to_string();
                    self.received.push((sender, recipient, self.stored.clone()));
                }
                self.server.hook_done(Decision::new(verdict));
            }
            server::Action::OpenBody => self.server.body_opened(Ok(())),
            server::Action::Body(bytes) => self.stored.extend(bytes),
            server::Action::Discard => self.stored.clear(),
            server::Action::Commit => {
                self.stored.clear();
                self.server.committed(Ok(()));
            }
            server::Action::Close => {}
        }
    }
}

fn message(sender: Option<&str>, recipient: &str, body: &[u8]) -> Outgoing {
    Outgoing {
        sender: sender.map(|text| Address::parse(text).expect("sender")),
        recipient: Address::parse(recipient).expect("recipient"),
        size: body.len() as u64,
        eight_bit: !body.is_ascii(),
        mail_parameters: Parameters::default(),
        rcpt_parameters: Parameters::default(),
    }
}

fn is_delivered(outcome: &Outcome) -> bool {
    outcome.disposition() == Disposition::Delivered
}

#[test]
fn one_connection_carries_many_messages() {
    for pipelining in [false, true] {
        let mut link = Link::new(Config::default(), pipelining, usize::MAX);
        for text in ["one\r\n", ".two\r\n", ""] {
            let outgoing = message(Some("a@b.example"), "c@d.example", text.as_bytes());
            assert!(is_delivered(&link.deliver(outgoing, text.as_bytes())));
        }
        assert_eq!(link.client.finished(), 3);
        let texts: Vec<_> = link.received.iter().map(|(_, _, text)| text.as_slice()).collect();
        assert_eq!(texts, [&b"one\r\n"[..], b".two\r\n", b""]);
    }
}

#[test]
fn a_refused_message_does_not_spoil_the_next() {
    for refuse in ["mailfrom", "rcptto", "eod"] {
        for pipelining in [false, true] {
            let mut link = Link::new(Config::default(), pipelining, usize::MAX);
            link.refuse = Some(refuse);
            let outcome = link.deliver(message(None, "c@d.example", b"x\r\n"), b"x\r\n");
            assert_eq!(outcome.disposition(), Disposition::Bounce, "{refuse} {outcome:?}");
            link.refuse = None;
            let outcome = link.deliver(message(None, "e@f.example", b"y\r\n"), b"y\r\n");
            assert!(is_delivered(&outcome), "{refuse}, pipelining {pipelining}: {outcome:?}");
            let expected = (None, "e@f.example".to_owned(), b"y\r\n".to_vec());
            assert_eq!(link.received, [expected]);
        }
    }
}

#[test]
fn a_message_beyond_the_announced_size_is_not_offered() {
    let mut link = Link::new(Config { max_size: 10, ..Config::default() }, true, usize::MAX);
    let outcome = link.deliver(message(None, "c@d.example", &[b'x'; 11]), &[b'x'; 11]);
    assert_eq!(outcome, Outcome::TooLarge { limit: 10 });
    assert!(is_delivered(&link.deliver(message(None, "c@d.example", b"ok"), b"ok")));
}

#[test]
fn an_ehlo_that_is_refused_falls_back_to_helo() {
    // The server refuses both, so the session ends where HELO is answered.
    let mut link = Link::new(Config::default(), true, usize::MAX);
    link.refuse = Some("helo");
    let outcome = link.deliver(message(None, "c@d.example", b""), b"");
    assert_eq!(outcome.state(), Some(State::Helo));
    assert_eq!(outcome.disposition(), Disposition::NextHost);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn messages_arrive_whatever_the_packets(
        lines in proptest::collection::vec("[.a-z]{0,12}", 0..12),
        local in "[a-z \"\\\\.@<>]{1,12}",
        packet in 1usize..50,
        pipelining: bool,
    ) {
        let body = lines.iter().flat_map(|line| [line.as_bytes(), b"\r\n"].concat());
        let body: Vec<u8> = body.collect();
        let sender = Address::new(&local, "b.example").unwrap();
        let mut link = Link::new(Config::default(), pipelining, packet);
        let outgoing = message(Some(&sender.to_string()), "c@d.example", &body);
        let outcome = link.deliver(outgoing, &body);
        prop_assert!(is_delivered(&outcome), "{outcome:?}");
        let expected = (Some(sender.to_string()), "c@d.example".to_owned(), body);
        prop_assert_eq!(&link.received, &[expected]);
    }
}
