//! Results of script functions that all scripts of the process share.
//!
//! Invariants: an expired entry is never returned; a bucket holds at most the smallest size that
//! any call asked for.
//!
//! Sources: language reference 16.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hsl_vm::Frozen;
use hsl_vm::request::CacheKey;

use crate::memory::held;

/// The caches of a process.
#[derive(Debug, Default)]
pub struct Cache {
    buckets: Mutex<HashMap<(Vec<u8>, String), Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    size: usize,
    /// Counts uses, to find the entry that was used least recently.
    uses: u64,
    entries: HashMap<Frozen, Entry>,
}

#[derive(Debug)]
struct Entry {
    value: Frozen,
    expires: Instant,
    used: u64,
}

impl Cache {
    /// The value of an entry that has not expired.
    pub fn get(&self, key: &CacheKey, now: Instant) -> Option<Frozen> {
        let mut buckets = held(&self.buckets);
        let bucket = buckets.get_mut(&(key.namespace.clone(), key.function.clone()))?;
        bucket.uses += 1;
        let entry = bucket.entries.get_mut(&key.arguments)?;
        if entry.expires <= now {
            bucket.entries.remove(&key.arguments);
            return None;
        }
        entry.used = bucket.uses;
        Some(entry.value.clone())
    }

    /// Adds or replaces an entry. A full bucket makes room if `lru`, else it stays as it is.
    pub fn put(
        &self,
        key: CacheKey,
        value: Frozen,
        ttl: Duration,
        size: usize,
        lru: bool,
        now: Instant,
    ) {
        let Some(expires) = now.checked_add(ttl) else { return };
        if ttl.is_zero() || size == 0 {
            return;
        }
        let mut buckets = held(&self.buckets);
        let bucket = buckets.entry((key.namespace, key.function)).or_insert_with(|| Bucket {
            size,
            uses: 0,
            entries: HashMap::new(),
        });
        bucket.size = bucket.size.min(size);
        if !bucket.entries.contains_key(&key.arguments) && !bucket.has_room(lru, now) {
            return;
        }
        bucket.uses += 1;
        bucket.entries.insert(key.arguments, Entry { value, expires, used: bucket.uses });
    }

    /// Forgets a namespace: a message that ended, a file that changed.
    pub fn forget(&self, namespace: &[u8]) {
        held(&self.buckets).retain(|(name, _), _| name != namespace);
    }
}

impl Bucket {
    /// Makes room for one more entry, if it may.
    fn has_room(&mut self, lru: bool, now: Instant) -> bool {
        if self.entries.len() < self.size {
            return true;
        }
        self.entries.retain(|_, entry| entry.expires > now);
        while lru && self.entries.len() >= self.size {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(arguments) = oldest.map(|(arguments, _)| arguments.clone()) else { break };
            self.entries.remove(&arguments);
        }
        self.entries.len() < self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn key(argument: f64) -> CacheKey {
        CacheKey {
            namespace: b"n".to_vec(),
            function: "f".into(),
            arguments: Frozen::list([argument.into()]),
            per_message: false,
        }
    }

    fn put(cache: &Cache, argument: f64, size: usize, lru: bool, now: Instant) {
        cache.put(key(argument), argument.into(), MINUTE, size, lru, now);
    }

    #[test]
    fn entries_expire() {
        let (cache, now) = (Cache::default(), Instant::now());
        put(&cache, 1.0, 32, true, now);
        assert_eq!(cache.get(&key(1.0), now), Some(1.0.into()));
        assert_eq!(cache.get(&key(1.0), now + MINUTE), None);
        cache.put(key(2.0), 2.0.into(), Duration::ZERO, 32, true, now);
        assert_eq!(cache.get(&key(2.0), now), None);
    }

    #[test]
    fn a_full_bucket_drops_what_was_used_least_recently() {
        let (cache, now) = (Cache::default(), Instant::now());
        put(&cache, 1.0, 2, true, now);
        put(&cache, 2.0, 2, true, now);
        cache.get(&key(1.0), now);
        put(&cache, 3.0, 2, true, now);
        let found = [1.0, 2.0, 3.0].map(|n| cache.get(&key(n), now).is_some());
        assert_eq!(found, [true, false, true]);
        put(&cache, 4.0, 2, false, now);
        assert_eq!(cache.get(&key(4.0), now), None, "without lru a full bucket stays");
    }

    #[test]
    fn the_smallest_size_holds() {
        let (cache, now) = (Cache::default(), Instant::now());
        put(&cache, 1.0, 9, true, now);
        put(&cache, 2.0, 9, true, now);
        put(&cache, 3.0, 1, true, now);
        let found = [1.0, 2.0, 3.0].map(|n| cache.get(&key(n), now).is_some());
        assert_eq!(found, [false, false, true]);
    }
}
