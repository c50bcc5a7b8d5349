//! What users install: one binary and one editor extension.

use std::path::PathBuf;
use std::process::Command;

use crate::run::{check, command, root, step};
use crate::tools;

pub(crate) fn run() -> anyhow::Result<()> {
    let dist = root().join("dist");
    std::fs::create_dir_all(&dist)?;
    step("release binary", || check(&mut command("cargo build --release --package cli")))?;
    std::fs::copy(root().join("target/release/mailstop"), dist.join("mailstop"))?;
    step("editor extension", || {
        let package = extension()?;
        std::fs::copy(&package, dist.join("mailstop.vsix"))?;
        Ok(())
    })?;
    println!("dist/mailstop and dist/mailstop.vsix are ready");
    Ok(())
}

/// Type-checks, bundles and packages the VS Code extension; gives the path of the package.
pub(crate) fn extension() -> anyhow::Result<PathBuf> {
    let folder = root().join("editors/vscode");
    let path = tools::with_path(&tools::node()?)?;
    let npm = |arguments: &str| -> anyhow::Result<()> {
        let mut npm = Command::new("npm");
        npm.args(arguments.split_whitespace());
        check(npm.current_dir(&folder).env("PATH", &path))
    };
    npm("ci --silent --no-audit --no-fund")?;
    npm("run --silent check")?;
    npm("run --silent package")?;
    Ok(folder.join("mailstop.vsix"))
}
