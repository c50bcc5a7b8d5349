//! The pipes and the socket around the machine.
//!
//! Invariants: when the editor's stream ends, the socket is closed, and with it the stage.

use std::path::Path;

use anyhow::Context as _;
use control_client::{ClientError, DebugSocket};
use mta_control::frame::FromServer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::adapter::{Adapter, Effect};
use crate::wire::{Decoder, encode};

/// Serves an editor on standard input and output until it leaves.
///
/// # Errors
/// When the runtime cannot start or the streams are not of the protocol.
pub fn run_stdio() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let result = runtime.block_on(run(tokio::io::stdin(), tokio::io::stdout()));
    // A read of standard input may still block its thread.
    runtime.shutdown_background();
    result
}

/// Serves an editor on any pair of streams until it leaves.
///
/// # Errors
/// When the streams break or are not of the protocol.
pub async fn run(
    mut reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin,
) -> anyhow::Result<()> {
    let mut driver = Driver { adapter: Adapter::default(), writer, socket: None };
    let mut decoder = Decoder::default();
    let mut buffer = vec![0; 16 << 10];
    loop {
        tokio::select! {
            read = reader.read(&mut buffer) => {
                let length = read.context("cannot read from the editor")?;
                if length == 0 {
                    break;
                }
                decoder.push(&buffer[..length]);
                while let Some(message) = decoder.next_message()? {
                    driver.adapter.editor_sent(&message);
                    if driver.carry_out().await? {
                        return driver.close().await;
                    }
                }
            }
            frame = receive(&mut driver.socket) => {
                driver.server_sent(frame);
                if driver.carry_out().await? {
                    break;
                }
            }
        }
    }
    driver.close().await
}

/// What holds the machine's ends together.
struct Driver<W> {
    adapter: Adapter,
    writer: W,
    socket: Option<DebugSocket>,
}

impl<W: AsyncWrite + Unpin> Driver<W> {
    fn server_sent(&mut self, frame: Result<Option<FromServer>, ClientError>) {
        match frame {
            Ok(Some(frame)) => self.adapter.server_sent(frame),
            Ok(None) => self.lost("the server closed the debug session"),
            Err(error) => self.lost(&error.to_string()),
        }
    }

    fn lost(&mut self, why: &str) {
        self.socket = None;
        self.adapter.server_gone(why);
    }

    /// Does what the machine wants; true when it wants to end.
    async fn carry_out(&mut self) -> anyhow::Result<bool> {
        while let Some(effect) = self.adapter.next_effect() {
            match effect {
                Effect::Editor(text) => {
                    self.writer.write_all(&encode(&text)).await.context("the editor is gone")?;
                }
                Effect::Connect(path) => self.connect(&path).await,
                Effect::Server { id, request } => {
                    if let Some(socket) = &mut self.socket
                        && let Err(error) = socket.send(id, request).await
                    {
                        self.lost(&error.to_string());
                    }
                }
                Effect::End => return Ok(true),
            }
        }
        self.writer.flush().await.context("the editor is gone")?;
        Ok(false)
    }

    async fn connect(&mut self, path: &Path) {
        match DebugSocket::connect(path).await {
            Ok(socket) => {
                self.socket = Some(socket);
                self.adapter.connected();
            }
            Err(error) => self.adapter.not_connected(&error.to_string()),
        }
    }

    async fn close(mut self) -> anyhow::Result<()> {
        if let Some(socket) = self.socket.take() {
            socket.close().await;
        }
        self.writer.flush().await.context("the editor is gone")
    }
}

/// The next frame, or never while there is no socket.
async fn receive(socket: &mut Option<DebugSocket>) -> Result<Option<FromServer>, ClientError> {
    match socket {
        Some(socket) => socket.receive().await,
        None => std::future::pending().await,
    }
}
