//! What the inbox holds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most messages that are kept.
const MESSAGES: usize = 1000;
/// Most bytes that are kept.
const BYTES: usize = 256 << 20;

/// A delivered message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Counts deliveries from 1.
    pub id: u64,
    /// Milliseconds since the epoch.
    pub at: u64,
    /// Envelope sender.
    pub sender: String,
    /// Envelope recipients.
    pub recipients: Vec<String>,
    /// The message.
    pub source: Arc<[u8]>,
}

/// Delivered messages, bounded.
#[derive(Debug, Default)]
pub struct Mailbox {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    messages: VecDeque<Received>,
    bytes: usize,
    last: u64,
}

impl Mailbox {
    /// Keeps a message under the next id, in place of the oldest where there is no room.
    pub fn add(&self, message: Received) {
        let mut held = self.held();
        held.last += 1;
        held.bytes += message.source.len();
        let id = held.last;
        held.messages.push_front(Received { id, ..message });
        while held.messages.len() > MESSAGES || (held.bytes > BYTES && held.messages.len() > 1) {
            if let Some(oldest) = held.messages.pop_back() {
                held.bytes -= oldest.source.len();
            }
        }
    }

    /// Every message, newest first.
    pub fn all(&self) -> Vec<Received> {
        self.held().messages.iter().cloned().collect()
    }

    /// The message with this id.
    pub fn get(&self, id: u64) -> Option<Received> {
        self.held().messages.iter().find(|message| message.id == id).cloned()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first() {
        let mailbox = Mailbox::default();
        for _ in 0..MESSAGES + 2 {
            mailbox.add(Received::default());
        }
        let ids: Vec<_> = mailbox.all().iter().map(|message| message.id).collect();
        assert_eq!((ids.len(), ids[0]), (MESSAGES, MESSAGES as u64 + 2));
        assert_eq!(ids.last(), Some(&3));
        assert!(mailbox.get(2).is_none() && mailbox.get(3).is_some());
    }
}
