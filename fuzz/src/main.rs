//! Runs every fuzz target for a short, reproducible while.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use fuzz::smoke;

/// Fuzz targets, without a special compiler.
#[derive(Parser)]
struct Args {
    /// Only this target.
    target: Option<String>,
    /// Seconds that each target runs.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Start of the random sequence.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let wanted = |name: &str| args.target.as_deref().is_none_or(|target| target == name);
    let keep = Path::new("target/fuzz");
    let mut failed = false;
    for target in fuzz::ALL.iter().filter(|target| wanted(target.name)) {
        match smoke::run(target, Duration::from_secs(args.seconds), args.seed, keep) {
            Ok(count) => println!("{}: {count} inputs", target.name),
            Err(failure) => {
                failed = true;
                eprintln!("{}; kept as {}", failure.message, failure.input.display());
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
