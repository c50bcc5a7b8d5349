//! `mailstop status`.

use std::path::Path;
use std::time::Duration;

use mta_config::Period;
use mta_control::api;

use crate::args::Status;
use crate::exit::{Exit, Failure};
use crate::target;

/// Shows what a server does.
pub(crate) fn run(args: &Status, option: Option<&Path>) -> Result<Exit, Failure> {
    let socket = target::socket(args.socket.socket.as_deref(), option)?;
    let status = target::ask(&socket, async |client| client.status().await)?;
    match args.json {
        true => println!("{}", serde_json::json!(status)),
        false => show(&status),
    }
    Ok(Exit::Done)
}

fn show(status: &api::Status) {
    let uptime = Duration::try_from_secs_f64(status.uptime.trunc()).unwrap_or_default();
    let state = format!("{:?}", status.state).to_lowercase();
    println!("{state} for {}, version {}, process {}", Period(uptime), status.version, status.pid);
    for listener in &status.listeners {
        println!("  listens     {} ({})", listener.address, listener.id);
    }
    let connections = &status.connections;
    println!("  connections {} open, {} since the start", connections.open, connections.total);
    let queue = &status.queue;
    println!(
        "  queue       {} sending, {} waiting, {} held",
        queue.sending, queue.waiting, queue.held
    );
    let sync = if status.spool.fsync { "" } else { ", NOT FLUSHED: a power failure loses mail" };
    println!("  spool       {} ({} bytes{sync})", status.spool.path, status.spool.bytes);
    let debug = &status.debug;
    println!("  debugging   {} stages, {} paused", debug.stages, debug.paused);
    let digest = status.digest.get(..12).unwrap_or(&status.digest);
    println!("  config      {digest}, generation {}", status.generation);
}
