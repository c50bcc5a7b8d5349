//! Memory shared by all executions of the process.
//!
//! A call without callback is one step of the store, for which the host waits until no other script
//! holds the key. A call with a callback holds the lock of the key from the look until the callback
//! has returned; the lock is released when the frame is dropped, also by an exception.
//!
//! *Sources.* The language reference, section 17.

use hsl_macros::library;
use hsl_vm::request::{MemoryAction, MemoryRequest};
use hsl_vm::{
    Cx, Frozen, Input, NativeFrame, NativeResult, NativeStep, Request, Response, Str, Thrown, Value,
};

use crate::binding::Callback;

mod held;

use held::{Held, Plan};

/// Builtins of this topic.
#[library(topic = "memory")]
pub(crate) mod functions {
    use super::*;

    /// Stores a value under a new key only, and tells whether it did.
    ///
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// Raises an exception for a value that holds a function or an object.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo memory_add("greeting", "hello"); // true
    /// echo memory_add("greeting", "again"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: differs: functions and objects of the script cannot be shared.
    #[builtin(effect = external, returns = "boolean")]
    fn memory_add(#[sink(Key)] key: Str, value: Value) -> Result<NativeStep, Thrown> {
        let action = MemoryAction::Add(share("memory_add", &value)?);
        Ok(ask(key, action, |old| Value::boolean(old.is_none())))
    }

    /// Subtracts from a stored number and returns the new one.
    ///
    /// A missing key counts as 0. With `remove_if_zero` the key is dropped when the number reaches
    /// zero. Gives `none` when the stored value is no number.
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// memory_inc("open", 2);
    /// echo memory_dec("open"); // 1
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number or none")]
    fn memory_dec(
        key: Str,
        #[default(1)] offset: f64,
        #[default(false)] remove_if_zero: bool,
    ) -> NativeStep {
        if remove_if_zero {
            return Held::enter(key, Plan::Decrease(offset));
        }
        ask(key, MemoryAction::Increment(-offset), Option::unwrap_or_default)
    }

    /// Removes a key and tells whether it existed.
    ///
    /// The callback gets key and value if it did.
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// What the callback throws; the key is removed all the same.
    ///
    /// # Example
    ///
    /// ```hsl
    /// memory_store("k", 1);
    /// echo memory_delete("k"); // true
    /// echo memory_delete("k"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "boolean")]
    fn memory_delete(key: Str, callback: Option<Callback>) -> NativeStep {
        match callback {
            Some(callback) => Held::enter(key, Plan::Delete(callback)),
            None => ask(key, MemoryAction::Delete, |old| Value::boolean(old.is_some())),
        }
    }

    /// Tells whether a key exists.
    ///
    /// The callback gets key and value if it does.
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// What the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo memory_exists("nobody stored this"); // false
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "boolean")]
    fn memory_exists(key: Str, callback: Option<Callback>) -> NativeStep {
        match callback {
            Some(callback) => Held::enter(key, Plan::Exists(callback)),
            None => ask(key, MemoryAction::Fetch, |old| Value::boolean(old.is_some())),
        }
    }

    /// Returns a stored value, or what a callback gives for a missing key.
    ///
    /// The callback gets the key. Without one a missing key gives `none`.
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// What the callback throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// memory_store("colour", "blue");
    /// echo memory_fetch("colour"); // blue
    /// echo memory_fetch("shape", function ($key) { return "no $key"; }); // no shape
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "any")]
    fn memory_fetch(key: Str, callback: Option<Callback>) -> NativeStep {
        match callback {
            Some(callback) => Held::enter(key, Plan::Fetch(callback)),
            None => ask(key, MemoryAction::Fetch, Option::unwrap_or_default),
        }
    }

    /// Adds to a stored number and returns the new one.
    ///
    /// A missing key counts as 0. Gives `none` when the stored value is no number.
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo memory_inc("seen"); // 1
    /// echo memory_inc("seen", 4); // 5
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = external, returns = "number or none")]
    fn memory_inc(key: Str, #[default(1)] offset: f64) -> NativeStep {
        ask(key, MemoryAction::Increment(offset), Option::unwrap_or_default)
    }

    /// Stores a value and tells whether the key existed.
    ///
    /// The callback gets key and old value when one is replaced.
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// Raises an exception for a value that holds a function or an object; what the callback
    /// throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo memory_store("size", 1); // false
    /// echo memory_store("size", 2); // true
    /// ```
    ///
    /// Since: 0.1. Compat: differs: functions and objects of the script cannot be shared.
    #[builtin(effect = external, returns = "boolean")]
    fn memory_store(
        #[sink(Key)] key: Str,
        value: Value,
        callback: Option<Callback>,
    ) -> Result<NativeStep, Thrown> {
        let value = share("memory_store", &value)?;
        Ok(match callback {
            Some(callback) => Held::enter(key, Plan::Store(value, callback)),
            None => ask(key, MemoryAction::Store(value), |old| Value::boolean(old.is_some())),
        })
    }

    /// Replaces a stored value by what a callback makes of it, and tells whether the key existed.
    ///
    /// The callback gets the key, the current value and `value`. For a missing key `initial` is the
    /// current value; without it nothing happens.
    /// Suspends on shared memory.
    ///
    /// # Errors
    ///
    /// Raises an exception for a result that holds a function or an object; what the callback
    /// throws.
    ///
    /// # Example
    ///
    /// ```hsl
    /// memory_update("sum", 5, function ($key, $sum, $x) { return $sum + $x; }, 100);
    /// echo memory_fetch("sum"); // 105
    /// ```
    ///
    /// Since: 0.1. Compat: differs: functions and objects of the script cannot be shared.
    #[builtin(effect = external, returns = "boolean")]
    fn memory_update(
        key: Str,
        value: Value,
        callback: Callback,
        initial: Option<Value>,
    ) -> NativeStep {
        Held::enter(key, Plan::Update { value, callback, initial })
    }
}

/// The value in the form that threads share.
fn share(function: &str, value: &Value) -> Result<Frozen, Thrown> {
    value.freeze().ok_or_else(|| {
        Thrown::Error(format!(
            "{function}: functions, and objects other than maps, sets and the like, cannot be shared"
        ))
    })
}

/// One step of the store, and what its answer means.
fn ask(key: Str, action: MemoryAction, meaning: fn(Option<Value>) -> Value) -> NativeStep {
    NativeStep::enter(Ask { request: Some(request(&key, action)), meaning })
}

fn request(key: &Str, action: MemoryAction) -> Request {
    Request::Memory(MemoryRequest { key: key.to_vec(), action, held: false })
}

struct Ask {
    request: Option<Request>,
    meaning: fn(Option<Value>) -> Value,
}

impl NativeFrame for Ask {
    fn resume(&mut self, _: &mut Cx<'_>, input: Input) -> NativeResult {
        if let Some(request) = self.request.take() {
            return Ok(NativeStep::suspend(request));
        }
        let old = answer(input)?.as_ref().map(Frozen::recall);
        Ok(NativeStep::Return((self.meaning)(old)))
    }
}

fn answer(input: Input) -> Result<Option<Frozen>, Thrown> {
    match input.into_response() {
        Some(Response::Memory(value)) => Ok(value),
        Some(Response::Failed(message)) => Err(Thrown::Error(message)),
        _ => Err(Thrown::error("shared memory did not answer")),
    }
}
