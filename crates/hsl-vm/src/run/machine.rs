//! What the instruction loop needs besides its registers: the unit, its tables, the activation.
//!
//! *Invariants*: `function` and `base` belong to the topmost frame, a script function of `unit`.

use std::rc::Rc;

use super::call::release;
use super::registers::{Ip, Window, back, function_of, top};
use super::{Exit, slow};
use crate::code::{Function, Op, Reg};
use crate::debug::{Moment, PauseReason, Probe, Verdict};
use crate::fiber::{Fiber, Frame, ScriptFrame, Target};
use crate::native::{Cx, NativeResult, NativeStep, Thrown};
use crate::unit::{Loaded, Unit};
use crate::value::Value;

/// The surroundings of the instruction loop.
pub(super) struct Machine<'m> {
    pub(super) fiber: &'m mut Fiber,
    pub(super) unit: &'m Rc<Unit>,
    pub(super) loaded: &'m Loaded,
    pub(super) functions: &'m [Function],
    /// The function that runs.
    pub(super) function: &'m Function,
    /// Where its window begins.
    pub(super) base: usize,
    /// How many frames fit.
    pub(super) room: usize,
    /// What is left of the slice.
    pub(super) fuel: u32,
    /// Number of the unit in the fiber.
    pub(super) index: u16,
}

impl<'m> Machine<'m> {
    /// The machine for the topmost frame, and where it goes on.
    pub(super) fn enter(
        fiber: &'m mut Fiber,
        frame: ScriptFrame,
        (unit, loaded): (&'m Rc<Unit>, &'m Loaded),
        fuel: u32,
    ) -> (Self, Ip, Window) {
        let functions = &loaded.program.functions[..];
        let function = function_of(functions, &frame);
        let (index, base) = (frame.unit, 0);
        let room = fiber.frames.capacity().min(fiber.limits.call_depth);
        let mut machine =
            Self { fiber, unit, loaded, functions, function, base, room, fuel, index };
        let (ip, regs) = machine.go_on(frame);
        (machine, ip, regs)
    }

    /// Goes on in an activation of the same unit.
    #[inline(always)]
    pub(super) fn go_on(&mut self, frame: ScriptFrame) -> (Ip, Window) {
        self.function = function_of(self.functions, &frame);
        self.base = frame.base as usize;
        let count = usize::from(self.function.registers);
        let regs = Window::new(&mut self.fiber.stack, self.base, count);
        (Ip::new(&self.function.code, frame.pc), regs)
    }

    /// Notes the instruction where the activation goes on.
    #[inline]
    pub(super) fn save(&mut self, ip: Ip) {
        if let Some(Frame::Script(frame)) = self.fiber.frames.last_mut() {
            frame.pc = ip.pc(&self.function.code);
        }
    }

    /// Leaves the loop for a throw.
    #[cold]
    #[inline(never)]
    pub(super) fn fail(&mut self, thrown: impl Into<Exit>) -> Exit {
        thrown.into()
    }

    /// The exception for reading a variable that does not exist.
    #[cold]
    #[inline(never)]
    pub(super) fn undefined(&mut self, reg: Reg) -> Exit {
        Exit::Throw(slow::undefined(self.function, reg))
    }

    /// Enters a function of the same unit whose call needs more than a window.
    #[inline(never)]
    pub(super) fn enter_any(
        &mut self,
        callee: u32,
        start: usize,
        argc: usize,
        d: Reg,
    ) -> Result<(Ip, Window), Exit> {
        let target = Target::Caller(d);
        self.fiber.enter(self.index, callee, start, argc, target, &[])?;
        match self.fiber.frames.last() {
            Some(Frame::Script(frame)) => {
                let frame = *frame;
                Ok(self.go_on(frame))
            }
            _ => Err(Exit::Throw(Thrown::error("a call left no script function"))),
        }
    }

    /// Leaves the function when its caller is one of the same unit; where, and which register wants
    /// the result.
    #[inline(always)]
    pub(super) fn leave(&mut self, regs: Window) -> Option<(Ip, Window, Reg)> {
        let Target::Caller(d) = top(&self.fiber.frames).target else { return None };
        release(regs.run(Reg(0), self.function.registers.into()));
        let caller = back(&mut self.fiber.frames);
        let (ip, regs) = self.go_on(caller);
        Some((ip, regs, d))
    }

    /// Makes room for one more frame; whether more are allowed.
    #[cold]
    #[inline(never)]
    pub(super) fn grow(&mut self) -> bool {
        let frames = &mut self.fiber.frames;
        if frames.len() >= self.fiber.limits.call_depth {
            return false;
        }
        frames.reserve(64);
        self.room = frames.capacity().min(self.fiber.limits.call_depth);
        true
    }

    /// Calls a native with some registers, which are left unset, and puts its value into another one.
    /// Gives any other answer back.
    ///
    /// Out of the loop, where the answer would be copied as a whole although it was just written in
    /// parts.
    #[inline(never)]
    pub(super) fn native(
        &mut self,
        regs: Window,
        d: Reg,
        args: &mut [Value],
        call: impl FnOnce(&mut Cx<'_>, &mut [Value]) -> NativeResult,
    ) -> Option<NativeResult> {
        let surroundings = &self.fiber.surroundings;
        let mut cx = Cx::with(surroundings, self.fiber.limits.memory);
        let mut answer = call(&mut cx, args);
        release(args);
        let fuel = cx.fuel();
        if fuel > 0 {
            self.fuel = self.fuel.saturating_sub(fuel).max(1);
        }
        match &mut answer {
            // A number goes by itself, as everywhere.
            Ok(NativeStep::Return(Value::Number(n))) => regs.set_number(d, *n),
            Ok(NativeStep::Return(value)) => regs.set(d, std::mem::take(value)),
            _ => return Some(answer),
        }
        // What is left of the answer owns nothing.
        std::mem::forget(answer);
        None
    }

    /// Shows the observer the next instruction, and stops at a breakpoint; else the instruction that
    /// runs, which a breakpoint may have replaced.
    #[inline(never)]
    pub(super) fn watch<P: Probe>(&mut self, ip: Ip, probe: &mut P) -> Result<Op, Exit> {
        let op = *ip.op();
        let pc = ip.pc(&self.function.code);
        let Some(Frame::Script(frame)) = self.fiber.frames.last() else { return Ok(op) };
        let id = frame.function;
        if P::ACTIVE {
            let statement = slow::is_statement(self.function, pc as usize);
            let depth = self.fiber.frames.len();
            let moment = Moment { unit: self.index, function: id, pc, depth, statement };
            if probe.observe(moment) == Verdict::Pause {
                self.fiber.past_breakpoint = matches!(op, Op::Break { .. });
                return Err(Exit::Pause(PauseReason::Step));
            }
        }
        let Op::Break { id: breakpoint } = op else { return Ok(op) };
        if !std::mem::take(&mut self.fiber.past_breakpoint) {
            self.fiber.past_breakpoint = true;
            return Err(Exit::Pause(PauseReason::Breakpoint(breakpoint)));
        }
        Ok(self.loaded.originals.get(id, pc))
    }
}
