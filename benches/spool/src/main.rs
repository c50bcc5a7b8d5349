//! Which engine keeps mail: our segment log, fjall or redb.
//!
//! Every engine gets the same work: connections that each wait for their message to be durable,
//! group commit by one thread, then every message is read and ended, as a delivery does. Flushing
//! is on everywhere. Run it through `cargo xtask bench spool`; figures are in
//! `docs/adr/0003-spool-engine.md`.

// The disk of the product itself, without the rest of the server.
#[path = "../../../mta/src/disk.rs"]
#[allow(dead_code)]
mod disk;
mod engine;
mod group;
mod measure;

use std::path::{Path, PathBuf};

use engine::{Engine, Fjall, Redb, Segments};
use measure::measure;

/// Connections at once, messages, size of a message.
const WORK: [(usize, usize, usize); 4] =
    [(1, 4_000, 10_240), (32, 40_000, 2_048), (32, 40_000, 10_240), (128, 40_000, 10_240)];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    println!(
        "{:<9} {:>5} {:>6} {:>7} {:>7} {:>7} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "engine",
        "conns",
        "bytes",
        "msg/s",
        "p50 ms",
        "p99 ms",
        "cpu s/k",
        "written",
        "end/s",
        "open ms",
        "disk MB"
    );
    for work in WORK {
        run::<Segments>("segments", &folder, work)?;
        run::<Fjall>("fjall", &folder, work)?;
        run::<Redb>("redb", &folder, work)?;
    }
    Ok(())
}

fn run<E: Engine>(
    name: &str,
    folder: &Path,
    (connections, messages, size): (usize, usize, usize),
) -> Result<(), Box<dyn std::error::Error>> {
    let place = tempfile::Builder::new().prefix("spool-bench").tempdir_in(folder)?;
    let m = measure::<E>(place.path(), connections, messages, size);
    println!(
        "{name:<9} {connections:>5} {size:>6} {:>7.0} {:>7.2} {:>7.2} {:>8.3} {:>7.2}x {:>8.0} {:>8.0} {:>8.1}",
        m.accepted_per_second,
        m.p50_ms,
        m.p99_ms,
        m.cpu_per_thousand,
        m.written_per_byte,
        m.ended_per_second,
        m.open_ms,
        m.disk_mb
    );
    Ok(())
}
