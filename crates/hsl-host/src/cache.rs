//! Results of script functions that all scripts of the process share, or those of one message.
//!
//! Invariants: an expired entry is never returned; a bucket holds at most the smallest size that
//! any call asked for; all buckets together hold at most so many bytes. An entry is found, added and
//! dropped in logarithmic time, however large its bucket is.
//!
//! Sources: language reference 16.

mod bucket;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hsl_vm::Frozen;
use hsl_vm::request::CacheKey;

use crate::memory::held;
use bucket::Bucket;

/// Bytes of a cache unless told otherwise.
const MOST: usize = 256 << 20;
/// How often a full cache looks for expired entries in all its buckets.
const SWEEP: Duration = Duration::from_secs(1);

/// The caches of a process, or of a message.
#[derive(Debug)]
pub struct Cache {
    most: usize,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    /// By namespace and function.
    named: HashMap<(Vec<u8>, String), Bucket>,
    bytes: usize,
    swept: Option<Instant>,
}

impl Cache {
    /// An empty cache for so many bytes.
    pub fn new(most: usize) -> Self {
        Self { most, buckets: Mutex::default() }
    }

    /// The value of an entry that has not expired.
    pub fn get(&self, key: &CacheKey, now: Instant) -> Option<Frozen> {
        let mut buckets = held(&self.buckets);
        let bucket = buckets.named.get_mut(&(key.namespace.clone(), key.function.clone()))?;
        bucket.get(&key.arguments, now)
    }

    /// Adds or replaces an entry. A full bucket makes room if `lru`, else it stays as it is; so does a
    /// bucket that is too small to make room for the bytes of the entry.
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
        let bytes = key.arguments.bytes() + value.bytes() + bucket::OVERHEAD;
        if ttl.is_zero() || size == 0 || bytes > self.most {
            return;
        }
        let mut buckets = held(&self.buckets);
        let Buckets { named, bytes: total, swept } = &mut *buckets;
        if *total + bytes > self.most && swept.is_none_or(|at| now - at >= SWEEP) {
            *swept = Some(now);
            named.retain(|_, bucket| {
                *total -= bucket.expire(now);
                !bucket.is_empty()
            });
        }
        let bucket = named.entry((key.namespace, key.function)).or_default();
        *total -= bucket.shrink(size, now);
        *total -= bucket.remove(&key.arguments);
        *total -= bucket.make_room(lru, now);
        while lru && *total + bytes > self.most && !bucket.is_empty() {
            *total -= bucket.evict();
        }
        if *total + bytes <= self.most && bucket.has_room() {
            bucket.insert(key.arguments, value, bytes, expires);
            *total += bytes;
        }
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self::new(MOST)
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
    fn all_buckets_together_hold_so_many_bytes() {
        let (cache, now) = (Cache::new(10_000), Instant::now());
        let named = |namespace: &[u8], n: f64| CacheKey { namespace: namespace.into(), ..key(n) };
        let long = || Frozen::from("x".repeat(2_000).as_str());
        let put = |namespace: &[u8], n: f64, ttl, now| {
            cache.put(named(namespace, n), long(), ttl, 100, true, now);
        };
        let found = |namespace: &[u8], now| {
            (0..9).filter(|n| cache.get(&named(namespace, f64::from(*n)), now).is_some()).count()
        };
        (0..9).for_each(|n| put(b"a", f64::from(n), MINUTE, now));
        assert_eq!(found(b"a", now), 4, "the bucket makes room for its own");
        put(b"b", 0.0, MINUTE, now);
        assert_eq!(found(b"b", now), 0, "and for no other");
        let later = now + MINUTE;
        put(b"b", 0.0, MINUTE, later);
        assert_eq!((found(b"a", later), found(b"b", later)), (0, 1), "what expired gives way");
        assert!(held(&cache.buckets).named.len() == 1, "empty buckets go");
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
