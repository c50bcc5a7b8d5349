//! `mailstop dap`.

use crate::exit::{Exit, Failure};

/// Runs the debug adapter until the editor ends it.
pub(crate) fn run() -> Result<Exit, Failure> {
    dap_adapter::run_stdio().map_err(|error| Failure::new(Exit::Findings, format!("{error:#}")))?;
    Ok(Exit::Done)
}
