//! End-to-end tests: the built command, real SMTP over TCP, real DAP and LSP over stdio.
//!
//! Each folder is one scenario. They are compiled as a test of the `cli` package, which knows
//! where the command was built.

#[path = "09-advice/test.rs"]
mod advice;
#[path = "04-clear-errors/test.rs"]
mod clear_errors;
#[path = "05-editor/test.rs"]
mod editor;
#[path = "06-faults/test.rs"]
mod faults;
#[path = "03-hostile-peers/test.rs"]
mod hostile_peers;
#[path = "10-kept-back/test.rs"]
mod kept_back;
#[path = "12-launch/test.rs"]
mod launch;
#[path = "01-live-breakpoint/test.rs"]
mod live_breakpoint;
#[path = "09-mail-of-scripts/test.rs"]
mod mail_of_scripts;
#[path = "08-manual/test.rs"]
mod manual;
#[path = "02-power-failure/test.rs"]
mod power_failure;
#[path = "11-questions/test.rs"]
mod questions;
#[path = "07-tests/test.rs"]
mod tests_of_projects;

/// The command under test.
const MAILSTOP: &str = env!("CARGO_BIN_EXE_mailstop");
