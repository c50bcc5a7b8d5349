//! Connections as the editor's threads.
//!
//! Invariants: a connection keeps its number as long as it is known; numbers are not reused;
//! the order is that of their start.

use std::collections::{BTreeMap, HashMap};

use mta_control::debug::{StopReason, ThreadId};

/// A connection of the session.
#[derive(Debug)]
pub(crate) struct Thread {
    /// Its id in the server.
    pub(crate) id: ThreadId,
    /// Its name.
    pub(crate) name: String,
    /// Where it stands, if it stands.
    pub(crate) stop: Option<Stop>,
}

/// A stop that is not over.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    /// Number of the stop in the server.
    pub(crate) number: u64,
    /// Why.
    pub(crate) reason: StopReason,
    /// Message of the exception.
    pub(crate) text: Option<String>,
}

/// Every connection of the session.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    next: i64,
    numbers: HashMap<ThreadId, i64>,
    threads: BTreeMap<i64, Thread>,
}

impl Threads {
    /// Number of a connection, and whether it is new.
    pub(crate) fn enter(&mut self, id: &str, name: impl Into<String>) -> (i64, bool) {
        if let Some(number) = self.numbers.get(id) {
            return (*number, false);
        }
        self.next += 1;
        self.numbers.insert(id.to_owned(), self.next);
        let thread = Thread { id: id.to_owned(), name: name.into(), stop: None };
        self.threads.insert(self.next, thread);
        (self.next, true)
    }

    /// Removes a connection.
    pub(crate) fn exit(&mut self, id: &str) -> Option<i64> {
        let number = self.numbers.remove(id)?;
        self.threads.remove(&number);
        Some(number)
    }

    pub(crate) fn get(&self, number: i64) -> Option<&Thread> {
        self.threads.get(&number)
    }

    pub(crate) fn by_id(&mut self, id: &str) -> Option<(i64, &mut Thread)> {
        let number = *self.numbers.get(id)?;
        self.threads.get_mut(&number).map(|thread| (number, thread))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &Thread)> {
        self.threads.iter().map(|(number, thread)| (*number, thread))
    }
}
