//! One file per subcommand.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod dap;
pub(crate) mod doc;
pub(crate) mod hsh;
pub(crate) mod init;
pub(crate) mod pack;
pub(crate) mod queue;
pub(crate) mod send;
pub(crate) mod status;
