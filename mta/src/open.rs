//! How many connections are open, by server.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Counts open connections, and tells when the last one is gone.
#[derive(Clone, Debug)]
pub struct Open {
    by_server: Arc<Mutex<HashMap<String, u64>>>,
    all: Arc<watch::Sender<u64>>,
}

impl Open {
    /// No connection.
    pub fn new() -> Self {
        Self { by_server: Arc::default(), all: Arc::new(watch::Sender::new(0)) }
    }

    /// Counts a connection of a server until the entry is dropped.
    pub fn enter(&self, server: &str) -> Entry {
        *self.counts().entry(server.to_owned()).or_default() += 1;
        self.all.send_modify(|all| *all += 1);
        Entry { open: self.clone(), server: server.to_owned() }
    }

    /// Open connections of a server.
    pub fn of(&self, server: &str) -> u64 {
        self.counts().get(server).copied().unwrap_or_default()
    }

    /// Open connections of all servers.
    pub fn all(&self) -> u64 {
        *self.all.borrow()
    }

    /// Waits until no connection is open; works on any runtime.
    pub async fn none(&self) {
        // The sender lives in self, so that waiting cannot fail.
        let _ = self.all.subscribe().wait_for(|all| *all == 0).await;
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.by_server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Open {
    fn default() -> Self {
        Self::new()
    }
}

/// One open connection.
#[derive(Debug)]
pub struct Entry {
    open: Open,
    server: String,
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(count) = self.open.counts().get_mut(&self.server) {
            *count = count.saturating_sub(1);
        }
        self.open.all.send_modify(|all| *all = all.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_counts_until_it_is_dropped() {
        let open = Open::new();
        let one = open.enter("a");
        let two = open.enter("b");
        assert_eq!((open.of("a"), open.of("b"), open.of("c"), open.all()), (1, 1, 0, 2));
        drop(one);
        assert_eq!((open.of("a"), open.all()), (0, 1));
        drop(two);
        assert_eq!(open.all(), 0);
    }
}
