//! The window of the running function, its instructions, and its frame: the one file with unchecked
//! access.
//!
//! Measured with the interpreter benchmarks (`docs/benchmarks.md`): checked access costs a third of
//! the time of loops and calls.
//!
//! *Invariants*: `Loaded` verifies every program, so each register, number and function of an
//! instruction exists, and each place that control can go to is inside the code. A window lies in the
//! stack of the fiber, which neither moves nor shrinks while the loop runs in that window. References
//! into a window are used up before anything else of it is written.

#![allow(unsafe_code)]

use std::ops::{Index, IndexMut};
use std::rc::Rc;

use crate::code::{Function, Op, Reg};
use crate::fiber::{Frame, ScriptFrame, Target};
use crate::value::Value;

/// Registers of one activation: a pointer, so that the loop can keep it where it is fast.
#[derive(Clone, Copy)]
pub(crate) struct Window {
    slots: *mut Value,
    #[cfg(debug_assertions)]
    count: usize,
}

impl Window {
    /// The `count` registers from `base` of a stack that is large enough.
    #[inline(always)]
    pub(crate) fn new(stack: &mut [Value], base: usize, count: usize) -> Self {
        debug_assert!(base + count <= stack.len());
        Self {
            // SAFETY: every activation was entered after the stack had been made large enough.
            slots: unsafe { stack.as_mut_ptr().add(base) },
            #[cfg(debug_assertions)]
            count,
        }
    }

    /// `count` registers from `base`.
    #[inline(always)]
    pub(crate) fn run<'w>(self, base: Reg, count: usize) -> &'w mut [Value] {
        #[cfg(debug_assertions)]
        assert!(usize::from(base.0) + count <= self.count);
        // SAFETY: the verifier has seen that these registers exist.
        unsafe { std::slice::from_raw_parts_mut(self.slots.add(usize::from(base.0)), count) }
    }

    #[inline(always)]
    fn slot(self, reg: Reg) -> *mut Value {
        #[cfg(debug_assertions)]
        assert!(usize::from(reg.0) < self.count);
        // SAFETY: the verifier has seen that the register exists.
        unsafe { self.slots.add(usize::from(reg.0)) }
    }

    /// Writes a number without looking at what else was there, when that was a number.
    #[inline(always)]
    pub(crate) fn set_number(mut self, d: Reg, n: f64) {
        set_number(&mut self[d], n);
    }

    /// Writes a boolean: all of the value at once, since whoever copies it reads it at once.
    #[inline(always)]
    pub(crate) fn set_bool(self, d: Reg, b: bool) {
        const VALUES: &[Value; 2] = &[Value::Boolean(false), Value::Boolean(true)];
        copy_plain(self.slot(d), &VALUES[usize::from(b)]);
    }

    /// Writes any value.
    #[inline(always)]
    pub(crate) fn set(mut self, d: Reg, value: Value) {
        self[d].put(value);
    }

    /// Copies a value from elsewhere into a register. It may belong to what the register holds.
    #[inline(always)]
    pub(crate) fn load(self, d: Reg, source: *const Value) {
        copy(self.slot(d), source);
    }

    /// Copies a register with a plain value to elsewhere.
    #[inline(always)]
    pub(crate) fn store_plain(self, place: &mut Value, s: Reg) {
        copy_plain(place, self.slot(s));
    }

    /// Copies a register with a plain value.
    #[inline(always)]
    pub(crate) fn copy_plain(self, d: Reg, s: Reg) {
        copy_plain(self.slot(d), self.slot(s));
    }

    /// Copies a register with a value that needs counting.
    #[inline(always)]
    pub(crate) fn copy_counted(self, d: Reg, s: Reg) {
        copy_counted(self.slot(d), self.slot(s));
    }

    /// Copies a register.
    #[inline(always)]
    pub(crate) fn copy(self, d: Reg, s: Reg) {
        copy(self.slot(d), self.slot(s));
    }
}

impl Index<Reg> for Window {
    type Output = Value;

    #[inline(always)]
    fn index(&self, reg: Reg) -> &Value {
        // SAFETY: the register exists; whoever writes to the window holds no such borrow any more.
        unsafe { &*self.slot(reg) }
    }
}

impl IndexMut<Reg> for Window {
    #[inline(always)]
    fn index_mut(&mut self, reg: Reg) -> &mut Value {
        // SAFETY: as for reading.
        unsafe { &mut *self.slot(reg) }
    }
}

/// Copies a value into a place that holds one.
///
/// Numbers go by themselves: reading all of a value whose number was just written costs a stall.
/// Everything else is copied as it lies there.
///
/// The source may be the target, or go with what the target holds: it is read before. Pointers say
/// so; references would have to stay valid until the end.
#[inline(always)]
fn copy(target: *mut Value, source: *const Value) {
    // SAFETY: both are places of values; nothing is written before the source was read.
    if unsafe { &*source }.is_plain() {
        copy_plain(target, source);
    } else {
        copy_counted(target, source);
    }
}

/// The same for a value that needs no counting.
#[inline(always)]
fn copy_plain(target: *mut Value, source: *const Value) {
    // SAFETY: as in `copy`. A plain value owns nothing, so there may be two of it.
    unsafe {
        debug_assert!((*source).is_plain());
        if let Value::Number(n) = *source {
            set_number(&mut *target, n);
        } else if (*target).is_plain() {
            std::ptr::copy(source, target, 1);
        } else {
            replace(target, source);
        }
    }
}

/// Out of the way, as dropping what was there is a call.
#[inline(never)]
fn replace(target: *mut Value, source: *const Value) {
    // SAFETY: as in `copy_plain`.
    unsafe { *target = std::ptr::read(source) };
}

#[inline(never)]
fn copy_counted(target: *mut Value, source: *const Value) {
    // SAFETY: as in `copy`. The value is counted once more before there are two of it.
    unsafe {
        count(&*source);
        if (*target).is_plain() {
            std::ptr::copy(source, target, 1);
        } else {
            replace(target, source);
        }
    }
}

/// Counts one more holder of what a value refers to, which is not plain.
///
/// `clone` also writes the value somewhere, and asks what kind it is; here all kinds are the same.
#[inline(always)]
fn count(value: &Value) {
    use std::mem::forget;
    debug_assert!(!value.is_plain());
    match value {
        Value::String(text) if !text.is_short() => forget(text.clone()),
        Value::Array(array) => forget(array.clone()),
        Value::Function(function) => forget(Rc::clone(function)),
        Value::Object(object) => forget(Rc::clone(object)),
        Value::Regex(regex) => forget(Rc::clone(regex)),
        Value::Native(object) => forget(object.clone()),
        Value::Cell(cell) => forget(Rc::clone(cell)),
        Value::Iteration(iteration) => forget(Rc::clone(iteration)),
        // SAFETY: the caller has seen that the value is not plain; these are all plain kinds.
        Value::String(_) | Value::Number(_) | Value::Boolean(_) | Value::None | Value::Unset => unsafe {
            std::hint::unreachable_unchecked()
        },
    }
}

/// Writes a number without looking at what else was there, when that was a number.
#[inline(always)]
pub(crate) fn set_number(slot: &mut Value, n: f64) {
    match slot {
        Value::Number(old) => *old = n,
        other => become_number(other, n),
    }
}

/// Out of the way, so that the usual case need not keep its number in memory.
#[inline(never)]
fn become_number(slot: &mut Value, n: f64) {
    slot.put(Value::Number(n));
}

/// A place in the code of a function.
#[derive(Clone, Copy)]
pub(crate) struct Ip(*const Op);

impl Ip {
    /// The instruction at `pc`, which is inside the code.
    #[inline(always)]
    pub(crate) fn new(code: &[Op], pc: u32) -> Self {
        debug_assert!((pc as usize) < code.len());
        // SAFETY: saved places came from the same code or from a copy of the same length.
        Self(unsafe { code.as_ptr().add(pc as usize) })
    }

    /// The instruction.
    #[inline(always)]
    pub(crate) fn op<'c>(self) -> &'c Op {
        // SAFETY: the verifier has seen that jumps and handlers stay inside the code and that the
        // last instruction does not fall through; the program outlives the loop.
        unsafe { &*self.0 }
    }

    /// The place after this one.
    #[inline(always)]
    pub(crate) fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// The place where a jump goes.
    #[inline(always)]
    pub(crate) fn jump(self, off: isize) -> Self {
        Self(self.0.wrapping_offset(off))
    }

    /// Its number in the code that it belongs to.
    #[inline(always)]
    pub(crate) fn pc(self, code: &[Op]) -> u32 {
        ((self.0 as usize - code.as_ptr() as usize) / size_of::<Op>()) as u32
    }
}

/// An element of a table that an instruction names.
#[inline(always)]
pub(crate) fn entry<T>(table: &[T], at: usize) -> &T {
    debug_assert!(at < table.len());
    // SAFETY: the verifier has seen that the element exists; tables of a loaded program are as long
    // as those of the program.
    unsafe { table.get_unchecked(at) }
}

/// Saves where the running script function goes on, and appends the frame of one that it calls; the
/// frames must have room for it. The standard ways are not inlined, which costs an eighth of a call.
#[inline(always)]
pub(crate) fn call(frames: &mut Vec<Frame>, pc: u32, frame: ScriptFrame) {
    let len = frames.len();
    debug_assert!(len < frames.capacity());
    debug_assert!(matches!(frames.last(), Some(Frame::Script(_))));
    // SAFETY: there is room for one more, which is initialised before it counts. The loop runs a
    // script function, whose frame is the last.
    unsafe {
        let slot = frames.as_mut_ptr().add(len);
        match &mut *slot.sub(1) {
            Frame::Script(caller) => caller.pc = pc,
            Frame::Native(_) => std::hint::unreachable_unchecked(),
        }
        slot.write(Frame::Script(frame));
        frames.set_len(len + 1);
    }
}

/// The frame of the running script function.
#[inline(always)]
pub(crate) fn top(frames: &[Frame]) -> &ScriptFrame {
    script(frames, frames.len().wrapping_sub(1))
}

/// Drops the frame of the running script function, whose caller runs code of the same unit; gives
/// that one's.
#[inline(always)]
pub(crate) fn back(frames: &mut Vec<Frame>) -> ScriptFrame {
    debug_assert!(matches!(top(frames).target, Target::Caller(_)));
    let caller = *script(frames, frames.len().wrapping_sub(2));
    // SAFETY: there are two frames at least; the last owns nothing.
    unsafe { frames.set_len(frames.len() - 1) };
    caller
}

#[inline(always)]
fn script(frames: &[Frame], at: usize) -> &ScriptFrame {
    debug_assert!(matches!(frames.get(at), Some(Frame::Script(_))));
    // SAFETY: the running function and whoever called it from the same unit have script frames.
    unsafe {
        match frames.get_unchecked(at) {
            Frame::Script(frame) => frame,
            Frame::Native(_) => std::hint::unreachable_unchecked(),
        }
    }
}

/// The function of a frame.
#[inline(always)]
pub(crate) fn function_of<'p>(functions: &'p [Function], frame: &ScriptFrame) -> &'p Function {
    entry(functions, frame.function as usize)
}
