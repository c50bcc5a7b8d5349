//! Everything against the `openssl` command, in both directions.

mod chains;
mod keys;
mod lab;
mod messages;
