//! The server machine: its state, what a driver calls, and how replies leave it.

mod commands;
mod decisions;
mod message;

use std::collections::VecDeque;
use std::sync::Arc;

use super::data::Data;
use super::input::{Input, Line};
use super::{Config, Decision, HookCall, Transaction, Verdict, replies};
use crate::ext::Announced;
use crate::{Reply, State};

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
    commands: u64,
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
            commands: 0,
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
                Stage::Command => {
                    let line = self.input.line()?;
                    self.commands += 1;
                    match line {
                        Line::Whole(line) => self.line(&line),
                        Line::TooLong => self.fail(replies::line_too_long()),
                    }
                }
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
        let default = replies::default(&call, decision.verdict, &self.config.hostname);
        let reply = match decision.reply.clone() {
            Some(reply) if reply.lines.is_empty() => Reply { lines: default.lines, ..reply },
            Some(reply) => reply,
            None => default,
        };
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

    /// Command lines that were read, malformed ones included.
    pub fn commands(&self) -> u64 {
        self.commands
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
