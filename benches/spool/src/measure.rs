//! The work and what it costs.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::engine::Engine;

/// What one run costs.
pub struct Measured {
    pub accepted_per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// CPU seconds for a thousand messages, accepted and ended.
    pub cpu_per_thousand: f64,
    /// Bytes that went to the disk for each byte of mail, until the last message was ended.
    pub written_per_byte: f64,
    pub ended_per_second: f64,
    /// Start with every message queued.
    pub open_ms: f64,
    /// Disk in use with every message queued.
    pub disk_mb: f64,
}

/// Accepts `messages` over `connections` that wait for each, opens the store again, ends all.
pub fn measure<E: Engine>(
    folder: &Path,
    connections: usize,
    messages: usize,
    size: usize,
) -> Measured {
    let (cpu, written) = (cpu_seconds(), written_bytes());
    let engine = Arc::new(E::open(folder));
    let began = Instant::now();
    let (ids, mut waits) = accept(&engine, connections, messages, size);
    let accepting = began.elapsed();
    waits.sort_unstable();
    drop(engine);
    let disk_mb = disk_bytes(folder) as f64 / 1e6;
    let began = Instant::now();
    let engine = Arc::new(E::open(folder));
    assert_eq!(engine.count(), messages, "nothing may be lost");
    let open_ms = began.elapsed().as_secs_f64() * 1e3;
    let began = Instant::now();
    for id in &ids {
        assert_eq!(engine.read(*id).len(), size);
        engine.end(*id);
    }
    engine.finish();
    let ending = began.elapsed();
    drop(engine);
    Measured {
        accepted_per_second: messages as f64 / accepting.as_secs_f64(),
        p50_ms: ms(waits[waits.len() / 2]),
        p99_ms: ms(waits[waits.len() * 99 / 100]),
        cpu_per_thousand: (cpu_seconds() - cpu) * 1000.0 / messages as f64,
        written_per_byte: (written_bytes() - written) as f64 / (messages * size) as f64,
        ended_per_second: messages as f64 / ending.as_secs_f64(),
        open_ms,
        disk_mb,
    }
}

fn accept<E: Engine>(
    engine: &Arc<E>,
    connections: usize,
    messages: usize,
    size: usize,
) -> (Vec<Uuid>, Vec<Duration>) {
    let left = Arc::new(AtomicUsize::new(messages));
    let threads: Vec<_> = (0..connections)
        .map(|number| {
            let (engine, left) = (engine.clone(), left.clone());
            std::thread::spawn(move || connection(&*engine, &left, body(number, size)))
        })
        .collect();
    let (mut ids, mut waits) = (Vec::new(), Vec::new());
    for thread in threads {
        let (some, times) = thread.join().expect("a connection");
        ids.extend(some);
        waits.extend(times);
    }
    (ids, waits)
}

fn connection<E: Engine>(
    engine: &E,
    left: &AtomicUsize,
    body: Vec<u8>,
) -> (Vec<Uuid>, Vec<Duration>) {
    let (mut ids, mut waits) = (Vec::new(), Vec::new());
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok() {
        let id = Uuid::new_v4();
        let began = Instant::now();
        engine.accept(id, &body);
        waits.push(began.elapsed());
        ids.push(id);
    }
    (ids, waits)
}

/// Text like that of a mail: compressible, but not all the same.
fn body(number: usize, size: usize) -> Vec<u8> {
    let mut state = number as u64 + 1;
    let letter = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        b"etaoin shrdlu\n"[(state >> 33) as usize % 14]
    };
    (0..size).map(letter).collect()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn cpu_seconds() -> f64 {
    // Fields 14 and 15 of stat(5), in ticks of a hundredth of a second.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields
        .get(11..13)
        .map_or(0.0, |t| t.iter().filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0)
}

fn written_bytes() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    line.and_then(|bytes| bytes.parse().ok()).unwrap_or(0)
}

fn disk_bytes(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => disk_bytes(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}
