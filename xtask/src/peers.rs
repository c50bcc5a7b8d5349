//! Programs that tests use as the other side: servers of the system, and Python packages.
//!
//! *Not here.* How tests find them (`testkit::program`, `testkit::python`).

use std::path::Path;
use std::process::Command;

use crate::run::{check, command, output};
use crate::tools;

/// Packages of PyPI, all in the environment of the tools.
const PYTHON: [&str; 5] =
    ["dkimpy==1.1.8", "pyspf==2.0.14", "dnspython==2.9.2", "PyNaCl==1.6.2", "ruamel.yaml==0.19.1"];

/// Programs with the Debian package that has them.
const DEBIAN: [(&str, &str); 5] = [
    ("/usr/sbin/nsd", "nsd"),
    ("/usr/bin/ldns-signzone", "ldnsutils"),
    ("/usr/sbin/nginx", "nginx-light"),
    ("/usr/bin/socat", "socat"),
    ("/usr/bin/openssl", "openssl"),
];

/// Installs what is missing, and gives the names of what cannot be installed here.
pub(crate) fn install() -> Vec<String> {
    let mut missing: Vec<String> = Vec::new();
    if let Err(failure) = tools::python(&PYTHON) {
        println!("{failure:#}");
        missing.extend(PYTHON.map(str::to_owned));
    }
    let absent = || DEBIAN.iter().filter(|(path, _)| !Path::new(path).exists());
    let wanted: Vec<_> = absent().map(|(_, package)| *package).collect();
    if !wanted.is_empty()
        && let Err(failure) = apt(&wanted)
    {
        println!("{failure:#}");
    }
    missing.extend(absent().map(|(_, package)| (*package).to_owned()));
    missing
}

/// Only root may install for the machine.
fn apt(packages: &[&str]) -> anyhow::Result<()> {
    anyhow::ensure!(output(&mut command("id -u"))?.trim() == "0", "only root can use apt-get");
    check(&mut command("apt-get update --quiet=2"))?;
    let mut install = Command::new("apt-get");
    install.env("DEBIAN_FRONTEND", "noninteractive");
    check(install.args(["install", "--quiet=2", "--no-install-recommends"]).args(packages))
}
