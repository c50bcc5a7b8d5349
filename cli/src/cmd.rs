//! One file per subcommand; `serve` is what `up` and `smtpd` share, `rules` what `suspend` and `policy`
//! share.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod dap;
mod debuggee;
pub(crate) mod doc;
pub(crate) mod fmt;
pub(crate) mod hook;
pub(crate) mod hsh;
pub(crate) mod init;
pub(crate) mod lsp;
pub(crate) mod pack;
pub(crate) mod policy;
pub(crate) mod queue;
mod rules;
pub(crate) mod send;
pub(crate) mod serve;
pub(crate) mod smtpd;
pub(crate) mod status;
pub(crate) mod suspend;
pub(crate) mod test;
pub(crate) mod up;
