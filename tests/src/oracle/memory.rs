//! Shared memory and barriers (section 17).

use std::collections::HashMap;
use std::sync::Arc;

use hsl_syntax::ast::BarrierStatement;

use super::scope::Env;
use super::statement::Flow;
use super::value::Value;
use super::{Stop, lock, text, thrown};

/// The store and the locks that are held.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) values: HashMap<Vec<u8>, Value>,
    held: Vec<Vec<u8>>,
}

impl Env {
    pub(super) fn barrier(
        self: &Arc<Self>,
        barrier: BarrierStatement<'static>,
    ) -> Result<Flow, Stop> {
        let key = text::of(&self.required(barrier.key())?);
        if lock(&self.run.memory).held.contains(&key) {
            return Err(thrown("barrier held"));
        }
        lock(&self.run.memory).held.push(key.clone());
        let variable = barrier.variable().map(|variable| self.name(variable));
        if let Some(name) = &variable {
            let stored = lock(&self.run.memory).values.get(&key).cloned();
            *lock(&self.cell(name)) = stored;
        }
        let result = barrier.body().map_or(Ok(Flow::Normal), |body| self.block(body));
        let mut memory = lock(&self.run.memory);
        if let Some(name) = &variable {
            match self.peek(name) {
                Some(value) => memory.values.insert(key.clone(), value),
                None => memory.values.remove(&key),
            };
        }
        memory.held.retain(|held| *held != key);
        result
    }
}
