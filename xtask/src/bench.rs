//! Benchmarks.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

use crate::run::{check, command, output};

/// Where figures are kept.
const PAGE: &str = "docs/benchmarks.md";

/// Which benchmark to run.
#[derive(Args)]
pub(crate) struct Options {
    /// One of them; all when left out.
    #[arg(value_enum)]
    name: Option<Name>,
    /// Folder of the language programs of other interpreters.
    #[arg(long, default_value = "../shared/bench/interp")]
    peers: PathBuf,
    /// Folder of the language servers of other languages.
    #[arg(long, default_value = "target/lsp-peers")]
    servers: PathBuf,
    /// How often each program runs; the median counts.
    #[arg(long, default_value_t = 5)]
    runs: u32,
    /// Language programs to run, separated by commas, or a group of the figures of projects; nothing
    /// is written then.
    #[arg(long)]
    only: Option<String>,
    /// Print only; do not write docs/benchmarks.md.
    #[arg(long)]
    print: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Name {
    /// The VM loop and the language programs.
    Lang,
    /// The standard library beside OpenSSL, aws-lc-rs and PHP.
    Std,
    /// The language server beside those of other languages.
    Lsp,
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
        lang(options)?;
    }
    if wanted(Name::Std) {
        std(options)?;
    }
    if wanted(Name::Lsp) {
        lsp(options)?;
    }
    if wanted(Name::Smtp) {
        check(&mut command("python3 benches/smtp.py --mailstop target/release/mailstop"))?;
    }
    Ok(())
}

fn lang(options: &Options) -> anyhow::Result<()> {
    let mut bench = command("python3 benches/lang.py --mailstop target/release/mailstop");
    bench.arg("--peers").arg(&options.peers).arg("--runs").arg(options.runs.to_string());
    if let Some(only) = &options.only {
        bench.arg("--only").arg(only);
    }
    let figures = figures(bench, "the language programs failed, or print different lines")?;
    if options.only.is_some() {
        return Ok(());
    }
    keep(options, "lang", &figures)
}

/// The floor of a signature is an example of the crate that has the library which makes it.
fn std(options: &Options) -> anyhow::Result<()> {
    check(&mut command("cargo build --release --quiet --package mail-crypto --example floor"))?;
    let mut bench = command("python3 benches/std.py --mailstop target/release/mailstop");
    bench.arg("--floor").arg("target/release/examples/floor");
    bench.arg("--runs").arg(options.runs.to_string());
    keep(options, "std", &figures(bench, "the programs of the library failed")?)
}

/// Peers are installed by hand: `npm install intelephense typescript-language-server typescript@5` and
/// `pip install python-lsp-server pyflakes pycodestyle ruff` in one folder.
fn lsp(options: &Options) -> anyhow::Result<()> {
    if options.only.is_none() {
        let mut bench = command("python3 benches/lsp.py --mailstop target/release/mailstop");
        bench.arg("--peers").arg(&options.servers).arg("--runs").arg(options.runs.to_string());
        keep(options, "lsp", &figures(bench, "a language server did not answer")?)?;
    }
    let mut bench = command("python3 benches/projects.py --mailstop target/release/mailstop");
    bench.arg("--runs").arg(options.runs.to_string());
    if let Some(only) = &options.only {
        bench.arg("--only").arg(only);
    }
    let figures = figures(bench, "the language server did not answer, or not with everything")?;
    if options.only.is_some() { Ok(()) } else { keep(options, "projects", &figures) }
}

/// What a benchmark printed, shown too.
fn figures(mut bench: Command, failure: &'static str) -> anyhow::Result<String> {
    let ended = bench.stderr(Stdio::inherit()).output().context("python3")?;
    let figures = String::from_utf8(ended.stdout)?;
    print!("{figures}");
    if !ended.status.success() {
        bail!(failure);
    }
    Ok(figures)
}

/// Writes figures between their markers, unless they are only to be shown.
fn keep(options: &Options, name: &str, figures: &str) -> anyhow::Result<()> {
    if options.print {
        return Ok(());
    }
    let page = fs::read_to_string(PAGE).context(PAGE)?;
    let section = format!("{}\n\n{figures}", circumstances()?);
    fs::write(PAGE, replaced(&page, name, &section)?).context(PAGE)
}

/// Machine, date and commit.
fn circumstances() -> anyhow::Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = std::thread::available_parallelism()?;
    let date = output(&mut command("date -u +%Y-%m-%d"))?;
    let commit = output(&mut command("git rev-parse --short HEAD"))?;
    let changed = !output(&mut command("git status --porcelain --untracked-files=no"))?.is_empty();
    let more = if changed { " with changes" } else { "" };
    let (date, commit) = (date.trim(), commit.trim());
    let model = model.unwrap_or("unknown processor");
    Ok(format!("{cores} cores of {model}; {date}; commit {commit}{more}."))
}

/// A page with another text between its markers of this name.
fn replaced(page: &str, name: &str, text: &str) -> anyhow::Result<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->\n"), format!("<!-- {name}: end -->"));
    let (Some(from), Some(to)) = (page.find(&begin), page.find(&end)) else {
        bail!("{PAGE} has no place for {name}: put `{}` and `{end}` there", begin.trim());
    };
    let from = from + begin.len();
    if from > to {
        bail!("{PAGE}: `{end}` stands before `{}`", begin.trim());
    }
    Ok(format!("{}{}\n{}", &page[..from], text.trim_end(), &page[to..]))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_the_place_between_the_markers_changes() {
        let page = "a\n<!-- x: begin -->\nold\nold\n<!-- x: end -->\nb\n";
        let after = "a\n<!-- x: begin -->\nnew\n<!-- x: end -->\nb\n";
        assert_eq!(replaced(page, "x", "new\n").expect("has the markers"), after);
        assert!(replaced(page, "y", "new").is_err());
        assert!(replaced("<!-- x: end --> <!-- x: begin -->\n", "x", "new").is_err());
    }
}
