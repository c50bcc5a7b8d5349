//! The promise of a commit: resolved when the group it belongs to is on disk.
//!
//! *Invariants.* Every ticket is answered exactly once; a ticket whose committer disappears is
//! answered with [`CommitError::Closed`], so nobody waits forever.
//!
//! *Not here.* Who flushes and when ([`crate::Spool::flush`]).

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// Why a message was not taken into the queue; nothing of it will be delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The volume is full or under the configured reserve; the client may come back later.
    #[error("the spool volume is full")]
    Full,
    /// The disk refused to write or to flush.
    #[error("cannot write the spool: {0}")]
    Write(Arc<str>),
    /// A transaction of that id is queued already.
    #[error("the transaction is queued already")]
    Duplicate,
    /// The spool was closed before the flush.
    #[error("the spool is closed")]
    Closed,
}

/// The answer to a commit.
pub type Committed = Result<(), CommitError>;

/// Waits for a commit to become durable; a future, or [`Ticket::wait`] for a plain thread.
#[derive(Debug)]
pub struct Ticket(Arc<Slot>);

/// The side that answers a [`Ticket`].
#[derive(Debug)]
pub(crate) struct Promise(Arc<Slot>);

#[derive(Debug, Default)]
struct Slot {
    state: Mutex<SlotState>,
    answered: Condvar,
}

#[derive(Debug, Default)]
struct SlotState {
    answer: Option<Committed>,
    waker: Option<Waker>,
}

pub(crate) fn ticket() -> (Promise, Ticket) {
    let slot = Arc::new(Slot::default());
    (Promise(slot.clone()), Ticket(slot))
}

impl Ticket {
    /// Blocks the thread until the commit is durable or refused.
    ///
    /// # Errors
    /// Why the message was not taken.
    pub fn wait(self) -> Committed {
        let mut state = lock(&self.0.state);
        loop {
            if let Some(answer) = &state.answer {
                return answer.clone();
            }
            state = self.0.answered.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Future for Ticket {
    type Output = Committed;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Committed> {
        let mut state = lock(&self.0.state);
        match &state.answer {
            Some(answer) => Poll::Ready(answer.clone()),
            None => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Promise {
    pub(crate) fn answer(self, answer: Committed) {
        self.0.answer(answer);
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.0.answer(Err(CommitError::Closed));
    }
}

impl Slot {
    fn answer(&self, answer: Committed) {
        let waker = {
            let mut state = lock(&self.state);
            if state.answer.is_some() {
                return;
            }
            state.answer = Some(answer);
            state.waker.take()
        };
        self.answered.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_promise_is_an_answer() {
        let (promise, ticket) = ticket();
        drop(promise);
        assert_eq!(ticket.wait(), Err(CommitError::Closed));
    }

    #[test]
    fn the_first_answer_stands() {
        let (promise, ticket) = ticket();
        promise.answer(Ok(()));
        assert_eq!(ticket.wait(), Ok(()));
    }
}
