//! Peers: programs of the system, and small servers of our own.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A program that ends with the test.
pub(crate) struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn start(command: &mut Command) -> Program {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Program(command.spawn().expect("the program starts"))
}

/// A port that nobody uses now.
pub(crate) fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Waits until something holds, 10 seconds at most.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(10);
    // Programs of the system tell nobody when they are ready.
    let mut again = tokio::time::interval(Duration::from_millis(5));
    while !holds().await {
        assert!(Instant::now() < deadline, "{what} did not happen");
        again.tick().await;
    }
}

pub(crate) async fn listening(port: u16) {
    until("listening", async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
}

/// A server that gives the same bytes to each connection after its first request, and what it was
/// sent.
pub(crate) async fn canned(
    answer: impl Into<Vec<u8>>,
) -> (SocketAddr, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let answer = answer.into();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 64 << 10];
            let count = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..count]).into_owned();
            let _ = sender.send(text);
            let _ = stream.write_all(&answer).await;
        }
    });
    (address, receiver)
}

/// A server that takes connections and says nothing; tells when the peer closed one.
pub(crate) async fn silent() -> (SocketAddr, tokio::sync::mpsc::UnboundedReceiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let mut rest = [0; 1024];
                while !matches!(stream.read(&mut rest).await, Ok(0) | Err(_)) {}
                let _ = sender.send(());
            });
        }
    });
    (address, receiver)
}
