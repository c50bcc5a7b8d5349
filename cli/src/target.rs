//! Which project and which server a command is about.

use std::path::{Path, PathBuf};

use control_client::{Client, ClientError};
use mta_control::api::{DEFAULT_SOCKET, PROJECT_SOCKET};
use mta_project::Project;

use crate::exit::{Exit, Failure};
use crate::out::remark;

/// The project of a command: the folder it names, else `--project`, else the nearest one above the
/// current folder.
pub(crate) fn project(folder: Option<&Path>, option: Option<&Path>) -> Result<Project, Failure> {
    let opened = match folder.or(option) {
        Some(folder) => Project::open(folder),
        None => {
            let here = current_folder()?;
            match Project::holding(&here) {
                Some(project) => Ok(project),
                None => Project::open(here),
            }
        }
    };
    opened.map_err(|error| {
        Failure::new(Exit::Usage, error).help("`mailstop init DIR` makes a project to start from")
    })
}

fn current_folder() -> Result<PathBuf, Failure> {
    std::env::current_dir()
        .map_err(|error| Failure::new(Exit::Usage, format!("there is no current folder: {error}")))
}

/// The control socket of a command: the one it names, else that of the project, else the system's.
pub(crate) fn socket(named: Option<&Path>, option: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    match option {
        Some(_) => Ok(project(None, option)?.root().join(PROJECT_SOCKET)),
        None => {
            let here = Project::holding(&current_folder()?);
            Ok(here.map_or(DEFAULT_SOCKET.into(), |project| project.root().join(PROJECT_SOCKET)))
        }
    }
}

/// Asks the control API something, and waits for the answer.
pub(crate) fn ask<T>(
    socket: &Path,
    question: impl AsyncFnOnce(&Client) -> Result<T, ClientError>,
) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::Unreachable, error))?;
    let client = Client::new(socket);
    runtime.block_on(question(&client)).map_err(|error| {
        let failure = |exit| Failure::new(exit, &error);
        match &error {
            ClientError::Connect { .. } => failure(Exit::Unreachable)
                .help("`mailstop up` starts a server for a project; --project names it"),
            ClientError::Refused { findings, .. } => {
                findings.iter().for_each(|finding| remark!("{finding}"));
                failure(if findings.is_empty() { Exit::Findings } else { Exit::Invalid })
            }
            _ => failure(Exit::Unreachable),
        }
    })
}
