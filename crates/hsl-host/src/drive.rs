//! The only place where scripts meet async.
//!
//! Invariants: a run ends within the host's patience, without the time it stood at breakpoints; a
//! long computation lets the other tasks of its worker run after every slice; dropping the future
//! gives up what the script waits for.
//!
//! Not here: what a request means (`host`), when to stop at a breakpoint (`debug`).

use std::time::{Duration, Instant};

use hsl_vm::debug::{Probe, Quiet};
use hsl_vm::{Fiber, Limit, Outcome, Resume, StackEntry, Step, Trap};

use crate::debug::DebugLink;
use crate::host::Host;

/// Fuel of one slice: about a tenth of a millisecond.
pub(crate) const SLICE: u32 = 10_000;
/// Fuel that a request counts as within a slice.
const PER_REQUEST: u32 = 100;

/// Runs one fiber to its end. Its variables can be read afterwards.
///
/// # Errors
/// The trap of the script, or one of its own when the script takes longer than the host allows.
pub async fn drive(
    fiber: &mut Fiber,
    host: &Host,
    debug: Option<&DebugLink<'_>>,
) -> Result<Outcome, Trap> {
    match debug {
        None => observe(fiber, host, &mut Quiet).await,
        Some(link) => {
            run(fiber, host, |fiber, input, left| link.resume(fiber, input, left), debug).await
        }
    }
}

/// Runs one fiber to its end, seen by an observer that never pauses.
///
/// # Errors
/// As [`drive`].
pub async fn observe(
    fiber: &mut Fiber,
    host: &Host,
    probe: &mut impl Probe,
) -> Result<Outcome, Trap> {
    run(fiber, host, |fiber, input, left| fiber.resume(input, left, probe), None).await
}

async fn run(
    fiber: &mut Fiber,
    host: &Host,
    mut resume: impl FnMut(&mut Fiber, Resume, u32) -> Step,
    debug: Option<&DebugLink<'_>>,
) -> Result<Outcome, Trap> {
    let mut deadline = Instant::now() + host.patience;
    let mut input = Resume::Start;
    let mut slice = Slice::of(fiber);
    loop {
        let left = slice.left(fiber);
        input = match resume(fiber, input, left) {
            Step::Done(outcome) => return Ok(outcome),
            Step::Failed(trap) => return Err(trap),
            Step::Suspend(request) => {
                let answer = host.serve(*request);
                match tokio::time::timeout_at(deadline.into(), answer).await {
                    Ok(response) => {
                        slice.requested();
                        Resume::With(response)
                    }
                    Err(_) => return Err(late(fiber, host.patience)),
                }
            }
            Step::Yield => Resume::Continue,
            Step::Paused(pause) => {
                if let Some(link) = debug {
                    // A parked task, not a blocked thread.
                    let began = Instant::now();
                    link.park(fiber, &pause).await;
                    deadline += began.elapsed();
                }
                Resume::Continue
            }
        };
        if slice.is_spent(fiber) {
            if Instant::now() >= deadline {
                return Err(late(fiber, host.patience));
            }
            tokio::task::yield_now().await;
            slice = Slice::of(fiber);
        }
    }
}

/// What a script may spend until others have their turn. Requests that are answered at once do not
/// begin a new one.
struct Slice {
    began: u64,
    requests: u32,
}

impl Slice {
    fn of(fiber: &Fiber) -> Self {
        Self { began: fiber.spent(), requests: 0 }
    }

    fn requested(&mut self) {
        self.requests += 1;
    }

    fn left(&self, fiber: &Fiber) -> u32 {
        let spent = fiber.spent().saturating_sub(self.began);
        let spent = u32::try_from(spent).unwrap_or(u32::MAX);
        SLICE.saturating_sub(spent.saturating_add(self.requests * PER_REQUEST)).max(1)
    }

    fn is_spent(&self, fiber: &Fiber) -> bool {
        self.left(fiber) == 1
    }
}

fn late(fiber: &Fiber, patience: Duration) -> Trap {
    let frames = fiber.frames().into_iter();
    let stack: Vec<_> =
        frames.map(|f| StackEntry { function: f.name, location: f.location }).collect();
    let limit = Limit::Time(patience);
    Trap {
        message: limit.to_string(),
        location: stack.iter().find_map(|entry| entry.location.clone()),
        stack,
        value: None,
        limit: Some(limit),
    }
}
