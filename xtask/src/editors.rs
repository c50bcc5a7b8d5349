//! The language server in real editors: an independent client, Neovim, Emacs and Visual Studio Code.
//!
//! Every client has the same session with the same project; what it must see stands in
//! `tests/editors/scenario.json`. What cannot be had on a machine is skipped by name.
//!
//! *Not here.* What the protocol says, message by message (`lsp/tests`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::dist;
use crate::run::{check, command, output, root};
use crate::tools;

/// Packages of the independent client.
const CLIENT: [&str; 1] = ["pytest-lsp==1.0.1"];

/// Makes ready what a session runs, or says why it cannot be had.
type Prepare = fn() -> anyhow::Result<Command>;

/// Runs every session; the command is built already.
pub(crate) fn run() -> anyhow::Result<()> {
    let sessions: [(&str, Prepare); 5] = [
        ("pytest-lsp", protocol),
        ("Neovim", neovim),
        ("Emacs", emacs),
        ("Visual Studio Code", code),
        ("Visual Studio Code, restricted", restricted),
    ];
    let mut failed = Vec::new();
    for (name, prepare) in sessions {
        match prepare() {
            Ok(mut session) => {
                if let Err(error) = check(&mut session) {
                    failed.push(format!("{name}: {error:#}"));
                }
            }
            Err(reason) => println!("skipped: {name} ({reason:#})"),
        }
    }
    if !failed.is_empty() {
        bail!("{}", failed.join("\n"));
    }
    Ok(())
}

fn tests() -> PathBuf {
    root().join("tests/editors")
}

fn mailstop() -> PathBuf {
    root().join("target/debug/mailstop")
}

fn protocol() -> anyhow::Result<Command> {
    let mut pytest = Command::new(tools::python(&CLIENT)?.join("python"));
    pytest.args(["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]);
    pytest.current_dir(tests().join("protocol")).env("MAILSTOP", mailstop());
    Ok(pytest)
}

fn neovim() -> anyhow::Result<Command> {
    installed("nvim", &["neovim"])?;
    let mut nvim = command("nvim --headless -u NONE -i NONE -S");
    nvim.arg(tests().join("neovim/session.lua"));
    session(&mut nvim, "neovim")?;
    Ok(nvim)
}

fn emacs() -> anyhow::Result<Command> {
    installed("emacs", &["emacs-nox", "elpa-eglot"])?;
    let eglot = "emacs --batch --no-init-file --eval (progn(package-activate-all)(require'eglot))";
    output(&mut command(eglot)).context("there is no eglot")?;
    let mut emacs = command("emacs --batch --no-init-file -l");
    emacs.arg(tests().join("emacs/session.el"));
    session(&mut emacs, "emacs")?;
    Ok(emacs)
}

/// The shipped configuration of an editor, a fresh copy of the project, and the expectations.
fn session(editor: &mut Command, name: &str) -> anyhow::Result<()> {
    let project = root().join("target/tmp/editors").join(name);
    if project.exists() {
        fs::remove_dir_all(&project)?;
    }
    copy(&tests().join("project"), &project)?;
    editor.env("MAILSTOP", mailstop()).env("PROJECT", project);
    editor.env("SCENARIO", tests().join("scenario.json"));
    editor.env("CONFIGURATION", root().join("editors").join(name));
    Ok(())
}

fn code() -> anyhow::Result<Command> {
    installed("chromium", &["chromium"])?;
    let node = tools::node()?;
    let code_server = tools::code_server(&node)?;
    let extension = dist::extension()?.with_file_name("");
    let mut host = Command::new(node.join("node"));
    host.arg("test/host.mjs").current_dir(extension);
    host.arg("--code-server").arg(code_server);
    host.arg("--mailstop").arg(mailstop());
    host.arg("--project").arg(tests().join("project"));
    host.arg("--scenario").arg(tests().join("scenario.json"));
    Ok(host)
}

/// The same in a folder that nobody trusts.
fn restricted() -> anyhow::Result<Command> {
    let mut host = code()?;
    host.arg("--restricted");
    Ok(host)
}

/// Brings a program from the system's packages, where that is allowed.
fn installed(program: &str, packages: &[&str]) -> anyhow::Result<()> {
    let there = || output(Command::new(program).arg("--version"));
    if there().is_ok() {
        return Ok(());
    }
    let mut apt = command("apt-get install --yes --quiet --quiet --no-install-recommends");
    output(apt.args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
        .with_context(|| format!("{program} is not installed and cannot be"))?;
    there().map(drop)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
