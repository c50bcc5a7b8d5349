//! The window of the running function.

use std::ops::{Index, IndexMut};

use crate::code::Reg;
use crate::value::Value;

/// Registers of one activation.
pub(crate) struct Window<'a>(&'a mut [Value]);

impl<'a> Window<'a> {
    pub(crate) fn new(slots: &'a mut [Value]) -> Self {
        Self(slots)
    }

    /// `count` registers from `base`.
    pub(crate) fn run(&mut self, base: Reg, count: usize) -> &mut [Value] {
        let base = usize::from(base.0);
        &mut self.0[base..base + count]
    }

    /// Writes a number without looking at what else was there, when that was a number.
    #[inline(always)]
    pub(crate) fn set_number(&mut self, d: Reg, n: f64) {
        match &mut self[d] {
            Value::Number(old) => *old = n,
            other => *other = Value::Number(n),
        }
    }

    /// Writes a boolean.
    #[inline(always)]
    pub(crate) fn set_bool(&mut self, d: Reg, b: bool) {
        self[d] = Value::Boolean(b);
    }
}

impl Index<Reg> for Window<'_> {
    type Output = Value;

    #[inline(always)]
    fn index(&self, reg: Reg) -> &Value {
        &self.0[usize::from(reg.0)]
    }
}

impl IndexMut<Reg> for Window<'_> {
    #[inline(always)]
    fn index_mut(&mut self, reg: Reg) -> &mut Value {
        &mut self.0[usize::from(reg.0)]
    }
}
