//! The WebSocket of `GET /v1/debug`.
//!
//! Invariants: text frames only; pings are answered while [`DebugSocket::receive`] is polled, so a
//! client that no longer reads is dropped by the server.

use std::path::Path;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use mta_control::debug::Request;
use mta_control::frame::{self, FromServer, MAX_FRAME};
use tokio::net::UnixStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::ClientError;
use crate::http::{connect, within};

const PATIENCE: Duration = Duration::from_secs(10);

/// A debug session as frames.
#[derive(Debug)]
pub struct DebugSocket {
    socket: WebSocketStream<UnixStream>,
}

impl DebugSocket {
    /// Opens the WebSocket; the first call must be `hello`.
    ///
    /// # Errors
    /// [`ClientError`] when nothing listens or the server does not offer debugging.
    pub async fn connect(path: &Path) -> Result<Self, ClientError> {
        within(PATIENCE, async { upgrade(connect(path).await?).await }).await
    }

    /// Opens the WebSocket over the stream of a program that was started for its debugger. That
    /// program may take its time to get ready: it compiles first.
    ///
    /// # Errors
    /// [`ClientError`] when the program ends before, or is no such program.
    pub async fn over(stream: UnixStream) -> Result<Self, ClientError> {
        upgrade(stream).await
    }

    /// Sends a call.
    ///
    /// # Errors
    /// When the connection is gone.
    pub async fn send(&mut self, id: u64, request: Request) -> Result<(), ClientError> {
        let text = frame::write_call(id, request);
        self.socket.send(Message::text(text)).await.map_err(|e| ClientError::Broken(e.to_string()))
    }

    /// The next reply or event; `None` when the server closed. May be dropped and called again.
    ///
    /// # Errors
    /// When the connection broke, or the frame is not of the protocol.
    pub async fn receive(&mut self) -> Result<Option<FromServer>, ClientError> {
        while let Some(message) = self.socket.next().await {
            match message.map_err(|e| ClientError::Broken(e.to_string()))? {
                Message::Text(text) => return read(text.as_bytes()).map(Some),
                Message::Close(_) => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Says goodbye; the server ends the stages of this session either way.
    pub async fn close(mut self) {
        // A connection that is already gone is closed enough.
        let _ = self.socket.close(None).await;
    }
}

async fn upgrade(stream: UnixStream) -> Result<DebugSocket, ClientError> {
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME))
        .max_frame_size(Some(MAX_FRAME));
    let url = "ws://mailstop/v1/debug";
    let upgraded = tokio_tungstenite::client_async_with_config(url, stream, Some(limits)).await;
    let (socket, _) = upgraded.map_err(|e| ClientError::Broken(e.to_string()))?;
    Ok(DebugSocket { socket })
}

fn read(text: &[u8]) -> Result<FromServer, ClientError> {
    frame::read_from_server(text).map_err(|e| ClientError::Answer(e.to_string()))
}
