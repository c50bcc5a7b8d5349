//! Handing over one message: MAIL, RCPT, DATA and the replies to them.
//!
//! *Sources.* RFC 5321 §3.3, RFC 2920 §3.1.

use super::{Action, Machine, Outcome};
use crate::body::DataWriter;
use crate::{Address, Class, Parameters, Reply, State};

/// Envelope and facts of a message to hand over.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Sender; none for the null path.
    pub sender: Option<Address>,
    /// Recipient.
    pub recipient: Address,
    /// Octets of the message with CRLF line ends, before dot-stuffing.
    pub size: u64,
    /// Whether it has octets above 127.
    pub eight_bit: bool,
    /// More parameters of MAIL, sent as they are.
    pub mail_parameters: Parameters,
    /// Parameters of RCPT, sent as they are.
    pub rcpt_parameters: Parameters,
}

/// A message that is being handed over.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) message: Outgoing,
    /// First refusal among pipelined commands; it decides.
    pub(super) refused: Option<(State, Reply)>,
    /// The server said 354 and waits for data.
    pub(super) body: Option<DataWriter>,
}

impl Machine {
    pub(super) fn begin(&mut self, message: Outgoing) {
        if let Some(limit) = self.announced.max_size().filter(|&limit| message.size > limit) {
            self.actions.push_back(Action::Done(Outcome::TooLarge { limit }));
            return;
        }
        let mail = self.mail(&message);
        let mut batch = Vec::new();
        if std::mem::take(&mut self.dirty) {
            batch.push(("RSET".to_owned(), State::Rset));
        }
        batch.push((mail, State::Mail));
        let pipelining = self.settings.pipelining && self.announced.has("PIPELINING");
        if pipelining {
            batch.push((rcpt(&message), State::Rcpt));
            batch.push(("DATA".to_owned(), State::Data));
        }
        let mut bytes = Vec::new();
        for (line, state) in batch {
            bytes.extend_from_slice(line.as_bytes());
            bytes.extend_from_slice(b"\r\n");
            self.awaited.push_back(state);
        }
        self.actions.push_back(Action::Send(bytes));
        self.current = Some(Transaction { message, refused: None, body: None });
    }

    fn mail(&self, message: &Outgoing) -> String {
        let mut params = message.mail_parameters.clone();
        for extension in self.announced.known() {
            extension.request(message, &mut params);
        }
        let sender = message.sender.as_ref().map(Address::to_string).unwrap_or_default();
        format!("MAIL FROM:<{sender}>{params}")
    }

    /// A reply to MAIL, RCPT or DATA.
    pub(super) fn step(&mut self, state: State, reply: Reply) {
        let Some(current) = &mut self.current else { return };
        let go = reply.code == 354;
        if !go && reply.class() != Class::Success {
            current.refused.get_or_insert((state, reply));
        }
        let last = self.awaited.is_empty();
        match (current.refused.is_some(), state) {
            (true, _) if go => self.empty_data(),
            (true, state) if last => {
                self.dirty = state != State::Mail;
                self.refused();
            }
            (false, State::Data) => current.body = Some(DataWriter::default()),
            (false, State::Mail) if last => {
                let line = rcpt(&current.message);
                self.command(&line, State::Rcpt);
            }
            (false, State::Rcpt) if last => self.command("DATA", State::Data),
            _ => {}
        }
    }

    /// RFC 2920 §3.1: a server may say 354 although every recipient was refused; only an empty
    /// message gets both sides out of it.
    fn empty_data(&mut self) {
        self.command(".", State::Eod);
    }

    pub(super) fn end(&mut self, reply: Reply) {
        if self.current.as_ref().is_some_and(|current| current.refused.is_some()) {
            return self.refused();
        }
        self.current = None;
        let outcome = if reply.class() == Class::Success {
            self.finished += 1;
            Outcome::Delivered { reply }
        } else {
            Outcome::Refused { state: State::Eod, reply }
        };
        self.actions.push_back(Action::Done(outcome));
    }

    fn refused(&mut self) {
        if let Some((state, reply)) = self.current.take().and_then(|current| current.refused) {
            self.actions.push_back(Action::Done(Outcome::Refused { state, reply }));
        }
    }
}

fn rcpt(message: &Outgoing) -> String {
    format!("RCPT TO:<{}>{}", message.recipient, message.rcpt_parameters)
}
