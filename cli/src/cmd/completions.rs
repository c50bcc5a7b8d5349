//! `mailstop completions`.

use clap::CommandFactory as _;

use crate::args::{Args, Completions};
use crate::exit::{Exit, Failure};

/// Prints a completion script.
pub(crate) fn run(args: &Completions) -> Result<Exit, Failure> {
    let mut command = Args::command();
    clap_complete::generate(args.shell, &mut command, "mailstop", &mut std::io::stdout());
    Ok(Exit::Done)
}
