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

/// Bytes of shared memory unless told otherwise.
const MOST: usize = 256 << 20;
/// What an entry takes besides its key and value, about.
const OVERHEAD: usize = 100;

/// Shared memory of a process.
#[derive(Debug)]
pub struct Memory {
    most: usize,
    values: Mutex<Values>,
    locks: Mutex<HashMap<Vec<u8>, Weak<tokio::sync::Mutex<()>>>>,
}

/// Shared memory has no room for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("shared memory is full: delete keys, or allow more than {0} bytes (`scripting.memory`)")]
pub struct Full(pub usize);

/// Values with their bytes, and all bytes.
#[derive(Debug, Default)]
struct Values {
    named: HashMap<Vec<u8>, (Frozen, usize)>,
    bytes: usize,
}

impl Memory {
    /// Empty memory for so many bytes.
    pub fn new(most: usize) -> Self {
        Self { most, values: Mutex::default(), locks: Mutex::default() }
    }

    /// Carries out a step; the answer is the value before, of an increment the value after.
    ///
    /// # Errors
    /// When there is no room for a new value; nothing is changed then.
    pub fn step(&self, request: MemoryRequest) -> Result<Option<Frozen>, Full> {
        let MemoryRequest { key, action, .. } = request;
        let mut values = held(&self.values);
        match action {
            MemoryAction::Fetch => Ok(values.get(&key)),
            MemoryAction::Store(value) => values.set(key, value, self.most),
            MemoryAction::Delete => Ok(values.remove(&key)),
            MemoryAction::Add(value) => match values.get(&key) {
                Some(present) => Ok(Some(present)),
                None => values.set(key, value, self.most),
            },
            MemoryAction::Increment(by) => {
                let Frozen::Number(old) = values.get(&key).unwrap_or(Frozen::Number(0.0)) else {
                    return Ok(None);
                };
                let new = Frozen::Number(old + by);
                values.set(key, new.clone(), self.most)?;
                Ok(Some(new))
            }
        }
    }

    /// The stored value of a key.
    pub fn fetch(&self, key: &[u8]) -> Option<Frozen> {
        held(&self.values).get(key)
    }

    /// Sets a key, or removes it.
    ///
    /// # Errors
    /// When there is no room for the value; the old one stays.
    pub fn store(&self, key: Vec<u8>, value: Option<Frozen>) -> Result<(), Full> {
        let mut values = held(&self.values);
        match value {
            Some(value) => values.set(key, value, self.most).map(drop),
            None => {
                values.remove(&key);
                Ok(())
            }
        }
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

impl Default for Memory {
    fn default() -> Self {
        Self::new(MOST)
    }
}

impl Values {
    fn get(&self, key: &[u8]) -> Option<Frozen> {
        self.named.get(key).map(|(value, _)| value.clone())
    }

    /// Sets a key; gives the value before.
    fn set(&mut self, key: Vec<u8>, value: Frozen, most: usize) -> Result<Option<Frozen>, Full> {
        let bytes = key.len() + value.bytes() + OVERHEAD;
        let before = self.named.get(&key).map_or(0, |(_, bytes)| *bytes);
        let total = self.bytes - before + bytes;
        // What gets smaller always fits.
        if total > most && bytes > before {
            return Err(Full(most));
        }
        self.bytes = total;
        Ok(self.named.insert(key, (value, bytes)).map(|(value, _)| value))
    }

    fn remove(&mut self, key: &[u8]) -> Option<Frozen> {
        let (value, bytes) = self.named.remove(key)?;
        self.bytes -= bytes;
        Some(value)
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
        memory.step(MemoryRequest { key: key.into(), action, held: false }).expect("room")
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

    #[test]
    fn a_full_store_refuses_what_makes_it_larger() {
        let memory = Memory::new(1_000);
        let long = |length: usize| Some(Frozen::from("x".repeat(length).as_str()));
        memory.store(b"a".to_vec(), long(600)).expect("room");
        assert_eq!(memory.store(b"b".to_vec(), long(200)), Err(Full(1_000)));
        assert_eq!(memory.store(b"a".to_vec(), long(900)), Err(Full(1_000)));
        assert_eq!(memory.fetch(b"a"), long(600), "the old value stays");
        memory.store(b"a".to_vec(), long(100)).expect("it gets smaller");
        memory.store(b"b".to_vec(), long(200)).expect("room");
        memory.store(b"a".to_vec(), None).expect("it goes");
        memory.store(b"b".to_vec(), None).expect("it goes");
        assert_eq!(held(&memory.values).bytes, 0);
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
