//! `foreach` and spreading of iterators.

use std::cell::RefCell;
use std::rc::Rc;

use super::Generator;
use super::registers::Window;
use crate::code::{Op, Reg};
use crate::fiber::{Fiber, Frame};
use crate::native::{
    Cx, Input, NativeFrame, NativeIterator, NativeRef, NativeResult, NativeStep, Thrown,
};
use crate::operators;
use crate::value::{Array, Callable, Value};

/// The state of a `foreach`, in a register.
pub enum Iteration {
    /// Over a snapshot of an array, from a cursor.
    Array(Array, usize),
    /// Over a native object.
    Native(Box<dyn NativeIterator>),
    /// Over a generator, with the number of the next item.
    Generator(NativeRef, u32),
}

/// What an iteration gives.
pub(super) enum Item {
    /// The registers are filled.
    Given,
    /// Nothing more; the iteration is released.
    End,
    /// A generator must run.
    Ask(NativeRef),
}

/// Begins an iteration over a value.
pub(super) fn start(value: &Value) -> Result<Value, Thrown> {
    let iteration = match value {
        Value::Array(array) => Iteration::Array(array.clone(), 0),
        Value::Native(object) => match object.object().iterate() {
            Some(iterator) => Iteration::Native(iterator),
            None if object.downcast::<Generator>().is_some() => {
                Iteration::Generator(object.clone(), 0)
            }
            None => return Err(not_iterable(value)),
        },
        _ => return Err(not_iterable(value)),
    };
    Ok(Value::Iteration(Rc::new(RefCell::new(iteration))))
}

fn not_iterable(value: &Value) -> Thrown {
    Thrown::Error(format!("a {} cannot be iterated", value.type_name()))
}

/// Moves on to the next item.
#[inline]
pub(super) fn next(mut regs: Window, i: Reg, v: Reg, key: Option<Reg>) -> Item {
    let owner = regs;
    let Value::Iteration(iteration) = &owner[i] else { return Item::End };
    let mut borrowed = iteration.borrow_mut();
    match &mut *borrowed {
        Iteration::Array(array, cursor) => match array.item(*cursor) {
            None => {}
            Some((after, value)) => {
                *cursor = after;
                // The array is the iteration's own, so what the registers held cannot take it along.
                regs.load(v, value);
                if let Some(key) = key {
                    let k = array.key_before(after);
                    regs[key].put(k);
                }
                return Item::Given;
            }
        },
        Iteration::Native(iterator) => {
            if let Some((k, value)) = iterator.next() {
                drop(borrowed);
                regs[v].put(value);
                if let Some(key) = key {
                    regs[key].put(k);
                }
                return Item::Given;
            }
        }
        Iteration::Generator(generator, _) => return Item::Ask(generator.clone()),
    }
    drop(borrowed);
    end_here(regs, i)
}

fn end_here(mut regs: Window, i: Reg) -> Item {
    regs[i] = Value::Unset;
    Item::End
}

/// Brings an item of a generator to the `IterNext` at `at` of the topmost frame.
pub(super) fn give(fiber: &mut Fiber, at: u32, item: Value) {
    let Some((base, op)) = consumer(fiber, at) else { return };
    let (i, v, key) = match op {
        Op::IterNext { i, v, .. } => (i, v, None),
        Op::IterNextKey { i, v, .. } => (i, v, Some(Reg(i.0 + 1))),
        _ => return,
    };
    let slot = |reg: Reg| base + usize::from(reg.0);
    let mut number = 0;
    if let Value::Iteration(iteration) = &fiber.stack[slot(i)]
        && let Iteration::Generator(_, n) = &mut *iteration.borrow_mut()
    {
        number = *n;
        *n += 1;
    }
    fiber.stack[slot(v)] = item;
    if let Some(key) = key {
        fiber.stack[slot(key)] = Value::Number(number.into());
    }
}

/// Ends the iteration of the `IterNext` at `at` of the topmost frame.
pub(super) fn end(fiber: &mut Fiber, at: u32) {
    let Some((base, op)) = consumer(fiber, at) else { return };
    let (Op::IterNext { i, off, .. } | Op::IterNextKey { i, off, .. }) = op else { return };
    fiber.stack[base + usize::from(i.0)] = Value::Unset;
    if let Some(Frame::Script(frame)) = fiber.frames.last_mut() {
        frame.pc = at.wrapping_add_signed(off.into());
    }
}

/// Window and instruction of the consumer. A breakpoint never stands on an `IterNext` that waits,
/// but the copy may have been swapped: the untouched program knows the instruction.
fn consumer(fiber: &Fiber, at: u32) -> Option<(usize, Op)> {
    let Some(Frame::Script(frame)) = fiber.frames.last() else { return None };
    let op = fiber.function(frame).code.get(at as usize)?;
    Some((frame.base as usize, *op))
}

/// Collects the items of an iterator into an array that is being built.
pub(super) struct SpreadFrame {
    array: Array,
    next: Value,
}

impl SpreadFrame {
    /// Spreads what is no array.
    pub(super) fn start(array: Value, source: Value) -> Result<NativeStep, Thrown> {
        let Value::Array(mut array) = array else {
            return Err(Thrown::error("a literal is missing"));
        };
        let Value::Native(object) = &source else {
            return Err(Thrown::Error(format!("a {} cannot be spread", source.type_name())));
        };
        if let Some(mut iterator) = object.object().iterate() {
            while let Some((_, value)) = iterator.next() {
                array.push(value);
            }
            return Ok(NativeStep::Return(array.into()));
        }
        if object.downcast::<Generator>().is_none() {
            return Err(not_iterable(&source));
        }
        Ok(NativeStep::enter(Self { array, next: Callable::Next(source).into_value() }))
    }
}

impl NativeFrame for SpreadFrame {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Input::Value(Value::Array(step)) = input {
            if step.get_str("done").is_some_and(Value::truthy) {
                return Ok(NativeStep::Return(std::mem::take(&mut self.array).into()));
            }
            let value = step.get_str("value").cloned().unwrap_or_default();
            operators::append_element(&mut self.array, 0_i64.into(), value);
        }
        Ok(NativeStep::call(&self.next, []))
    }
}
