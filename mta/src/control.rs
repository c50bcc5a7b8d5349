//! The control API: HTTP and JSON on a UNIX socket, debug sessions as WebSockets.
//!
//! Invariants: the socket belongs to owner and group only (mode 0660); a second server never takes
//! the socket of one that runs.
//!
//! Not here: the types (`mta-control`), debug sessions ([`debug`]), where the figures come from ([`ControlState`] is implemented where they are).

pub mod debug;
pub mod rules;

use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::connect_info::Connected;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::IncomingStream;
use axum::{Json, Router};
use hsl_host::debug::DebugHub;
use mta_control::api::{Problem, Queue, QueueQuery, Status};
use tokio::net::UnixListener;

use rules::RuleControl;

/// What the control API shows of a server.
pub trait ControlState: Send + Sync + 'static {
    /// Body of `GET /v1/status`.
    fn status(&self) -> Status;

    /// Body of `GET /v1/queue`.
    fn queue(&self, query: &QueueQuery) -> Queue;

    /// Body of `GET /v1/metrics`.
    fn metrics(&self) -> String;

    /// What keeps queued mail back.
    fn rules(&self) -> &dyn RuleControl;

    /// Where debug sessions go; `None` where debugging is off.
    fn debug(&self) -> Option<Arc<DebugHub>>;
}

/// Why the control socket cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another server answers there.
    #[error("another server runs at {0}")]
    InUse(PathBuf),
    /// Something that is no socket is in the way.
    #[error("{0} is in the way and is no socket")]
    Blocked(PathBuf),
    /// The system refused.
    #[error("cannot open the control socket {path}: {source}")]
    Open {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// An open control socket. The file goes away when it is dropped.
#[derive(Debug)]
pub struct ControlSocket {
    path: PathBuf,
    listener: std::os::unix::net::UnixListener,
}

impl ControlSocket {
    /// Opens the socket, in place of one that a dead server left behind.
    ///
    /// # Errors
    /// [`ControlError`], by cause.
    pub fn open(path: &Path) -> Result<Self, ControlError> {
        let error = |source| ControlError::Open { path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(error)?;
        }
        make_way(path)?;
        let listener = std::os::unix::net::UnixListener::bind(path).map_err(error)?;
        let mode = std::fs::Permissions::from_mode(0o660);
        std::fs::set_permissions(path, mode).map_err(error)?;
        listener.set_nonblocking(true).map_err(error)?;
        Ok(Self { path: path.to_owned(), listener })
    }

    /// Answers until the future is dropped.
    ///
    /// # Errors
    /// When the listener cannot be used any more.
    pub async fn serve(self, state: Arc<dyn ControlState>) -> io::Result<()> {
        let listener = UnixListener::from_std(self.listener.try_clone()?)?;
        let service = router(state).into_make_service_with_connect_info::<Peer>();
        axum::serve(listener, service).await
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        // Somebody may have removed it already.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn make_way(path: &Path) -> Result<(), ControlError> {
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !metadata.file_type().is_socket() {
        return Err(ControlError::Blocked(path.to_owned()));
    }
    if std::os::unix::net::UnixStream::connect(path).is_ok() {
        return Err(ControlError::InUse(path.to_owned()));
    }
    std::fs::remove_file(path)
        .map_err(|source| ControlError::Open { path: path.to_owned(), source })
}

/// Who is at the other end, for the audit log.
#[derive(Clone, Copy, Debug)]
struct Peer {
    uid: Option<u32>,
}

impl Connected<IncomingStream<'_, UnixListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
        Self { uid: stream.io().peer_cred().ok().map(|credentials| credentials.uid()) }
    }
}

fn router(state: Arc<dyn ControlState>) -> Router {
    Router::new()
        .route("/v1/status", get(status))
        .route("/v1/queue", get(queue))
        .route("/v1/metrics", get(metrics))
        .route("/v1/openapi.json", get(openapi))
        .route(debug::PATH, get(debug_session))
        .merge(rules::router())
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "missing", "no such path") })
        .with_state(state)
}

async fn status(State(state): State<Arc<dyn ControlState>>) -> Json<Status> {
    Json(state.status())
}

async fn queue(
    State(state): State<Arc<dyn ControlState>>,
    Query(query): Query<QueueQuery>,
) -> Json<Queue> {
    Json(state.queue(&query))
}

async fn metrics(State(state): State<Arc<dyn ControlState>>) -> Response {
    ([(header::CONTENT_TYPE, crate::metrics::text::MEDIA_TYPE)], state.metrics()).into_response()
}

async fn openapi() -> Response {
    Json(mta_control::openapi::document()).into_response()
}

async fn debug_session(
    State(state): State<Arc<dyn ControlState>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    upgrade: WebSocketUpgrade,
) -> Response {
    match state.debug() {
        Some(hub) => debug::open(upgrade, hub, peer.uid, std::future::pending()),
        None => problem(StatusCode::FORBIDDEN, "denied", "debugging is off on this server"),
    }
}

fn problem(status: StatusCode, error: &str, message: &str) -> Response {
    let (error, message) = (error.to_owned(), message.to_owned());
    let body = Problem { error, message, ..Problem::default() };
    (status, Json(body)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use control_client::{Client, ClientError, DebugSocket};
    use mta_control::api::{QueueEntry, State};

    struct Fixed;

    impl ControlState for Fixed {
        fn status(&self) -> Status {
            Status { state: State::Running, pid: 7, ..Status::default() }
        }

        fn queue(&self, query: &QueueQuery) -> Queue {
            let id = format!("{}+{}", query.offset, query.page());
            let messages = vec![QueueEntry { id, ..QueueEntry::default() }];
            Queue { messages, ..Queue::default() }
        }

        fn metrics(&self) -> String {
            "# EOF\n".to_owned()
        }

        fn rules(&self) -> &dyn RuleControl {
            unreachable!("no test here asks")
        }

        fn debug(&self) -> Option<Arc<DebugHub>> {
            None
        }
    }

    /// A served socket, and a client of it.
    async fn served() -> (tempfile::TempDir, Client) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/smtpd.sock");
        let socket = ControlSocket::open(&path).unwrap();
        tokio::spawn(socket.serve(Arc::new(Fixed)));
        (folder, Client::new(path))
    }

    #[tokio::test]
    async fn status_and_queue_are_answered() {
        let (_folder, client) = served().await;
        let status = client.status().await.unwrap();
        assert_eq!((status.state, status.pid), (State::Running, 7));
        let query = QueueQuery { offset: 5, limit: 0 };
        assert_eq!(client.queue(&query).await.unwrap().messages[0].id, "5+100");
        let document: serde_json::Value = client.get("/v1/openapi.json").await.unwrap();
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[tokio::test]
    async fn refusals_name_their_cause() {
        let (_folder, client) = served().await;
        let refused = client.get::<Status>("/v2").await.unwrap_err();
        assert!(matches!(refused, ClientError::Refused { status: 404, .. }), "{refused}");
        assert!(DebugSocket::connect(client.socket()).await.is_err(), "debugging is off");
    }

    #[tokio::test]
    async fn the_socket_is_private_and_taken_over_only_from_the_dead() {
        let (folder, client) = served().await;
        let mode = std::fs::metadata(client.socket()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        let taken = ControlSocket::open(client.socket()).unwrap_err();
        assert!(matches!(taken, ControlError::InUse(_)), "{taken}");

        let dead = folder.path().join("dead.sock");
        drop(std::os::unix::net::UnixListener::bind(&dead).unwrap());
        drop(ControlSocket::open(&dead).unwrap());
        assert!(!dead.exists(), "the file goes with the socket");
        std::fs::write(&dead, "").unwrap();
        let blocked = ControlSocket::open(&dead).unwrap_err();
        assert!(matches!(blocked, ControlError::Blocked(_)), "{blocked}");
    }
}
