//! How an attempt to hand over a message ended, and what follows from it.
//!
//! *Sources.* RFC 5321 §4.2.1 and §4.5.4.1 for the classes, RFC 3463 for the status codes.

use crate::{Class, Enhanced, Reply, ReplyError, State};

/// End of an attempt on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server took responsibility.
    Delivered {
        /// Reply to the end of data.
        reply: Reply,
    },
    /// The server refused, for now or for good.
    Refused {
        /// What it refused.
        state: State,
        /// How.
        reply: Reply,
    },
    /// The connection ended while this reply was awaited.
    Lost {
        /// Awaited reply.
        state: State,
    },
    /// The reply did not come in time.
    TimedOut {
        /// Awaited reply.
        state: State,
    },
    /// The server does not speak SMTP.
    Violation {
        /// Awaited reply.
        state: State,
        /// What was wrong.
        error: Violation,
    },
    /// The message is larger than the server announced to take; it was not offered.
    TooLarge {
        /// Announced limit in octets.
        limit: u64,
    },
}

/// What a server did wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// It sent something that is no reply.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// The code does not belong to this state.
    #[error("unexpected code {}", .0.code)]
    Code(Reply),
    /// It sent a reply that nothing asked for.
    #[error("unasked reply with code {}", .0.code)]
    Unasked(Reply),
}

/// What to do with the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It is delivered.
    Delivered,
    /// Try again later.
    Queue,
    /// Try the next host; when there is none, later.
    NextHost,
    /// Give up and tell the sender.
    Bounce,
}

impl Outcome {
    /// The default for what happens to the message.
    pub fn disposition(&self) -> Disposition {
        match self {
            Self::Delivered { .. } => Disposition::Delivered,
            Self::TooLarge { .. } => Disposition::Bounce,
            Self::Refused { state, reply } if reply.class() == Class::Permanent => match state {
                State::Banner | State::Helo | State::Ehlo => Disposition::NextHost,
                State::Mail | State::Rcpt | State::Data | State::Eod => Disposition::Bounce,
                State::Rset | State::Noop | State::Quit => Disposition::Queue,
            },
            _ => Disposition::Queue,
        }
    }

    /// Status for reports: the server's own when it fits its reply, else derived.
    pub fn enhanced(&self) -> Enhanced {
        match self {
            Self::Delivered { reply } => stated(reply).unwrap_or(Enhanced(2, 0, 0)),
            Self::Refused { reply, .. } if self.disposition() == Disposition::NextHost => {
                stated(reply).map_or(Enhanced(4, 3, 0), |code| Enhanced(4, code.1, code.2))
            }
            Self::Refused { reply, .. } => stated(reply).unwrap_or(match reply.code {
                421 => Enhanced(4, 4, 2),
                500.. => Enhanced(5, 0, 0),
                _ => Enhanced(4, 0, 0),
            }),
            Self::Lost { .. } | Self::TimedOut { .. } => Enhanced(4, 4, 2),
            Self::Violation { .. } => Enhanced(4, 5, 0),
            Self::TooLarge { .. } => Enhanced(5, 3, 4),
        }
    }

    /// The state in which the attempt ended, when it got so far.
    pub fn state(&self) -> Option<State> {
        match self {
            Self::Delivered { .. } => Some(State::Eod),
            Self::Refused { state, .. }
            | Self::Lost { state }
            | Self::TimedOut { state }
            | Self::Violation { state, .. } => Some(*state),
            Self::TooLarge { .. } => None,
        }
    }

    /// The reply that decided, when one did.
    pub fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Delivered { reply } | Self::Refused { reply, .. } => Some(reply),
            _ => None,
        }
    }
}

/// The enhanced code of a reply, unless its class contradicts the basic code.
fn stated(reply: &Reply) -> Option<Enhanced> {
    reply.enhanced.filter(|code| code.0 == reply.code / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(state: State, code: u16, enhanced: Option<Enhanced>) -> Outcome {
        Outcome::Refused { state, reply: Reply { enhanced, ..Reply::basic(code, "x") } }
    }

    #[test]
    fn replies_decide_by_class_and_state() {
        let cases = [
            (refused(State::Rcpt, 450, None), Disposition::Queue, Enhanced(4, 0, 0)),
            (refused(State::Rcpt, 550, None), Disposition::Bounce, Enhanced(5, 0, 0)),
            (refused(State::Banner, 554, None), Disposition::NextHost, Enhanced(4, 3, 0)),
            (refused(State::Mail, 421, None), Disposition::Queue, Enhanced(4, 4, 2)),
            (
                refused(State::Eod, 550, Some(Enhanced(5, 7, 1))),
                Disposition::Bounce,
                Enhanced(5, 7, 1),
            ),
            (
                refused(State::Eod, 550, Some(Enhanced(4, 7, 1))),
                Disposition::Bounce,
                Enhanced(5, 0, 0),
            ),
            (Outcome::Lost { state: State::Eod }, Disposition::Queue, Enhanced(4, 4, 2)),
            (Outcome::TooLarge { limit: 1 }, Disposition::Bounce, Enhanced(5, 3, 4)),
        ];
        for (outcome, disposition, enhanced) in cases {
            assert_eq!(outcome.disposition(), disposition, "{outcome:?}");
            assert_eq!(outcome.enhanced(), enhanced, "{outcome:?}");
        }
    }
}
