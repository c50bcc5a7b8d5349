//! The client machine: the session, and what a driver calls.

mod transaction;

use std::collections::VecDeque;

use super::{Outcome, Violation};
use crate::ext::Announced;
use crate::{Class, Reply, ReplyReader, State};

pub use transaction::Outgoing;
use transaction::Transaction;

/// How to introduce ourselves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Host name for EHLO and HELO.
    pub helo: String,
    /// Whether to use PIPELINING when it is announced.
    pub pipelining: bool,
}

/// What the driver has to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Send the message through [`Machine::write_body`], then call [`Machine::end_body`].
    Body,
    /// Receive; the state names the time limit.
    Read(State),
    /// This is how the submitted message ended.
    Done(Outcome),
    /// Nothing is under way: submit a message or quit.
    Ready,
    /// Close the connection.
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// Greeting and EHLO are not over.
    Opening,
    /// Messages can be handed over.
    Open,
    /// Closed, or to be closed.
    Closed,
}

/// One connection to a server, seen from the client.
#[derive(Debug)]
pub struct Machine {
    settings: Settings,
    replies: ReplyReader,
    actions: VecDeque<Action>,
    /// States whose replies are awaited, in order.
    awaited: VecDeque<State>,
    announced: Announced,
    link: Link,
    /// Submitted, not begun.
    next: Option<Outgoing>,
    current: Option<Transaction>,
    /// The server may hold an open transaction that has to be reset first.
    dirty: bool,
    finished: u64,
    /// Why the connection cannot be used, for a message submitted afterwards.
    broken: Option<Outcome>,
}

impl Machine {
    /// A machine that waits for the greeting.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            replies: ReplyReader::default(),
            actions: VecDeque::new(),
            awaited: VecDeque::from([State::Banner]),
            announced: Announced::default(),
            link: Link::Opening,
            next: None,
            current: None,
            dirty: false,
            finished: 0,
            broken: None,
        }
    }

    /// Hands in a message; the one before must be done. It begins when the server is ready.
    pub fn submit(&mut self, message: Outgoing) {
        self.next = Some(message);
    }

    /// Says goodbye; [`Action::Close`] follows.
    pub fn quit(&mut self) {
        if self.link != Link::Closed && self.awaited.back() != Some(&State::Quit) {
            self.command("QUIT", State::Quit);
        }
    }

    /// Messages that were delivered on this connection.
    pub fn finished(&self) -> u64 {
        self.finished
    }

    /// What the server announced.
    pub fn announced(&self) -> &Announced {
        &self.announced
    }

    /// Feeds received bytes.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.replies.push(bytes);
    }

    /// The server closed the connection, or it broke.
    pub fn lost(&mut self) {
        let state = self.state();
        self.fail(Outcome::Lost { state });
    }

    /// The reply named by [`Action::Read`] did not come in time.
    pub fn timed_out(&mut self) {
        let state = self.state();
        self.fail(Outcome::TimedOut { state });
    }

    /// What to do next.
    pub fn poll(&mut self) -> Action {
        loop {
            if let Some(action) = self.actions.pop_front() {
                return action;
            }
            if self.link == Link::Closed {
                return self.closing();
            }
            match self.replies.next_reply() {
                Ok(Some(reply)) => self.reply(reply),
                Ok(None) => match self.idle() {
                    Some(action) => return action,
                    None => continue,
                },
                Err(error) => self.violation(error.into()),
            }
        }
    }

    /// Appends the wire form of a piece of the message to `out`.
    pub fn write_body(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        if let Some(writer) = self.current.as_mut().and_then(|current| current.body.as_mut()) {
            writer.write(bytes, out);
        }
    }

    /// Appends the end of the message to `out`.
    pub fn end_body(&mut self, out: &mut Vec<u8>) {
        if let Some(writer) = self.current.as_mut().and_then(|current| current.body.take()) {
            writer.finish(out);
            self.awaited.push_back(State::Eod);
        }
    }

    /// The message waits for a connection that will not come.
    fn closing(&mut self) -> Action {
        match (&self.broken, self.next.take()) {
            (Some(outcome), Some(_)) => Action::Done(outcome.clone()),
            _ => Action::Close,
        }
    }

    /// Without a reply to read: wait, send the message, or begin one.
    fn idle(&mut self) -> Option<Action> {
        if let Some(&state) = self.awaited.front() {
            return Some(Action::Read(state));
        }
        if self.current.is_some() {
            return Some(Action::Body);
        }
        match self.next.take() {
            Some(message) => self.begin(message),
            None => return Some(Action::Ready),
        }
        None
    }

    /// The state that a failure belongs to.
    fn state(&self) -> State {
        match self.awaited.front() {
            Some(&state) => state,
            None if self.current.is_some() => State::Data,
            None => State::Mail,
        }
    }

    fn command(&mut self, line: &str, state: State) {
        self.actions.push_back(Action::Send(format!("{line}\r\n").into_bytes()));
        self.awaited.push_back(state);
    }

    fn reply(&mut self, reply: Reply) {
        let Some(state) = self.awaited.pop_front() else {
            let leaving = reply.code == 421;
            let state = self.state();
            return if leaving {
                self.fail(Outcome::Refused { state, reply });
            } else {
                self.fail(Outcome::Violation { state, error: Violation::Unasked(reply) });
            };
        };
        if state == State::Quit {
            self.link = Link::Closed;
        } else if reply.code == 421 {
            self.fail(Outcome::Refused { state, reply });
        } else if !fits(state, &reply) {
            self.fail(Outcome::Violation { state, error: Violation::Code(reply) });
        } else {
            self.expected(state, reply);
        }
    }

    fn expected(&mut self, state: State, reply: Reply) {
        match (state, reply.class()) {
            (State::Banner, Class::Success) => self.hello("EHLO", State::Ehlo),
            (State::Ehlo, Class::Permanent) => self.hello("HELO", State::Helo),
            (State::Ehlo, Class::Success) => {
                self.announced = Announced::parse(reply.lines.iter().skip(1));
                self.link = Link::Open;
            }
            (State::Helo, Class::Success) => self.link = Link::Open,
            (State::Banner | State::Helo | State::Ehlo | State::Rset, class) => {
                if class != Class::Success {
                    self.refuse_session(state, reply);
                }
            }
            (State::Mail | State::Rcpt | State::Data, _) => self.step(state, reply),
            (State::Eod, _) => self.end(reply),
            (State::Noop | State::Quit, _) => {}
        }
    }

    /// RFC 5321 §3.1: after a refusing greeting the client still says QUIT.
    fn refuse_session(&mut self, state: State, reply: Reply) {
        let outcome = Outcome::Refused { state, reply };
        let waiting = self.next.take().is_some() | self.current.take().is_some();
        if waiting {
            self.actions.push_back(Action::Done(outcome.clone()));
        }
        self.broken = Some(outcome);
        self.awaited.clear();
        self.quit();
    }

    fn hello(&mut self, verb: &str, state: State) {
        let printable = self.settings.helo.chars().filter(char::is_ascii_graphic);
        let line = format!("{verb} {}", printable.collect::<String>());
        self.command(&line, state);
    }

    fn violation(&mut self, error: Violation) {
        let state = self.state();
        self.fail(Outcome::Violation { state, error });
    }

    /// Ends the connection and whatever message is under way. A refusal that was already read
    /// stands: the server decided before the connection broke.
    fn fail(&mut self, outcome: Outcome) {
        if self.link == Link::Closed {
            return;
        }
        self.link = Link::Closed;
        let refused = self.current.as_mut().and_then(|current| current.refused.take());
        let outcome = match refused {
            Some((state, reply)) => Outcome::Refused { state, reply },
            None => outcome,
        };
        let waiting = self.next.take().is_some() | self.current.take().is_some();
        let quitting = self.awaited.front() == Some(&State::Quit);
        self.awaited.clear();
        if waiting && !quitting {
            self.actions.push_back(Action::Done(outcome.clone()));
        }
        self.broken.get_or_insert(outcome);
    }
}

/// DATA is answered with 354 or a refusal, everything else with 2xx or a refusal.
fn fits(state: State, reply: &Reply) -> bool {
    match reply.class() {
        Class::Success => state != State::Data,
        Class::Intermediate => state == State::Data && reply.code == 354,
        Class::Temporary | Class::Permanent => true,
    }
}
