//! The language server.
//!
//! One thread owns the open documents and applies what the editor sends in the order of the wire.
//! Requests run on a small pool against a [`world::World`], a snapshot that never changes.
//!
//! *Invariants.* The text of an open document wins over the disk. A panic in one request answers
//! that request with an error and nothing more. Standard output carries the protocol and nothing
//! else.
//!
//! *Not here.* What a feature finds (`hsl-ide`), which files are a project (`mta-project`).

mod capabilities;
mod closed;
mod config;
mod document;
mod graphs;
mod handlers;
mod index;
mod jobs;
mod loose;
mod outbox;
mod packed;
mod pages;
mod position;
mod progress;
mod project;
mod proto;
mod reports;
mod server;
mod stdio;
mod surroundings;
mod uri;
mod views;
mod workspace;
mod world;

pub use server::serve;

/// Serves one editor over standard input and output until it says `exit` or hangs up.
///
/// # Errors
/// The editor broke the protocol, or the streams failed.
pub fn run_stdio() -> anyhow::Result<()> {
    let (connection, texts, streams) = stdio::open();
    server::serve_on(connection, Some(texts))?;
    streams.join()?;
    Ok(())
}
