//! Worker threads: one per core, each with a runtime of its own.
//!
//! Script values belong to one thread, so a connection stays on the worker that it was given to;
//! new work goes to the least loaded worker.
//!
//! *Invariants.* A task that panics ends alone: its worker and the other tasks go on. Every task
//! is counted until it ended, however it ended.
//!
//! *Not here.* What the tasks do (`connection`, `delivery`).

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;

use crate::hooks::Scripts;

/// What belongs to one worker thread and its tasks share.
#[derive(Default)]
pub struct Local {
    /// Programs made ready for this thread.
    pub scripts: Scripts,
}

type Task = Pin<Box<dyn Future<Output = ()>>>;
type Job = Box<dyn FnOnce(Rc<Local>) -> Task + Send>;

/// The worker threads of a server.
pub struct Workers(Vec<Worker>);

struct Worker {
    jobs: UnboundedSender<Job>,
    load: Arc<AtomicUsize>,
    thread: JoinHandle<()>,
}

impl Workers {
    /// Starts this many workers, at least one. `grace` is how long their tasks may go on after
    /// [`Workers::finish`].
    ///
    /// # Errors
    /// The system has no thread or no event queue for them.
    pub fn start(count: usize, grace: Duration) -> io::Result<Self> {
        (0..count.max(1))
            .map(|number| Worker::start(number, grace))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Gives a task to the least loaded worker. The task is made on that worker's thread.
    pub fn spawn<F, T>(&self, make: F)
    where
        F: FnOnce(Rc<Local>) -> T + Send + 'static,
        T: Future<Output = ()> + 'static,
    {
        let Some(worker) = self.0.iter().min_by_key(|worker| worker.load.load(Ordering::Relaxed))
        else {
            return;
        };
        let counted = Counted::new(&worker.load);
        let job = move |local: Rc<Local>| -> Task {
            Box::pin(async move {
                let _counted = counted;
                make(local).await;
            })
        };
        // A worker ends only with this value; if it died, the job and its socket are dropped.
        let _ = worker.jobs.send(Box::new(job));
    }

    /// Tasks that each worker has.
    pub fn load(&self) -> Vec<usize> {
        self.0.iter().map(|worker| worker.load.load(Ordering::Relaxed)).collect()
    }

    /// Takes no more tasks and waits for those that run, at most for the grace time. Blocks.
    pub fn finish(self) {
        let (jobs, threads): (Vec<_>, Vec<_>) =
            self.0.into_iter().map(|worker| (worker.jobs, worker.thread)).unzip();
        drop(jobs);
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a worker thread panicked");
            }
        }
    }
}

impl Worker {
    fn start(number: usize, grace: Duration) -> io::Result<Self> {
        let (jobs, queue) = unbounded_channel();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let load = Arc::new(AtomicUsize::new(0));
        let running = load.clone();
        let thread =
            std::thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
                let tasks = LocalSet::new();
                runtime.block_on(tasks.run_until(work(queue)));
                let rest = async { tokio::time::timeout(grace, tasks).await };
                if runtime.block_on(rest).is_err() {
                    let left = running.load(Ordering::Relaxed);
                    tracing::warn!(tasks = left, "tasks did not end in time and are dropped");
                }
            })?;
        Ok(Self { jobs, load, thread })
    }
}

/// Starts tasks until nobody can send any.
async fn work(mut queue: UnboundedReceiver<Job>) {
    let local = Rc::new(Local::default());
    while let Some(job) = queue.recv().await {
        tokio::task::spawn_local(job(local.clone()));
    }
}

/// Counts a task for as long as it lives.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(load: &Arc<AtomicUsize>) -> Self {
        load.fetch_add(1, Ordering::Relaxed);
        Self(load.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn tasks_go_to_the_least_loaded_worker() {
        let workers = Workers::start(2, Duration::from_secs(5)).unwrap();
        let (release, wait) = tokio::sync::watch::channel(false);
        for _ in 0..4 {
            let mut wait = wait.clone();
            workers.spawn(move |_| async move {
                let _ = wait.wait_for(|go| *go).await;
            });
        }
        assert_eq!(workers.load(), [2, 2]);
        release.send(true).unwrap();
        workers.finish();
    }

    #[test]
    fn a_panic_ends_one_task_only() {
        let workers = Workers::start(1, Duration::from_secs(5)).unwrap();
        let (done, result) = channel();
        workers.spawn(|_| async { panic!("on purpose") });
        workers.spawn(move |_| async move { done.send(7).unwrap() });
        assert_eq!(result.recv(), Ok(7));
        workers.finish();
    }

    #[test]
    fn an_end_waits_for_tasks_but_not_for_ever() {
        let workers = Workers::start(1, Duration::ZERO).unwrap();
        workers.spawn(|_| std::future::pending());
        workers.finish();
    }
}
