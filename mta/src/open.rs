//! How many connections are open, by server.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Connections by the address of the client; those over a UNIX socket have none.
type Clients = HashMap<Option<IpAddr>, u64>;

/// Counts open connections, and tells when the last one is gone.
#[derive(Clone, Debug)]
pub struct Open {
    by_server: Arc<Mutex<HashMap<String, Clients>>>,
    all: Arc<watch::Sender<u64>>,
}

impl Open {
    /// No connection.
    pub fn new() -> Self {
        Self { by_server: Arc::default(), all: Arc::new(watch::Sender::new(0)) }
    }

    /// Counts a connection of a server until the entry is dropped.
    pub fn enter(&self, server: &str, client: Option<IpAddr>) -> Entry {
        *self.counts().entry(server.to_owned()).or_default().entry(client).or_default() += 1;
        self.all.send_modify(|all| *all += 1);
        Entry { open: self.clone(), server: server.to_owned(), client }
    }

    /// Open connections of a server.
    pub fn of(&self, server: &str) -> u64 {
        self.counts().get(server).map_or(0, |clients| clients.values().sum())
    }

    /// Open connections of a server from some addresses.
    pub fn from(&self, server: &str, counts: impl Fn(IpAddr) -> bool) -> u64 {
        let all = self.counts();
        let clients = all.get(server).into_iter().flatten();
        let some = clients.filter(|(client, _)| client.is_some_and(&counts));
        some.map(|(_, count)| count).sum()
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

    fn counts(&self) -> MutexGuard<'_, HashMap<String, Clients>> {
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
    client: Option<IpAddr>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        if let Some(clients) = self.open.counts().get_mut(&self.server)
            && let Some(count) = clients.get_mut(&self.client)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                clients.remove(&self.client);
            }
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
        let client = IpAddr::from([192, 0, 2, 1]);
        let one = open.enter("a", Some(client));
        let two = open.enter("b", None);
        assert_eq!((open.of("a"), open.of("b"), open.of("c"), open.all()), (1, 1, 0, 2));
        let from = |server, address| open.from(server, |client| client == address);
        assert_eq!((from("a", client), from("a", [192, 0, 2, 2].into())), (1, 0));
        assert_eq!((from("b", client), from("c", client)), (0, 0));
        drop(one);
        assert_eq!((open.of("a"), open.all()), (0, 1));
        drop(two);
        assert_eq!(open.all(), 0);
    }
}
