//! Runs a fiber: the loop over activations.
//!
//! `execute` runs instructions of script functions as long as nothing unusual happens; everything
//! else comes back here as an [`Exit`].
//!
//! *Invariants*: while control is here, the saved `pc` of every script frame is the instruction after
//! the one that is under way, except at a pause or yield, where it is the one that comes next.

mod barrier;
mod cache;
mod call;
mod execute;
mod exit;
mod generator;
mod iterate;
mod machine;
mod member;
mod path;
mod rare;
mod registers;
mod slow;
mod unwind;

pub use iterate::Iteration;

pub(crate) use exit::Exit;
pub(crate) use generator::Generator;

use crate::debug::{Pause, PauseReason, Probe};
use crate::fiber::{Fiber, Frame, Limit, Outcome, Resume, State, Step, Target, Trap};
use crate::native::{Cx, Input, NativeStep, Thrown, Verdict};
use crate::value::{Value, memory};

/// What the loop does next.
pub(crate) enum Next {
    /// Goes on with the topmost frame, a script.
    Run,
    /// Goes on with the topmost frame, a native.
    Feed(Input),
    /// Returns to the host.
    Leave(Step),
}

/// Runs until the fiber must return to its host.
pub(crate) fn resume<P: Probe>(
    fiber: &mut Fiber,
    input: Resume,
    slice: u32,
    probe: &mut P,
) -> Step {
    let slice = affordable(fiber, slice.max(1));
    let mut fuel = slice;
    let mut next = begin(fiber, input);
    loop {
        next = match next {
            Next::Leave(step) => {
                fuel = fuel.saturating_sub(memory::take_work());
                fiber.spent += u64::from(slice - fuel);
                return step;
            }
            Next::Run => {
                let exit = execute::execute(fiber, probe, &mut fuel);
                // Calls cost, and so do throws: a handler may stand before what it protects.
                fuel = fuel.saturating_sub(1);
                settle(fiber, exit, probe)
            }
            Next::Feed(input) => feed(fiber, input, &mut fuel, probe),
        };
        if memory::is_noteworthy() {
            next = look(fiber, next, &mut fuel);
        }
        if fuel == 0 {
            next = out_of_fuel(fiber, next, slice);
        }
    }
}

/// A slice within the fuel that is left.
fn affordable(fiber: &Fiber, slice: u32) -> u32 {
    let left = fiber.limits.fuel.map_or(u64::MAX, |most| most.saturating_sub(fiber.spent));
    slice.min(u32::try_from(left.max(1)).unwrap_or(u32::MAX))
}

/// Fails a script that holds too much; what one touches costs fuel.
#[cold]
fn look(fiber: &Fiber, next: Next, fuel: &mut u32) -> Next {
    if memory::is_exceeded() {
        return match next {
            Next::Leave(step) => Next::Leave(step),
            _ => Next::Leave(Step::Failed(fiber.out_of_memory())),
        };
    }
    *fuel = fuel.saturating_sub(memory::take_work());
    next
}

/// Lets the fiber rest with what it does next, or ends it when no fuel is left for another slice.
#[cold]
fn out_of_fuel(fiber: &mut Fiber, next: Next, slice: u32) -> Next {
    let spent = fiber.spent.saturating_add(slice.into());
    if matches!(next, Next::Leave(_)) {
        return next;
    }
    if let Some(limit) = fiber.limits.fuel.filter(|limit| spent >= *limit) {
        return Next::Leave(Step::Failed(fiber.limit(Limit::Fuel(limit))));
    }
    if let Next::Feed(input) = next {
        fiber.state = State::Feeding(input);
    }
    Next::Leave(Step::Yield)
}

/// Brings the input to where it was waited for.
fn begin(fiber: &mut Fiber, input: Resume) -> Next {
    let state = std::mem::replace(&mut fiber.state, State::Ready);
    match (state, input) {
        (State::Fresh, Resume::Start) => {
            let main = fiber.units[0].program().main;
            fiber.units[0].start_main();
            match fiber.enter(0, main, 0, 0, Target::Host, &[]) {
                Ok(next) => next,
                Err(thrown) => fiber.throw(thrown),
            }
        }
        (State::Ready, Resume::Continue) => Next::Run,
        (State::Feeding(input), Resume::Continue) => Next::Feed(input),
        (State::Throwing, Resume::Continue) => {
            let value = fiber.pending_throw.take().unwrap_or_default();
            fiber.throw(Thrown::Value(value))
        }
        (State::WaitingNative, Resume::With(response)) => {
            Next::Feed(Input::Response(Box::new(response)))
        }
        (State::WaitingLock { register, key }, Resume::With(response)) => {
            barrier::locked(fiber, register, key, response)
        }
        (State::WaitingStore, Resume::With(response)) => barrier::stored(fiber, response),
        (State::Done, _) => Next::Leave(Step::Failed(Trap::host("the script has ended"))),
        _ => Next::Leave(Step::Failed(Trap::host("the script waits for something else"))),
    }
}

/// Does what an exit of the instruction loop asks for.
fn settle<P: Probe>(fiber: &mut Fiber, exit: Exit, probe: &mut P) -> Next {
    match exit {
        // The loop over activations looks at both limits itself.
        Exit::OutOfFuel | Exit::Noteworthy => Next::Run,
        Exit::Pause(reason) => Next::Leave(Step::Paused(Pause { reason })),
        Exit::Throw(thrown) => throw(fiber, thrown, probe),
        Exit::Return(value) => fiber.return_value(value),
        Exit::Invoke { base, argc, target } => {
            let result = fiber.invoke(base, argc, target);
            or_throw(fiber, result, probe)
        }
        Exit::Step { step, name, target } => step_of(fiber, step, name, target, probe),
        Exit::GeneratorNext { generator, at } => {
            let result = generator::advance_foreach(fiber, &generator, at);
            or_throw(fiber, result, probe)
        }
        Exit::YieldItem { item, register } => generator::yield_item(fiber, item, register),
        Exit::Module(module) => {
            let result = fiber.run_module(module);
            or_throw(fiber, result, probe)
        }
        Exit::Lock { key, register, fetch } => {
            let result = barrier::lock(fiber, key, register, fetch);
            or_throw(fiber, result, probe)
        }
        Exit::Unlock { value } => {
            let result = barrier::unlock(fiber, value);
            or_throw(fiber, result, probe)
        }
        Exit::EndCleanup(value) => match fiber.terminating.take() {
            Some(verdict) => terminate(fiber, verdict),
            None => throw(fiber, Thrown::Value(value), probe),
        },
    }
}

fn or_throw<P: Probe>(fiber: &mut Fiber, result: Result<Next, Thrown>, probe: &mut P) -> Next {
    result.unwrap_or_else(|thrown| throw(fiber, thrown, probe))
}

/// Throws, after the observer had a chance to pause.
fn throw<P: Probe>(fiber: &mut Fiber, thrown: Thrown, probe: &mut P) -> Next {
    if !P::ACTIVE {
        return fiber.throw(thrown);
    }
    let caught = fiber.is_caught();
    if fiber.pending_throw.is_none() && probe.pause_on_throw(caught) {
        let reason = if caught { PauseReason::Caught } else { PauseReason::Uncaught };
        let value = fiber.thrown_value(thrown);
        fiber.pending_throw = Some(value);
        fiber.state = State::Throwing;
        return Next::Leave(Step::Paused(Pause { reason }));
    }
    fiber.throw(thrown)
}

/// Resumes the native frame on top.
fn feed<P: Probe>(fiber: &mut Fiber, input: Input, fuel: &mut u32, probe: &mut P) -> Next {
    let surroundings = &fiber.surroundings;
    let Some(Frame::Native(call)) = fiber.frames.last_mut() else {
        return Next::Leave(Step::Failed(Trap::host("no native waits for this")));
    };
    let mut cx = Cx::with(surroundings, fiber.limits.memory);
    let result = call.frame.resume(&mut cx, input);
    if memory::is_exceeded() {
        // The frame is still there, so the trap names it.
        return Next::Leave(Step::Failed(fiber.out_of_memory()));
    }
    // A callback costs at least one unit, so that an endless native loop is bounded too.
    *fuel = fuel.saturating_sub(cx.fuel().saturating_add(1));
    let (name, target) = (call.name, call.target);
    match result {
        Ok(NativeStep::Return(value)) => {
            fiber.frames.pop();
            fiber.deliver(target, value)
        }
        Ok(NativeStep::Suspend(mut request)) => {
            fiber.note_lock(&mut request);
            fiber.state = State::WaitingNative;
            Next::Leave(Step::Suspend(request))
        }
        Ok(NativeStep::Again) => Next::Feed(Input::Start),
        Ok(step) => step_of(fiber, step, name, Target::Native, probe),
        Err(thrown) => {
            let thrown = fiber.located(thrown);
            fiber.frames.pop();
            throw(fiber, thrown, probe)
        }
    }
}

/// Does what a native asked for.
fn step_of<P: Probe>(
    fiber: &mut Fiber,
    step: NativeStep,
    name: &'static str,
    target: Target,
    probe: &mut P,
) -> Next {
    match step {
        NativeStep::Return(value) => fiber.deliver(target, value),
        NativeStep::Enter(frame) => match fiber.push_native(frame, name, target) {
            Ok(()) => Next::Feed(Input::Start),
            Err(thrown) => throw(fiber, thrown, probe),
        },
        NativeStep::Call { callee, args } => {
            let result = fiber.call_from_native(callee, args, target);
            or_throw(fiber, result, probe)
        }
        NativeStep::Terminate(verdict) => terminate(fiber, verdict),
        NativeStep::Suspend(_) | NativeStep::Again => {
            let error = Thrown::error(format!("{name} must wait in a frame"));
            throw(fiber, error, probe)
        }
    }
}

fn terminate(fiber: &mut Fiber, verdict: Box<Verdict>) -> Next {
    fiber.terminate(verdict)
}

/// The end of the script.
pub(crate) fn done(value: Value) -> Next {
    Next::Leave(Step::Done(Outcome::Returned(value)))
}
