//! Refusals that leave the client the choice to go on, unless the script closes the connection.

use hsl_macros::Options;
use hsl_vm::{Array, Thrown};

use crate::reply::{Classes, Reason, Reply, ReplyCodes};

/// A refusing reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reply.
    pub reply: Reply,
    /// Whether to close the connection after it.
    pub disconnect: bool,
}

impl Refusal {
    /// A refusal that keeps the connection.
    #[must_use]
    pub const fn keep(reply: Reply) -> Self {
        Self { reply, disconnect: false }
    }

    /// The refusal after what a script said.
    pub(crate) fn build(
        reply: Reply,
        reason: Option<Reason>,
        options: RefuseOptions,
        allowed: &Classes,
    ) -> Result<Self, Thrown> {
        let reply = reply.with(reason, options.reply_codes.as_ref(), allowed)?;
        Ok(Self { reply, disconnect: options.disconnect })
    }
}

/// Options of `Reject` and `Defer`.
#[derive(Options)]
pub(crate) struct RefuseOptions {
    /// Close the connection after the reply.
    #[option(default = false)]
    pub(crate) disconnect: bool,
    /// Other codes than those of the verdict.
    #[option(shown = "predefined", keys = ReplyCodes)]
    pub(crate) reply_codes: Option<Array>,
}
