//! The commands that need no server, run as a user runs them.

mod hsh;
mod repl;
mod tools;

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailstop"));
    command.current_dir(folder).args(arguments).env_remove("NO_COLOR");
    command
}

fn mailstop(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the command runs")
}

/// Runs a command that must end with this code; gives what it printed to both streams.
fn run(folder: &Path, arguments: &[&str], code: i32) -> (String, String) {
    let output = mailstop(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{out}\n{err}");
    (out, err)
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
