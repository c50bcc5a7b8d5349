//! `mailstop check`.

use std::path::Path;

use diagnostics::{Diagnostic, Severity};
use mta_project::{Project, Snapshot, TestSources, ToolSettings};

use crate::args::{Check, Format};
use crate::exit::{Exit, Failure};
use crate::out::{remark, say};
use crate::{render, replace, target};

/// Shows every finding of the project and its tests, after fixing what was asked for.
pub(crate) fn run(args: &Check, option: Option<&Path>) -> Result<Exit, Failure> {
    let project = target::project(args.folder.as_deref(), option)?;
    let settings = ToolSettings::holding(project.root());
    let levels = settings.map_err(|error| Failure::new(Exit::Usage, error))?.lint;
    let check =
        |sources: &TestSources| mta_project::check_with_advice(sources, args.strict, &levels);
    let mut sources = project.scan_tests();
    if args.fix {
        fix(&project, &mut sources, |sources| check(sources).findings)?;
    }
    let advice = check(&sources);
    let findings = &advice.findings;
    show(args.format, findings, &sources.everything());
    let worst = if args.strict { Severity::Warning } else { Severity::Error };
    let exit = match findings.iter().any(|finding| finding.severity <= worst) {
        true => Exit::Findings,
        false => Exit::Done,
    };
    // The process ends, and the system takes all memory back at once.
    std::mem::forget((sources, advice));
    Ok(exit)
}

/// Writes every file that a safe fix changes.
fn fix(
    project: &Project,
    sources: &mut TestSources,
    check: impl Fn(&TestSources) -> Vec<Diagnostic>,
) -> Result<(), Failure> {
    let fixed = mta_project::fix(sources, check);
    for (name, text) in &fixed.files {
        let path = project.path_of(name);
        replace::replace(&path, text)
            .map_err(|error| Failure::new(Exit::Invalid, format!("{}: {error}", path.display())))?;
    }
    match fixed.count {
        1 => remark!("fixed 1 finding"),
        count => remark!("fixed {count} findings"),
    }
    Ok(())
}

fn show(format: Format, findings: &[Diagnostic], snapshot: &Snapshot) {
    let findings = match format {
        Format::Text => findings.to_vec(),
        _ => render::veiled(findings, snapshot),
    };
    let findings = &findings[..];
    let text_of = |name: &str| snapshot.text(name).map_or(&b""[..], |text| text);
    match format {
        Format::Text => {
            render::text(findings, snapshot);
            say!("{}", render::summary(findings));
        }
        Format::Json => render::json(findings, snapshot),
        Format::Github => {
            for finding in findings {
                say!("{}", diagnostics::to_github(finding, text_of(&finding.file)));
            }
        }
        Format::Checkstyle => say!("{}", diagnostics::to_checkstyle(findings, text_of).trim_end()),
        Format::Sarif => {
            let (table, version) = (hsl_lint::table(), env!("CARGO_PKG_VERSION"));
            say!("{:#}", diagnostics::to_sarif(findings, &table, version, text_of));
        }
    }
}
