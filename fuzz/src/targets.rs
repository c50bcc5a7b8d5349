//! The targets, one file each.

mod authentication;
mod config;
mod control;
mod import;
mod keys;
mod message;
mod parse;
mod smtp_server;

use crate::Target;

/// Every target.
pub const ALL: &[Target] = &[
    authentication::TARGET,
    config::TARGET,
    control::TARGET,
    import::TARGET,
    keys::TARGET,
    message::TARGET,
    parse::TARGET,
    smtp_server::TARGET,
];
