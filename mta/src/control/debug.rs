//! Debug sessions as WebSockets: on the control socket, or over a stream of their own.
//!
//! Invariants: a session whose peer is silent for three heartbeats is ended, and with it everything
//! it armed.
//!
//! Not here: what a session does (`hsl_host::debug`).

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use hsl_host::debug::{DebugHub, Outgoing, Session};
use mta_control::frame::MAX_FRAME;
use tokio::io::{AsyncRead, Join, ReadBuf};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{oneshot, watch};

const HEARTBEAT: Duration = Duration::from_secs(5);
const MISSED_HEARTBEATS: u32 = 3;
/// Longest time a frame waits for a peer that does not read.
const SEND_PATIENCE: Duration = Duration::from_secs(10);

/// Where sessions are opened.
pub(super) const PATH: &str = "/v1/debug";

/// Serves the one debugger at the other end of a stream, as the control socket does, until it is
/// gone, or `is_over` is true and all is told.
///
/// # Errors
/// When the stream cannot be served.
pub async fn serve(
    stream: UnixStream,
    hub: Arc<DebugHub>,
    is_over: watch::Receiver<bool>,
) -> io::Result<()> {
    let (open, closed) = oneshot::channel();
    let (reader, writer) = stream.into_split();
    let io = tokio::io::join(Reader { half: reader, _open: open }, writer);
    let session = move |upgrade: WebSocketUpgrade| {
        let mut is_over = is_over.clone();
        let ended = async move {
            // Whoever could end it is gone.
            let _ = is_over.wait_for(|is_over| *is_over).await;
        };
        std::future::ready(self::open(upgrade, hub.clone(), None, ended))
    };
    let router = Router::new().route(PATH, get(session));
    tokio::select! {
        served = axum::serve(One(Some(io)), router).into_future() => served,
        _ = closed => Ok(()),
    }
}

/// Answers a request to open a session.
pub(super) fn open(
    upgrade: WebSocketUpgrade,
    hub: Arc<DebugHub>,
    uid: Option<u32>,
    ended: impl Future<Output = ()> + Send + 'static,
) -> Response {
    let upgrade = upgrade.max_message_size(MAX_FRAME).max_frame_size(MAX_FRAME);
    upgrade.on_upgrade(move |socket| async move {
        let (session, outgoing) = hub.open();
        tracing::info!(uid, "debug session opened");
        converse(socket, &session, outgoing, ended).await;
        tracing::info!(uid, "debug session closed");
    })
}

/// Carries frames until either side is gone. Dropping the session ends its stages.
async fn converse(
    mut socket: WebSocket,
    session: &Session,
    mut outgoing: Outgoing,
    ended: impl Future<Output = ()>,
) {
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    let mut ended = std::pin::pin!(ended);
    let mut missed = 0;
    loop {
        let frame = tokio::select! {
            message = socket.recv() => {
                missed = 0;
                match message {
                    Some(Ok(Message::Text(text))) => session.call(text.as_bytes()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                }
                continue;
            }
            frame = outgoing.next() => match frame {
                Some(text) => Message::text(text),
                None => return,
            },
            _ = heartbeat.tick() => {
                session.tick();
                missed += 1;
                if missed > MISSED_HEARTBEATS {
                    return;
                }
                Message::Ping(Vec::new().into())
            }
            () = &mut ended => return take_leave(&mut socket, &mut outgoing).await,
        };
        if !send(&mut socket, frame).await {
            return;
        }
    }
}

/// Tells what is left to tell, and says goodbye.
async fn take_leave(socket: &mut WebSocket, outgoing: &mut Outgoing) {
    while let Some(text) = outgoing.waiting() {
        if !send(socket, Message::text(text)).await {
            return;
        }
    }
    send(socket, Message::Close(None)).await;
}

async fn send(socket: &mut WebSocket, frame: Message) -> bool {
    matches!(tokio::time::timeout(SEND_PATIENCE, socket.send(frame)).await, Ok(Ok(())))
}

/// A stream that is open already.
type Stream = Join<Reader, OwnedWriteHalf>;

/// Hands out one stream and no other.
struct One(Option<Stream>);

impl axum::serve::Listener for One {
    type Io = Stream;
    type Addr = ();

    async fn accept(&mut self) -> (Stream, ()) {
        match self.0.take() {
            Some(stream) => (stream, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The half that is read; whoever waits for its end learns when the stream is dropped.
struct Reader {
    half: OwnedReadHalf,
    _open: oneshot::Sender<()>,
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.half).poll_read(context, buffer)
    }
}
