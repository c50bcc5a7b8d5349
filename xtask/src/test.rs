//! The test command.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::run::{check, command, output, step};
use crate::{peers, tidy, tools};

/// Which parts to leave out, for a quick look while working.
#[derive(Args)]
pub(crate) struct Options {
    /// Only Rust: no editor extension, no editors.
    #[arg(long)]
    rust_only: bool,
    /// Seconds that each fuzz target runs.
    #[arg(long, default_value_t = 5)]
    fuzz_seconds: u64,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    step("format", || check(&mut command("cargo fmt --all --check")))?;
    step("tidy", tidy::run)?;
    step("generated files", || crate::generate::run(true))?;
    step("licences, bans, sources", deny)?;
    step("lints", lints)?;
    let mut missing = Vec::new();
    step("other sides of tests", || {
        missing = peers::install();
        Ok(())
    })?;
    step("tests", tests)?;
    step("doc tests", || check(&mut command("cargo test --workspace --doc --quiet")))?;
    step("fuzz smoke", || crate::fuzz::targets(options.fuzz_seconds, 1))?;
    if !options.rust_only {
        step("editor extension", || crate::dist::extension().map(|_| ()))?;
        step("editors", crate::editors::run)?;
    }
    if !missing.is_empty() {
        println!("SKIPPED: every test that needs {}, not installed here", missing.join(", "));
    }
    println!("everything passed");
    Ok(())
}

fn deny() -> anyhow::Result<()> {
    check(Command::new(tools::cargo_deny()?).args([
        "--log-level",
        "error",
        "check",
        "licenses",
        "bans",
        "sources",
    ]))
}

fn lints() -> anyhow::Result<()> {
    check(&mut command("cargo clippy --workspace --all-targets --quiet -- -D warnings"))
}

/// The end-to-end tests start the command that this builds first.
fn tests() -> anyhow::Result<()> {
    check(&mut command("cargo build --quiet --package cli"))?;
    let mut nextest = Command::new(tools::nextest()?);
    nextest.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    match native() {
        Ok(None) => {}
        Ok(Some(folder)) => {
            nextest.env("LD_LIBRARY_PATH", folder);
        }
        Err(reason) => {
            println!("skipped: {NATIVE} ({reason:#})");
            nextest.args(["--filterset", &format!("not package({NATIVE})")]);
        }
    }
    check(&mut nextest)
}

/// The package whose tests call native code.
const NATIVE: &str = "hsl-ffi";

/// What tests of native code need: a compiler of C, and libffi, whose folder it gives when that is not
/// the system's.
fn native() -> anyhow::Result<Option<PathBuf>> {
    output(&mut command("gcc --version"))?;
    tools::libffi()
}
