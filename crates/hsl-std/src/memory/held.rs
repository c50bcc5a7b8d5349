//! Calls that hold a key while a callback runs.

use std::any::Any;

use hsl_vm::request::MemoryAction;
use hsl_vm::{
    Cx, Frozen, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown, Value,
};

use super::{request, share};
use crate::binding::Callback;

/// What to do with the value that a key has.
pub(super) enum Plan {
    Decrease(f64),
    Delete(Callback),
    Exists(Callback),
    Fetch(Callback),
    Store(Frozen, Callback),
    Update { value: Value, callback: Callback, initial: Option<Value> },
}

/// A call in progress: lock, then change or call, then the other, then release by drop.
pub(super) struct Held {
    key: Str,
    plan: Plan,
    stage: Stage,
    /// Whether the key existed.
    existed: bool,
    /// The lock. Held for its drop.
    guard: Option<Box<dyn Any>>,
}

enum Stage {
    Start,
    Locking,
    /// The store was changed; then the callback gets this value, or this is the result.
    Changing(After),
    Calling,
}

enum After {
    Call(Value),
    Return(Value),
}

impl Held {
    pub(super) fn enter(key: Str, plan: Plan) -> NativeStep {
        NativeStep::enter(Self { key, plan, stage: Stage::Start, existed: false, guard: None })
    }

    fn locked(&mut self, old: Option<Value>) -> Result<NativeStep, Thrown> {
        self.existed = old.is_some();
        Ok(match (&self.plan, old) {
            (Plan::Decrease(offset), old) => {
                let Some(number) = old.unwrap_or(Value::Number(0.0)).as_number() else {
                    return Ok(self.done(Value::none()));
                };
                let new = number - offset;
                let action = match new {
                    0.0 => MemoryAction::Delete,
                    _ => MemoryAction::Store(Frozen::Number(new)),
                };
                self.change(action, After::Return(Value::number(new)))
            }
            (Plan::Delete(_), Some(old)) => self.change(MemoryAction::Delete, After::Call(old)),
            (Plan::Exists(_), Some(old)) => self.call(old),
            (Plan::Fetch(_), Some(old)) => self.done(old),
            (Plan::Fetch(_), None) => self.call(Value::none()),
            (Plan::Store(value, _), Some(old)) => {
                self.change(MemoryAction::Store(value.clone()), After::Call(old))
            }
            (Plan::Store(value, _), None) => {
                let action = MemoryAction::Store(value.clone());
                self.change(action, After::Return(Value::boolean(false)))
            }
            (Plan::Update { initial, .. }, old) => match old.or_else(|| initial.clone()) {
                Some(current) => self.call(current),
                None => self.done(Value::boolean(false)),
            },
            (Plan::Delete(_) | Plan::Exists(_), None) => self.done(Value::boolean(false)),
        })
    }

    fn change(&mut self, action: MemoryAction, after: After) -> NativeStep {
        self.stage = Stage::Changing(after);
        NativeStep::suspend(request(&self.key, action))
    }

    fn call(&mut self, current: Value) -> NativeStep {
        self.stage = Stage::Calling;
        let key = Value::string(self.key.clone());
        match &self.plan {
            Plan::Fetch(callback) => NativeStep::call(&callback.0, [key]),
            Plan::Update { value, callback, .. } => {
                NativeStep::call(&callback.0, [key, current, value.clone()])
            }
            Plan::Delete(callback) | Plan::Exists(callback) | Plan::Store(_, callback) => {
                NativeStep::call(&callback.0, [key, current])
            }
            Plan::Decrease(_) => NativeStep::Return(current),
        }
    }

    fn called(&mut self, result: Value) -> Result<NativeStep, Thrown> {
        Ok(match &self.plan {
            Plan::Fetch(_) => self.done(result),
            Plan::Update { .. } => {
                let action = MemoryAction::Store(share("memory_update", &result)?);
                let existed = Value::boolean(self.existed);
                self.change(action, After::Return(existed))
            }
            _ => self.done(Value::boolean(true)),
        })
    }

    fn done(&mut self, result: Value) -> NativeStep {
        self.guard = None;
        NativeStep::Return(result)
    }
}

impl NativeFrame for Held {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        match std::mem::replace(&mut self.stage, Stage::Calling) {
            Stage::Start => {
                self.stage = Stage::Locking;
                Ok(NativeStep::suspend(Request::Lock {
                    key: self.key.to_vec(),
                    fetch: true,
                    held: false,
                }))
            }
            Stage::Locking => match input.into_response() {
                Some(Response::Locked { guard, value }) => {
                    self.guard = Some(guard);
                    self.locked(value.as_ref().map(Frozen::recall))
                }
                Some(Response::Failed(message)) => Err(Thrown::Error(message)),
                _ => Err(Thrown::error("shared memory gave no lock")),
            },
            Stage::Changing(After::Call(old)) => Ok(self.call(old)),
            Stage::Changing(After::Return(result)) => Ok(self.done(result)),
            Stage::Calling => self.called(input.into_value()),
        }
    }
}
