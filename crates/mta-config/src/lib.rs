//! The configuration files, typed once.
//!
//! `smtpd.yaml` ([`Startup`]) is read at start, `smtpd-app.yaml` ([`Running`]) can be replaced while
//! the server runs; `smtpd-policy.yaml` ([`PolicyFile`]) and `smtpd-suspend.yaml` ([`SuspendFile`]) say
//! what keeps queued mail back. Text goes in, typed values and findings with exact places come out; nothing here
//! opens a file.
//!
//! *Invariants.* A wrong type or value is an error, an unknown key a warning with a suggestion (an
//! error in a strict reading), a key of the reference without effect a notice. One run shows every
//! finding of a well-formed file. No input panics or takes unbounded memory.
//!
//! *Not here.* Whether the named scripts exist (crate `mta-project`).

mod check;
pub mod export;
mod kind;
mod load;
mod network;
mod pattern;
mod scalar;
pub mod schema;
mod section;
pub mod setting;
mod units;
mod version;
pub mod walk;
pub mod yaml;

pub use check::{check_pair, check_policies, check_running, check_startup, check_suspends};
pub use kind::ConfigKind;
pub use load::{Loaded, Parsed, load_policies, load_running, load_startup, load_suspends};
pub use network::{Network, default_denied};
pub use pattern::{AddressPattern, DomainPattern, Pattern, PatternKind, PatternTest, TextPattern};
pub use scalar::{Any, Ignored, Spanned};
pub use schema::{PolicyFile, Running, Startup, SuspendFile};
pub use units::{ByteSize, FileMode, Period};
pub use version::Version;
