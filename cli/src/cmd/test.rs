//! `mailstop test`.
//!
//! *Invariants.* Each case has a script, shared memory and replacements of its own, on one thread;
//! what is printed stands in the order of files and functions, however many run at once.
//!
//! *Not here.* What tests may call (`hsl_std::testing`), variables of hooks
//! (`mta_hooks::sample`), which files are tests (`mta_project`).

pub(super) mod bench;
pub(super) mod case;
mod coverage;
pub(super) mod hooks;
mod junit;
mod report;
pub(super) mod suite;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Instant;

use diagnostics::Diagnostic;
use mta_config::Running;
use mta_project::{Project, TestSources};

use crate::args::Test;
use crate::cmd::debuggee::Debugger;
use crate::exit::{Exit, Failure};
use crate::{render, target};
use bench::Bench;
use case::Ended;
use coverage::Coverage;
use report::Report;
use suite::{Suite, Wanted};

/// Runs the tests of the project.
pub(crate) fn run(args: &Test, option: Option<&Path>) -> Result<Exit, Failure> {
    let project = target::project(args.folder.as_deref(), option)?;
    let suite = Arc::new(prepare(args, &project)?);
    let programs = suite.programs().cloned().collect();
    let debugger = Debugger::open(&args.debuggee, programs, |name| suite.text(name))?;
    let began = Instant::now();
    let mut report = Report::new(args.tap, suite.cases.len());
    let mut coverage = Coverage::default();
    let is_interrupted = run_all(args, &suite, debugger.as_ref(), &mut report, &mut coverage)?;
    report.finish(began.elapsed());
    if let Some(debugger) = debugger {
        debugger.close();
    }
    if let Some(file) = &args.junit {
        write(file, &junit::text(report.results(), began.elapsed()))?;
    }
    if args.coverage || args.lcov.is_some() {
        coverage.include(&suite);
        let file = args.lcov.clone().unwrap_or_else(|| project.state().join("lcov.info"));
        write(&file, &coverage.lcov(&project))?;
        coverage.summarize(&file, args.tap);
    }
    Ok(match (is_interrupted, report.has_failed()) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Done,
    })
}

/// Compiles everything; shows what is wrong.
fn prepare(args: &Test, project: &Project) -> Result<Suite, Failure> {
    let (sources, running) = checked(project)?;
    let wanted = Wanted::of(args);
    let suite = Suite::new(sources, running, &wanted);
    refuse(&suite.findings, |name| suite.text(name), "a test")?;
    if suite.cases.is_empty() {
        let failure = Failure::new(Exit::Usage, wanted.missing());
        let help = "a test is a function whose name begins with `test_` in a `*.test.hsl` file";
        return Err(failure.help(help));
    }
    Ok(suite)
}

/// Files and configuration of a project without errors; shows what is wrong otherwise.
pub(super) fn checked(project: &Project) -> Result<(TestSources, Option<Running>), Failure> {
    let sources = project.scan_tests();
    let checked = mta_project::check(sources.project(), false);
    refuse(&checked.diagnostics, |name| sources.project().text(name).cloned(), "the project")?;
    Ok((sources, checked.running))
}

/// Shows errors, if there are any, and fails.
fn refuse(
    findings: &[Diagnostic],
    text: impl Fn(&str) -> Option<Arc<[u8]>>,
    what: &str,
) -> Result<(), Failure> {
    let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error()).cloned().collect();
    if errors.is_empty() {
        return Ok(());
    }
    let mut texts = mta_project::Snapshot::new();
    let labels = errors.iter().flat_map(|finding| &finding.labels).map(|label| &label.file);
    for file in errors.iter().map(|finding| &finding.file).chain(labels) {
        if let Some(text) = text(file) {
            texts.insert(file.clone(), text);
        }
    }
    render::text(&errors, &texts);
    let message = format!("{what} is invalid: {}", render::summary(&errors));
    Err(Failure::new(Exit::Invalid, message))
}

/// Runs all cases on some threads; whether Ctrl-C ended it.
fn run_all(
    args: &Test,
    suite: &Arc<Suite>,
    debugger: Option<&Debugger>,
    report: &mut Report,
    coverage: &mut Coverage,
) -> Result<bool, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Under the debugger one stands at a time.
    let jobs = if debugger.is_some() { 1 } else { args.jobs.unwrap_or(cores) };
    let jobs = jobs.clamp(1, suite.cases.len().max(1));
    let counts = args.coverage || args.lcov.is_some();
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, results) = mpsc::channel();
    let mut failure = None;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs)
            .map(|_| {
                let sender = sender.clone();
                let (next, is_over) = (&next, &is_over);
                scope.spawn(move || {
                    let bench = Bench::new(suite, args.timeout, debugger, counts)?;
                    Ok(work(bench, suite, next, is_over, &sender))
                })
            })
            .collect();
        drop(sender);
        results.iter().for_each(|(at, result)| report.add(at, result));
        for worker in workers {
            match worker.join() {
                Ok(Ok(own)) => coverage.merge(own),
                Ok(Err(error)) => failure = Some(error),
                Err(_) => failure = Some(Failure::new(Exit::Findings, "a worker thread failed")),
            }
        }
    });
    failure.map_or(Ok(is_over.load(Ordering::Relaxed)), Err)
}

/// Takes one case after the other until none is left.
fn work(
    bench: Bench<'_>,
    suite: &Suite,
    next: &AtomicUsize,
    is_over: &AtomicBool,
    sender: &mpsc::Sender<(usize, case::Outcome)>,
) -> Coverage {
    while !is_over.load(Ordering::Relaxed) {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(case) = suite.cases.get(at) else { break };
        let outcome = bench.run(case);
        if matches!(outcome.ended, Ended::Interrupted) {
            is_over.store(true, Ordering::Relaxed);
        } else if sender.send((at, outcome)).is_err() {
            break;
        }
    }
    bench.into_coverage()
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(file, text)).map_err(|error| {
        Failure::new(Exit::Findings, format!("cannot write {}: {error}", file.display()))
    })
}
