//! `mailstop lsp`.

use crate::exit::{Exit, Failure};

/// Runs the language server until the editor ends it.
pub(crate) fn run() -> Result<Exit, Failure> {
    lsp::run_stdio().map_err(|error| Failure::new(Exit::Findings, format!("{error:#}")))?;
    Ok(Exit::Done)
}
