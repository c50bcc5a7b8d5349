//! `mailstop status`.

use std::path::Path;
use std::time::Duration;

use mta_config::Period;
use mta_control::api;

use crate::args::Status;
use crate::exit::{Exit, Failure};
use crate::out::say;
use crate::target;

/// Shows what a server does.
pub(crate) fn run(args: &Status, option: Option<&Path>) -> Result<Exit, Failure> {
    let socket = target::socket(args.socket.socket.as_deref(), option)?;
    let status = target::ask(&socket, async |client| client.status().await)?;
    match args.json {
        true => say!("{}", serde_json::json!(status)),
        false => show(&status),
    }
    Ok(Exit::Done)
}

fn show(status: &api::Status) {
    let uptime = Duration::try_from_secs_f64(status.uptime.trunc()).unwrap_or_default();
    let state = format!("{:?}", status.state).to_lowercase();
    say!("{state} for {}, version {}, process {}", Period(uptime), status.version, status.pid);
    for listener in &status.listeners {
        say!("  listens     {} ({})", listener.address, listener.id);
    }
    let connections = &status.connections;
    say!("  connections {} open, {} since the start", connections.open, connections.total);
    let queue = &status.queue;
    say!("  queue       {} sending, {} waiting, {} held", queue.sending, queue.waiting, queue.held);
    let sync = if status.spool.fsync { "" } else { ", NOT FLUSHED: a power failure loses mail" };
    say!("  spool       {} ({} bytes{sync})", status.spool.path, status.spool.bytes);
    let debug = &status.debug;
    say!("  debugging   {} stages, {} paused", debug.stages, debug.paused);
    let digest = status.digest.get(..12).unwrap_or(&status.digest);
    say!("  config      {digest}, generation {}", status.generation);
}
