//! Scripts that reach other machines: real peers on loopback, started by the tests.
//!
//! Tests with a program of the system (nginx, socat, nsd) say that they are skipped when it is not
//! installed.

#[expect(dead_code, reason = "the tests of running use the rest")]
#[path = "../running/script.rs"]
mod script;

mod dkim;
mod dns;
mod http;
mod peers;
mod smtp;
mod sockets;
mod tls;
mod zones;

use std::sync::Arc;
use std::time::Duration;

use hsl_host::{Host, NetworkOptions, ServiceOptions, Services};
use script::{Script, Worker};

/// A host with these settings.
fn host(options: ServiceOptions) -> Host {
    Host::new(Arc::new(Services::new(ServiceOptions { hostname: "me.example".into(), ..options })))
}

fn with_network(network: NetworkOptions) -> Host {
    host(ServiceOptions { network, ..ServiceOptions::default() })
}

/// What a program prints, or its error.
async fn printed(host: &Host, text: &str) -> Vec<String> {
    let mut script = Script::new(text);
    script.time = Duration::from_secs(20);
    let ended = script.run(host).await;
    let mut lines = script.printed();
    if let Err(trap) = ended {
        lines.push(trap.to_string());
    }
    lines
}

/// Runs on a worker's thread.
fn on_worker<T>(work: impl Future<Output = T>) -> T {
    Worker::new().run(work)
}
