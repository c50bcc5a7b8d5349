//! Clients that drive the product through its public doors: processes, SMTP, LSP, DAP, HTTP.
//!
//! The suites themselves are data (`language/`, `smtp/`, `e2e/`) and small programs over these
//! clients. Every wait has a deadline and waits for an event; nothing sleeps.
//!
//! *Not here.* Anything of the product: these clients know the protocols, not the implementation.

mod dap;
mod framing;
mod http;
mod lsp;
pub mod matrices;
pub mod oracle;
pub mod programs;
mod project;
mod server;
mod smtp;

pub use dap::DapClient;
pub use http::get;
pub use lsp::LspClient;
pub use project::Project;
pub use server::Server;
pub use smtp::{Reply, SmtpClient};

use std::time::Duration;

/// How long any single event may take on a loaded machine before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);
