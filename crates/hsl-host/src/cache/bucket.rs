//! The entries of one function, in the order of their use and of their end.
//!
//! Invariants: every entry stands in both orders once.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use hsl_vm::Frozen;

/// What an entry takes besides its arguments and value, about.
pub(super) const OVERHEAD: usize = 200;

/// Entries by their arguments.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Most entries.
    size: usize,
    /// Counts uses; numbers entries too.
    uses: u64,
    entries: HashMap<Frozen, Entry>,
    /// By the number of their last use.
    by_use: BTreeMap<u64, Frozen>,
    by_end: BTreeMap<(Instant, u64), Frozen>,
}

#[derive(Debug)]
struct Entry {
    value: Frozen,
    bytes: usize,
    used: u64,
    end: (Instant, u64),
}

impl Bucket {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn has_room(&self) -> bool {
        self.entries.len() < self.size
    }

    /// The value of an entry that has not expired, which is used now.
    pub(super) fn get(&mut self, arguments: &Frozen, now: Instant) -> Option<Frozen> {
        let entry = self.entries.get_mut(arguments).filter(|entry| entry.end.0 > now)?;
        self.uses += 1;
        if let Some(arguments) = self.by_use.remove(&entry.used) {
            self.by_use.insert(self.uses, arguments);
        }
        entry.used = self.uses;
        Some(entry.value.clone())
    }

    /// Adds an entry that is not there.
    pub(super) fn insert(
        &mut self,
        arguments: Frozen,
        value: Frozen,
        bytes: usize,
        expires: Instant,
    ) {
        self.uses += 1;
        let (used, end) = (self.uses, (expires, self.uses));
        self.by_use.insert(used, arguments.clone());
        self.by_end.insert(end, arguments.clone());
        self.entries.insert(arguments, Entry { value, bytes, used, end });
    }

    /// Drops an entry; gives its bytes.
    pub(super) fn remove(&mut self, arguments: &Frozen) -> usize {
        let Some(entry) = self.entries.remove(arguments) else { return 0 };
        self.by_use.remove(&entry.used);
        self.by_end.remove(&entry.end);
        entry.bytes
    }

    /// Drops the entry that was used least recently; gives its bytes.
    pub(super) fn evict(&mut self) -> usize {
        let oldest = self.by_use.first_key_value().map(|(_, arguments)| arguments.clone());
        oldest.map_or(0, |arguments| self.remove(&arguments))
    }

    /// Drops what has expired; gives its bytes.
    pub(super) fn expire(&mut self, now: Instant) -> usize {
        let mut bytes = 0;
        while let Some((end, arguments)) =
            self.by_end.first_key_value().map(|(k, v)| (*k, v.clone()))
            && end.0 <= now
        {
            bytes += self.remove(&arguments);
        }
        bytes
    }

    /// Takes a smaller size on; gives the bytes of what no longer fits.
    pub(super) fn shrink(&mut self, size: usize, now: Instant) -> usize {
        self.size = self.size.min(size);
        let mut bytes = if self.entries.len() > self.size { self.expire(now) } else { 0 };
        while self.entries.len() > self.size {
            bytes += self.evict();
        }
        bytes
    }

    /// Makes room for one more entry, if it may; gives the bytes of what went.
    pub(super) fn make_room(&mut self, lru: bool, now: Instant) -> usize {
        if self.has_room() {
            return 0;
        }
        let expired = self.expire(now);
        if lru && !self.has_room() { expired + self.evict() } else { expired }
    }
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            size: usize::MAX,
            uses: 0,
            entries: HashMap::new(),
            by_use: BTreeMap::new(),
            by_end: BTreeMap::new(),
        }
    }
}
