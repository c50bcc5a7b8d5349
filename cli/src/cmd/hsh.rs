//! `mailstop hsh`.

mod disk;

use std::io::{self, Write as _};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use diagnostics::Diagnostic;
use hsl_analysis::{Sources as _, Unit};
use hsl_host::{FileRoots, Host, RealWorld, ServiceOptions, Services, drive};
use hsl_vm::code::Program;
use hsl_vm::{Fiber, Limits, Loaded, Outcome, Trap};
use mta_project::Snapshot;

use crate::args::Hsh;
use crate::exit::{Exit, Failure};
use crate::out::remark;
use crate::render;
use disk::Disk;

/// Name of a program that was given on the command line.
const INLINE: &str = "-e";

/// Runs a script to its end.
pub(crate) fn run(args: &Hsh, project: Option<&Path>) -> Result<Exit, Failure> {
    let (name, text) = program_text(args)?;
    let disk = Disk::new(&name, text, project);
    let program = compile(&disk, &name)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::Findings, error))?;
    let services = ServiceOptions { files: FileRoots::new(disk.roots()), ..Default::default() };
    let host = Host::new(Arc::new(Services::new(services)));
    let host = host.with_patience(Duration::from_secs(args.timeout.unwrap_or(u32::MAX.into())));
    let outcome = runtime.block_on(execute(program, &host))?;
    match outcome {
        Ok(Outcome::Returned(_)) => Ok(Exit::Done),
        Ok(Outcome::Terminated(verdict)) => {
            remark!("ended by {}()", verdict.name);
            Ok(Exit::Done)
        }
        Err(trap) => {
            show(&trap);
            Ok(Exit::Findings)
        }
    }
}

fn program_text(args: &Hsh) -> Result<(String, Vec<u8>), Failure> {
    match (&args.code, &args.file) {
        (Some(code), _) => Ok((INLINE.to_owned(), code.clone().into_bytes())),
        (None, Some(file)) => {
            let text = std::fs::read(file).map_err(|error| {
                Failure::new(Exit::Usage, format!("cannot read {}: {error}", file.display()))
            })?;
            Ok((file.to_string_lossy().into_owned(), text))
        }
        (None, None) => Err(Failure::new(Exit::Usage, "name a file, or give code with -e")),
    }
}

fn compile(disk: &Disk, name: &str) -> Result<Arc<Program>, Failure> {
    let unit = Unit::new(None, mta_hooks::catalog());
    let build = hsl_compile::build(disk, name, &unit, &mta_hooks::library(None));
    render::text(&build.diagnostics, &texts(disk, name, &build.diagnostics));
    build.program.ok_or_else(|| {
        let summary = render::summary(&build.diagnostics);
        Failure::new(Exit::Invalid, format!("{name} does not compile: {summary}"))
    })
}

/// The texts that findings are about.
fn texts(disk: &Disk, name: &str, findings: &[Diagnostic]) -> Snapshot {
    let mut snapshot = Snapshot::new();
    let labels = findings.iter().flat_map(|f| &f.labels).map(|label| &*label.file);
    let files = findings.iter().map(|finding| &*finding.file).chain(labels);
    for file in files.chain([name]) {
        if let Some(text) = disk.read(file) {
            snapshot.insert(file, text);
        }
    }
    snapshot
}

async fn execute(program: Arc<Program>, host: &Host) -> Result<Result<Outcome, Trap>, Failure> {
    let library = mta_hooks::library(None);
    let loaded =
        Loaded::new(program, &library).map_err(|error| Failure::new(Exit::Invalid, error))?;
    let world = RealWorld::new(hostname(), |line| {
        // Nobody reads any more: the script runs on, as it would with its output redirected.
        let _ = io::stdout().write_all(&[line, b"\n"].concat());
    });
    let mut fiber = Fiber::new(&loaded, Rc::new(world), Limits::default());
    Ok(drive(&mut fiber, host, None).await)
}

fn hostname() -> String {
    std::fs::read_to_string("/etc/hostname").unwrap_or_default().trim().to_owned()
}

fn show(trap: &Trap) {
    remark!("\u{1b}[1;31muncaught\u{1b}[0m {trap}");
    for entry in &trap.stack {
        match &entry.location {
            Some(at) => {
                remark!("  in {} at {}:{}:{}", entry.function, at.file, at.line, at.column)
            }
            None => remark!("  in {}", entry.function),
        }
    }
}
