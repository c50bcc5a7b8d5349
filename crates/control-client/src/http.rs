//! Questions over HTTP.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use mta_control::api::{Problem, Queue, QueueQuery, Status};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;

use crate::ClientError;

/// Longest body the client reads.
pub const MAX_BODY: usize = 16 << 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the server behind one socket. Each question opens a connection.
#[derive(Clone, Debug)]
pub struct Client {
    socket: PathBuf,
}

impl Client {
    /// A client of the server at this socket; nothing is opened yet.
    pub fn new(socket: impl Into<PathBuf>) -> Self {
        Self { socket: socket.into() }
    }

    /// The socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// What the server does.
    ///
    /// # Errors
    /// [`ClientError`], by cause.
    pub async fn status(&self) -> Result<Status, ClientError> {
        self.get("/v1/status").await
    }

    /// A page of the queue.
    ///
    /// # Errors
    /// [`ClientError`], by cause.
    pub async fn queue(&self, query: &QueueQuery) -> Result<Queue, ClientError> {
        self.get(&format!("/v1/queue?offset={}&limit={}", query.offset, query.limit)).await
    }

    /// Asks any path for JSON.
    ///
    /// # Errors
    /// [`ClientError`], by cause.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.call(Method::GET, path, &()).await
    }

    /// Calls any path with a JSON body, unless that is nothing.
    ///
    /// # Errors
    /// [`ClientError`], by cause.
    pub(crate) async fn call<Q: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &Q,
    ) -> Result<T, ClientError> {
        let body = serde_json::to_vec(body).map_err(broken)?;
        let ask = async {
            let response = self.send(method, path, body).await?;
            let status = response.status();
            let body = read(response.into_body()).await?;
            if status.is_success() {
                return serde_json::from_slice(&body).map_err(answer);
            }
            Err(refusal(status.as_u16(), &body))
        };
        within(PATIENCE, ask).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Incoming>, ClientError> {
        let stream = connect(&self.socket).await?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        // The connection ends by itself when the response has been read.
        tokio::spawn(connection);
        let request = Request::builder().method(method).uri(path).header("host", "mailstop");
        let request = match body.as_slice() {
            b"null" => request.body(Full::<Bytes>::default()),
            _ => request.header("content-type", "application/json").body(Full::from(body)),
        };
        sender.send_request(request.map_err(broken)?).await.map_err(broken)
    }
}

pub(crate) async fn connect(socket: &Path) -> Result<UnixStream, ClientError> {
    UnixStream::connect(socket)
        .await
        .map_err(|source| ClientError::Connect { path: socket.to_owned(), source })
}

pub(crate) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(ClientError::Late(limit.as_secs())))
}

async fn read(body: Incoming) -> Result<Bytes, ClientError> {
    let whole = Limited::new(body, MAX_BODY).collect().await;
    whole.map(|whole| whole.to_bytes()).map_err(broken)
}

fn refusal(status: u16, body: &[u8]) -> ClientError {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let message = match problem.message.is_empty() {
        true => format!("the server answered with status {status}"),
        false => problem.message,
    };
    ClientError::Refused { status, error: problem.error, message, findings: problem.findings }
}

fn broken(error: impl std::fmt::Display) -> ClientError {
    ClientError::Broken(error.to_string())
}

fn answer(error: serde_json::Error) -> ClientError {
    ClientError::Answer(error.to_string())
}
