//! What `mailstop hsh` takes.

use std::ffi::OsString;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  mailstop hsh                                 talk to the interpreter
  mailstop hsh -e 'echo 6 * 7;'
  mailstop hsh script.hsl -- one two           $argv is [\"script.hsl\", \"one\", \"two\"]
  mailstop hsh -A dist/smtpd-app.yaml try.hsl  import what the configuration holds
  echo 'echo 1;' | mailstop hsh -              run what comes in

A script that begins with `#!/usr/bin/env -S mailstop hsh` is a command of its own.

Exit codes: 0 the script ended; 1 an exception was not caught, or a limit was reached; 2 wrong
usage; 3 it does not compile, or the configuration is invalid; 130 interrupted.";

/// Run a script, or talk to the interpreter
///
/// Runs a file, code given with -e, or standard input, outside of any hook; `echo` goes to standard
/// output. Inside a project, imports are found below src/files as on a server. Without a script and
/// on a terminal, it reads inputs, runs each when it is complete, and keeps what they define.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[command(override_usage = "mailstop hsh [OPTIONS] [FILE | - | -e CODE] [-- ARGS...]")]
pub(crate) struct Hsh {
    /// The script, `-` for standard input; what follows it are its arguments
    #[arg(value_name = "FILE", trailing_var_arg = true)]
    pub(crate) words: Vec<OsString>,
    /// Code to run
    #[arg(short = 'e', long = "execute", value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// Folder that paths of imports and files start from
    #[arg(long, value_name = "DIR")]
    pub(crate) rootpath: Option<PathBuf>,
    /// Running file (smtpd-app.yaml) whose files the script can import and read
    #[arg(short = 'A', long = "app", value_name = "FILE")]
    pub(crate) app: Option<PathBuf>,
    /// Startup file (smtpd.yaml) whose native libraries (`scripting.ffilibraries`) the script can load
    #[arg(short = 'c', long = "startup", value_name = "FILE")]
    pub(crate) startup: Option<PathBuf>,
    /// Show on standard error how long each step took
    #[arg(long)]
    pub(crate) time: bool,
    /// Show the compiled program and do not run it
    #[arg(long)]
    pub(crate) disassemble: bool,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) debuggee: super::Debuggee,
}

/// Bounds of one run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Most turns of loops, calls and bytes that library functions touch; no bound if left out
    #[arg(long, value_name = "N")]
    pub(crate) fuel: Option<u64>,
    /// Longest run in seconds, waiting included; no bound if left out
    #[arg(long, value_name = "SECONDS", alias = "timeout", value_parser = seconds)]
    pub(crate) deadline: Option<std::time::Duration>,
    /// Most bytes that all values together may have, such as 64M; 256M if left out
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) memory: Option<usize>,
    /// Most nested calls; 1000 if left out
    #[arg(long, value_name = "N")]
    pub(crate) call_depth: Option<usize>,
    /// Most steps of one match of a regular expression; 10000000 if left out
    #[arg(long, value_name = "N")]
    pub(crate) regex_steps: Option<u32>,
}

pub(super) fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let number = text.parse::<f64>().map_err(|_| "a number of seconds is expected".to_owned())?;
    std::time::Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

/// A number of bytes, in units of 1024 with K, M or G behind it.
fn bytes(text: &str) -> Result<usize, String> {
    let (number, shift) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 10),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 20),
        Some(b'g' | b'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let number: usize =
        number.parse().map_err(|_| "a number of bytes such as 1000000 or 64M is expected")?;
    number.checked_mul(1 << shift).ok_or_else(|| "this is more than can be addressed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(bytes("64M"), Ok(64 << 20));
        assert_eq!(bytes("2k"), Ok(2048));
        assert_eq!(bytes("17"), Ok(17));
        assert!(bytes("M").is_err() && bytes("").is_err() && bytes("99999999999999G").is_err());
        assert!(seconds("-1").is_err() && seconds("NaN").is_err());
    }
}
