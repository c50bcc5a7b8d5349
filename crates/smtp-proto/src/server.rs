//! The receiving side: a machine that answers one client.
//!
//! The driver feeds bytes with [`Machine::receive`] and does what [`Machine::poll`] asks. Where
//! policy decides, the machine stops at [`Action::Hook`] until [`Machine::hook_done`]; message
//! data leaves it in pieces between [`Action::OpenBody`] and [`Action::Commit`], and the reply to
//! the end of data is not made before [`Machine::committed`].
//!
//! *Not here.* Policy itself and its options (crate `mta-hooks`), storage (`mail-queue`).
//!
//! *Sources.* RFC 5321 §3, §4.1, §4.3; RFC 7504 for 521.

mod config;
mod data;
mod hook;
mod input;
mod machine;
mod replies;
mod transaction;

pub use config::Config;
pub use hook::{Decision, HookCall, Verdict};
pub use machine::{Action, Machine};
pub use transaction::{Recipient, Transaction};
