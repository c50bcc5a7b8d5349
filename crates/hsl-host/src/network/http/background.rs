//! Requests that nobody waits for.
//!
//! Invariants: a queue makes one request at a time, in the order of the scripts; at most
//! [`MAX_WAITING`] wait in a queue, and what comes beyond is dropped with a warning; a queue whose
//! runtime ended goes on in that of the next script.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hsl_vm::request::{Background, HttpAnswer, NetworkError};
use tokio::sync::{Notify, mpsc};

use crate::memory::held;

/// Most requests that wait in one queue.
const MAX_WAITING: usize = 1_000;
/// Most repetitions of one request.
const MAX_RETRIES: u32 = 1_000;

type Attempt = Pin<Box<dyn Future<Output = Result<HttpAnswer, NetworkError>> + Send>>;

/// A request that can be made again.
struct Job {
    attempt: Box<dyn Fn() -> Attempt + Send + Sync>,
    retries: u32,
    delay: Duration,
    /// Counts as waiting until it is dropped.
    _waiting: Waiting,
}

/// Requests that are not done.
#[derive(Debug, Default)]
struct Open {
    count: AtomicUsize,
    idle: Notify,
}

struct Waiting(Arc<Open>);

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.0.count.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}

/// All queues.
#[derive(Debug)]
pub(super) struct Queues {
    queues: Vec<Mutex<Option<mpsc::Sender<Job>>>>,
    open: Arc<Open>,
}

impl Queues {
    pub(super) fn new(count: usize) -> Self {
        let queues = (0..count.max(1)).map(|_| Mutex::default()).collect();
        Self { queues, open: Arc::default() }
    }

    /// Lines a request up.
    pub(super) fn push<F>(
        &self,
        background: Background,
        attempt: impl Fn() -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = Result<HttpAnswer, NetworkError>> + Send + 'static,
    {
        self.open.count.fetch_add(1, Ordering::AcqRel);
        let job = Job {
            attempt: Box::new(move || Box::pin(attempt())),
            retries: background.retries.min(MAX_RETRIES),
            delay: background.delay,
            _waiting: Waiting(Arc::clone(&self.open)),
        };
        let index = background.queue % self.queues.len() as u64;
        let mut queue = held(&self.queues[index as usize]);
        let refused = match queue.as_ref() {
            Some(queue) => queue.try_send(job).err(),
            None => Some(mpsc::error::TrySendError::Closed(job)),
        };
        match refused {
            None => {}
            Some(mpsc::error::TrySendError::Full(_)) => {
                tracing::warn!("an HTTP request in the background was dropped: its queue is full");
            }
            Some(mpsc::error::TrySendError::Closed(job)) => {
                let (sender, jobs) = mpsc::channel(MAX_WAITING);
                tokio::spawn(work(job, jobs));
                *queue = Some(sender);
            }
        }
    }

    /// Waits until nothing is left to do, or the time is over.
    pub(super) async fn settle(&self, limit: Duration) {
        let deadline = Instant::now() + limit;
        loop {
            let mut idle = std::pin::pin!(self.open.idle.notified());
            idle.as_mut().enable();
            if self.open.count.load(Ordering::Acquire) == 0 {
                return;
            }
            if tokio::time::timeout_at(deadline.into(), idle).await.is_err() {
                return;
            }
        }
    }
}

async fn work(first: Job, mut jobs: mpsc::Receiver<Job>) {
    let mut next = Some(first);
    while let Some(job) = next {
        job.run().await;
        next = jobs.recv().await;
    }
}

impl Job {
    async fn run(&self) {
        for left in (0..=self.retries).rev() {
            let failure = match (self.attempt)().await {
                Ok(answer) if (200..300).contains(&answer.status) => return,
                Ok(answer) => format!("the server answered {}", answer.status),
                Err(failure) => failure.to_string(),
            };
            tracing::warn!(left, "an HTTP request in the background failed: {failure}");
            if left > 0 {
                tokio::time::sleep(self.delay).await;
            }
        }
    }
}
