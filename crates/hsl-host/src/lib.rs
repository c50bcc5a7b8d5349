//! Runs fibers on tokio and serves their requests.
