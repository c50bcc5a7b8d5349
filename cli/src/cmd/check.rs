//! `mailstop check`.

use std::path::Path;

use diagnostics::Severity;

use crate::args::{Check, Format};
use crate::exit::{Exit, Failure};
use crate::out::say;
use crate::{render, target};

/// Shows every finding of the project.
pub(crate) fn run(args: &Check, option: Option<&Path>) -> Result<Exit, Failure> {
    let project = target::project(args.folder.as_deref(), option)?;
    let snapshot = project.scan();
    let findings = mta_project::check(&snapshot, args.strict).diagnostics;
    match args.format {
        Format::Json => render::json(&findings, &snapshot),
        Format::Text => {
            render::text(&findings, &snapshot);
            say!("{}", render::summary(&findings));
        }
    }
    let worst = if args.strict { Severity::Warning } else { Severity::Error };
    match findings.iter().any(|finding| finding.severity <= worst) {
        true => Ok(Exit::Findings),
        false => Ok(Exit::Done),
    }
}
