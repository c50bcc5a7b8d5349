//! The byte stream of a connection, with what waits to be sent.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{timeout, timeout_at};

/// Replies that are collected before they are sent although more input is there.
const FULL: usize = 16 * 1024;
/// Read at once while commands come in; most clients are silent most of the time.
const COMMANDS: usize = 4 * 1024;
/// Read at once while message data comes in.
const DATA: usize = 64 * 1024;
/// How long, and how much, a client may send after we closed, so that it still reads our reply.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 256 * 1024;

/// A stream with its buffers.
pub(super) struct Wire<S> {
    stream: S,
    out: Vec<u8>,
    input: Vec<u8>,
    patience: Duration,
}

/// Why waiting ended.
pub(super) enum Woken {
    /// This many bytes came in; none at the end of the stream.
    Received(usize),
    /// The deadline passed.
    Late,
    /// The server stops.
    Stopped,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        let patience = Duration::from_secs(300);
        Self { stream, out: Vec::new(), input: Vec::new(), patience }
    }

    /// How long a client may take to read what we send.
    pub(super) fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Puts bytes in line.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// Whether so much waits that it should be sent.
    pub(super) fn is_full(&self) -> bool {
        self.out.len() >= FULL
    }

    /// Sends what waits.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        if self.out.is_empty() {
            return Ok(());
        }
        let sent = timeout(self.patience, self.stream.write_all(&self.out)).await;
        self.out.clear();
        sent.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    /// Does some work. When it has to wait, the client gets what is in line meanwhile.
    pub(super) async fn flush_while<T>(&mut self, work: impl Future<Output = T>) -> io::Result<T> {
        let mut work = pin!(work);
        let once = poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => Poll::Ready(None),
        });
        if let Some(done) = once.await {
            return Ok(done);
        }
        self.flush().await?;
        Ok(work.await)
    }

    /// Waits for bytes, the deadline or the wish to stop.
    pub(super) async fn wait(
        &mut self,
        data: bool,
        deadline: Instant,
        stop: impl Future<Output = ()>,
    ) -> io::Result<Woken> {
        let size = if data { DATA } else { COMMANDS };
        if self.input.len() != size {
            // Zeroed once per change, not per read; an idle client keeps the small one.
            self.input = vec![0; size];
        }
        tokio::select! {
            biased;
            () = stop => Ok(Woken::Stopped),
            read = timeout_at(deadline.into(), self.stream.read(&mut self.input)) => match read {
                Ok(count) => count.map(Woken::Received),
                Err(_) => Ok(Woken::Late),
            }
        }
    }

    /// The bytes of the last wait.
    pub(super) fn received(&self, count: usize) -> &[u8] {
        &self.input[..count]
    }

    /// Sends what waits and closes.
    ///
    /// A socket that is closed with unread input sends a reset, and the client may lose our last
    /// reply; so some of what it still sends is read and dropped.
    pub(super) async fn close(&mut self) -> io::Result<()> {
        self.flush().await?;
        timeout(self.patience, self.stream.shutdown())
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let _ = timeout(LINGER, self.drain()).await;
        Ok(())
    }

    async fn drain(&mut self) {
        let mut rest = LINGER_BYTES;
        let mut buffer = [0; COMMANDS];
        while let Ok(count) = self.stream.read(&mut buffer).await {
            if count == 0 || count > rest {
                return;
            }
            rest -= count;
        }
    }
}
