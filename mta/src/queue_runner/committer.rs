//! What the flushing thread waits for.
//!
//! *Invariants.* A commit wakes the thread at once; the end of a message lets it wait a little, so
//! that ends share flushes.
//!
//! *Not here.* The flush itself ([`super::Queue`]).

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::lock;

/// Longest time for which the end of a message may wait for its flush: what a crash in between
/// repeats is a delivery.
const LAZY: Duration = Duration::from_millis(100);

/// What the flushing thread has to do.
#[derive(Default)]
pub(super) struct Committer {
    work: Mutex<Work>,
    woken: Condvar,
    pub(super) thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
pub(super) struct Work {
    /// Somebody waits.
    pub(super) urgent: bool,
    /// Something changed that nobody waits for.
    pub(super) lazy: bool,
    /// This is the last time.
    pub(super) stop: bool,
}

impl Committer {
    pub(super) fn wake(&self, say: impl FnOnce(&mut Work)) {
        say(&mut lock(&self.work));
        self.woken.notify_one();
    }

    /// Waits for something to flush; answers whether it is the last time.
    pub(super) fn wait(&self) -> bool {
        let mut work = lock(&self.work);
        while !work.urgent && !work.stop {
            work = match work.lazy {
                false => self.woken.wait(work).unwrap_or_else(PoisonError::into_inner),
                true => {
                    let urgent = |work: &mut Work| !work.urgent && !work.stop;
                    let waited = self.woken.wait_timeout_while(work, LAZY, urgent);
                    let (mut work, _) = waited.unwrap_or_else(PoisonError::into_inner);
                    work.urgent = true;
                    work
                }
            };
        }
        (work.urgent, work.lazy) = (false, false);
        work.stop
    }
}
