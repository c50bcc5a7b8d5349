//! Dialogues, with a server that answers in turn.

use super::*;

/// What is said when the server answers in turn.
fn talk(settings: QuestionSettings, answers: &[(u16, &str)]) -> (Vec<String>, QuestionEnd) {
    let mut question = Question::new(settings);
    let (mut said, mut answers) = (Vec::new(), answers.iter());
    loop {
        match question.poll() {
            QuestionStep::Send(bytes) => said.push(String::from_utf8_lossy(&bytes).into_owned()),
            QuestionStep::Read(..) => {
                let (code, text) = answers.next().expect("an answer");
                question.reply(Reply::basic(*code, text));
            }
            QuestionStep::Secure => {
                said.push("[TLS]".into());
                question.secured();
            }
            QuestionStep::Done(end) => return (said, end),
        }
    }
}

fn ask(to: &str) -> QuestionSettings {
    QuestionSettings {
        helo: "me.example".into(),
        tls: true,
        envelope: Some((String::new(), to.into())),
        ..QuestionSettings::default()
    }
}

#[test]
fn a_recipient_is_asked_for_over_tls_when_it_is_offered() {
    let answers = [
        (220, "hi"),
        (250, "x\nSTARTTLS"),
        (220, "go"),
        (250, "x\nSTARTTLS"),
        (250, "ok"),
        (550, "no"),
    ];
    let (said, end) = talk(ask("a@b.example"), &answers);
    assert_eq!(
        said,
        [
            "EHLO me.example\r\n",
            "STARTTLS\r\n",
            "[TLS]",
            "EHLO me.example\r\n",
            "MAIL FROM:<>\r\n",
            "RCPT TO:<a@b.example>\r\n",
            "QUIT\r\n"
        ]
    );
    assert_eq!((end.reached, end.reply.map(|reply| reply.code)), (true, Some(550)));
}

#[test]
fn nothing_is_asked_without_the_tls_that_is_required() {
    let settings = QuestionSettings { tls_required: true, ..ask("a@b.example") };
    let (said, end) = talk(settings, &[(220, "hi"), (250, "x")]);
    assert_eq!(said, ["EHLO me.example\r\n", "QUIT\r\n"]);
    assert_eq!((end.reached, end.reply), (false, None));
}

#[test]
fn a_login_is_asked_alone_or_before_the_recipient() {
    let login = Some(("u".to_owned(), "p".to_owned()));
    let settings = QuestionSettings { login, envelope: None, ..ask("") };
    let (said, end) = talk(settings, &[(220, "hi"), (250, "x\nAUTH LOGIN PLAIN"), (535, "no")]);
    assert_eq!(said[1], "AUTH PLAIN AHUAcA==\r\n");
    assert_eq!((end.reached, end.state), (true, "auth-plain"));
    assert_eq!(end.reply.map(|reply| reply.code), Some(535));
}

fn log_in(user: &str, answers: &[(u16, &str)]) -> (Vec<String>, QuestionEnd) {
    let login = Some((user.to_owned(), "p".to_owned()));
    talk(QuestionSettings { login, envelope: None, ..ask("") }, answers)
}

#[test]
fn logins_of_several_steps() {
    let offer = |names| [(220, "hi"), (250, names)];
    let steps = [(334, "VXNlcm5hbWU6"), (334, "UGFzc3dvcmQ6"), (235, "welcome")];
    let (said, end) = log_in("u", &[&offer("x\nAUTH LOGIN")[..], &steps].concat());
    assert_eq!(said[1..], ["AUTH LOGIN\r\n", "dQ==\r\n", "cA==\r\n", "QUIT\r\n"]);
    assert_eq!((end.state, end.reached), ("auth", true));
    let steps = [(334, "PDFAYj4="), (235, "welcome")];
    let (said, end) = log_in("u", &[&offer("x\nAUTH PLAIN CRAM-MD5")[..], &steps].concat());
    assert_eq!((said[1].as_str(), said.len(), end.state), ("AUTH CRAM-MD5\r\n", 4, "auth"));
    let steps = [(334, "not base64")];
    let (said, end) = log_in("u", &[&offer("x\nAUTH CRAM-MD5")[..], &steps].concat());
    assert_eq!(said.last().map(String::as_str), Some("*\r\nQUIT\r\n"));
    assert!(!end.reached && end.why.is_some());
    let (_, end) = log_in("u", &[&offer("x\nAUTH LOGIN")[..], &[(504, "no")]].concat());
    assert_eq!((end.state, end.reached), ("auth-login", true));
}

#[test]
fn a_login_that_fails_says_nothing_about_a_recipient() {
    let login = Some(("u".to_owned(), "p".to_owned()));
    let settings = QuestionSettings { login, ..ask("a@b.example") };
    let (_, end) = talk(settings, &[(220, "hi"), (250, "x\nAUTH PLAIN"), (535, "no")]);
    assert_eq!((end.reached, end.reply.map(|reply| reply.code)), (false, Some(535)));
}

fn send(more: &[&str], message: &[u8]) -> QuestionSettings {
    QuestionSettings {
        more: more.iter().map(ToString::to_string).collect(),
        message: Some(message.to_vec()),
        tls: false,
        ..ask("a@b.example")
    }
}

#[test]
fn a_message_follows_when_every_recipient_was_accepted() {
    let answers = [
        (220, "hi"),
        (250, "x\n8BITMIME\nSIZE 99"),
        (250, "ok"),
        (250, "ok"),
        (250, "ok"),
        (354, "go"),
        (250, "taken"),
    ];
    let (said, end) = talk(send(&["c@b.example"], b"S: \xff\r\n\r\n.dot\nend"), &answers);
    assert_eq!(
        said[1..],
        [
            "MAIL FROM:<> BODY=8BITMIME SIZE=16\r\n",
            "RCPT TO:<a@b.example>\r\n",
            "RCPT TO:<c@b.example>\r\n",
            "DATA\r\n",
            "S: \u{fffd}\r\n\r\n..dot\r\nend\r\n.\r\n",
            "QUIT\r\n"
        ]
    );
    assert_eq!((end.state, end.reached, end.reply.map(|r| r.code)), ("eod", true, Some(250)));
}

#[test]
fn one_refused_recipient_keeps_the_message_from_all() {
    let answers = [(220, "hi"), (250, "x"), (250, "ok"), (250, "ok"), (550, "no")];
    let (said, end) = talk(send(&["c@b.example"], b"x"), &answers);
    assert!(!said.concat().contains("DATA"), "{said:?}");
    assert_eq!((end.state, end.reply.map(|reply| reply.code)), ("rcpt", Some(550)));
}

#[test]
fn what_the_server_cannot_take_is_not_sent() {
    let (said, end) = talk(send(&[], b"too long"), &[(220, "hi"), (250, "x\nSIZE 3")]);
    assert_eq!(said.len(), 2);
    assert!(end.permanent && end.why.is_some_and(|why| why.contains("3 octets")));
    let (said, end) = talk(send(&["ö@b.example"], b"x"), &[(220, "hi"), (250, "x")]);
    assert!(said.len() == 2 && end.permanent);
}

#[test]
fn a_server_of_lmtp_answers_for_each_recipient() {
    let settings = QuestionSettings { lmtp: true, ..send(&["c@b.example"], b"x") };
    let accepted = [(220, "hi"), (250, "x"), (250, "ok"), (250, "ok"), (250, "ok"), (354, "go")];
    let (_, end) = talk(settings, &[&accepted[..], &[(250, "one"), (452, "full")]].concat());
    assert_eq!(end.reply.map(|reply| reply.code), Some(452));
}

/// What is said by settings that hold a text where none of it belongs.
fn smuggled(change: impl FnOnce(&mut QuestionSettings)) -> (String, QuestionEnd) {
    let mut settings = ask("a@b.example");
    settings.message = Some(b"x".to_vec());
    change(&mut settings);
    let hello = (250, "x\nAUTH PLAIN\nXCLIENT NAME\nSMTPUTF8");
    let mut answers = vec![(220, "hi"), hello];
    answers.extend([(250, "ok"); 9]);
    let (said, end) = talk(settings, &answers);
    (said.concat(), end)
}

#[test]
fn nothing_can_be_smuggled_into_commands() {
    for evil in ["\r\nDATA", "\nDATA", "\rDATA", "\0", "\u{85}DATA", "> SIZE=1 <", " SIZE=1"] {
        let text = |start: &str| format!("{start}{evil}");
        let cases: [(&str, (String, QuestionEnd)); 5] = [
            ("helo", smuggled(|s| s.helo = text("me.example"))),
            ("sender", smuggled(|s| s.envelope = Some((text("a@b"), "a@b.example".into())))),
            ("recipient", smuggled(|s| s.envelope = Some((String::new(), text("a@b"))))),
            ("more", smuggled(|s| s.more = vec![text("c@b.example")])),
            ("xclient", smuggled(|s| s.xclient = vec![(text("NAME"), "x".into())])),
        ];
        for (place, (said, end)) in cases {
            assert!(!said.contains("DATA") && !said.contains("SIZE=1"), "{place}: {said:?}");
            assert!(
                end.reply.is_none() && said.ends_with("\r\nQUIT\r\n") || said == "QUIT\r\n",
                "{place} {evil:?}: {said:?}"
            );
        }
        let (said, _) = smuggled(|s| s.xclient = vec![("NAME".into(), text("x"))]);
        let mut lines = said.split("\r\n");
        let attribute = lines.find_map(|line| line.strip_prefix("XCLIENT NAME=x"));
        assert!(attribute.is_some_and(|rest| !rest.contains(char::is_whitespace)), "{said:?}");
    }
    let (said, end) = smuggled(|s| s.login = Some(("a\0b".into(), "p".into())));
    assert!(!said.contains("AUTH") && end.permanent, "{said:?}");
}
