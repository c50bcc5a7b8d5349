//! The server machine.

use std::collections::VecDeque;
use std::sync::Arc;

use super::data::Data;
use super::input::{Input, Line};
use super::{Config, Decision, HookCall, Recipient, Transaction, Verdict, replies};
use crate::body::LineEndings;
use crate::command::Command;
use crate::ext::{self, Allowed, Announced};
use crate::{Parameters, Reply, State};

/// What the driver has to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send these bytes; they may wait until the machine wants input.
    Send(Vec<u8>),
    /// Ask policy, then call [`Machine::hook_done`].
    Hook(HookCall),
    /// Prepare storage for a message, then call [`Machine::body_opened`].
    OpenBody,
    /// Store a piece of the message.
    Body(Vec<u8>),
    /// Drop what was stored of the message.
    Discard,
    /// Make the message durable, then call [`Machine::committed`].
    Commit,
    /// Close the connection once everything is sent.
    Close,
}

/// What the machine is at.
#[derive(Debug)]
enum Stage {
    /// The client is connected.
    Start,
    /// A command line is read next.
    Command,
    /// Policy was asked.
    Hook(HookCall),
    /// Storage is prepared.
    Opening,
    /// Message data is read.
    Data(Data),
    /// The message is made durable; then this is the reply.
    Committing(Reply),
    /// Nothing more is read.
    Closed,
}

/// One client connection, seen from the server.
#[derive(Debug)]
pub struct Machine {
    config: Arc<Config>,
    input: Input,
    actions: VecDeque<Action>,
    stage: Stage,
    /// What the last reply belongs to.
    state: State,
    /// Verb and host of the last accepted HELO or EHLO.
    helo: Option<(&'static str, String)>,
    announced: Announced,
    transaction: Transaction,
    trusted: bool,
    stopping: bool,
    errors: u32,
    messages: u64,
    last_words: Option<Reply>,
}

impl Machine {
    /// A machine for a client that just connected.
    pub fn new(config: Arc<Config>) -> Self {
        Self {
            input: Input::new(config.max_line),
            config,
            actions: VecDeque::new(),
            stage: Stage::Start,
            state: State::Banner,
            helo: None,
            announced: Announced::default(),
            transaction: Transaction::default(),
            trusted: false,
            stopping: false,
            errors: 0,
            messages: 0,
            last_words: None,
        }
    }

    /// Feeds received bytes.
    pub fn receive(&mut self, bytes: &[u8]) {
        if !matches!(self.stage, Stage::Closed) {
            self.input.push(bytes);
        }
    }

    /// What to do next; none when input, or the answer to the last action, is missing.
    pub fn poll(&mut self) -> Option<Action> {
        loop {
            if let Some(action) = self.actions.pop_front() {
                return Some(action);
            }
            match &mut self.stage {
                Stage::Start => self.ask(HookCall::Connect),
                Stage::Command if self.stopping => self.leave(replies::shutting_down()),
                Stage::Command => match self.input.line()? {
                    Line::Whole(line) => self.line(&line),
                    Line::TooLong => self.fail(replies::line_too_long()),
                },
                Stage::Data(_) => self.data()?,
                Stage::Hook(_) | Stage::Opening | Stage::Committing(_) | Stage::Closed => {
                    return None;
                }
            }
        }
    }

    /// The answer to [`Action::Hook`].
    pub fn hook_done(&mut self, decision: Decision) {
        let Stage::Hook(call) = std::mem::replace(&mut self.stage, Stage::Command) else { return };
        let default = || replies::default(&call, decision.verdict, &self.config.hostname);
        let reply = decision.reply.clone().unwrap_or_else(default);
        // RFC 5321 §4.2.3: 421 says that the channel closes.
        let leave = decision.disconnect || reply.code == 421;
        if decision.verdict == Verdict::Accept {
            self.accepted(call, decision, reply);
        } else {
            self.refused(&call, reply, leave);
        }
    }

    /// The answer to [`Action::OpenBody`]; an error is the reply to DATA.
    pub fn body_opened(&mut self, result: Result<(), Reply>) {
        if !matches!(self.stage, Stage::Opening) {
            return;
        }
        match result {
            Ok(()) => {
                self.send(replies::start_data());
                self.stage = Stage::Data(Data::new(&self.config, self.endings()));
            }
            Err(reply) => {
                self.stage = Stage::Command;
                self.send(reply);
            }
        }
    }

    /// Storing a piece of the message failed; the rest is read and the reply is this.
    pub fn body_failed(&mut self, reply: Reply) {
        if let Stage::Data(data) = &mut self.stage {
            data.fail(reply);
            self.actions.push_back(Action::Discard);
        }
    }

    /// The answer to [`Action::Commit`]; an error is the reply to the end of data.
    pub fn committed(&mut self, result: Result<(), Reply>) {
        let Stage::Committing(reply) = std::mem::replace(&mut self.stage, Stage::Command) else {
            return;
        };
        self.end_message();
        self.send(result.err().unwrap_or(reply));
    }

    /// Takes lone CR and LF from this client even where strangers may not send them.
    pub fn set_trusted(&mut self, trusted: bool) {
        self.trusted = trusted;
    }

    /// Ends the connection after the message that is being received, if any.
    pub fn shut_down(&mut self) {
        self.stopping = true;
    }

    /// The client was silent too long.
    pub fn timed_out(&mut self) {
        if matches!(self.stage, Stage::Data(_)) {
            self.actions.push_back(Action::Discard);
        }
        if !matches!(self.stage, Stage::Closed) {
            self.leave(replies::timed_out());
        }
    }

    /// The transaction under way.
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Verb and host of the last accepted HELO or EHLO.
    pub fn helo(&self) -> Option<(&'static str, &str)> {
        self.helo.as_ref().map(|(verb, host)| (*verb, host.as_str()))
    }

    /// Whether message data is read, not commands.
    pub fn in_data(&self) -> bool {
        matches!(self.stage, Stage::Data(_))
    }

    /// The reply with which we closed the connection, and the state it belongs to.
    pub fn last_words(&self) -> Option<(State, &Reply)> {
        self.last_words.as_ref().map(|reply| (self.state, reply))
    }
}

/// Commands.
impl Machine {
    fn line(&mut self, line: &[u8]) {
        match Command::parse(line, &self.config.hostname) {
            Ok(command) => self.command(command),
            Err(error) => self.fail(replies::malformed(error)),
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Helo { verb, host } => self.hello(verb, host),
            Command::Mail { sender, params } => {
                self.state = State::Mail;
                match self.check_mail(&params) {
                    Ok(()) => self.ask(HookCall::MailFrom { sender, params }),
                    Err(reply) => self.fail(reply),
                }
            }
            Command::Rcpt { recipient, params } => {
                self.state = State::Rcpt;
                match self.check_rcpt(&params) {
                    Ok(()) => self.ask(HookCall::RcptTo { recipient, params }),
                    // Not a mistake of the client, which sends the others in another message.
                    Err(reply) if reply.code == 452 => self.send(reply),
                    Err(reply) => self.fail(reply),
                }
            }
            Command::Data => {
                self.state = State::Data;
                self.start_data();
            }
            Command::Rset => {
                self.state = State::Rset;
                self.transaction = self.transaction.next();
                self.send(replies::reset());
            }
            Command::Noop => {
                self.state = State::Noop;
                self.send(replies::noop());
            }
            Command::Vrfy => self.send(replies::verify()),
            Command::Help => self.send(replies::help()),
            Command::Quit => {
                self.state = State::Quit;
                self.leave(replies::bye());
            }
        }
    }

    fn hello(&mut self, verb: &'static str, host: String) {
        let extended = verb == "EHLO";
        self.state = if extended { State::Ehlo } else { State::Helo };
        let extensions = if extended { ext::lines(&self.config) } else { Vec::new() };
        self.ask(HookCall::Helo { verb, host, extensions });
    }

    fn check_mail(&mut self, params: &Parameters) -> Result<(), Reply> {
        if self.helo.is_none() {
            return Err(replies::bad_sequence("Send HELO or EHLO first"));
        }
        if self.transaction.open {
            return Err(replies::bad_sequence("Sender is already given"));
        }
        if self.config.max_messages.is_some_and(|limit| self.messages >= limit) {
            return Err(replies::too_many_messages());
        }
        self.check_parameters(params, Announced::mail_parameter)
    }

    fn check_rcpt(&mut self, params: &Parameters) -> Result<(), Reply> {
        if !self.transaction.open {
            return Err(replies::bad_sequence("Need MAIL before RCPT"));
        }
        if self.transaction.attempts >= self.config.max_recipients {
            return Err(replies::too_many_recipients());
        }
        self.transaction.attempts += 1;
        self.check_parameters(params, Announced::rcpt_parameter)
    }

    fn check_parameters(
        &self,
        params: &Parameters,
        allowed: fn(&Announced, &str) -> Allowed,
    ) -> Result<(), Reply> {
        for (name, value) in params.iter() {
            match allowed(&self.announced, name) {
                Allowed::No => return Err(replies::parameter(name)),
                Allowed::Unchecked => {}
                Allowed::Known(extension) => extension.check(name, value, &self.config)?,
            }
        }
        Ok(())
    }

    fn start_data(&mut self) {
        if !self.transaction.open {
            self.fail(replies::bad_sequence("Need MAIL before DATA"));
        } else if self.transaction.recipients.is_empty() {
            self.fail(replies::no_recipients(self.transaction.attempts > 0));
        } else {
            self.errors = 0;
            self.stage = Stage::Opening;
            self.actions.push_back(Action::OpenBody);
        }
    }
}

/// Decisions.
impl Machine {
    fn ask(&mut self, call: HookCall) {
        self.actions.push_back(Action::Hook(call.clone()));
        self.stage = Stage::Hook(call);
    }

    fn accepted(&mut self, call: HookCall, decision: Decision, reply: Reply) {
        self.errors = 0;
        match call {
            HookCall::Connect => self.send(reply),
            HookCall::Helo { verb, host, extensions } => {
                self.greet(verb, host, &extensions, decision, reply);
            }
            HookCall::MailFrom { sender, params } => {
                // RFC 5321 §4.1.1.2: MAIL begins a transaction with empty buffers.
                self.transaction.open = true;
                self.transaction.sender = decision.sender.unwrap_or(sender);
                self.transaction.params = decision.params.unwrap_or(params);
                self.send(reply);
            }
            HookCall::RcptTo { recipient, params } => {
                self.transaction.recipients.push(Recipient {
                    address: decision.recipient.unwrap_or(recipient),
                    params: decision.params.unwrap_or(params),
                    tag: decision.tag,
                });
                self.send(reply);
            }
            HookCall::Eod => {
                self.stage = Stage::Committing(reply);
                self.actions.push_back(Action::Commit);
            }
        }
    }

    /// RFC 5321 §4.1.4: an accepted EHLO or HELO also resets; a refused one changes nothing.
    fn greet(
        &mut self,
        verb: &'static str,
        host: String,
        offered: &[String],
        decision: Decision,
        mut reply: Reply,
    ) {
        self.transaction = self.transaction.next();
        let lines =
            if verb == "EHLO" { decision.extensions.as_deref().unwrap_or(offered) } else { &[] };
        self.announced = Announced::parse(lines);
        reply.lines.extend(lines.iter().map(|line| line.clone().into_bytes()));
        self.helo = Some((verb, decision.host.unwrap_or(host)));
        self.send(reply);
    }

    fn refused(&mut self, call: &HookCall, reply: Reply, leave: bool) {
        if *call == HookCall::Eod {
            self.actions.push_back(Action::Discard);
            self.end_message();
        }
        if leave || *call == HookCall::Connect { self.leave(reply) } else { self.send(reply) }
    }
}

/// Message data.
impl Machine {
    /// Whether lone CR and LF are refused, accepted as line ends, or kept.
    fn endings(&self) -> LineEndings {
        match self.config.line_endings {
            LineEndings::RejectUnauthenticated if self.trusted => LineEndings::Normalize,
            LineEndings::RejectUnauthenticated => LineEndings::Reject,
            other => other,
        }
    }

    /// Reads message data; none when there is no more input.
    fn data(&mut self) -> Option<()> {
        let Stage::Data(data) = &mut self.stage else { return None };
        if self.input.rest().is_empty() {
            return None;
        }
        let piece = data.read(&mut self.input);
        if !piece.bytes.is_empty() {
            self.actions.push_back(Action::Body(piece.bytes));
        }
        if piece.discard {
            self.actions.push_back(Action::Discard);
        }
        match piece.end {
            None => {}
            Some(Ok(())) => {
                self.state = State::Eod;
                self.ask(HookCall::Eod);
            }
            Some(Err(refusal)) => {
                self.state = State::Eod;
                self.stage = Stage::Command;
                self.end_message();
                if refusal.leave { self.leave(refusal.reply) } else { self.send(refusal.reply) }
            }
        }
        Some(())
    }

    /// A message ended, however: the next MAIL begins a new transaction.
    fn end_message(&mut self) {
        self.messages += 1;
        self.transaction = self.transaction.next();
    }
}

/// Replies.
impl Machine {
    fn send(&mut self, reply: Reply) {
        let mut bytes = Vec::new();
        // Before EHLO and after HELO the codes are harmless text; after an EHLO that did not
        // announce them they are left out.
        let extended = self.helo.as_ref().is_some_and(|(verb, _)| *verb == "EHLO");
        let enhanced = !extended || self.announced.has("ENHANCEDSTATUSCODES");
        reply.encode(enhanced, &mut bytes);
        self.actions.push_back(Action::Send(bytes));
        if reply.code == 421 {
            self.close(reply);
        }
    }

    /// A refusal of our own: too many in a row end the connection.
    fn fail(&mut self, reply: Reply) {
        self.errors += 1;
        if self.errors >= self.config.max_errors {
            self.send(replies::too_many_errors());
        } else {
            self.send(reply);
        }
    }

    fn leave(&mut self, reply: Reply) {
        self.send(reply.clone());
        self.close(reply);
    }

    fn close(&mut self, reply: Reply) {
        if !matches!(self.stage, Stage::Closed) {
            self.stage = Stage::Closed;
            self.last_words = Some(reply);
            self.actions.push_back(Action::Close);
        }
    }
}
