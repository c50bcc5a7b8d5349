//! The pipes, the socket and the process around the machine.
//!
//! Invariants: when the editor's stream ends, the socket is closed, and with it the stage; what a
//! program printed before a frame is told before the frame.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use anyhow::Context as _;
use control_client::{ClientError, DebugSocket};
use mta_control::frame::FromServer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::adapter::{Adapter, Effect};
use crate::debuggee::{Debuggee, Told};
use crate::launch::Program;
use crate::wire::{Decoder, encode};

/// Most pieces of output that go before a frame, so that a flood does not hold it up.
const MOST_BEFORE: usize = 64;

/// Serves an editor on standard input and output until it leaves.
///
/// # Errors
/// When the runtime cannot start or the streams are not of the protocol.
pub fn run_stdio() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let command = std::env::current_exe().context("cannot tell what this command is")?;
    let result = runtime.block_on(run(tokio::io::stdin(), tokio::io::stdout(), command));
    // A read of standard input may still block its thread.
    runtime.shutdown_background();
    result
}

/// Serves an editor on any pair of streams until it leaves. Programs that it launches are
/// subcommands of this command.
///
/// # Errors
/// When the streams break or are not of the protocol.
pub async fn run(
    mut reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin,
    command: PathBuf,
) -> anyhow::Result<()> {
    let adapter = Adapter::default();
    let mut driver = Driver { adapter, writer, command, socket: Socket::Closed, debuggee: None };
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
                continue;
            }
            told = told(&mut driver.debuggee) => driver.program_told(told),
            news = driver.socket.news() => driver.server_sent(news).await,
        }
        if driver.carry_out().await? {
            break;
        }
    }
    driver.close().await
}

/// What holds the machine's ends together.
struct Driver<W> {
    adapter: Adapter,
    writer: W,
    command: PathBuf,
    socket: Socket,
    debuggee: Option<Debuggee>,
}

type Opening = Pin<Box<dyn Future<Output = Result<DebugSocket, ClientError>> + Send>>;

/// The way to the server or program.
enum Socket {
    Closed,
    /// A program gets ready.
    Opening(Opening),
    Open(Box<DebugSocket>),
}

/// What comes that way.
enum News {
    Opened(Result<DebugSocket, ClientError>),
    Frame(Result<Option<FromServer>, ClientError>),
}

impl Socket {
    /// The next, or never while it is closed. May be dropped and called again.
    async fn news(&mut self) -> News {
        match self {
            Self::Closed => std::future::pending().await,
            Self::Opening(opening) => News::Opened(opening.await),
            Self::Open(socket) => News::Frame(socket.receive().await),
        }
    }
}

impl<W: AsyncWrite + Unpin> Driver<W> {
    async fn server_sent(&mut self, news: News) {
        for _ in 0..MOST_BEFORE {
            let Some(debuggee) = &mut self.debuggee else { break };
            let Some((stream, text)) = debuggee.said_already().await else { break };
            self.adapter.program_said(stream, &text);
        }
        match news {
            News::Opened(Ok(socket)) => {
                self.socket = Socket::Open(Box::new(socket));
                self.adapter.connected();
            }
            News::Frame(Ok(Some(frame))) => self.adapter.server_sent(frame),
            News::Frame(Ok(None)) => self.lost("the server closed the debug session"),
            News::Opened(Err(error)) | News::Frame(Err(error)) => self.lost(&error.to_string()),
        }
    }

    fn program_told(&mut self, told: Told) {
        match told {
            Told::Said(stream, text) => self.adapter.program_said(stream, &text),
            Told::Ended(code) => {
                self.debuggee = None;
                self.socket = Socket::Closed;
                self.adapter.program_ended(code);
            }
        }
    }

    fn lost(&mut self, why: &str) {
        self.socket = Socket::Closed;
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
                Effect::Start(program) => self.start(&program),
                Effect::Server { id, request } => {
                    if let Socket::Open(socket) = &mut self.socket
                        && let Err(error) = socket.send(id, request).await
                    {
                        self.lost(&error.to_string());
                    }
                }
                Effect::HangUp => self.socket = Socket::Closed,
                Effect::End => return Ok(true),
            }
        }
        self.writer.flush().await.context("the editor is gone")?;
        Ok(false)
    }

    async fn connect(&mut self, path: &Path) {
        match DebugSocket::connect(path).await {
            Ok(socket) => {
                self.socket = Socket::Open(Box::new(socket));
                self.adapter.connected();
            }
            Err(error) => self.adapter.not_connected(&error.to_string()),
        }
    }

    fn start(&mut self, program: &Program) {
        match Debuggee::start(&self.command, program) {
            Ok((debuggee, stream)) => {
                self.debuggee = Some(debuggee);
                self.socket = Socket::Opening(Box::pin(DebugSocket::over(stream)));
            }
            Err(error) => {
                let command = self.command.display();
                self.adapter.not_connected(&format!("cannot start {command}: {error}"));
            }
        }
    }

    async fn close(mut self) -> anyhow::Result<()> {
        if let Socket::Open(socket) = self.socket {
            socket.close().await;
        }
        self.writer.flush().await.context("the editor is gone")
    }
}

/// The next that a program does, or never while there is none.
async fn told(debuggee: &mut Option<Debuggee>) -> Told {
    match debuggee {
        Some(debuggee) => debuggee.told().await,
        None => std::future::pending().await,
    }
}
