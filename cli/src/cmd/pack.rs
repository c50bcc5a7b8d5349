//! `mailstop pack`.

use std::path::Path;

use mta_project::{Bundle, Project, Snapshot, layout};

use crate::args::Pack;
use crate::exit::{Exit, Failure};
use crate::out::{remark, say};
use crate::{render, target};

/// Above this, a packed file is slow to load and to look at.
const LARGE: usize = 32 << 20;

/// Packs the project, or checks that what is packed is current.
pub(crate) fn run(args: &Pack, option: Option<&Path>) -> Result<Exit, Failure> {
    let project = target::project(args.folder.as_deref(), option)?;
    let bundle = bundle(&project.scan(), args.strict)?;
    let folder = args.output.clone().unwrap_or_else(|| project.root().join(layout::DIST));
    if args.check {
        return current(&bundle, &folder);
    }
    let written =
        Project::write(&bundle, &folder).map_err(|error| Failure::new(Exit::Findings, error))?;
    for path in written {
        say!("{}", path.display());
    }
    if bundle.running.len() > LARGE {
        remark!("note: smtpd-app.yaml has {} MiB", bundle.running.len() >> 20);
    }
    Ok(Exit::Done)
}

/// The packed project; findings are shown, and an error among them ends the command.
pub(crate) fn bundle(snapshot: &Snapshot, strict: bool) -> Result<Bundle, Failure> {
    let checked = mta_project::check(snapshot, strict);
    render::text(&checked.diagnostics, snapshot);
    mta_project::pack_checked(snapshot, &checked).ok_or_else(|| {
        let summary = render::summary(&checked.diagnostics);
        Failure::new(Exit::Invalid, format!("the project is not valid: {summary}"))
    })
}

fn current(bundle: &Bundle, folder: &Path) -> Result<Exit, Failure> {
    for (kind, text) in bundle.files() {
        let path = folder.join(kind.file_name());
        if std::fs::read(&path).ok().as_deref() != text.map(str::as_bytes) {
            let message = format!("{} is not current", path.display());
            return Err(Failure::new(Exit::Findings, message).help("run `mailstop pack`"));
        }
    }
    say!("{} is current", folder.display());
    Ok(Exit::Done)
}
