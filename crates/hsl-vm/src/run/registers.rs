//! The window of the running function, and its instructions: the one file with unchecked access.
//!
//! Measured with the interpreter benchmarks (`docs/benchmarks.md`): checked access costs a third of
//! the time of loops and calls.
//!
//! *Invariants*: `Loaded` verifies every program, so each register of an instruction is below the
//! `registers` of its function, and each place that control can go to is inside the code. A window
//! has exactly as many slots as its function has registers.

#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use crate::code::{Op, Reg};
use crate::fiber::{Frame, ScriptFrame};
use crate::value::Value;

/// Registers of one activation.
pub(crate) struct Window<'a> {
    slots: *mut Value,
    count: usize,
    life: PhantomData<&'a mut [Value]>,
}

impl<'a> Window<'a> {
    /// The window over the registers of a function.
    pub(crate) fn new(slots: &'a mut [Value]) -> Self {
        Self { slots: slots.as_mut_ptr(), count: slots.len(), life: PhantomData }
    }

    /// All registers.
    pub(crate) fn all(&mut self) -> &mut [Value] {
        // SAFETY: pointer and count came from a slice that is borrowed for `'a`.
        unsafe { std::slice::from_raw_parts_mut(self.slots, self.count) }
    }

    /// `count` registers from `base`.
    pub(crate) fn run(&mut self, base: Reg, count: usize) -> &mut [Value] {
        let base = usize::from(base.0);
        &mut self.all()[base..base + count]
    }

    /// Writes a number without looking at what else was there, when that was a number.
    #[inline(always)]
    pub(crate) fn set_number(&mut self, d: Reg, n: f64) {
        set_number(&mut self[d], n);
    }

    /// Writes a boolean.
    #[inline(always)]
    pub(crate) fn set_bool(&mut self, d: Reg, b: bool) {
        self[d].put(Value::Boolean(b));
    }
}

impl Index<Reg> for Window<'_> {
    type Output = Value;

    #[inline(always)]
    fn index(&self, reg: Reg) -> &Value {
        debug_assert!(usize::from(reg.0) < self.count);
        // SAFETY: the verifier has seen that the register exists; the borrow is that of the window.
        unsafe { &*self.slots.add(usize::from(reg.0)) }
    }
}

impl IndexMut<Reg> for Window<'_> {
    #[inline(always)]
    fn index_mut(&mut self, reg: Reg) -> &mut Value {
        debug_assert!(usize::from(reg.0) < self.count);
        // SAFETY: as for reading, and the window is borrowed exclusively.
        unsafe { &mut *self.slots.add(usize::from(reg.0)) }
    }
}

/// Writes a number without looking at what else was there, when that was a number.
#[inline(always)]
pub(crate) fn set_number(slot: &mut Value, n: f64) {
    match slot {
        Value::Number(old) => *old = n,
        other => other.put(Value::Number(n)),
    }
}

/// Writes any value.
#[inline(always)]
pub(crate) fn set_value(slot: &mut Value, value: Value) {
    slot.put(value);
}

/// The instruction at a place that control came to.
#[inline(always)]
pub(crate) fn fetch(code: &[Op], pc: usize) -> Op {
    debug_assert!(pc < code.len());
    // SAFETY: the verifier has seen that jumps and handlers stay inside the code and that the last
    // instruction does not fall through; saved places came from the same code or from a copy of the
    // same length.
    unsafe { *code.get_unchecked(pc) }
}

/// A number that an instruction names.
#[inline(always)]
pub(crate) fn number(numbers: &[f64], n: u16) -> f64 {
    debug_assert!(usize::from(n) < numbers.len());
    // SAFETY: the verifier has seen that the number exists.
    unsafe { *numbers.get_unchecked(usize::from(n)) }
}

/// Appends a script frame and lends it. The standard way is not inlined, which costs an eighth of a
/// call.
#[inline(always)]
pub(crate) fn push(frames: &mut Vec<Frame>, frame: ScriptFrame) -> &mut ScriptFrame {
    if frames.len() == frames.capacity() {
        frames.reserve(64);
    }
    let len = frames.len();
    // SAFETY: there is room for one more, which is initialised before it counts; it is the variant
    // that was just written.
    unsafe {
        let slot = frames.as_mut_ptr().add(len);
        slot.write(Frame::Script(frame));
        frames.set_len(len + 1);
        match &mut *slot {
            Frame::Script(frame) => frame,
            Frame::Native(_) => std::hint::unreachable_unchecked(),
        }
    }
}
