//! The part of the control API that keeps queued mail back.
//!
//! *Not here.* What it does ([`crate::rules::operate`]).

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use mta_control::api::{Finding, Problem};
use mta_control::rules as api;
use serde::Serialize;

use super::{ControlState, Peer};

/// What operators may do about suspensions and policies.
///
/// Whatever is refused changes nothing.
pub trait RuleControl: Send + Sync + 'static {
    /// Every suspension.
    fn suspends(&self) -> api::Suspends;
    /// Keeps mail back.
    fn suspend(&self, new: &api::NewSuspend) -> Result<api::Named, Refusal>;
    /// Changes a suspension.
    fn change_suspend(&self, id: &str, change: &api::SuspendChange) -> Result<api::Named, Refusal>;
    /// Ends a suspension.
    fn resume(&self, id: &str) -> Result<api::Named, Refusal>;
    /// Every policy.
    fn policies(&self) -> api::Policies;
    /// Limits mail.
    fn limit(&self, new: &api::NewPolicy) -> Result<api::Named, Refusal>;
    /// Changes a policy.
    fn change_policy(&self, id: &str, change: &api::PolicyChange) -> Result<api::Named, Refusal>;
    /// Ends a policy.
    fn unlimit(&self, id: &str) -> Result<api::Named, Refusal>;
    /// Reads the suspend file again.
    fn reload_suspends(&self) -> Result<api::Reloaded, Refusal>;
    /// Reads the policy file again.
    fn reload_policies(&self) -> Result<api::Reloaded, Refusal>;
}

/// Why something was not done.
#[derive(Debug)]
pub enum Refusal {
    /// There is no entry of this name.
    Missing,
    /// It belongs to a file.
    Filed,
    /// There is no room.
    Full(String),
    /// A value that cannot be used.
    Wrong(String),
    /// A file that is not valid; the old one stays in force.
    Invalid(Vec<Finding>),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error, message) = match &self {
            Self::Missing => {
                (StatusCode::NOT_FOUND, "missing", "there is no entry with this id".to_owned())
            }
            Self::Filed => {
                let why = "the entry belongs to a file; change the file and reload it".to_owned();
                (StatusCode::CONFLICT, "filed", why)
            }
            Self::Full(why) => (StatusCode::CONFLICT, "full", why.clone()),
            Self::Wrong(why) => (StatusCode::BAD_REQUEST, "wrong", why.clone()),
            Self::Invalid(_) => {
                let why = "the file is not valid; what was in force stays".to_owned();
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid", why)
            }
        };
        let findings = if let Self::Invalid(findings) = self { findings } else { Vec::new() };
        (status, Json(Problem { error: error.to_owned(), message, findings })).into_response()
    }
}

type Shared = State<Arc<dyn ControlState>>;

/// The paths.
pub(super) fn router() -> Router<Arc<dyn ControlState>> {
    Router::new()
        .route("/v1/suspends", get(suspends).post(suspend))
        .route("/v1/suspends/{id}", patch(change_suspend).delete(resume))
        .route("/v1/policies", get(policies).post(limit))
        .route("/v1/policies/{id}", patch(change_policy).delete(unlimit))
        .route("/v1/reload/suspends", post(reload_suspends))
        .route("/v1/reload/policies", post(reload_policies))
}

async fn suspends(State(state): Shared) -> Json<api::Suspends> {
    Json(state.rules().suspends())
}

async fn policies(State(state): Shared) -> Json<api::Policies> {
    Json(state.rules().policies())
}

async fn suspend(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
    body: Result<Json<api::NewSuspend>, JsonRejection>,
) -> Result<Response, Refusal> {
    answer(peer, "suspend", state.rules().suspend(&read(body)?))
}

async fn change_suspend(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
    Path(id): Path<String>,
    body: Result<Json<api::SuspendChange>, JsonRejection>,
) -> Result<Response, Refusal> {
    answer(peer, "change a suspension", state.rules().change_suspend(&id, &read(body)?))
}

async fn resume(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    answer(peer, "end a suspension", state.rules().resume(&id))
}

async fn limit(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
    body: Result<Json<api::NewPolicy>, JsonRejection>,
) -> Result<Response, Refusal> {
    answer(peer, "limit", state.rules().limit(&read(body)?))
}

async fn change_policy(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
    Path(id): Path<String>,
    body: Result<Json<api::PolicyChange>, JsonRejection>,
) -> Result<Response, Refusal> {
    answer(peer, "change a policy", state.rules().change_policy(&id, &read(body)?))
}

async fn unlimit(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    answer(peer, "end a policy", state.rules().unlimit(&id))
}

async fn reload_suspends(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
) -> Result<Response, Refusal> {
    answer(peer, "reload suspensions", reload(state, |rules| rules.reload_suspends()).await)
}

async fn reload_policies(
    State(state): Shared,
    peer: ConnectInfo<Peer>,
) -> Result<Response, Refusal> {
    answer(peer, "reload policies", reload(state, |rules| rules.reload_policies()).await)
}

/// Reads a file beside the connections that this thread serves.
async fn reload(
    state: Arc<dyn ControlState>,
    work: impl FnOnce(&dyn RuleControl) -> Result<api::Reloaded, Refusal> + Send + 'static,
) -> Result<api::Reloaded, Refusal> {
    let done = tokio::task::spawn_blocking(move || work(state.rules())).await;
    done.unwrap_or_else(|_| Err(Refusal::Wrong("the reload broke off".to_owned())))
}

fn read<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Refusal> {
    body.map(|Json(body)| body).map_err(|error| Refusal::Wrong(error.body_text()))
}

/// The answer; what was done goes into the log with who did it.
fn answer<T: Serialize + std::fmt::Debug>(
    ConnectInfo(peer): ConnectInfo<Peer>,
    what: &str,
    done: Result<T, Refusal>,
) -> Result<Response, Refusal> {
    let done = done?;
    tracing::info!(uid = peer.uid, what, ?done, "an operator changed what keeps mail back");
    Ok(Json(done).into_response())
}
