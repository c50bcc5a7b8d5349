//! Connections that wait a moment for the next message to the same host.
//!
//! *Invariants.* A connection waits in one pool of one worker, for [`IDLE`] at most, and then says
//! goodbye. A pool keeps no more than [`PER_HOP`] connections to one next hop.
//!
//! *Not here.* Speaking SMTP ([`super::session`]).

use std::cell::RefCell;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::AbortHandle;
use uuid::Uuid;

use super::session::Session;

/// How long a connection waits for another message.
const IDLE: Duration = Duration::from_secs(5);
/// Most connections that wait for one next hop.
const PER_HOP: usize = 20;
/// Most messages on one connection; a server that counts them is not annoyed.
const MESSAGES: u32 = 100;

/// What makes two connections interchangeable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hop {
    /// Address of the server.
    pub address: SocketAddr,
    /// Name by which we looked for it.
    pub host: String,
    /// Our name in EHLO.
    pub helo: String,
}

/// The waiting connections of one worker.
#[derive(Clone, Default)]
pub struct Pool(Rc<RefCell<HashMap<Hop, Vec<Waiting>>>>);

/// A connection and the task that ends its wait, which ends with it.
struct Waiting {
    session: Session,
    end: AbortHandle,
}

impl Pool {
    /// A connection to `hop` that waits, the one used last.
    pub fn take(&self, hop: &Hop) -> Option<Session> {
        let mut all = self.0.borrow_mut();
        let waiting = all.get_mut(hop)?;
        let last = waiting.pop();
        if waiting.is_empty() {
            all.remove(hop);
        }
        last.map(Waiting::wake)
    }

    /// Keeps a connection for the next message to `hop`, if it can take one.
    ///
    /// Must run inside a `LocalSet`: it leaves a task that ends the wait.
    pub fn keep(&self, hop: Hop, session: Session) {
        let mut all = self.0.borrow_mut();
        let is_of_use = session.is_ready() && session.facts().transactions < MESSAGES;
        if !is_of_use || all.get(&hop).is_some_and(|waiting| waiting.len() >= PER_HOP) {
            tokio::task::spawn_local(session.quit());
            return;
        }
        let waiting = all.entry(hop.clone()).or_default();
        let (pool, id) = (self.clone(), session.facts().id);
        let end = tokio::task::spawn_local(async move { pool.end_later(&hop, id).await });
        waiting.push(Waiting { session, end: end.abort_handle() });
    }

    /// Ends every connection that waits.
    pub async fn close(&self) {
        let all = std::mem::take(&mut *self.0.borrow_mut());
        for waiting in all.into_values().flatten() {
            waiting.wake().quit().await;
        }
    }

    async fn end_later(&self, hop: &Hop, id: Uuid) {
        tokio::time::sleep(IDLE).await;
        if let Some(waiting) = self.remove(hop, id) {
            // Not through `wake`, which would end this very task.
            waiting.session.quit().await;
        }
    }

    fn remove(&self, hop: &Hop, id: Uuid) -> Option<Waiting> {
        let mut all = self.0.borrow_mut();
        let waiting = all.get_mut(hop)?;
        let at = waiting.iter().position(|waiting| waiting.session.facts().id == id)?;
        let found = waiting.swap_remove(at);
        if waiting.is_empty() {
            all.remove(hop);
        }
        Some(found)
    }
}

impl Waiting {
    fn wake(self) -> Session {
        self.end.abort();
        self.session
    }
}
