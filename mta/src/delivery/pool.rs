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
pub struct Pool(Rc<RefCell<HashMap<Hop, Vec<Session>>>>);

impl Pool {
    /// A connection to `hop` that waits, the one used last.
    pub fn take(&self, hop: &Hop) -> Option<Session> {
        let mut all = self.0.borrow_mut();
        let waiting = all.get_mut(hop)?;
        let session = waiting.pop();
        if waiting.is_empty() {
            all.remove(hop);
        }
        session
    }

    /// Keeps a connection for the next message to `hop`, if it can take one.
    ///
    /// Must run inside a `LocalSet`: it leaves a task that ends the wait.
    pub fn keep(&self, hop: Hop, session: Session) {
        let id = session.facts().id;
        let ended = match session.is_ready() && session.facts().transactions < MESSAGES {
            true => self.park(hop.clone(), session).err(),
            false => Some(session),
        };
        let pool = self.clone();
        tokio::task::spawn_local(async move {
            match ended {
                Some(session) => session.quit().await,
                None => pool.end_later(&hop, id).await,
            }
        });
    }

    /// Ends every connection that waits.
    pub async fn close(&self) {
        let all = std::mem::take(&mut *self.0.borrow_mut());
        for session in all.into_values().flatten() {
            session.quit().await;
        }
    }

    fn park(&self, hop: Hop, session: Session) -> Result<(), Session> {
        let mut all = self.0.borrow_mut();
        let waiting = all.entry(hop).or_default();
        match waiting.len() < PER_HOP {
            true => waiting.push(session),
            false => return Err(session),
        }
        Ok(())
    }

    async fn end_later(&self, hop: &Hop, id: Uuid) {
        tokio::time::sleep(IDLE).await;
        if let Some(session) = self.remove(hop, id) {
            session.quit().await;
        }
    }

    fn remove(&self, hop: &Hop, id: Uuid) -> Option<Session> {
        let mut all = self.0.borrow_mut();
        let waiting = all.get_mut(hop)?;
        let at = waiting.iter().position(|session| session.facts().id == id)?;
        let session = waiting.swap_remove(at);
        if waiting.is_empty() {
            all.remove(hop);
        }
        Some(session)
    }
}
