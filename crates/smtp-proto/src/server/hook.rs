//! Where policy decides, and what it may decide.

use crate::{Address, Parameters, Reply};

/// A question to policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookCall {
    /// A client connected; nothing was sent yet.
    Connect,
    /// HELO or EHLO.
    Helo {
        /// `HELO` or `EHLO`.
        verb: &'static str,
        /// Host name as given.
        host: String,
        /// The lines about to be announced; empty for HELO.
        extensions: Vec<String>,
    },
    /// MAIL.
    MailFrom {
        /// Sender; none for the null path.
        sender: Option<Address>,
        /// Its parameters.
        params: Parameters,
    },
    /// RCPT.
    RcptTo {
        /// Recipient.
        recipient: Address,
        /// Its parameters.
        params: Parameters,
    },
    /// The message was received whole; nothing of it is durable yet.
    Eod,
}

impl HookCall {
    /// Name of the hook in scripts and configuration.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Helo { .. } => "helo",
            Self::MailFrom { .. } => "mailfrom",
            Self::RcptTo { .. } => "rcptto",
            Self::Eod => "eod",
        }
    }
}

/// The direction of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Accept,
    /// Refuse for good.
    Reject,
    /// Refuse for now.
    Defer,
}

/// An answer to a [`HookCall`].
///
/// Everything but the verdict has a default: the reply of the phase, the values as the client
/// gave them. Fields that do not belong to the phase are ignored.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Direction.
    pub verdict: Verdict,
    /// Reply instead of the default one; one without lines gets the default text.
    pub reply: Option<Reply>,
    /// Close the connection after the reply.
    pub disconnect: bool,
    /// HELO: host name to record.
    pub host: Option<String>,
    /// EHLO: lines to announce.
    pub extensions: Option<Vec<String>>,
    /// MAIL: sender to store; the inner none is the null path.
    pub sender: Option<Option<Address>>,
    /// RCPT: recipient to store.
    pub recipient: Option<Address>,
    /// MAIL and RCPT: parameters to store.
    pub params: Option<Parameters>,
    /// RCPT: a mark that is kept with the recipient, unread.
    pub tag: Option<String>,
}

impl Decision {
    /// A decision with every default of its phase.
    pub const fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            reply: None,
            disconnect: false,
            host: None,
            extensions: None,
            sender: None,
            recipient: None,
            params: None,
            tag: None,
        }
    }

    /// Go on.
    pub const fn accept() -> Self {
        Self::new(Verdict::Accept)
    }

    /// The same decision with this reply.
    #[must_use]
    pub fn with_reply(self, reply: Reply) -> Self {
        Self { reply: Some(reply), ..self }
    }
}
