//! Asks a server whether it takes a recipient, a login or a message, and hangs up.
//!
//! *Invariants.* Nothing that a caller supplies can add a line or a parameter to a command: what holds
//! a control character, an address that would leave its brackets and a host name of several words end
//! the dialogue before they are sent. No login is sent without the TLS that is required. No message is
//! sent that was not given, and none unless every recipient was accepted.
//!
//! *Not here.* Sending queued messages, several on a connection ([`super::Machine`]); what is said to
//! log in (`login`).
//!
//! *Sources.* RFC 5321 §3.3 and §4.1, RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 2033 (LMTP).

mod login;
#[cfg(test)]
mod tests;

use std::time::Duration;

use login::{Login, Mechanism};

use super::Outgoing;
use crate::body::DataWriter;
use crate::ext::Announced;
use crate::{Address, Class, Parameters, Reply, xtext};

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
    /// More recipients of the message.
    pub more: Vec<String>,
    /// The message to hand over once every recipient was accepted, before dot-stuffing.
    pub message: Option<Vec<u8>>,
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
    /// The state that it belongs to.
    pub state: &'static str,
    /// Whether it answers what was asked.
    pub reached: bool,
    /// Why there is no reply.
    pub why: Option<String>,
    /// Without a reply: whether asking again is of no use.
    pub permanent: bool,
}

impl QuestionEnd {
    /// What was said, line by line, without status codes.
    pub fn lines(&self) -> Vec<String> {
        let said = self.reply.iter().flat_map(|reply| &reply.lines);
        let said = said.map(|line| String::from_utf8_lossy(line).into_owned());
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
    AuthPlain,
    AuthLogin,
    AuthLoginUser,
    AuthCramMd5,
    /// The last step of a login that has several.
    Auth,
    Mail,
    Rcpt,
    Data,
    Eod,
    Quit,
}

impl At {
    const fn name(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Ehlo => "ehlo",
            Self::Helo => "helo",
            Self::StartTls => "starttls",
            Self::Xclient => "xclient",
            Self::AuthPlain => "auth-plain",
            Self::AuthLogin => "auth-login",
            Self::AuthLoginUser => "auth-login-user",
            Self::AuthCramMd5 => "auth-cram-md5",
            Self::Auth => "auth",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Eod => "eod",
            Self::Quit => "quit",
        }
    }

    const fn is_login(self) -> bool {
        matches!(
            self,
            Self::AuthPlain
                | Self::AuthLogin
                | Self::AuthLoginUser
                | Self::AuthCramMd5
                | Self::Auth
        )
    }

    /// RFC 5321 §4.5.3.2.
    const fn timeout(self) -> Duration {
        Duration::from_secs(match self {
            Self::Data => 120,
            Self::Eod => 600,
            _ => 300,
        })
    }
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
    /// Recipients that were accepted.
    accepted: usize,
    /// Replies to the end of the data that came; LMTP has one for each recipient.
    decided: usize,
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
            accepted: 0,
            decided: 0,
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
        QuestionStep::Read(self.at.name(), self.at.timeout())
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
            At::AuthLogin | At::AuthLoginUser | At::AuthCramMd5 if reply.code == 334 => {
                self.log_in_further(&reply);
            }
            At::AuthPlain | At::Auth if good && self.settings.envelope.is_some() => self.mail(),
            At::Mail if good => self.recipient(),
            At::Rcpt if good && self.settings.message.is_some() => self.accepted(),
            At::Data if reply.code == 354 => self.data(),
            At::Eod if good && self.awaits_more() => self.decided += 1,
            At::Rcpt | At::Data | At::Eod => self.finish(Some(reply), true, None),
            // Who asks about a recipient learns nothing about it from a login that failed.
            at if at.is_login() => {
                let reached = self.settings.envelope.is_none();
                self.finish(Some(reply), reached, None);
            }
            _ => self.finish(Some(reply), false, None),
        }
    }

    fn introduce(&mut self) {
        let verb = if self.settings.lmtp { "LHLO " } else { "EHLO " };
        let helo = self.settings.helo.clone();
        if helo.is_empty() || helo.contains(char::is_whitespace) {
            return self.refuse_for_good("the name for EHLO is not one word".to_owned());
        }
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
            if attributes.clone().any(|(name, _)| !is_keyword(name)) {
                return self.refuse_for_good("a name of XCLIENT is no keyword".to_owned());
            }
            let text: String = attributes
                .map(|(name, value)| format!(" {name}={}", xtext::encode(value.as_bytes())))
                .collect();
            return self.command(At::Xclient, &["XCLIENT", &text]);
        }
        if self.settings.login.is_some() { self.log_in() } else { self.mail() }
    }

    fn log_in(&mut self) {
        let offered = self.announced.arguments("AUTH").unwrap_or_default();
        match Mechanism::choose(offered, self.secured) {
            Some(Mechanism::Plain) => match self.login().and_then(Login::plain) {
                Some(plain) => self.command(At::AuthPlain, &["AUTH PLAIN ", &plain]),
                None => self.refuse_for_good("user or password hold a NUL".to_owned()),
            },
            Some(Mechanism::Login) => self.command(At::AuthLogin, &["AUTH LOGIN"]),
            Some(Mechanism::CramMd5) => self.command(At::AuthCramMd5, &["AUTH CRAM-MD5"]),
            None => self.refuse("the server offers none of the logins PLAIN, LOGIN and CRAM-MD5"),
        }
    }

    fn login(&self) -> Option<Login<'_>> {
        self.settings.login.as_ref().map(|(user, password)| Login { user, password })
    }

    /// The server wants to hear more.
    fn log_in_further(&mut self, reply: &Reply) {
        let challenge = reply.lines.first().map_or(&b""[..], |line| line.as_ref());
        let next = self.login().and_then(|login| match self.at {
            At::AuthLogin => Some((At::AuthLoginUser, login::response(login.user))),
            At::AuthLoginUser => Some((At::Auth, login::response(login.password))),
            _ => login.answer(challenge).map(|answer| (At::Auth, answer)),
        });
        match next {
            Some((at, response)) => self.command(at, &[&response]),
            // RFC 4954 §4: a client gives up with an asterisk.
            None => {
                self.refuse("the challenge of the server cannot be read");
                self.output = Some(b"*\r\nQUIT\r\n".to_vec());
            }
        }
    }

    fn mail(&mut self) {
        match self.settings.envelope.clone() {
            Some((sender, recipient)) if !stays(&sender) || !stays(&recipient) => {
                self.refuse_for_good("sender or recipient are no addresses".to_owned());
            }
            Some((sender, recipient)) => match self.parameters(&sender, &recipient) {
                Ok(params) => self.command(At::Mail, &["MAIL FROM:<", &sender, ">", &params]),
                Err(why) => self.refuse_for_good(why),
            },
            None => self.refuse("there is nothing to ask"),
        }
    }

    fn recipient(&mut self) {
        if let Some((_, recipient)) = self.settings.envelope.clone() {
            self.command(At::Rcpt, &["RCPT TO:<", &recipient, ">"]);
        }
    }

    /// Parameters of MAIL that the message asks for, or why the server cannot take it.
    fn parameters(&self, sender: &str, recipient: &str) -> Result<String, String> {
        let Some(message) = &self.settings.message else { return Ok(String::new()) };
        let size = message.len() as u64;
        if let Some(limit) = self.announced.max_size().filter(|limit| size > *limit) {
            return Err(format!("the server takes {limit} octets, and the message has {size}"));
        }
        let address = |text: &str| Address::parse(text).ok();
        let recipient = address(recipient).ok_or("the recipient is no address")?;
        let outgoing = Outgoing {
            sender: address(sender),
            recipient,
            size,
            eight_bit: !message.is_ascii(),
            mail_parameters: Parameters::default(),
            rcpt_parameters: Parameters::default(),
        };
        let mut params = Parameters::default();
        for extension in self.announced.known() {
            extension.request(&outgoing, &mut params);
        }
        let recipients = self.settings.envelope.iter().map(|(_, recipient)| recipient);
        if sender.is_ascii() && recipients.chain(&self.settings.more).all(|text| text.is_ascii()) {
            return Ok(params.to_string());
        }
        match self.announced.has("SMTPUTF8") {
            true => Ok(format!("{params} SMTPUTF8")),
            false => Err("the server takes no addresses beyond ASCII".to_owned()),
        }
    }

    /// One recipient more was accepted.
    fn accepted(&mut self) {
        let next = self.settings.more.get(self.accepted).cloned();
        self.accepted += 1;
        match next {
            Some(next) if !stays(&next) => {
                self.refuse_for_good("a recipient is no address".to_owned());
            }
            Some(next) => self.command(At::Rcpt, &["RCPT TO:<", &next, ">"]),
            None => self.command(At::Data, &["DATA"]),
        }
    }

    fn data(&mut self) {
        let message = self.settings.message.take().unwrap_or_default();
        let mut bytes = Vec::with_capacity(message.len() + message.len() / 64 + 8);
        let mut writer = DataWriter::default();
        writer.write(&message, &mut bytes);
        writer.finish(&mut bytes);
        (self.at, self.output) = (At::Eod, Some(bytes));
    }

    /// Whether another reply to the end of the data is to come.
    fn awaits_more(&self) -> bool {
        self.settings.lmtp && self.decided + 1 < self.accepted
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

    fn refuse_for_good(&mut self, why: String) {
        self.finish(None, false, Some(why));
        self.end.iter_mut().for_each(|end| end.permanent = true);
    }

    fn finish(&mut self, reply: Option<Reply>, reached: bool, why: Option<String>) {
        let state = self.at.name();
        self.at = At::Quit;
        self.output = Some(b"QUIT\r\n".to_vec());
        self.end = Some(QuestionEnd { reply, state, reached, why, permanent: false });
    }
}

/// Whether an address ends where its brackets do. What is no address may be asked for, as long as it
/// cannot be taken for more.
fn stays(address: &str) -> bool {
    Address::parse(address).is_ok()
        || !address.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
}

/// RFC 5321 §4.1.2.
fn is_keyword(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !name.is_empty() && name.bytes().all(is_part)
}
