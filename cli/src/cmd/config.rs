//! `mailstop config`.

use mta_config::export;

use crate::args::{Config, ConfigCommand, ConfigFile};
use crate::exit::{Exit, Failure};
use crate::out::say;

/// Prints what is known about the keys of a file.
pub(crate) fn run(args: &Config) -> Result<Exit, Failure> {
    let schema = |file: &ConfigFile| export::schema(file.0);
    match &args.command {
        ConfigCommand::Schema { file } => say!("{:#}", schema(file)),
        ConfigCommand::Reference { file } => {
            say!("{}", export::reference_page(&schema(file)).trim_end())
        }
    }
    Ok(Exit::Done)
}
