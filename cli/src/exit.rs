//! How a command ends.

use crate::out::remark;
use std::fmt::Display;
use std::process::ExitCode;

/// Exit codes; documented in `mailstop --help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// There are findings, or the message was refused.
    Findings = 1,
    /// Wrong usage.
    Usage = 2,
    /// The configuration or a script is invalid.
    Invalid = 3,
    /// No server answers, or one cannot be started.
    Unreachable = 4,
    /// Ctrl-C ended it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed: one sentence, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    help: Option<String>,
}

impl Failure {
    /// A failure with this exit code and message.
    pub(crate) fn new(exit: Exit, message: impl Display) -> Self {
        Self { exit, message: message.to_string(), help: None }
    }

    /// Adds what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Prints the failure and gives its exit code.
    pub(crate) fn show(&self) -> Exit {
        let red = "\u{1b}[1;31m";
        let bold = "\u{1b}[1m";
        remark!("{red}error\u{1b}[0m{bold}: {}\u{1b}[0m", self.message);
        if let Some(help) = &self.help {
            remark!("  {bold}help\u{1b}[0m: {help}");
        }
        self.exit
    }
}
