//! What `up` and `smtpd` share: serving until a signal, and saying why a server does not start.

use mta::boot::{BootError, Handle};
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::{Exit, Failure};
use crate::out::remark;
use crate::render;

/// Serves until Ctrl-C or SIGTERM, then lets what runs finish. A second signal ends it at once.
pub(crate) fn until_ended(handle: Handle) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(Exit::Unreachable, error))?;
    runtime
        .block_on(async {
            let mut interrupt = signal(SignalKind::interrupt())?;
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            remark!("finishing what runs; Ctrl-C again ends it at once");
            tokio::select! {
                result = tokio::task::spawn_blocking(move || handle.stop()) => {
                    result.map_err(std::io::Error::other)
                }
                _ = interrupt.recv() => Ok(()),
                _ = terminate.recv() => Ok(()),
            }
        })
        .map_err(|error: std::io::Error| Failure::new(Exit::Unreachable, error))?;
    // A task that still blocks must not hold the process.
    runtime.shutdown_background();
    Ok(Exit::Done)
}

/// Why a server did not start, with what to do about it.
pub(crate) fn failure(error: BootError) -> Failure {
    match error {
        BootError::Invalid(invalid) => {
            render::text(&invalid.findings, &invalid.sources);
            let summary = render::summary(&invalid.findings);
            Failure::new(Exit::Invalid, format!("the configuration is not valid: {summary}"))
        }
        BootError::Socket(error) => {
            let help = match error.source.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "another server runs there; end it, or choose a port with `mailstop up --port N`"
                }
                _ => "`listeners` in smtpd.yaml says where the server listens",
            };
            Failure::new(Exit::Unreachable, error).help(help)
        }
        other => Failure::new(Exit::Unreachable, other),
    }
}
