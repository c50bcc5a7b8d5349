//! Generate, check, test, measure and package the project.
//!
//! Continuous integration calls these subcommands and nothing else, so whatever passes there
//! passes at a desk.
//!
//! *Not here.* What is tested (each crate, and `tests/`), what is measured (`benches/`).

mod bench;
mod dist;
mod editors;
mod fuzz;
mod generate;
mod peers;
mod run;
mod sanitize;
mod test;
mod tidy;
mod tools;

use clap::{Parser, Subcommand};

/// Tasks of the Mailstop workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write every generated file: parser, typed tree, editor grammar, schemas, reference pages.
    Generate {
        /// Write nothing; fail when a file is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Check layers, module documentation, file sizes and leftovers.
    Tidy,
    /// Format check, lints, licences, generated files, every test, fuzz smoke, editor package.
    Test(test::Options),
    /// Hold the language server to real editors (part of `test`).
    Editors,
    /// Compare 100,000 generated programs in machine and oracle, then run every fuzz target.
    Fuzz(fuzz::Options),
    /// Run the suites that touch unchecked code under AddressSanitizer (needs a nightly compiler).
    Sanitize,
    /// Measure, beside the peers in the same run, and print Markdown tables.
    Bench(bench::Options),
    /// Build the release binary and the editor extension into `dist/`.
    Dist,
}

fn main() -> anyhow::Result<()> {
    std::env::set_current_dir(run::root())?;
    match Args::parse().task {
        Task::Generate { check } => generate::run(check),
        Task::Tidy => tidy::run(),
        Task::Test(options) => test::run(&options),
        Task::Editors => editors::run(),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Sanitize => sanitize::run(),
        Task::Bench(options) => bench::run(&options),
        Task::Dist => dist::run(),
    }
}
