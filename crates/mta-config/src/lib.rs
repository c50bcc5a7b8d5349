//! The configuration files, typed once.
//!
//! `smtpd.yaml` ([`Startup`]) is read at start, `smtpd-app.yaml` ([`Running`]) can be replaced while
//! the server runs. Text goes in, typed values and findings with exact places come out; nothing here
//! opens a file.
//!
//! *Invariants.* A wrong type or value is an error, an unknown key a warning with a suggestion (an
//! error in a strict reading), a key of the reference without effect a notice. One run shows every
//! finding of a well-formed file. No input panics or takes unbounded memory.
//!
//! *Not here.* Whether the named scripts exist (crate `mta-project`).

mod check;
pub mod export;
mod load;
mod network;
mod scalar;
pub mod schema;
mod section;
pub mod setting;
mod units;
mod version;
pub mod walk;
pub mod yaml;

pub use check::{check_pair, check_running, check_startup};
pub use load::{Loaded, load_running, load_startup};
pub use network::{Network, default_denied};
pub use scalar::{Any, Ignored, Spanned};
pub use schema::{Running, Startup};
pub use units::{ByteSize, FileMode, Period};
pub use version::Version;
