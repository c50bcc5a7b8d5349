//! The client machine against servers that misbehave.

use smtp_proto::client::{Action, Disposition, Machine, Outcome, Outgoing, Settings, Violation};
use smtp_proto::{Address, Enhanced, Parameters, State};

fn machine() -> Machine {
    Machine::new(Settings { helo: "client.example".to_owned(), pipelining: true })
}

fn message() -> Outgoing {
    Outgoing {
        sender: None,
        recipient: Address::parse("b@c.example").expect("recipient"),
        size: 3,
        eight_bit: true,
        mail_parameters: Parameters::default(),
        rcpt_parameters: Parameters::default(),
    }
}

/// Feeds one server text after another; answers what the client sent and how it ended.
fn play(machine: &mut Machine, server: &[&str]) -> (String, Option<Outcome>) {
    let (mut sent, mut texts) = (Vec::new(), server.iter());
    loop {
        match machine.poll() {
            Action::Send(bytes) => sent.extend(bytes),
            Action::Body => {
                machine.write_body(b"hi", &mut sent);
                machine.end_body(&mut sent);
            }
            Action::Read(_) => match texts.next() {
                Some(text) => machine.receive(text.as_bytes()),
                None => machine.lost(),
            },
            Action::Done(outcome) => {
                return (String::from_utf8_lossy(&sent).into_owned(), Some(outcome));
            }
            Action::Ready | Action::Close => {
                return (String::from_utf8_lossy(&sent).into_owned(), None);
            }
        }
    }
}

fn outcome(server: &[&str]) -> Outcome {
    let mut machine = machine();
    machine.submit(message());
    play(&mut machine, server).1.expect("an outcome")
}

const EHLO: &str = "250-mx\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE\r\n";

#[test]
fn parameters_are_sent_when_they_are_announced() {
    let mut machine = machine();
    machine.submit(message());
    let (sent, _) = play(&mut machine, &["220 mx\r\n", EHLO, "250 ok\r\n250 ok\r\n354 go\r\n"]);
    insta::assert_snapshot!(sent.replace('\r', ""), @"
    EHLO client.example
    MAIL FROM:<> BODY=8BITMIME SIZE=3
    RCPT TO:<b@c.example>
    DATA
    hi
    .
    ");
}

#[test]
fn an_old_server_gets_helo_and_no_parameters() {
    let mut machine = machine();
    machine.submit(message());
    let server = [
        "220 mx\r\n",
        "502 what\r\n",
        "250 mx\r\n",
        "250 ok\r\n",
        "250 ok\r\n",
        "354 go\r\n",
        "250 done\r\n",
    ];
    let (sent, outcome) = play(&mut machine, &server);
    insta::assert_snapshot!(sent.replace('\r', ""), @"
    EHLO client.example
    HELO client.example
    MAIL FROM:<>
    RCPT TO:<b@c.example>
    DATA
    hi
    .
    ");
    assert_eq!(outcome.map(|o| o.disposition()), Some(Disposition::Delivered));
}

#[test]
fn late_replies_after_a_refused_recipient() {
    // RFC 2920 §3.1: DATA was sent already. When it is refused there is no data, and a later
    // message begins with RSET; when it is taken the data is empty.
    let mut first = machine();
    first.submit(message());
    let server = ["220 mx\r\n", EHLO, "250 ok\r\n550 5.1.1 who\r\n503 no\r\n"];
    let (sent, outcome) = play(&mut first, &server);
    assert!(sent.ends_with("DATA\r\n"), "{sent}");
    assert_eq!(outcome.as_ref().map(Outcome::enhanced), Some(Enhanced(5, 1, 1)));
    first.submit(message());
    let (sent, _) = play(&mut first, &[]);
    assert!(sent.starts_with("RSET\r\nMAIL FROM:<>"), "{sent}");

    let mut second = machine();
    second.submit(message());
    let server = ["220 mx\r\n", EHLO, "250 ok\r\n550 5.1.1 who\r\n354 go\r\n", "554 none\r\n"];
    let (sent, outcome) = play(&mut second, &server);
    assert!(sent.ends_with("DATA\r\n.\r\n"), "{sent}");
    assert_eq!(outcome.and_then(|o| o.state()), Some(State::Rcpt));
    second.submit(message());
    let (sent, _) = play(&mut second, &[]);
    assert!(sent.starts_with("MAIL FROM:<>"), "{sent}");
}

#[test]
fn a_lost_connection_is_tried_again() {
    for (server, state) in [
        (&[][..], State::Banner),
        (&["220 mx\r\n"], State::Ehlo),
        (&["220 mx\r\n", EHLO], State::Mail),
        (&["220 mx\r\n", EHLO, "250 ok\r\n250 ok\r\n354 go\r\n"], State::Eod),
    ] {
        assert_eq!(outcome(server), Outcome::Lost { state });
    }
}

#[test]
fn a_refusal_stands_when_the_connection_then_breaks() {
    let refused = outcome(&["220 mx\r\n", EHLO, "250 ok\r\n550 who\r\n"]);
    assert_eq!(refused.disposition(), Disposition::Bounce);
    assert_eq!(refused.state(), Some(State::Rcpt));
}

#[test]
fn a_server_that_closes_is_tried_again() {
    for server in [
        &["421 busy\r\n"][..],
        &["220 mx\r\n", "421 busy\r\n"],
        &["220 mx\r\n", EHLO, "421 4.3.2 bye\r\n"],
    ] {
        assert_eq!(outcome(server).disposition(), Disposition::Queue, "{server:?}");
    }
    assert_eq!(outcome(&["554 no\r\n", "221 bye\r\n"]).disposition(), Disposition::NextHost);
}

#[test]
fn what_is_not_smtp_is_a_violation() {
    for server in [
        &["HTTP/1.1 400 Bad Request\r\n"][..],
        &["354 go\r\n"],
        &["220 mx\r\n", EHLO, "250 ok\r\n250 ok\r\n250 ok\r\n"],
        &["220 mx\r\n", EHLO, "334 xx\r\n"],
    ] {
        let outcome = outcome(server);
        assert!(matches!(outcome, Outcome::Violation { .. }), "{outcome:?}");
        assert_eq!(outcome.enhanced(), Enhanced(4, 5, 0));
    }
}

#[test]
fn an_unasked_reply_breaks_the_connection() {
    let mut machine = machine();
    assert_eq!(play(&mut machine, &["220 mx\r\n", EHLO]).1, None);
    machine.receive(b"250 surprise\r\n");
    machine.submit(message());
    let (_, outcome) = play(&mut machine, &[]);
    let Some(Outcome::Violation { error: Violation::Unasked(_), .. }) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(machine.poll(), Action::Close);
}

#[test]
fn goodbye_is_polite_and_quick() {
    let mut machine = machine();
    play(&mut machine, &["220 mx\r\n", EHLO]);
    machine.quit();
    assert_eq!(machine.poll(), Action::Send(b"QUIT\r\n".to_vec()));
    assert_eq!(machine.poll(), Action::Read(State::Quit));
    machine.timed_out();
    assert_eq!(machine.poll(), Action::Close);
}

#[test]
fn our_name_cannot_carry_a_command() {
    let mut machine =
        Machine::new(Settings { helo: "a\r\nMAIL FROM:<x>".to_owned(), pipelining: false });
    let (sent, _) = play(&mut machine, &["220 mx\r\n"]);
    assert_eq!(sent.matches("\r\n").count(), 1, "{sent}");
}
