//! AddressSanitizer over the suites that reach the file with unchecked access.

use std::process::Command;

use anyhow::bail;

use crate::run::{check, command, output};

const TARGET: &str = "x86_64-unknown-linux-gnu";

pub(crate) fn run() -> anyhow::Result<()> {
    if output(&mut command("cargo +nightly --version")).is_err() {
        bail!("AddressSanitizer needs a nightly compiler: rustup toolchain install nightly");
    }
    check(
        Command::new("cargo")
            .args(["+nightly", "test", "--package", "hsl-vm", "--package", "hsl-compile"])
            .args(["--target", TARGET, "--target-dir", "target/sanitize"])
            .env("RUSTFLAGS", "-Zsanitizer=address")
            // Constants and caches of a thread live as long as the process.
            .env("ASAN_OPTIONS", "detect_leaks=0"),
    )
}
