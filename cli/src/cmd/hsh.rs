//! `mailstop hsh`.
//!
//! *Invariants.* What a script printed is written before the command waits, reports or ends. A
//! reader that goes away ends the script quietly; Ctrl-C ends it with 130.
//!
//! *Not here.* Where files are found (`disk`), the conversation without a script (`repl`).

mod clock;
mod disk;
mod machine;
mod output;
mod repl;
mod script;
mod startup;
mod trap;

use std::io::{ErrorKind, IsTerminal as _, stdin};
use std::path::Path;
use std::sync::Arc;

use hsl_analysis::{Sources, Unit};
use hsl_compile::Build;
use hsl_vm::Loaded;
use mta_project::Snapshot;

use crate::args::Hsh;
use crate::cmd::debuggee::Debugger;
use crate::exit::{Exit, Failure};
use crate::out::{remark, say};
use crate::render;
use clock::Clock;
use disk::Disk;
use machine::{Ended, Machine};
use script::Script;

/// Runs a script to its end, or talks.
pub(crate) fn run(args: &Hsh, project: Option<&Path>) -> Result<Exit, Failure> {
    let talks = args.code.is_none() && args.words.is_empty() && stdin().is_terminal();
    if talks && !args.disassemble {
        let disk = Disk::new(args, project, Script::nothing())?;
        return repl::run(args, disk);
    }
    let mut clock = Clock::new(args.time);
    let script = Script::read(args)?;
    let argv = script.argv();
    let name = script.name.clone();
    let disk = Disk::new(args, project, script)?;
    clock.lap("read");
    let library = mta_hooks::library(None);
    let unit = Unit::new(None, mta_hooks::catalog());
    let resolved = hsl_analysis::analyze(&disk, &name, &unit);
    clock.lap("parse and analyze");
    let build = hsl_compile::compile(&resolved, &library);
    clock.lap("compile");
    show_findings(&build, &disk);
    let program = build.program.ok_or_else(|| {
        let summary = render::summary(&build.diagnostics);
        Failure::new(Exit::Invalid, format!("{name} does not compile: {summary}"))
    })?;
    if args.disassemble {
        say!("{}", program.to_text().trim_end());
        return Ok(Exit::Done);
    }
    let loaded =
        Loaded::new(program, &library).map_err(|error| Failure::new(Exit::Invalid, error))?;
    clock.lap("load");
    let programs = vec![Arc::clone(loaded.program())];
    let debugger = Debugger::open(&args.debuggee, programs, |file| disk.read(file))?;
    let machine = Machine::new(args, &disk)?;
    let mut fiber = machine.fiber(&loaded);
    fiber.set_variable("$argv", argv);
    let link = debugger.as_ref().and_then(|debugger| debugger.bind("script", file_name(&name)));
    let debug = debugger.as_ref().zip(link.as_ref());
    let debug = debug.map(|(debugger, link)| debugger.enter(link, &name, None));
    let ended = machine.run_under(&mut fiber, debugger.as_ref(), debug.as_ref());
    drop(debug);
    drop(link);
    if let Some(debugger) = debugger {
        debugger.close();
    }
    clock.lap("run");
    clock.report();
    Ok(match ended {
        Ended::Value(_) | Ended::Unread(ErrorKind::BrokenPipe) => Exit::Done,
        Ended::Unread(kind) => {
            return Err(Failure::new(Exit::Findings, format!("cannot write the output: {kind}")));
        }
        Ended::Verdict(verdict) => {
            remark!("ended by {}()", verdict.name);
            Exit::Done
        }
        Ended::Failed(trap) => {
            trap::show(&trap, &|file| disk.read(file));
            Exit::Findings
        }
        Ended::Interrupted => Exit::Interrupted,
    })
}

/// What a debugger calls the run of a script.
fn file_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Shows what was found in a program, with the lines in question.
fn show_findings(build: &Build, sources: &dyn Sources) {
    if build.diagnostics.is_empty() {
        return;
    }
    let mut texts = Snapshot::new();
    let labels = build.diagnostics.iter().flat_map(|f| &f.labels).map(|label| &label.file);
    for file in build.diagnostics.iter().map(|finding| &finding.file).chain(labels) {
        if let Some(text) = sources.read(file) {
            texts.insert(&**file, text);
        }
    }
    render::text(&build.diagnostics, &texts);
}
