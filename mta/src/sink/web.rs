//! The web side of the inbox: a page, and the JSON that it shows.
//!
//! *Invariants.* Requests whose `Host` is not loopback are refused, so that a page of the internet
//! cannot read the inbox by pointing its own name here. The page shows messages as text.

use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::{Mailbox, Received};

const PAGE: &str = include_str!("page.html");
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
                      connect-src 'self'; frame-ancestors 'none'";

/// Answers until the future is dropped.
pub(super) async fn serve(socket: TcpListener, mailbox: Arc<Mailbox>) -> io::Result<()> {
    let socket = tokio::net::TcpListener::from_std(socket)?;
    let router = Router::new()
        .route("/", get(async || ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(PAGE))))
        .route("/messages", get(list))
        .route("/messages/{id}", get(one))
        .route("/messages/{id}/source", get(source))
        .layer(from_fn(loopback_only))
        .with_state(mailbox);
    axum::serve(socket, router).await
}

async fn loopback_only(request: Request, next: Next) -> Response {
    match is_loopback(request.headers()) {
        true => next.run(request).await,
        false => (StatusCode::FORBIDDEN, "use the loopback address\n").into_response(),
    }
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else {
        return false;
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

async fn list(State(mailbox): State<Arc<Mailbox>>) -> Json<Value> {
    Json(mailbox.all().iter().map(summary).collect())
}

async fn one(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<u64>) -> Response {
    match mailbox.get(id) {
        Some(message) => Json(summary(&message)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn source(State(mailbox): State<Arc<Mailbox>>, Path(id): Path<u64>) -> Response {
    let Some(message) = mailbox.get(id) else { return StatusCode::NOT_FOUND.into_response() };
    // As text, so that a browser runs nothing of it.
    let kind = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (kind, message.source.to_vec()).into_response()
}

fn summary(message: &Received) -> Value {
    let field = |name: &str| {
        let mut fields = mail_message::fields(&message.source);
        let found = fields.find(|field| field.is(name))?;
        Some(String::from_utf8_lossy(&found.unfolded()).trim().to_owned())
    };
    json!({
        "id": message.id,
        "at": message.at,
        "sender": message.sender,
        "recipients": message.recipients,
        "subject": field("subject"),
        "from": field("from"),
        "size": message.source.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_served() {
        let is = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            is_loopback(&headers)
        };
        assert!(is("127.0.0.1:8080") && is("localhost:1") && is("[::1]:80") && is("localhost"));
        assert!(!is("evil.example:8080") && !is("192.0.2.1") && !is("127.0.0.1.evil.example"));
        assert!(!is_loopback(&HeaderMap::new()));
    }
}
