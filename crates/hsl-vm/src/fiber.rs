//! One running script: its stack, its frames, and what it waits for.
//!
//! *Invariants*: everything that a script holds hangs on its fiber, so dropping the fiber at any
//! suspension releases all of it; registers above the topmost window
//! hold nothing that needs counting.
//!
//! *Not here*: the loop that executes is in `run`, inspection for a debugger in `debug`.

mod frame;
mod limits;
mod outcome;

use std::any::Any;
use std::rc::Rc;

pub(crate) use frame::{Active, Consumer, Frame, HeldLock, NativeCall, ScriptFrame, Target};
pub use limits::{Limit, Limits};
pub use outcome::{Outcome, Resume, StackEntry, Step, Trap};

use crate::code::Reg;
use crate::debug::Probe;
use crate::native::{Input, Verdict};
use crate::run;
use crate::unit::{Globals, Loaded, Unit};
use crate::value::{Exception, Heap, Regex, Value, memory};
use crate::world::World;

/// A running script.
pub struct Fiber {
    pub(crate) stack: Vec<Value>,
    pub(crate) frames: Vec<Frame>,
    /// Executions whose code may run here: the fiber's own first, then those of functions and
    /// instances that came in from earlier ones.
    pub(crate) units: Vec<Rc<Unit>>,
    pub(crate) generators: Vec<Active>,
    pub(crate) locks: Vec<HeldLock>,
    /// The verdict that is unwinding through cleanup handlers.
    pub(crate) terminating: Option<Box<Verdict>>,
    pub(crate) surroundings: Surroundings,
    pub(crate) limits: Limits,
    /// Bytes that its values hold.
    pub(crate) held: isize,
    /// Units of fuel spent in finished slices.
    pub(crate) spent: u64,
    pub(crate) state: State,
    /// The value whose throw a debugger looks at.
    pub(crate) pending_throw: Option<Value>,
    /// The breakpoint at which the fiber stands has been reported.
    pub(crate) past_breakpoint: bool,
}

/// World and host data.
pub(crate) struct Surroundings {
    pub(crate) world: Rc<dyn World>,
    pub(crate) data: Vec<Rc<dyn Any>>,
    /// When the execution began, by the world's clock that never goes back.
    pub(crate) began: f64,
}

/// Where a fiber stands between two calls of `resume`.
pub(crate) enum State {
    /// Not started.
    Fresh,
    /// Can go on.
    Ready,
    /// Yielded before the native frame on top was resumed with this.
    Feeding(Input),
    /// Stands still because of a throw, which happens when it goes on.
    Throwing,
    /// The native frame on top waits for a response.
    WaitingNative,
    /// A barrier waits for its lock; the register receives the stored value.
    WaitingLock {
        /// Register and whether it wants the value.
        register: Option<Reg>,
        /// Name of the lock.
        key: Vec<u8>,
    },
    /// A barrier waits until its value is stored.
    WaitingStore,
    /// Ended.
    Done,
}

impl Fiber {
    /// A script that has not started.
    pub fn new(loaded: &Rc<Loaded>, world: Rc<dyn World>, limits: Limits) -> Self {
        Self {
            stack: Vec::new(),
            frames: Vec::new(),
            units: vec![Unit::new(loaded)],
            generators: Vec::new(),
            locks: Vec::new(),
            terminating: None,
            surroundings: Surroundings { began: world.elapsed(), world, data: Vec::new() },
            limits,
            held: 0,
            spent: 0,
            state: State::Fresh,
            pending_throw: None,
            past_breakpoint: false,
        }
    }

    /// Sets the globals of this name (`$arguments`) in every module. False when no module knows it.
    pub fn set_variable(&mut self, name: &str, value: Value) -> bool {
        let unit = &self.units[0];
        let mut known = false;
        for (global, cell) in unit.program().globals.iter().zip(&unit.globals) {
            if &*global.name == name {
                *cell.borrow_mut() = value.clone();
                known = true;
            }
        }
        known
    }

    /// The value of the entry module's global of this name, when it is set.
    pub fn variable(&self, name: &str) -> Option<Value> {
        let unit = &self.units[0];
        let globals = unit.program().globals.iter().zip(&unit.globals);
        let mut found = globals.filter(|(global, _)| &*global.name == name);
        let value = found.next()?.1.borrow().clone();
        value.is_set().then_some(value)
    }

    /// Attaches host data that natives find by its type.
    pub fn attach(&mut self, data: Rc<dyn Any>) {
        self.surroundings.data.push(data);
    }

    /// Lets the script share a heap with others that end together with it, such as the other hooks
    /// of a connection: what its values refer to in a circle is released with the heap. Without one,
    /// such values stay until the process ends. Call before the first resume.
    pub fn share_heap(&self, heap: &Rc<Heap>) {
        self.units[0].share_heap(heap);
    }

    /// Lets the script see the globals that earlier scripts left, and later ones see its own. Call
    /// before the first resume.
    pub fn share_globals(&mut self, globals: &Rc<Globals>) {
        if let Some(unit) = Rc::get_mut(&mut self.units[0]) {
            unit.share_globals(globals);
        }
    }

    /// Exchanges the program for a copy with other breakpoints; see
    /// [`crate::debug::with_breakpoints`]. Takes effect at the next resume.
    pub fn swap_program(&mut self, loaded: &Rc<Loaded>) {
        self.units[0].swap(loaded);
    }

    /// The program that the fiber runs.
    pub fn loaded(&self) -> Rc<Loaded> {
        self.units[0].loaded()
    }

    /// Units of fuel spent so far.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    /// Runs until the script is done, waits, has spent `slice` units of fuel, or pauses.
    ///
    /// `input` must fit what the last step asked for; anything else fails the script.
    pub fn resume<P: Probe>(&mut self, input: Resume, slice: u32, probe: &mut P) -> Step {
        let before = memory::held();
        let room = isize::try_from(self.limits.memory).unwrap_or(isize::MAX);
        memory::allow(room.saturating_sub(self.held));
        let outer = Heap::enter(self.units[0].heap());
        let steps = Regex::allow(self.limits.regex_steps);
        let step = run::resume(self, input, slice, probe);
        Regex::allow(steps);
        Heap::enter(outer);
        memory::allow_all();
        self.held += memory::held() - before;
        match step {
            Step::Done(_) | Step::Failed(_) => self.finish(),
            Step::Suspend(_) | Step::Paused(_) => self.shrink_stack(),
            Step::Yield => {}
        }
        step
    }

    /// Releases everything but the globals, which the host may still read.
    fn finish(&mut self) {
        self.state = State::Done;
        self.frames.clear();
        self.generators.clear();
        self.stack.clear();
        self.locks.clear();
    }
}

impl Drop for Fiber {
    /// Globals end with the execution, so that functions and instances that they hold cannot keep
    /// themselves alive.
    fn drop(&mut self) {
        self.finish();
        self.units[0].clear();
    }
}

impl Trap {
    /// The trap for a host that does not follow the contract.
    pub(crate) fn host(message: &str) -> Self {
        Self {
            message: message.to_owned(),
            location: None,
            stack: Vec::new(),
            value: None,
            limit: None,
        }
    }

    /// The trap for a value that nothing caught.
    pub(crate) fn uncaught(value: Value, stack: Vec<StackEntry>) -> Self {
        let exception = value.as_native::<Exception>();
        let message = match exception {
            Some(exception) => exception.message().to_lossy().into_owned(),
            None => format!("uncaught {}", value.to_text().to_lossy()),
        };
        let raised = exception.map(Exception::stack).filter(|stack| !stack.is_empty());
        let stack = raised.unwrap_or(stack);
        let location = exception.and_then(Exception::location);
        let location = location.or_else(|| stack.first().and_then(|entry| entry.location.clone()));
        Self { message, location, stack, value: Some(value), limit: None }
    }
}
