//! HTTP requests of scripts.
//!
//! Invariants: a request ends within its time limits, and so do its redirects together; credentials
//! do not follow a redirect to another origin; an answer is never larger than its limit. Answers are
//! asked for and read without content codings, so none can expand.
//!
//! Sources: RFC 9110 §15.4 (redirects), RFC 9112.

mod background;
mod exchange;
mod proxy;
mod target;

use std::sync::Arc;
use std::time::Duration;

use hsl_vm::request::{
    Background, HttpAnswer, HttpBody, HttpRequest, NetworkError, Response, Slot, Upload,
};
use hyper::body::Bytes;
use rustix::io::Errno;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::dial::within;
use super::{NetworkOptions, Outbound, error};
use crate::dns::Dns;
use background::Queues;
use exchange::{Exchange, Payload};
use proxy::Proxies;
use target::Target;

/// Most redirects when a script follows any number.
const MAX_REDIRECTS: u32 = 50;
/// Longest transfer of a request in the background without a limit of its own: nothing else ends it.
const BACKGROUND: Duration = Duration::from_secs(300);

/// The HTTP client.
#[derive(Debug)]
pub(crate) struct Http {
    time: Option<Duration>,
    size: u64,
    proxies: Proxies,
    queues: Queues,
}

/// A request whose body comes in parts.
struct Streaming {
    parts: mpsc::Sender<Bytes>,
    task: Aborting<Result<HttpAnswer, NetworkError>>,
}

/// A task that ends with its holder.
struct Aborting<T>(JoinHandle<T>);

impl<T> Drop for Aborting<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Http {
    pub(super) fn new(options: &NetworkOptions) -> Self {
        Self {
            time: options.http_time,
            size: options.http_size,
            proxies: Proxies::of_system(),
            queues: Queues::new(options.http_queues),
        }
    }

    /// Waits until nothing is left to do in the background, or the time is over.
    pub(crate) async fn settle(&self, limit: Duration) {
        self.queues.settle(limit).await;
    }
}

/// Answers a request.
pub(crate) async fn serve(
    outbound: &Arc<Outbound>,
    dns: &Arc<Dns>,
    mut request: HttpRequest,
    body: HttpBody,
) -> Response {
    let payload = match body {
        HttpBody::None => None,
        HttpBody::Bytes(bytes) => Some(Bytes::from(bytes)),
        HttpBody::Stream(slot) => return begin(outbound, dns, request, &slot),
    };
    match request.background.take() {
        Some(background) => queue(outbound, dns, request, payload, background),
        None => {
            let payload = payload.map_or(Payload::None, Payload::Bytes);
            Response::Http(run(outbound, dns, &request, payload).await)
        }
    }
}

/// Begins a request whose body is not yet known.
fn begin(outbound: &Arc<Outbound>, dns: &Arc<Dns>, request: HttpRequest, slot: &Slot) -> Response {
    let (parts, source) = mpsc::channel(1);
    let (outbound, dns) = (Arc::clone(outbound), Arc::clone(dns));
    let task =
        tokio::spawn(async move { run(&outbound, &dns, &request, Payload::Stream(source)).await });
    slot.put(Streaming { parts, task: Aborting(task) });
    Response::Done
}

fn queue(
    outbound: &Arc<Outbound>,
    dns: &Arc<Dns>,
    mut request: HttpRequest,
    payload: Option<Bytes>,
    background: Background,
) -> Response {
    request.timeout = request.timeout.or(outbound.http.time).or(Some(BACKGROUND));
    let (outbound, dns, request) = (Arc::clone(outbound), Arc::clone(dns), Arc::new(request));
    let again = Arc::clone(&outbound);
    outbound.http.queues.push(background, move || {
        let (outbound, dns, request) = (Arc::clone(&again), Arc::clone(&dns), Arc::clone(&request));
        let payload = payload.clone().map_or(Payload::None, Payload::Bytes);
        async move { run(&outbound, &dns, &request, payload).await }
    });
    Response::Done
}

/// Answers a part of the body of a request.
pub(crate) async fn upload(step: Upload) -> Response {
    match step {
        Upload::Chunk(slot, part) => {
            let Some(streaming) = slot.take::<Streaming>() else { return no_upload() };
            // What ended early tells why when it is finished.
            let sent = streaming.parts.send(part.into()).await;
            slot.put(streaming);
            match sent {
                Ok(()) => Response::Done,
                Err(_) => Response::Failed("the server wants no more".into()),
            }
        }
        Upload::Finish(slot) => finish(&slot).await,
    }
}

async fn finish(slot: &Slot) -> Response {
    let Some(Streaming { parts, mut task }) = slot.take::<Streaming>() else { return no_upload() };
    drop(parts);
    let ended = (&mut task.0).await;
    Response::Http(ended.unwrap_or_else(|_| Err(error(Errno::IO, "the request was given up"))))
}

fn no_upload() -> Response {
    Response::Failed("there is no request to upload to".into())
}

/// Makes a request and those that redirects lead to.
async fn run(
    outbound: &Outbound,
    dns: &Dns,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpAnswer, NetworkError> {
    let http = &outbound.http;
    let most = request.redirects.unwrap_or(MAX_REDIRECTS).min(MAX_REDIRECTS);
    let mut exchange = Exchange::new(request, payload, request.max_size.unwrap_or(http.size))?;
    // Connecting has a limit of its own for each hop.
    let connecting = request.connect_timeout.saturating_mul(most + 1);
    let limit = request.timeout.or(http.time).map(|time| time.saturating_add(connecting));
    let work = async {
        for _ in 0..most {
            let answer = exchange.make(outbound, dns, &http.proxies).await?;
            match exchange.redirected(&answer)? {
                Some(next) => exchange = next,
                None => return Ok(answer),
            }
        }
        exchange.make(outbound, dns, &http.proxies).await
    };
    match limit {
        Some(limit) => within(limit, &format!("the request to {}", request.url), work).await,
        None => work.await,
    }
}
