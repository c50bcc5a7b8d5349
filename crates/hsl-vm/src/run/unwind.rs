//! Throws and terminations.
//!
//! *Sources*: language reference, sections 14, 17 and 18.

use super::{Next, generator};
use crate::code::{HandlerKind, Location};
use crate::fiber::{Fiber, Frame, Limit, Outcome, ScriptFrame, Step, Target, Trap};
use crate::native::{Thrown, Verdict};
use crate::value::{Exception, Value, memory};

impl Fiber {
    /// Unwinds to the nearest handler.
    pub(crate) fn throw(&mut self, thrown: Thrown) -> Next {
        let value = self.thrown_value(thrown);
        self.unwind(value)
    }

    fn unwind(&mut self, value: Value) -> Next {
        if memory::is_exceeded() {
            // Whatever is thrown: nothing may catch that the limit was met.
            return Next::Leave(Step::Failed(self.out_of_memory()));
        }
        let stack = self.stack_entries();
        if let Some(exception) = value.as_native::<Exception>() {
            exception.set_stack(|| stack.clone());
        }
        while let Some(frame) = self.frames.last() {
            if let Frame::Script(frame) = frame
                && let Some((target, register)) = self.handler(frame, |_| true)
            {
                self.enter_handler(target, register, value);
                return Next::Run;
            }
            self.drop_frame();
        }
        Next::Leave(Step::Failed(Trap::uncaught(value, stack)))
    }

    /// Ends the script with a verdict; cleanup handlers run first.
    pub(crate) fn terminate(&mut self, verdict: Box<Verdict>) -> Next {
        while let Some(frame) = self.frames.last() {
            if let Frame::Script(frame) = frame
                && let Some((target, register)) =
                    self.handler(frame, |kind| kind == HandlerKind::Cleanup)
            {
                self.enter_handler(target, register, Value::None);
                self.terminating = Some(verdict);
                return Next::Run;
            }
            self.drop_frame();
        }
        Next::Leave(Step::Done(Outcome::Terminated(verdict)))
    }

    /// The handler that protects the instruction under way.
    fn handler(
        &self,
        frame: &ScriptFrame,
        wanted: impl Fn(HandlerKind) -> bool,
    ) -> Option<(u32, crate::code::Reg)> {
        let at = frame.pc.saturating_sub(1);
        let handlers = self.function(frame).handlers.iter();
        let mut fitting = handlers.filter(|h| (h.start..h.end).contains(&at) && wanted(h.kind));
        fitting.next().map(|h| (h.target, h.value))
    }

    fn enter_handler(&mut self, target: u32, register: crate::code::Reg, value: Value) {
        if let Some(Frame::Script(frame)) = self.frames.last_mut() {
            frame.pc = target;
        }
        self.set_register(register, value);
    }

    /// Drops the topmost frame.
    fn drop_frame(&mut self) {
        let script = self.pop_script();
        if script.is_none() {
            self.frames.pop();
        }
        if script.is_some_and(|frame| frame.target == Target::Generator)
            && let Some(active) = self.generators.pop()
        {
            generator::mark_finished(&active);
        }
    }

    /// Whether a throw now would be caught by the script.
    pub(crate) fn is_caught(&self) -> bool {
        self.frames.iter().any(|frame| match frame {
            Frame::Script(frame) => {
                self.handler(frame, |kind| kind == HandlerKind::Catch).is_some()
            }
            Frame::Native(_) => false,
        })
    }

    /// The value to throw: an error becomes an exception with the place of the instruction under
    /// way.
    pub(crate) fn thrown_value(&self, thrown: Thrown) -> Value {
        match thrown {
            Thrown::Value(value) => value,
            Thrown::Error(message) => Exception::at(message, self.location()).into_value(),
        }
    }

    /// The same throw, with its place fixed before a frame is dropped.
    pub(crate) fn located(&self, thrown: Thrown) -> Thrown {
        Thrown::Value(self.thrown_value(thrown))
    }

    /// Place of the instruction under way.
    pub(crate) fn location(&self) -> Option<Location> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Script(frame) => {
                let program = &self.units[usize::from(frame.unit)].program;
                program.location(frame.function, frame.pc.saturating_sub(1))
            }
            Frame::Native(_) => None,
        })
    }

    /// The trap for a script that holds too much.
    pub(crate) fn out_of_memory(&self) -> Trap {
        self.limit(Limit::Memory(self.limits.memory))
    }

    /// The trap for a limit, which nothing can catch.
    pub(crate) fn limit(&self, limit: Limit) -> Trap {
        Trap {
            message: limit.to_string(),
            location: self.location(),
            stack: self.stack_entries(),
            value: None,
            limit: Some(limit),
        }
    }
}
