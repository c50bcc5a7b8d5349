//! PIPELINING: commands sent without waiting for each reply.
//!
//! The server machine needs nothing for it: it takes commands from its buffer one after another,
//! and the driver sends the collected replies when the machine wants more input.
//!
//! *Sources.* RFC 2920.

use super::Extension;

/// The extension.
pub(super) struct Pipelining;

impl Extension for Pipelining {
    fn keyword(&self) -> &'static str {
        "PIPELINING"
    }
}
