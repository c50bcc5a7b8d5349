//! A few threads for requests.
//!
//! *Invariants.* A job that panics takes nothing with it: its thread goes on, and whoever waits for
//! its answer gets an error from [`guarded`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Sender, unbounded};

type Job = Box<dyn FnOnce() + Send>;

/// Threads that run jobs in the order they were given.
pub(crate) struct Jobs {
    sender: Option<Sender<Job>>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Jobs {
    /// Starts the threads.
    pub(crate) fn new(count: usize) -> Self {
        let (sender, receiver) = unbounded::<Job>();
        let start = |_| {
            let receiver = receiver.clone();
            thread::spawn(move || receiver.iter().for_each(|job| job()))
        };
        Self { sender: Some(sender), threads: (0..count).map(start).collect() }
    }

    /// Runs a job as soon as a thread is free.
    pub(crate) fn run(&self, job: impl FnOnce() + Send + 'static) {
        if let Some(sender) = &self.sender {
            // The threads live as long as the sender.
            _ = sender.send(Box::new(job));
        }
    }
}

impl Drop for Jobs {
    /// Waits for the jobs that run.
    fn drop(&mut self) {
        self.sender = None;
        for thread in self.threads.drain(..) {
            _ = thread.join();
        }
    }
}

/// The answer of a piece of work, or what it said when it panicked.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    // What a panicked job saw is a snapshot that is not looked at again.
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        text.unwrap_or_else(|| "a request failed".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_one_answer() {
        let jobs = Jobs::new(1);
        let (sender, receiver) = unbounded();
        for number in 0..3 {
            let sender = sender.clone();
            jobs.run(move || {
                let answer = guarded(|| {
                    assert!(number != 1, "one is bad");
                    number
                });
                _ = sender.send(answer);
            });
        }
        let answers: Vec<_> = receiver.iter().take(3).collect();
        assert_eq!(answers, [Ok(0), Err("one is bad".to_owned()), Ok(2)]);
    }
}
