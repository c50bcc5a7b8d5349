//! `mailstop init`.
//!
//! The standard template is `examples/starter` itself, so that the two cannot differ.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::{Init, Template};
use crate::exit::{Exit, Failure};
use crate::out::say;

type File = (&'static str, &'static str);

macro_rules! starter {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../examples/starter/", $path)))),*]
    };
}

const STANDARD: &[File] = starter![
    "src/config/smtpd.yaml",
    "src/config/smtpd-app.yaml",
    "src/hooks/connect/default.hsl",
    "src/hooks/rcptto/default.hsl",
    "src/hooks/eod/default.hsl",
    "src/files/policy.hsl",
    "src/files/lists/domains.json",
    "tests/policy.test.hsl",
];

const MINIMAL: &[File] = &[
    ("src/config/smtpd.yaml", include_str!("init/smtpd.yaml")),
    ("src/config/smtpd-app.yaml", include_str!("init/smtpd-app.yaml")),
    ("src/hooks/eod/default.hsl", include_str!("init/eod.hsl")),
];

/// What every project has: what git ignores, what CI runs, and how an editor attaches.
const TOOLS: &[File] = &[
    (".gitignore", "/.mailstop/\n/dist/\n"),
    (
        ".ci/check",
        "#!/bin/sh\n# Fails on any mistake, a misspelt key included.\nexec mailstop check --strict\n",
    ),
    (".vscode/launch.json", include_str!("init/launch.json")),
];

/// Writes a new project.
pub(crate) fn run(args: &Init, option: Option<&Path>) -> Result<Exit, Failure> {
    let folder = args.folder.as_deref().or(option).unwrap_or(Path::new("."));
    if folder.join("src").exists() {
        let message = format!("{} has a src folder already", folder.display());
        return Err(Failure::new(Exit::Usage, message).help("name a new folder"));
    }
    let template = match args.template {
        Template::Standard => STANDARD,
        Template::Minimal => MINIMAL,
    };
    for (name, text) in template.iter().chain(TOOLS) {
        let path = folder.join(name);
        if !path.exists() {
            write(&path, text)?;
            say!("{}", path.display());
        }
    }
    let folder = folder.display();
    say!("\nNext:\n  mailstop check {folder}\n  mailstop up {folder}");
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed =
        |error| Failure::new(Exit::Findings, format!("cannot write {}: {error}", path.display()));
    let parent = path.parent().map(PathBuf::from).unwrap_or_default();
    fs::create_dir_all(parent).map_err(failed)?;
    fs::write(path, text).map_err(failed)?;
    if text.starts_with("#!") {
        make_executable(path).map_err(failed)?;
    }
    Ok(())
}

fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_mode(permissions.mode() | 0o111);
    fs::set_permissions(path, permissions)
}
