//! The key-value store and the locks that all scripts of the process share.
//!
//! Invariants: a step on a key is atomic; a lock is released when its guard is dropped, so a
//! cancelled fiber keeps none; no thread ever blocks on a lock.
//!
//! Not here: who may take which lock when (`hsl-vm`), stores shared between servers.
//! Sources: language reference 17.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use hsl_vm::Frozen;
use hsl_vm::request::{MemoryAction, MemoryRequest};
use tokio::sync::OwnedMutexGuard;

/// Shared memory of a process.
#[derive(Debug, Default)]
pub struct Memory {
    values: Mutex<HashMap<Vec<u8>, Frozen>>,
    locks: Mutex<HashMap<Vec<u8>, Weak<tokio::sync::Mutex<()>>>>,
}

impl Memory {
    /// Carries out a step; the answer is the value before, of an increment the value after.
    pub fn step(&self, request: MemoryRequest) -> Option<Frozen> {
        let MemoryRequest { key, action, .. } = request;
        let mut values = held(&self.values);
        match action {
            MemoryAction::Fetch => values.get(&key).cloned(),
            MemoryAction::Store(value) => values.insert(key, value),
            MemoryAction::Delete => values.remove(&key),
            MemoryAction::Add(value) => match values.get(&key) {
                Some(present) => Some(present.clone()),
                None => {
                    values.insert(key, value);
                    None
                }
            },
            MemoryAction::Increment(by) => {
                let Frozen::Number(old) = values.get(&key).unwrap_or(&Frozen::Number(0.0)) else {
                    return None;
                };
                let new = Frozen::Number(old + by);
                values.insert(key, new.clone());
                Some(new)
            }
        }
    }

    /// The stored value of a key.
    pub fn fetch(&self, key: &[u8]) -> Option<Frozen> {
        held(&self.values).get(key).cloned()
    }

    /// Sets a key, or removes it.
    pub fn store(&self, key: Vec<u8>, value: Option<Frozen>) {
        let mut values = held(&self.values);
        match value {
            Some(value) => values.insert(key, value),
            None => values.remove(&key),
        };
    }

    /// Waits for a lock and holds it until the answer is dropped.
    pub async fn lock(&self, key: &[u8]) -> Box<dyn Any> {
        let guard: OwnedMutexGuard<()> = self.mutex(key).lock_owned().await;
        Box::new(guard)
    }

    /// The mutex of a name. Mutexes that nobody holds or waits for are forgotten.
    fn mutex(&self, key: &[u8]) -> Arc<tokio::sync::Mutex<()>> {
        let mut locks = held(&self.locks);
        if let Some(mutex) = locks.get(key).and_then(Weak::upgrade) {
            return mutex;
        }
        if locks.len() >= 64 && locks.len().is_power_of_two() {
            locks.retain(|_, mutex| mutex.strong_count() > 0);
        }
        let mutex = Arc::default();
        locks.insert(key.to_vec(), Arc::downgrade(&mutex));
        mutex
    }
}

/// No code that can panic runs while one of these mutexes is held.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(memory: &Memory, key: &str, action: MemoryAction) -> Option<Frozen> {
        memory.step(MemoryRequest { key: key.into(), action, held: false })
    }

    #[test]
    fn steps_answer_with_the_value_before() {
        let memory = Memory::default();
        assert_eq!(step(&memory, "a", MemoryAction::Add(1.0.into())), None);
        assert_eq!(step(&memory, "a", MemoryAction::Add(2.0.into())), Some(1.0.into()));
        assert_eq!(step(&memory, "a", MemoryAction::Store("x".into())), Some(1.0.into()));
        assert_eq!(step(&memory, "a", MemoryAction::Increment(1.0)), None);
        assert_eq!(step(&memory, "a", MemoryAction::Delete), Some("x".into()));
        assert_eq!(step(&memory, "a", MemoryAction::Fetch), None);
    }

    #[test]
    fn a_counter_starts_at_zero() {
        let memory = Memory::default();
        assert_eq!(step(&memory, "n", MemoryAction::Increment(2.0)), Some(2.0.into()));
        assert_eq!(step(&memory, "n", MemoryAction::Increment(-0.5)), Some(1.5.into()));
    }

    #[tokio::test]
    async fn a_lock_is_free_again_when_its_guard_is_dropped() {
        let memory = Memory::default();
        let guard = memory.lock(b"k").await;
        let mut second = Box::pin(memory.lock(b"k"));
        let waits = std::future::poll_fn(|cx| {
            std::task::Poll::Ready(second.as_mut().poll(cx).is_pending())
        });
        assert!(waits.await);
        drop(memory.lock(b"other").await);
        drop(guard);
        second.await;
    }
}
