//! What `mailstop hook` takes.

use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  mailstop hook rcptto --set arguments.recipient=alice@example.com
  mailstop hook src/hooks/eod/default.hsl --sample samples/newsletter.eml
  mailstop hook eod/default --sample newsletter.eml --sample client.json

A sample whose name ends in .json gives variables of the hook, by name without `$`; what it leaves out
has a value that fits, such as a client at 192.0.2.1:
  { \"arguments\": { \"remoteip\": \"192.0.2.66\" }, \"context\": { \"refused\": 4 } }

Exit codes: 0 the hook decided; 1 the script failed; 2 there is no such project, hook, variable or
sample; 3 the configuration or a script is invalid; 130 interrupted.";

/// Run one hook on a sample
///
/// Runs the script as a server would, without a server: nothing is accepted, queued or sent. What it
/// echoes is shown, then what it decided, what it left in `$context`, and each copy that it queued
/// with what it changed in the message. What the script asks of DNS or by HTTP is really asked; in
/// `mailstop test` that can be replaced.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Hook {
    /// Path of the script, or hook and id, such as `rcptto/default`; the id only if there are several
    #[arg(value_name = "HOOK")]
    pub(crate) hook: PathBuf,
    /// A message, for eod; or variables, in a file whose name ends in .json. Later ones win
    #[arg(short, long = "sample", value_name = "FILE")]
    pub(crate) samples: Vec<PathBuf>,
    /// One variable or key, over those of samples: `connection.remoteip=192.0.2.66`. A value that is
    /// JSON is what it says, any other is a text
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = assignment)]
    pub(crate) set: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) debuggee: super::Debuggee,
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if key.split('.').all(|part| !part.is_empty()) => {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err("a key, `=` and a value are expected".to_owned()),
    }
}
