//! A command whose standard input is the socket of the debugger that started it.
//!
//! *Invariants.* Nothing runs before the debugger says so, and nothing goes on once it is gone. What
//! is shown and hidden, and how scripts stop, is the same as on a server.
//!
//! *Not here.* The debugger's side (`dap-adapter`).

use std::collections::HashMap;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use hsl_host::debug::{
    DebugHub, DebugLimits, DebugLink, DebugOptions, Entry, Generation, StageLink, Workbench,
};
use hsl_vm::code::Program;
use tokio::sync::watch;

use crate::args::Debuggee;
use crate::exit::{Exit, Failure};

/// The way to the debugger.
pub(crate) struct Debugger {
    hub: Arc<DebugHub>,
    /// Whether the first run is to stop where it begins.
    stops_on_entry: AtomicBool,
    is_over: watch::Sender<bool>,
    is_gone: watch::Receiver<bool>,
    thread: JoinHandle<()>,
}

impl Debugger {
    /// The debugger, if a debugger started this command. Returns when the debugger lets it begin.
    pub(crate) fn open(
        args: &Debuggee,
        programs: Vec<Arc<Program>>,
        read: impl Fn(&str) -> Option<Arc<[u8]>>,
    ) -> Result<Option<Self>, Failure> {
        if !args.debug {
            return Ok(None);
        }
        let stream = stream().map_err(|error| {
            let message = format!("--debug: standard input is no socket of a debugger: {error}");
            Failure::new(Exit::Usage, message)
        })?;
        let hub = Arc::new(DebugHub::new(DebugOptions {
            all_traffic: true,
            limits: DebugLimits::none(),
            server: concat!("mailstop ", env!("CARGO_PKG_VERSION")).to_owned(),
            workbench: Workbench::new(mta_hooks::catalog(), || mta_hooks::library(None)),
        }));
        hub.publish(generation(programs, read));
        let (is_over, over) = watch::channel(false);
        let (gone, is_gone) = watch::channel(false);
        let served = Arc::clone(&hub);
        let thread = std::thread::spawn(move || {
            // A debugger that cannot be served is gone.
            let _ = serve(stream, served, over);
            gone.send_replace(true);
        });
        let stops_on_entry = AtomicBool::new(args.stop_on_entry);
        let debugger = Self { hub, stops_on_entry, is_over, is_gone, thread };
        debugger.wait()?;
        Ok(Some(debugger))
    }

    fn wait(&self) -> Result<(), Failure> {
        let has_begun = runtime()?.block_on(async {
            tokio::select! {
                () = self.hub.started() => true,
                () = self.gone() => false,
            }
        });
        match has_begun {
            true => Ok(()),
            false => Err(Failure::new(Exit::Interrupted, "the debugger left before it began")),
        }
    }

    /// Binds a script to the debugger; nothing when the debugger only lets it run.
    pub(crate) fn bind(&self, id: &str, name: &str) -> Option<StageLink> {
        self.hub.join(id, name)
    }

    /// Begins the run of a script, which may have to stop at this place first.
    pub(crate) fn enter<'a>(
        &self,
        link: &'a StageLink,
        file: &str,
        function: Option<&str>,
    ) -> DebugLink<'a> {
        let run = link.enter("");
        match self.stops_on_entry() {
            false => run,
            true => run.stop_at(Entry { file: Arc::from(file), function: function.map(Arc::from) }),
        }
    }

    /// Whether a run is to stop where it begins. Only the first one is.
    pub(crate) fn stops_on_entry(&self) -> bool {
        self.stops_on_entry.swap(false, Ordering::Relaxed)
    }

    /// Waits until the debugger is gone.
    pub(crate) async fn gone(&self) {
        // A thread that failed serves nobody any more.
        let _ = self.is_gone.clone().wait_for(|is_gone| *is_gone).await;
    }

    /// Tells the debugger what is left to tell, and closes.
    pub(crate) fn close(self) {
        self.is_over.send_replace(true);
        // A thread that failed has told what it could.
        let _ = self.thread.join();
    }
}

/// Waits until the debugger is gone; forever without one.
pub(crate) async fn gone(debugger: Option<&Debugger>) {
    match debugger {
        Some(debugger) => debugger.gone().await,
        None => std::future::pending().await,
    }
}

/// Standard input, which must be a connected socket.
fn stream() -> io::Result<UnixStream> {
    let stream = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    stream.peer_addr()?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

fn serve(stream: UnixStream, hub: Arc<DebugHub>, is_over: watch::Receiver<bool>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let stream = tokio::net::UnixStream::from_std(stream)?;
        mta::control::debug::serve(stream, hub, is_over).await
    })
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::new(Exit::Findings, error))
}

/// Programs, and the texts that their authors wrote.
fn generation(programs: Vec<Arc<Program>>, read: impl Fn(&str) -> Option<Arc<[u8]>>) -> Generation {
    let files = programs.iter().flat_map(|program| &program.files);
    let texts: HashMap<Arc<str>, Arc<[u8]>> =
        files.filter_map(|file| Some((Arc::clone(&file.name), read(&file.name)?))).collect();
    Generation::new("", programs, Arc::new(move |name| texts.get(name).cloned()))
}
