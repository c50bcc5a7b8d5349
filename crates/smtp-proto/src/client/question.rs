//! Asks a server whether it takes a recipient or a login, and hangs up.
//!
//! *Invariants.* Nothing that a caller supplies can add a line to a command: what holds a control
//! character ends the dialogue before it is sent. A login is not sent in clear text when TLS was
//! asked for, and no message is ever sent.
//!
//! *Not here.* Sending messages ([`super::Machine`]).
//!
//! *Sources.* RFC 5321 §4.1, RFC 3207 (STARTTLS), RFC 4954 and RFC 4616 (AUTH PLAIN), RFC 2033.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ext::Announced;
use crate::{Class, Reply};

/// What to ask, and how.
#[derive(Clone, Debug, Default)]
pub struct QuestionSettings {
    /// Host name for EHLO.
    pub helo: String,
    /// Whether LMTP is spoken.
    pub lmtp: bool,
    /// Whether TLS is started when the server offers it.
    pub tls: bool,
    /// Whether nothing is asked without TLS.
    pub tls_required: bool,
    /// Attributes of XCLIENT, sent when the server announces it.
    pub xclient: Vec<(String, String)>,
    /// User and password.
    pub login: Option<(String, String)>,
    /// Sender and recipient without angle brackets; none asks about the login only.
    pub envelope: Option<(String, String)>,
}

/// What the driver has to do next.
#[derive(Debug)]
pub enum QuestionStep {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Read a reply and hand it to [`Question::reply`]; the state, and its usual time limit
    /// (RFC 5321 §4.5.3.2).
    Read(&'static str, Duration),
    /// Make the TLS handshake, then call [`Question::secured`].
    Secure,
    /// Hang up.
    Done(QuestionEnd),
}

/// How the question ended.
#[derive(Clone, Debug, Default)]
pub struct QuestionEnd {
    /// The last reply that matters.
    pub reply: Option<Reply>,
    /// Whether it answers what was asked.
    pub reached: bool,
    /// Why there is no reply.
    pub why: Option<String>,
}

impl QuestionEnd {
    /// What was said, line by line, with enhanced status codes.
    pub fn lines(&self) -> Vec<String> {
        let said = self.reply.iter().flat_map(|reply| {
            let code = reply.enhanced.map(|code| format!("{code} ")).unwrap_or_default();
            let lines = reply.lines.iter().map(|line| String::from_utf8_lossy(line));
            lines.map(|line| format!("{code}{line}")).collect::<Vec<_>>()
        });
        self.why.iter().cloned().chain(said).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Banner,
    Ehlo,
    Helo,
    StartTls,
    Xclient,
    Auth,
    Mail,
    Rcpt,
    Quit,
}

/// The dialogue.
#[derive(Debug)]
pub struct Question {
    settings: QuestionSettings,
    announced: Announced,
    at: At,
    output: Option<Vec<u8>>,
    secure: bool,
    secured: bool,
    introduced: bool,
    end: Option<QuestionEnd>,
}

impl Question {
    /// A dialogue that waits for the greeting.
    pub fn new(settings: QuestionSettings) -> Self {
        Self {
            settings,
            announced: Announced::default(),
            at: At::Banner,
            output: None,
            secure: false,
            secured: false,
            introduced: false,
            end: None,
        }
    }

    /// What to do next.
    pub fn poll(&mut self) -> QuestionStep {
        if let Some(bytes) = self.output.take() {
            return QuestionStep::Send(bytes);
        }
        if self.secure {
            return QuestionStep::Secure;
        }
        if let Some(end) = &self.end
            && self.at == At::Quit
        {
            return QuestionStep::Done(end.clone());
        }
        let (name, seconds) = match self.at {
            At::Banner => ("banner", 300),
            At::Ehlo => ("ehlo", 300),
            At::Helo => ("helo", 300),
            At::StartTls => ("starttls", 300),
            At::Xclient => ("xclient", 300),
            At::Auth => ("auth", 300),
            At::Mail => ("mail", 300),
            At::Rcpt => ("rcpt", 300),
            At::Quit => ("quit", 300),
        };
        QuestionStep::Read(name, Duration::from_secs(seconds))
    }

    /// The handshake is done.
    pub fn secured(&mut self) {
        (self.secure, self.secured) = (false, true);
        self.announced = Announced::default();
        self.introduce();
    }

    /// Takes the reply that was read.
    pub fn reply(&mut self, reply: Reply) {
        let good = reply.class() == Class::Success;
        match self.at {
            At::Ehlo if reply.class() == Class::Permanent && !self.settings.lmtp => {
                let helo = self.settings.helo.clone();
                self.command(At::Helo, &["HELO ", &helo]);
            }
            At::Ehlo if good => {
                self.announced = Announced::parse(reply.lines.iter().skip(1));
                self.after_hello();
            }
            At::Banner if good => self.introduce(),
            At::Helo if good => self.after_hello(),
            At::StartTls if good => self.secure = true,
            At::StartTls if !self.settings.tls_required => self.after_tls(),
            // The server begins anew with a greeting.
            At::Xclient if good => {
                self.introduced = true;
                self.introduce();
            }
            At::Auth if good && self.settings.envelope.is_some() => self.mail(),
            At::Mail if good => self.recipient(),
            At::Auth | At::Rcpt => self.finish(Some(reply), true, None),
            _ => self.finish(Some(reply), false, None),
        }
    }

    fn introduce(&mut self) {
        let verb = if self.settings.lmtp { "LHLO " } else { "EHLO " };
        let helo = self.settings.helo.clone();
        self.command(At::Ehlo, &[verb, &helo]);
    }

    fn after_hello(&mut self) {
        let QuestionSettings { tls, tls_required, .. } = self.settings;
        match self.announced.has("STARTTLS") {
            _ if self.secured || !tls => self.after_tls(),
            true => self.command(At::StartTls, &["STARTTLS"]),
            false if tls_required => self.refuse("the server does not offer TLS"),
            false => self.after_tls(),
        }
    }

    fn after_tls(&mut self) {
        if !self.settings.xclient.is_empty() && !self.introduced && self.announced.has("XCLIENT") {
            let attributes = self.settings.xclient.iter();
            let text: String =
                attributes.map(|(name, value)| format!(" {name}={}", xtext(value))).collect();
            return self.command(At::Xclient, &["XCLIENT", &text]);
        }
        match &self.settings.login {
            Some((user, password)) => {
                let offered = self.announced.arguments("AUTH").unwrap_or_default();
                if !offered.split(' ').any(|name| name.eq_ignore_ascii_case("PLAIN")) {
                    return self.refuse("the server does not offer the login PLAIN");
                }
                let plain = STANDARD.encode(format!("\0{user}\0{password}"));
                self.command(At::Auth, &["AUTH PLAIN ", &plain]);
            }
            None => self.mail(),
        }
    }

    fn mail(&mut self) {
        match self.settings.envelope.clone() {
            Some((sender, _)) => self.command(At::Mail, &["MAIL FROM:<", &sender, ">"]),
            None => self.refuse("there is nothing to ask"),
        }
    }

    fn recipient(&mut self) {
        if let Some((_, recipient)) = self.settings.envelope.clone() {
            self.command(At::Rcpt, &["RCPT TO:<", &recipient, ">"]);
        }
    }

    fn command(&mut self, at: At, parts: &[&str]) {
        let line = parts.concat();
        if line.chars().any(char::is_control) {
            return self.refuse("a command would hold a control character");
        }
        self.at = at;
        self.output = Some(format!("{line}\r\n").into_bytes());
    }

    fn refuse(&mut self, why: &str) {
        self.finish(None, false, Some(why.to_owned()));
    }

    fn finish(&mut self, reply: Option<Reply>, reached: bool, why: Option<String>) {
        self.at = At::Quit;
        self.output = Some(b"QUIT\r\n".to_vec());
        self.end = Some(QuestionEnd { reply, reached, why });
    }
}

/// RFC 3461 §4, as XCLIENT wants it.
fn xtext(value: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'!'..=b'*' | b','..=b'<' | b'>'..=b'~' => char::from(byte).to_string(),
        other => format!("+{other:02X}"),
    };
    value.bytes().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said when the server answers in turn.
    fn talk(settings: QuestionSettings, answers: &[(u16, &str)]) -> (Vec<String>, QuestionEnd) {
        let mut question = Question::new(settings);
        let (mut said, mut answers) = (Vec::new(), answers.iter());
        loop {
            match question.poll() {
                QuestionStep::Send(bytes) => {
                    said.push(String::from_utf8_lossy(&bytes).into_owned())
                }
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
        assert_eq!((end.reached, end.reply.map(|reply| reply.code)), (true, Some(535)));
    }

    #[test]
    fn lines_cannot_be_smuggled_into_commands() {
        let answers = [(220, "hi"), (500, "x"), (250, "x"), (250, "ok")];
        let (said, end) = talk(ask("a@b.example>\r\nDATA"), &answers);
        assert_eq!(said[1], "HELO me.example\r\n");
        assert_eq!(said.last().map(String::as_str), Some("QUIT\r\n"));
        assert!(!end.reached && !said.concat().contains("DATA"));
    }
}
