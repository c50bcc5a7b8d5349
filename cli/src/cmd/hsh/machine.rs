//! Running fibers from the command line.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hsl_host::debug::{DebugLink, Texts};
use hsl_host::{
    Cache, ClientCertificate, FileRoots, Host, NetworkOptions, RealWorld, ServiceOptions, Services,
    drive,
};
use hsl_vm::{Fiber, Limits, Loaded, Outcome, Trap, Value, Verdict, World};
use mail_crypto::Identities;
use mta_project::layout;
use tokio::runtime::Runtime;

use super::disk::Disk;
use super::output::Output;
use super::startup;
use crate::args::Hsh;
use crate::cmd::debuggee::{Debugger, gone};
use crate::exit::{Exit, Failure};

/// Longest wait for HTTP requests in the background once a script is done.
const BACKGROUND: Duration = Duration::from_secs(60);

/// Services, clock, output and bounds of the scripts of one command.
pub(super) struct Machine {
    runtime: Runtime,
    host: Host,
    world: Rc<dyn World>,
    output: Output,
    limits: Limits,
    identities: Option<Arc<Identities>>,
}

/// How a script ended.
pub(super) enum Ended {
    /// It ran to its end, or returned this.
    Value(Value),
    /// A terminating function ended it.
    Verdict(Box<Verdict>),
    /// Nothing caught an exception, or a limit was reached.
    Failed(Trap),
    /// By Ctrl-C, or because the debugger left.
    Interrupted,
    /// What it prints cannot be written; often because nobody reads it.
    Unread(ErrorKind),
}

impl Machine {
    /// Services over these files, and the bounds of the command line.
    pub(super) fn new(args: &Hsh, disk: &Disk) -> Result<Self, Failure> {
        let bounds = &args.limits;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::new(Exit::Findings, error))?;
        let files = FileRoots::new([disk.root()]);
        let foreign = args.startup.as_deref().map(startup::libraries).transpose()?.flatten();
        let network = NetworkOptions { certificates: certificates(disk)?, ..Default::default() };
        let services = Services::new(ServiceOptions {
            files,
            foreign,
            network,
            hostname: hostname(),
            ..Default::default()
        });
        let patience = bounds.deadline.unwrap_or(Duration::from_secs(u32::MAX.into()));
        // The run stands for the message that `per_message` speaks of.
        let mut host = Host::new(Arc::new(services)).with_patience(patience);
        host = host.with_message(Rc::new(Cache::default()));
        if let Some(store) = disk.store().cloned() {
            let texts: Texts = Arc::new(move |id| store.text(&layout::file_name(id)).cloned());
            host = host.with_files(texts);
        }
        let defaults = Limits::default();
        let limits = Limits {
            fuel: bounds.fuel.or(defaults.fuel),
            memory: bounds.memory.unwrap_or(defaults.memory),
            call_depth: bounds.call_depth.unwrap_or(defaults.call_depth),
            regex_steps: bounds.regex_steps.unwrap_or(defaults.regex_steps),
            ..defaults
        };
        let output = Output::new();
        let lines = output.clone();
        let world = RealWorld::new(hostname(), move |line| lines.line(line));
        let identities = disk.identities().cloned();
        Ok(Self { runtime, host, world: Rc::new(world), output, limits, identities })
    }

    /// A fiber for a program, not yet started.
    pub(super) fn fiber(&self, loaded: &Rc<Loaded>) -> Fiber {
        let mut fiber = Fiber::new(loaded, Rc::clone(&self.world), self.limits);
        if let Some(identities) = self.identities.clone() {
            fiber.attach(Rc::new(identities));
        }
        fiber
    }

    /// Runs a fiber to its end. Everything that it printed is written by then.
    pub(super) fn run(&self, fiber: &mut Fiber) -> Ended {
        self.run_under(fiber, None, None)
    }

    /// The same under a debugger; its end is that of the run.
    pub(super) fn run_under(
        &self,
        fiber: &mut Fiber,
        debugger: Option<&Debugger>,
        debug: Option<&DebugLink<'_>>,
    ) -> Ended {
        let ended = self.runtime.block_on(async {
            tokio::select! {
                biased;
                Ok(()) = tokio::signal::ctrl_c() => Ended::Interrupted,
                () = gone(debugger) => Ended::Interrupted,
                ended = self.to_the_end(fiber, debug) => ended,
            }
        });
        self.output.flush();
        ended
    }

    /// Drives a fiber, then waits for what it left in the background.
    async fn to_the_end(&self, fiber: &mut Fiber, debug: Option<&DebugLink<'_>>) -> Ended {
        let ended = self.drive(fiber, debug).await;
        self.output.flush();
        self.host.services().settle(BACKGROUND).await;
        ended
    }

    /// Drives a fiber; writes what it printed whenever it waits, or lets others run.
    async fn drive(&self, fiber: &mut Fiber, debug: Option<&DebugLink<'_>>) -> Ended {
        let mut driven = pin!(drive(fiber, &self.host, debug));
        std::future::poll_fn(|context| {
            let polled = driven.as_mut().poll(context);
            self.output.flush();
            if let Some(kind) = self.output.failure() {
                return Poll::Ready(Ended::Unread(kind));
            }
            match polled {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Ok(Outcome::Returned(value))) => Poll::Ready(Ended::Value(value)),
                Poll::Ready(Ok(Outcome::Terminated(verdict))) => {
                    Poll::Ready(Ended::Verdict(verdict))
                }
                Poll::Ready(Err(trap)) => Poll::Ready(Ended::Failed(trap)),
            }
        })
        .await
    }
}

/// The certificates of the configuration, for servers that want one.
fn certificates(disk: &Disk) -> Result<HashMap<String, ClientCertificate>, Failure> {
    let Some(identities) = disk.identities() else { return Ok(HashMap::new()) };
    ClientCertificate::all(identities).map_err(|error| Failure::new(Exit::Findings, error))
}

fn hostname() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
