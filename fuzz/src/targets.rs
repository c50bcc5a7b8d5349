//! The targets, one file each.

mod config;
mod control;
mod parse;
mod smtp_server;

use crate::Target;

/// Every target.
pub const ALL: &[Target] = &[config::TARGET, control::TARGET, parse::TARGET, smtp_server::TARGET];
