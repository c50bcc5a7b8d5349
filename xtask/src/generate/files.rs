//! Writing or comparing what was generated.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::run::root;

/// A generated file.
pub(super) struct File {
    /// Path from the workspace folder.
    pub(super) path: String,
    /// What belongs there.
    pub(super) text: String,
}

/// Writes the files, or with `check` says which of them differ.
pub(super) fn finish(files: &[File], check: bool) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for file in files {
        let path = root().join(&file.path);
        if fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        if check {
            stale.push(file.path.as_str());
            continue;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(&path, &file.text).with_context(|| path.display().to_string())?;
        println!("wrote {}", file.path);
    }
    if !stale.is_empty() {
        bail!("out of date, run `cargo xtask generate`: {}", stale.join(", "));
    }
    Ok(())
}

/// Rust text in the workspace's style.
pub(super) fn rustfmt(text: &str) -> anyhow::Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start rustfmt")?;
    let mut input = child.stdin.take().context("rustfmt takes no input")?;
    input.write_all(text.as_bytes())?;
    drop(input);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt refused the generated text");
    }
    Ok(String::from_utf8(output.stdout)?)
}
