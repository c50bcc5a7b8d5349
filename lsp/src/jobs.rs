//! A few threads for requests and for what happens behind them.
//!
//! *Invariants.* What somebody waits for is taken first, and one thread takes nothing else, so that
//! a list of completions never waits for a look at the whole workspace. Such looks run one after the
//! other on one thread: allocators keep what a thread has freed for that thread, and a look frees more
//! than everything else takes. A job that panics takes nothing with it: its thread goes on, and whoever
//! waits for its answer gets an error from [`guarded`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel::{Receiver, Sender, never, select_biased, unbounded};

/// Threads that take jobs of the background; one more takes only what somebody waits for.
const THREADS: usize = 2;

type Job = Box<dyn FnOnce() + Send>;

/// How soon a job is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// Somebody waits.
    Awaited,
    /// It may take its time.
    Background,
    /// It may take its time, and looks at whole projects.
    Whole,
}

/// Threads that run jobs, of each urgency in the order they were given.
pub(crate) struct Jobs {
    /// By urgency.
    senders: Option<[Sender<Job>; 3]>,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Jobs {
    /// Starts the threads.
    pub(crate) fn new() -> Self {
        let (awaited, urgent) = unbounded();
        let (background, patient) = unbounded();
        let (whole, large) = unbounded();
        let start = |number| {
            let urgent = urgent.clone();
            let patient = if number < THREADS { patient.clone() } else { never() };
            let large = if number == 0 { large.clone() } else { never() };
            thread::spawn(move || work(&urgent, patient, large))
        };
        let threads = (0..=THREADS).map(start).collect();
        Self { senders: Some([awaited, background, whole]), threads }
    }

    /// Runs a job as soon as a thread is free.
    pub(crate) fn run(&self, urgency: Urgency, job: impl FnOnce() + Send + 'static) {
        if let Some(senders) = &self.senders {
            // The threads live as long as the sender.
            _ = senders[urgency as usize].send(Box::new(job));
        }
    }
}

/// Takes jobs until nobody can give one any more.
fn work(urgent: &Receiver<Job>, mut patient: Receiver<Job>, mut large: Receiver<Job>) {
    loop {
        select_biased! {
            recv(urgent) -> job => match job {
                Ok(job) => _ = guarded(job),
                Err(_) => return,
            },
            recv(patient) -> job => match job {
                Ok(job) => _ = guarded(job),
                Err(_) => patient = never(),
            },
            recv(large) -> job => match job {
                Ok(job) => _ = guarded(job),
                Err(_) => large = never(),
            },
        }
    }
}

impl Drop for Jobs {
    /// Waits for the jobs that run.
    fn drop(&mut self) {
        self.senders = None;
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
        let (sender, receiver) = unbounded();
        let jobs = Jobs::new();
        for number in 0..6 {
            let sender = sender.clone();
            jobs.run(Urgency::Awaited, move || {
                let answer = guarded(|| {
                    assert!(number % 3 != 1, "broken");
                    number
                });
                _ = sender.send(answer.is_err());
            });
        }
        let broken = (0..6).filter_map(|_| receiver.recv().ok()).filter(|failed| *failed).count();
        assert_eq!(broken, 2);
    }

    #[test]
    fn whole_projects_are_looked_at_one_after_the_other() {
        let (sender, receiver) = unbounded();
        let jobs = Jobs::new();
        for _ in 0..8 {
            let sender = sender.clone();
            jobs.run(Urgency::Whole, move || _ = sender.send(thread::current().id()));
        }
        let threads = (0..8).filter_map(|_| receiver.recv().ok());
        assert_eq!(threads.collect::<std::collections::HashSet<_>>().len(), 1);
    }

    #[test]
    fn what_is_awaited_does_not_wait_for_the_rest() {
        let (sender, receiver) = unbounded();
        let (release, held) = unbounded::<()>();
        let jobs = Jobs::new();
        for _ in 0..2 * THREADS {
            let held = held.clone();
            jobs.run(Urgency::Background, move || _ = held.recv());
        }
        jobs.run(Urgency::Awaited, move || _ = sender.send(1));
        assert_eq!(receiver.recv(), Ok(1));
        drop(release);
    }
}
