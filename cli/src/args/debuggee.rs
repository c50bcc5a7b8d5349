//! How the debug adapter starts a program. Not for people, so not shown.

/// Options of a program that a debugger starts.
#[derive(Debug, clap::Args)]
pub(crate) struct Debuggee {
    /// Standard input is the socket of a debugger; begin when it says so
    #[arg(long, hide = true)]
    pub(crate) debug: bool,
    /// Stop where the script begins
    #[arg(long, hide = true, requires = "debug")]
    pub(crate) stop_on_entry: bool,
}
