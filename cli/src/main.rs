//! The `mailstop` command.
//!
//! One file per subcommand in `cmd/`; what they take is declared in `args.rs`.
//!
//! *Invariants.* Results go to standard output, everything else to standard error. A failure is one
//! message that says what to do, and an exit code of [`exit::Exit`].

mod args;
mod cmd;
mod difference;
mod exit;
mod heap;
mod out;
mod render;
mod replace;
mod secrets;
mod target;

use clap::Parser as _;

use crate::args::{Args, Color, Command};
use crate::exit::{Exit, Failure};

fn main() -> std::process::ExitCode {
    heap::keep_room();
    let args = Args::parse();
    match args.color {
        Color::Auto => anstream::ColorChoice::Auto,
        Color::Always => anstream::ColorChoice::Always,
        Color::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let exit = run(args).unwrap_or_else(|failure| failure.show());
    exit.into()
}

fn run(args: Args) -> Result<Exit, Failure> {
    let project = args.project.as_deref();
    match args.command {
        Command::Init(init) => cmd::init::run(&init, project),
        Command::Check(check) => cmd::check::run(&check, project),
        Command::Test(test) => cmd::test::run(&test, project),
        Command::Fmt(fmt) => cmd::fmt::run(&fmt, project),
        Command::Pack(pack) => cmd::pack::run(&pack, project),
        Command::Up(up) => cmd::up::run(&up, project),
        Command::Smtpd(smtpd) => cmd::smtpd::run(&smtpd),
        Command::Hook(hook) => cmd::hook::run(&hook, project),
        Command::Hsh(hsh) => cmd::hsh::run(&hsh, project),
        Command::Send(send) => cmd::send::run(&send, project),
        Command::Status(status) => cmd::status::run(&status, project),
        Command::Queue(queue) => cmd::queue::run(&queue, project),
        Command::Suspend(suspend) => cmd::suspend::run(&suspend, project),
        Command::Policy(policy) => cmd::policy::run(&policy, project),
        Command::Lsp(_) => cmd::lsp::run(),
        Command::Dap(_) => cmd::dap::run(),
        Command::Doc(doc) => cmd::doc::run(&doc),
        Command::Config(config) => cmd::config::run(&config),
        Command::Completions(completions) => cmd::completions::run(&completions),
    }
}
