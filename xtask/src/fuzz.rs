//! The long runs: generated programs in both implementations of the language, and fuzz targets.
//!
//! The test command does the same for seconds. What fails there or here can be repeated by its seed.

use clap::Args;

use crate::run::{check, command, step};

/// Programs in one process: the oracle keeps the trees of its programs until its process ends.
const BATCH: u64 = 5_000;

/// How long, and from where.
#[derive(Args)]
pub(crate) struct Options {
    /// Generated programs that machine and oracle run.
    #[arg(long, default_value_t = 100_000)]
    programs: u64,
    /// Seconds that each fuzz target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// First seed of the programs, and seed of the fuzz targets.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let Options { programs, seconds, seed } = *options;
    println!("seed {seed}");
    step("generated programs", || agreement(programs, seed))?;
    step("fuzz targets", || targets(seconds, seed))
}

fn agreement(programs: u64, seed: u64) -> anyhow::Result<()> {
    let test = "cargo test --release --quiet --package tests --test agreement --";
    for start in (0..programs).step_by(BATCH as usize) {
        let first = seed.wrapping_add(start);
        let count = BATCH.min(programs - start);
        println!("{count} programs from seed {first}");
        check(
            command(test)
                .args(["on_generated_programs", "--nocapture"])
                .env("MAILSTOP_AGREE_SEED", first.to_string())
                .env("MAILSTOP_AGREE_PROGRAMS", count.to_string()),
        )?;
    }
    Ok(())
}

/// Every fuzz target, each for so many seconds.
pub(crate) fn targets(seconds: u64, seed: u64) -> anyhow::Result<()> {
    let line = format!("cargo run --quiet --package fuzz -- --seconds {seconds} --seed {seed}");
    check(&mut command(&line))
}
