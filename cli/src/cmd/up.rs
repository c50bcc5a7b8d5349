//! `mailstop up`.
//!
//! Starts the project in this process, on loopback: no privileges, no container, nothing leaves the
//! machine. State lies in `.mailstop` of the project.

use std::path::Path;
use std::sync::Arc;

use mta::boot::{self, Handle, Options, Texts};
use mta::rules::RuleFiles;
use mta::sockets::Reach;
use mta_control::api::PROJECT_SOCKET;
use mta_project::{Project, layout};

use crate::args::Up;
use crate::cmd::{pack, serve};
use crate::exit::{Exit, Failure};
use crate::out::say;
use crate::target;

/// Starts the project, says how to use it, and serves until it is ended.
pub(crate) fn run(args: &Up, option: Option<&Path>) -> Result<Exit, Failure> {
    let project = target::project(args.folder.as_deref(), option)?;
    let bundle = pack::bundle(&project.scan(), false)?;
    let texts = Texts {
        startup_name: Arc::from(layout::STARTUP),
        running_name: Arc::from(layout::RUNNING),
        bundle,
    };
    mta::telemetry::start_log("warn");
    let handle = boot::start(&texts, options(args, &project)).map_err(serve::failure)?;
    greet(&project, args, option, &handle);
    serve::until_ended(handle)
}

fn options(args: &Up, project: &Project) -> Options {
    let state = project.state();
    Options {
        spool: state.join("spool"),
        socket: project.root().join(PROJECT_SOCKET),
        files: project.path_of(layout::FILES),
        reach: Reach::Loopback { port: args.port, folder: state.join("run") },
        inbox: Some(args.inbox_port),
        rules: RuleFiles::beside(&project.path_of(layout::RUNNING)),
    }
}

fn greet(project: &Project, args: &Up, option: Option<&Path>, handle: &Handle) {
    let root = project.root().display();
    let named = args.folder.as_deref().or(option).unwrap_or(Path::new("."));
    say!("Mailstop is up with {root}\n");
    for (server, address) in handle.listeners() {
        say!("  SMTP     {address} ({server})");
    }
    if let Some(inbox) = handle.inbox() {
        say!("  inbox    http://{inbox}/ (every delivery ends here, nothing leaves this machine)");
    }
    say!("  control  {}\n", handle.socket().display());
    say!("Send a first message:");
    say!("  mailstop send --project {} --to alice@example.com", named.display());
    if let Some((_, address)) = handle.listeners().first() {
        say!("  swaks --server {address} --from you@example.net --to alice@example.com");
    }
    say!("\nStop in a script while a message is in it:");
    say!("  open {root} in VS Code, click beside a line of a hook, press F5;");
    say!("  elsewhere, run `mailstop dap` as debug adapter and attach {{\"project\": \"{root}\"}}");
    say!("\nCtrl-C ends it.");
}
