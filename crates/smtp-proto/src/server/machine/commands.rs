//! What each command does before policy is asked.
//!
//! *Sources.* RFC 5321 §4.1.4 for the order of commands.

use super::super::{HookCall, replies};
use super::{Action, Machine, Stage};
use crate::command::Command;
use crate::ext::{self, Allowed, Announced};
use crate::{Parameters, Reply, State};

impl Machine {
    pub(super) fn line(&mut self, line: &[u8]) {
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
