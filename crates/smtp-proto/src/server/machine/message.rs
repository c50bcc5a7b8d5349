//! Message data, from 354 to its end.

use super::super::HookCall;
use super::{Action, Machine, Stage};
use crate::State;
use crate::body::LineEndings;

impl Machine {
    /// Whether lone CR and LF are refused, accepted as line ends, or kept.
    pub(super) fn endings(&self) -> LineEndings {
        match self.config.line_endings {
            LineEndings::RejectUnauthenticated if self.trusted => LineEndings::Normalize,
            LineEndings::RejectUnauthenticated => LineEndings::Reject,
            other => other,
        }
    }

    /// Reads message data; none when there is no more input.
    pub(super) fn data(&mut self) -> Option<()> {
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
    pub(super) fn end_message(&mut self) {
        self.messages += 1;
        self.transaction = self.transaction.next();
    }
}
