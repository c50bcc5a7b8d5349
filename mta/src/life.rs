//! The life of a server: what its main thread does from start to stop.
//!
//! The main thread accepts connections and answers the control API and the inbox; connections and
//! deliveries run on the workers.
//!
//! *Invariant.* The end has an order: nothing new is accepted; messages that are being received
//! finish; then deliveries; then what they reported is flushed.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use hsl_host::RealWorld;
use hsl_vm::World;
use tokio::task::JoinSet;

use crate::connection;
use crate::control::{ControlSocket, ControlState};
use crate::delivery;
use crate::listener;
use crate::server::Server;
use crate::sink::Sink;
use crate::sockets::Bound;
use crate::worker::Workers;

/// How long a message that is being received, and then a delivery, may take to finish.
const GRACE: Duration = Duration::from_secs(10);

/// Everything that was opened before the start.
pub(crate) struct Open {
    pub(crate) sockets: Vec<Bound>,
    pub(crate) control: ControlSocket,
    pub(crate) sink: Option<Sink>,
}

/// Starts workers and the main thread.
pub(crate) fn start(server: &Arc<Server>, open: Open) -> io::Result<JoinHandle<()>> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = Workers::start(cores, GRACE)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let server = Arc::clone(server);
    let main = std::thread::Builder::new().name("mailstop".to_owned());
    main.spawn(move || runtime.block_on(live(server, open, workers)))
}

async fn live(server: Arc<Server>, open: Open, workers: Workers) {
    let workers = Arc::new(workers);
    let mut accepting = JoinSet::new();
    for bound in open.sockets {
        let (server, workers) = (Arc::clone(&server), Arc::clone(&workers));
        let serverid: Arc<str> = bound.server.as_str().into();
        accepting.spawn(async move {
            let address = bound.address.clone();
            let serve = |socket| connection::serve(&server, &workers, &serverid, socket);
            if let Err(error) = listener::accept(bound, serve).await {
                tracing::error!(address, %error, "cannot accept");
            }
        });
    }
    let mut services = JoinSet::new();
    let state: Arc<dyn ControlState> = Arc::clone(&server) as _;
    services.spawn(async move {
        if let Err(error) = open.control.serve(state).await {
            tracing::error!(%error, "the control API ended");
        }
    });
    if let Some(sink) = open.sink {
        services.spawn(sink.serve());
    }
    deliver(&server, &workers);
    server.shutdown.begun().await;
    accepting.shutdown().await;
    finish(&server).await;
    services.shutdown().await;
    // The accepting tasks are gone, so this is the last owner.
    if let Some(workers) = Arc::into_inner(workers) {
        workers.finish();
    }
}

/// Starts to deliver on every worker.
fn deliver(server: &Arc<Server>, workers: &Workers) {
    // New tasks go to the least loaded worker, so each gets one.
    for _ in workers.load() {
        let server = Arc::clone(server);
        workers.spawn(move |local| async move {
            let echo = |line: &[u8]| tracing::info!("{}", String::from_utf8_lossy(line));
            let world: Rc<dyn World> = Rc::new(RealWorld::new(server.hostname.as_str(), echo));
            delivery::serve(server, local, world).await;
        });
    }
}

/// Lets what was begun come to its end.
async fn finish(server: &Server) {
    // Whoever stands at a breakpoint goes on.
    server.hub.close();
    if tokio::time::timeout(GRACE, server.connections.none()).await.is_err() {
        tracing::warn!(open = server.connections.all(), "connections did not end in time");
    }
    server.queue.close(GRACE).await;
}
