//! Entering and leaving activations.
//!
//! *Invariants*: registers above the topmost window hold nothing that needs counting; a callee's window
//! starts inside its caller's, where the arguments already are.

use std::rc::Rc;

use super::generator::Generator;
use super::{Next, done, slow};
use crate::code::{Function, FunctionId, Reg};
use crate::fiber::{Fiber, Frame, Limit, NativeCall, ScriptFrame, Target};
use crate::native::{CallArgs, Cx, NativeFrame, NativeStep, Thrown};
use crate::unit::Unit;
use crate::value::{Array, Callable, Value};

/// Registers that the stack has beyond those that are needed at first.
const HEADROOM: usize = 32;

impl Fiber {
    /// Enters a function whose window begins at `base`: for an instance function `$this` stands
    /// there, then follow the arguments, `argc` without `$this`.
    #[inline]
    pub(crate) fn enter(
        &mut self,
        unit: u16,
        id: FunctionId,
        base: usize,
        argc: usize,
        target: Target,
        captures: &[Value],
    ) -> Result<Next, Thrown> {
        let function = &self.units[usize::from(unit)].program.functions[id as usize];
        let end = base + usize::from(function.registers);
        let first = base + usize::from(function.first_param());
        let filled = first + argc;
        if let Err(thrown) = self.check_depth().and_then(|()| self.reserve_stack(end.max(filled))) {
            let known = self.stack.len().min(filled);
            release(&mut self.stack[base..known]);
            return Err(thrown);
        }
        if filled < end {
            clear(&mut self.stack[filled..end]);
        }
        let function = &self.units[usize::from(unit)].program.functions[id as usize];
        let signature = &function.signature;
        if argc != usize::from(signature.params) || signature.rest || function.generator {
            return self.enter_slow(unit, id, base, argc, target, captures);
        }
        if !captures.is_empty() {
            self.stack[filled..filled + captures.len()].clone_from_slice(captures);
        }
        self.push_script(unit, id, base, target);
        Ok(Next::Run)
    }

    fn push_script(&mut self, unit: u16, function: FunctionId, base: usize, target: Target) {
        let base = base as u32;
        self.frames.push(Frame::Script(ScriptFrame { function, pc: 0, base, unit, target }));
    }

    /// The same when defaults, a rest list or a generator are involved.
    #[inline(never)]
    fn enter_slow(
        &mut self,
        unit: u16,
        id: FunctionId,
        base: usize,
        argc: usize,
        target: Target,
        captures: &[Value],
    ) -> Result<Next, Thrown> {
        let owner = Rc::clone(&self.units[usize::from(unit)]);
        let function = &owner.program.functions[id as usize];
        let s = &function.signature;
        let params = usize::from(s.params);
        let first = base + usize::from(function.first_param());
        if argc < usize::from(s.required) || argc > params && !s.rest {
            clear(&mut self.stack[first..first + argc]);
            return Err(Thrown::Error(slow::wrong_count(&function.name, argc)));
        }
        for (at, k) in (usize::from(s.required)..params).zip(&s.defaults) {
            if at >= argc {
                self.stack[first + at] = owner.constants[*k as usize].clone();
            }
        }
        if s.rest {
            let extra = first + params..first + argc.max(params);
            let rest: Vec<_> = self.stack[extra].iter_mut().map(Value::take).collect();
            self.stack[first + params] = Value::Array(Array::from(rest));
        }
        let at = base + usize::from(function.captures_at());
        self.stack[at..at + captures.len()].clone_from_slice(captures);
        if function.generator {
            return Ok(self.make_generator(&owner, id, base, target));
        }
        self.push_script(unit, id, base, target);
        Ok(Next::Run)
    }

    fn make_generator(
        &mut self,
        owner: &Rc<Unit>,
        id: FunctionId,
        base: usize,
        target: Target,
    ) -> Next {
        let count = usize::from(owner.program.functions[id as usize].registers);
        let registers = self.stack[base..base + count].iter_mut().map(Value::take).collect();
        let generator = Generator::new(owner, id, registers);
        self.deliver(target, Value::native(Rc::new(generator)))
    }

    /// Calls the value in `stack[base]` with the `argc` values after it.
    pub(crate) fn invoke(
        &mut self,
        base: usize,
        argc: usize,
        target: Target,
    ) -> Result<Next, Thrown> {
        let callee = self.stack[base].take();
        let Value::Function(callee) = callee else {
            clear(&mut self.stack[base..=base + argc]);
            return Err(Thrown::Error(format!("a {} cannot be called", callee.type_name())));
        };
        match &*callee {
            Callable::Script { unit, function, captures } => {
                let index = self.unit_index(unit)?;
                self.enter(index, *function, base + 1, argc, target, captures)
            }
            Callable::Method { function, this } => {
                let index = self.unit_index(this.unit())?;
                self.stack[base] = Value::Object(Rc::clone(this));
                self.enter(index, *function, base, argc, target, &[])
            }
            Callable::Class { unit, class } => {
                let index = self.unit_index(unit)?;
                self.construct(index, *class, base, argc, target)
            }
            Callable::Native { decl, native } => {
                slow::count(decl, argc)?;
                let step = self.with_args(base, argc, native)?;
                Ok(self.native_step(step, decl.name, target))
            }
            Callable::NativeMethod { decl, method, this } => {
                slow::count(decl, argc)?;
                let step =
                    self.with_args(base, argc, |cx, args| method(cx, this.object(), args))?;
                Ok(self.native_step(step, decl.name, target))
            }
            Callable::Next(generator) => {
                let passed = if argc > 0 { self.stack[base + 1].take() } else { Value::None };
                super::generator::call_next(self, generator, passed, target)
            }
        }
    }

    fn with_args(
        &mut self,
        base: usize,
        argc: usize,
        call: impl FnOnce(&mut Cx<'_>, &mut [Value]) -> crate::native::NativeResult,
    ) -> crate::native::NativeResult {
        let surroundings = &self.surroundings;
        let mut cx = Cx::with(surroundings, self.limits.memory);
        let args = &mut self.stack[base + 1..=base + argc];
        let result = call(&mut cx, args);
        release(args);
        result
    }

    /// A native that was called as a value may only return, enter a frame, call or terminate.
    fn native_step(&mut self, step: NativeStep, name: &'static str, target: Target) -> Next {
        match step {
            NativeStep::Return(value) => self.deliver(target, value),
            NativeStep::Enter(frame) => match self.push_native(frame, name, target) {
                Ok(()) => Next::Feed(crate::native::Input::Start),
                Err(thrown) => self.throw(thrown),
            },
            NativeStep::Call { callee, args } => {
                let result = self.call_from_native(callee, args, target);
                result.unwrap_or_else(|thrown| self.throw(thrown))
            }
            NativeStep::Terminate(verdict) => self.terminate(verdict),
            NativeStep::Suspend(_) | NativeStep::Again => {
                self.throw(Thrown::error(format!("{name} must wait in a frame")))
            }
        }
    }

    fn construct(
        &mut self,
        unit: u16,
        class: u32,
        base: usize,
        argc: usize,
        target: Target,
    ) -> Result<Next, Thrown> {
        let owner = Rc::clone(&self.units[usize::from(unit)]);
        let instance = owner.instance(class);
        let definition = &owner.program.classes[class as usize];
        let Some(constructor) = definition.constructor else {
            if argc > 0 {
                clear(&mut self.stack[base..=base + argc]);
                return Err(Thrown::Error(slow::wrong_count(&definition.name, argc)));
            }
            return Ok(self.deliver(target, instance));
        };
        let target = match target {
            Target::Native => Target::InstanceToNative,
            Target::Register(d) => Target::Instance(d),
            other => other,
        };
        self.stack[base] = instance;
        self.enter(unit, constructor, base, argc, target, &[])
    }

    /// Calls a value for a native; arguments go above the topmost window.
    pub(crate) fn call_from_native(
        &mut self,
        callee: Value,
        args: CallArgs,
        target: Target,
    ) -> Result<Next, Thrown> {
        let base = self.top();
        let argc = args.len();
        self.reserve_stack(base + argc + 1)?;
        self.stack[base] = callee;
        for (slot, arg) in self.stack[base + 1..].iter_mut().zip(args) {
            *slot = arg;
        }
        let result = self.invoke(base, argc, target);
        if result.is_err() {
            // Nobody clears registers above the topmost window.
            let end = self.stack.len().min(base + argc + 1);
            release(&mut self.stack[base..end]);
        }
        result
    }

    /// Refuses one more activation beyond the limit. The lowest frame is the script, no call.
    pub(crate) fn check_depth(&self) -> Result<(), Thrown> {
        let most = self.limits.call_depth;
        if self.frames.len() <= most { Ok(()) } else { Err(Limit::Calls(most).into()) }
    }

    /// Lets the stack have `end` registers, or refuses beyond the limit. It grows by half, so that
    /// deep calls seldom come here, and a fiber that only waits stays small.
    pub(crate) fn reserve_stack(&mut self, end: usize) -> Result<(), Thrown> {
        let old = self.stack.len();
        if end <= old {
            return Ok(());
        }
        let most = self.limits.stack;
        if end > most {
            return Err(Limit::Stack(most).into());
        }
        let room = (end + HEADROOM).max(old + old / 2).min(most);
        self.stack.reserve_exact(room - old);
        self.stack.resize(room, Value::Unset);
        Ok(())
    }

    /// Gives back what deep calls needed that have returned, while the fiber waits.
    pub(crate) fn shrink_stack(&mut self) {
        let room = self.top() + HEADROOM;
        if self.stack.len() / 4 > room {
            self.stack.truncate(room);
            self.stack.shrink_to_fit();
        }
        if self.frames.capacity() / 8 > self.frames.len() {
            self.frames.shrink_to_fit();
        }
    }

    pub(crate) fn push_native(
        &mut self,
        frame: Box<dyn NativeFrame>,
        name: &'static str,
        target: Target,
    ) -> Result<(), Thrown> {
        self.check_depth()?;
        self.frames.push(Frame::Native(Box::new(NativeCall { frame, name, target, lock: None })));
        Ok(())
    }

    pub(crate) fn run_module(&mut self, module: u32) -> Result<Next, Thrown> {
        let Some(Frame::Script(frame)) = self.frames.last() else { return Ok(Next::Run) };
        let unit = frame.unit;
        let main = self.units[usize::from(unit)].program.modules[module as usize].main;
        let base = self.top();
        self.enter(unit, main, base, 0, Target::Discard, &[])
    }

    /// One past the topmost window.
    pub(crate) fn top(&self) -> usize {
        let script = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Script(frame) => Some(frame),
            Frame::Native(_) => None,
        });
        script.map_or(0, |frame| frame.base as usize + usize::from(self.function(frame).registers))
    }

    pub(crate) fn function(&self, frame: &ScriptFrame) -> &Function {
        &self.units[usize::from(frame.unit)].program.functions[frame.function as usize]
    }

    /// Index of an execution whose code may run here.
    pub(crate) fn unit_index(&mut self, unit: &Rc<Unit>) -> Result<u16, Thrown> {
        let found = self.units.iter().position(|known| Rc::ptr_eq(known, unit));
        let index = found.unwrap_or_else(|| {
            self.units.push(Rc::clone(unit));
            self.units.len() - 1
        });
        u16::try_from(index).map_err(|_| Thrown::error("too many scripts are involved in a call"))
    }

    /// Returns from the topmost frame.
    pub(crate) fn return_value(&mut self, value: Value) -> Next {
        let Some(Frame::Script(frame)) = self.frames.last() else { return done(value) };
        let (target, base) = (frame.target, frame.base as usize);
        let value = match target {
            Target::Instance(_) | Target::InstanceToNative => self.stack[base].clone(),
            _ => value,
        };
        self.pop_script();
        self.deliver(target, value)
    }

    /// Drops the topmost frame, a script, and its window.
    pub(crate) fn pop_script(&mut self) -> Option<ScriptFrame> {
        let Some(Frame::Script(frame)) = self.frames.last() else { return None };
        let frame = *frame;
        let registers = usize::from(self.function(&frame).registers);
        let base = frame.base as usize;
        release(&mut self.stack[base..base + registers]);
        self.frames.pop();
        Some(frame)
    }

    /// Brings a result to where it is wanted.
    pub(crate) fn deliver(&mut self, target: Target, value: Value) -> Next {
        match target {
            Target::Caller(d) | Target::Register(d) | Target::Instance(d) => {
                self.set_register(d, value);
                Next::Run
            }
            Target::Native | Target::InstanceToNative => {
                Next::Feed(crate::native::Input::Value(value))
            }
            Target::Discard => Next::Run,
            Target::Generator => super::generator::finish(self, value),
            Target::Host => done(value),
        }
    }

    pub(crate) fn set_register(&mut self, d: Reg, value: Value) {
        if let Some(Frame::Script(frame)) = self.frames.last() {
            self.stack[frame.base as usize + usize::from(d.0)] = value;
        }
    }
}

/// Lets go of what needs counting; plain values may stay, since whoever gets the registers next
/// clears those that it reads before it writes.
#[inline(always)]
pub(super) fn release(registers: &mut [Value]) {
    let mut pairs = registers.chunks_exact_mut(2);
    for pair in &mut pairs {
        if !pair[0].is_plain() {
            let_go(&mut pair[0]);
        }
        if !pair[1].is_plain() {
            let_go(&mut pair[1]);
        }
    }
    if let [last] = pairs.into_remainder()
        && !last.is_plain()
    {
        let_go(last);
    }
}

#[inline(never)]
fn let_go(register: &mut Value) {
    *register = Value::Unset;
}

/// Makes registers unset.
#[inline]
fn clear(registers: &mut [Value]) {
    for register in registers {
        register.put(Value::Unset);
    }
}
