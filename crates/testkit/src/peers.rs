//! Programs of others that tests use as the other side.
//!
//! *Invariants.* A test without its program says so by name; the test command installs them, and lists
//! what it could not install.
//!
//! *Not here.* What is installed, and how (`xtask/src/peers.rs`).

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a program of the system is, or none with a word on what is skipped.
pub fn program(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"];
    let mut paths = folders.iter().map(|folder| Path::new(folder).join(name));
    paths.find(|path| path.exists()).or_else(|| skipped(name))
}

/// A Python that can import these modules, or none with a word on what is skipped: that of the test
/// command, else that of the system.
pub fn python(modules: &[&str]) -> Option<PathBuf> {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools/python/bin/python3");
    let import = format!("import {}", modules.join(", "));
    let works = |python: &PathBuf| {
        let mut command = Command::new(python);
        let status = command.args(["-c", &import]).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    };
    let found = [ours, PathBuf::from("python3")].into_iter().find(works);
    found.or_else(|| skipped(&format!("Python with {}", modules.join(" and "))))
}

fn skipped(what: &str) -> Option<PathBuf> {
    let test = std::thread::current();
    eprintln!("skipped {}: {what} is not installed", test.name().unwrap_or("a test"));
    None
}
