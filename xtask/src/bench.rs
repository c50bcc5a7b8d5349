//! Benchmarks.

use clap::{Args, ValueEnum};

use crate::run::{check, command};

/// Which benchmark to run.
#[derive(Args)]
pub(crate) struct Options {
    /// One of them; all when left out.
    #[arg(value_enum)]
    name: Option<Name>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// The VM loop and the language programs.
    Lang,
    /// Relay over SMTP with flush on.
    Smtp,
    /// Storage engines for the spool, each with its flushes.
    Spool,
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let wanted = |name| options.name.is_none_or(|one| one == name);
    if wanted(Name::Spool) {
        let package = "--manifest-path benches/spool/Cargo.toml --target-dir target/spool-bench";
        check(&mut command(&format!("cargo run --release --quiet {package} -- target")))?;
    }
    if options.name == Some(Name::Spool) {
        return Ok(());
    }
    check(&mut command("cargo build --release --quiet --package cli"))?;
    if wanted(Name::Lang) {
        check(&mut command("python3 benches/lang.py --mailstop target/release/mailstop"))?;
    }
    if wanted(Name::Smtp) {
        check(&mut command("python3 benches/smtp.py --mailstop target/release/mailstop"))?;
    }
    Ok(())
}
