//! `mailstop hook`.
//!
//! *Invariants.* A hook runs as `run_hook` of a test runs it, by the same code; the only difference
//! is where its variables come from.
//!
//! *Not here.* Running a hook (`test::bench`), values that fit (`mta_hooks::sample`).

mod report;
mod sample;

use std::path::Path;
use std::sync::Arc;

use hsl_std::testing::RunHook;
use mta_project::{Project, layout};

use super::debuggee::Debugger;
use super::test::bench::Bench;
use super::test::hooks::declaration;
use super::test::suite::Suite;
use crate::args::Hook;
use crate::exit::{Exit, Failure};
use crate::target;
use sample::Sample;

/// Runs a hook and shows what it decides.
pub(crate) fn run(args: &Hook, option: Option<&Path>) -> Result<Exit, Failure> {
    let (project, name, id) = wanted(&args.hook, option)?;
    let decl = declaration(&name).map_err(|message| Failure::new(Exit::Usage, message))?;
    let (sources, running) = super::test::checked(&project)?;
    let sample = Sample::read(args, decl, running.as_ref())?;
    let suite = Arc::new(Suite::of_hooks(sources, running));
    let programs = suite.programs().cloned().collect();
    let debugger = Debugger::open(&args.debuggee, programs, |name| suite.text(name))?;
    let bench = Bench::of_hooks(&suite, debugger.as_ref())?;
    let wish = RunHook { hook: name, variables: sample.variables, id };
    let run = bench.run_hook(wish);
    drop(bench);
    if let Some(debugger) = debugger {
        debugger.close();
    }
    let Some(run) = run else { return Ok(Exit::Interrupted) };
    let result = run.map_err(|message| Failure::new(Exit::Usage, message))?;
    report::show(&result, &sample.message)
}

/// The project, and which of its hooks is meant.
fn wanted(
    word: &Path,
    option: Option<&Path>,
) -> Result<(Project, String, Option<String>), Failure> {
    let usage = |message: String| Failure::new(Exit::Usage, message);
    let text = word.to_string_lossy();
    let is_path = word.extension().is_some_and(|end| end == "hsl");
    let (project, script) = if is_path {
        let path = word.canonicalize();
        let path = path.map_err(|error| usage(format!("cannot read {text}: {error}")))?;
        let holding = option.is_none().then(|| Project::holding(&path)).flatten();
        let project = holding.map_or_else(|| target::project(None, option), Ok)?;
        let script = project.name_of(&path);
        (project, script)
    } else {
        (target::project(None, option)?, Some(format!("{}/{text}.hsl", layout::HOOKS)))
    };
    match script.as_deref().and_then(layout::hook_of) {
        Some((hook, id)) => Ok((project, hook.as_str().to_owned(), Some(id.to_owned()))),
        None if is_path => {
            let failure = usage(format!("{text} is no script of a hook"));
            Err(failure.help(format!("those are in {} of the project", layout::HOOKS)))
        }
        // Its name alone, or one that is not there.
        None => {
            let name = text.split('/').next().unwrap_or_default();
            Ok((project, name.to_owned(), None))
        }
    }
}
