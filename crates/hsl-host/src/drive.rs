//! The only place where scripts meet async.
//!
//! Invariants: a run ends within the host's patience, without the time it stood at breakpoints; a
//! long computation lets the other tasks of its worker run after every slice; dropping the future
//! gives up what the script waits for.
//!
//! Not here: what a request means (`host`), when to stop at a breakpoint (`debug`).

use std::time::{Duration, Instant};

use hsl_vm::debug::Quiet;
use hsl_vm::{Fiber, Limit, Outcome, Resume, StackEntry, Step, Trap};

use crate::debug::DebugLink;
use crate::host::Host;

/// Fuel of one slice: about a tenth of a millisecond.
pub(crate) const SLICE: u32 = 10_000;

/// Runs one fiber to its end. Its variables can be read afterwards.
///
/// # Errors
/// The trap of the script, or one of its own when the script takes longer than the host allows.
pub async fn drive(
    fiber: &mut Fiber,
    host: &Host,
    debug: Option<&DebugLink<'_>>,
) -> Result<Outcome, Trap> {
    let mut deadline = Instant::now() + host.patience;
    let mut input = Resume::Start;
    loop {
        let step = match debug {
            None => fiber.resume(input, SLICE, &mut Quiet),
            Some(link) => link.resume(fiber, input, SLICE),
        };
        input = match step {
            Step::Done(outcome) => return Ok(outcome),
            Step::Failed(trap) => return Err(trap),
            Step::Suspend(request) => {
                let answer = host.serve(*request);
                match tokio::time::timeout_at(deadline.into(), answer).await {
                    Ok(response) => Resume::With(response),
                    Err(_) => return Err(late(fiber, host.patience)),
                }
            }
            Step::Yield if Instant::now() >= deadline => return Err(late(fiber, host.patience)),
            Step::Yield => {
                tokio::task::yield_now().await;
                Resume::Continue
            }
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
