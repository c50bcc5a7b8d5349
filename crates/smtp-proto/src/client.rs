//! The sending side: a machine that hands messages to one server connection.
//!
//! A driver submits a message, then does what [`Machine::poll`] asks until the message is
//! [`Action::Done`]; it may then submit the next one on the same connection, or quit.
//!
//! *Not here.* Choosing hosts, connecting, TLS and timers (crate `mta`).
//!
//! *Sources.* RFC 5321 §3 and §4, RFC 2920.

mod machine;
mod outcome;
mod question;

pub use machine::{Action, Machine, Outgoing, Settings};
pub use outcome::{Disposition, Outcome, Violation};
pub use question::{Question, QuestionEnd, QuestionSettings, QuestionStep};
