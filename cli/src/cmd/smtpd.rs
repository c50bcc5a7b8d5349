//! `mailstop smtpd`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mta::boot::{self, Options, Texts};
use mta::rules::RuleFiles;
use mta::sockets::Reach;
use mta_config::Startup;
use mta_config::schema::Environment;
use mta_control::api::DEFAULT_SOCKET;
use mta_project::{Bundle, Snapshot};

use crate::args::Smtpd;
use crate::cmd::serve;
use crate::exit::{Exit, Failure};
use crate::render;

const SPOOL: &str = "/var/spool/mailstop";

/// Serves a packed configuration until it is ended.
pub(crate) fn run(args: &Smtpd) -> Result<Exit, Failure> {
    let startup_text = read(&args.config)?;
    let startup = startup(&args.config, &startup_text)?;
    let environment = &startup.environment;
    let beside = || args.config.with_file_name("smtpd-app.yaml");
    let running = args.app.clone().or_else(|| environment.appconf.clone()).unwrap_or_else(beside);
    let texts = Texts {
        startup_name: name(&args.config),
        running_name: name(&running),
        bundle: Bundle::new(startup_text, read(&running)?),
    };
    let folder = running.parent().unwrap_or(Path::new("/")).to_owned();
    let path = |given: &Option<PathBuf>, configured: &Option<PathBuf>, default: &str| {
        given.clone().or_else(|| configured.clone()).unwrap_or_else(|| default.into())
    };
    let options = Options {
        spool: path(&args.spool, &environment.spool.path, SPOOL),
        socket: path(&args.socket, &environment.controlsocket.path, DEFAULT_SOCKET),
        files: startup.scripting.rootpath.clone().unwrap_or(folder),
        reach: Reach::Configured,
        inbox: None,
        rules: rules(environment, &running),
    };
    mta::telemetry::start_log("info");
    let handle = boot::start(&texts, options).map_err(serve::failure)?;
    serve::until_ended(handle)
}

/// The files of policies and suspensions: where the startup file says, else beside the running file.
fn rules(environment: &Environment, running: &Path) -> RuleFiles {
    let beside = RuleFiles::beside(running);
    RuleFiles {
        policy: environment.policyconf.clone().unwrap_or(beside.policy),
        suspend: environment.suspendconf.clone().unwrap_or(beside.suspend),
        folder: beside.folder,
    }
}

/// The startup file, which says where everything else is.
fn startup(path: &Path, text: &str) -> Result<Startup, Failure> {
    let name = name(path);
    let loaded = mta_config::load_startup(&name, text.as_bytes(), false);
    loaded.value.ok_or_else(|| {
        let mut sources = Snapshot::new();
        sources.insert(Arc::clone(&name), text.as_bytes());
        render::text(&loaded.diagnostics, &sources);
        Failure::new(Exit::Invalid, format!("{name} is not valid"))
    })
}

fn name(path: &Path) -> Arc<str> {
    path.to_string_lossy().into()
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::new(Exit::Invalid, format!("cannot read {}: {error}", path.display()))
            .help("`mailstop pack` writes the files of a project, `mailstop up` starts one")
    })
}
