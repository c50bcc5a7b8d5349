//! The map behind arrays that are no plain lists: insertion order, hashed lookup.
//!
//! *Invariants*: `entries` holds live slots in insertion order with dead ones in between (value
//! unset); `index` exists exactly when there are more than `LINEAR` slots and then holds the
//! position of every live slot; `next` is greater than every integer key ever stored.

use hashbrown::HashTable;

use super::{Key, Str, Value, key};

/// Up to this many slots a search compares keys instead of hashing.
const LINEAR: usize = 8;

/// A slot: dead when the value is unset.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) key: Key,
    pub(super) value: Value,
}

impl Slot {
    fn is_live(&self) -> bool {
        self.value.is_set()
    }
}

/// An insertion-ordered map.
#[derive(Clone, Default)]
pub(super) struct Ordered {
    entries: Vec<Slot>,
    index: Option<HashTable<u32>>,
    live: usize,
    next: i64,
}

impl Ordered {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity), ..Self::default() }
    }

    /// A map of the elements of a list.
    pub(super) fn from_list(list: Vec<Value>) -> Self {
        let mut map = Self::with_capacity(list.len() + 1);
        for (at, value) in list.into_iter().enumerate() {
            map.insert_new(Key::Int(at as i64), value);
        }
        map
    }

    pub(super) fn len(&self) -> usize {
        self.live
    }

    pub(super) fn next_key(&self) -> i64 {
        self.next
    }

    /// Makes sure that no key below `next` is given again.
    pub(super) fn raise_next(&mut self, next: i64) {
        self.next = self.next.max(next);
    }

    /// The live slot at a position, or the first after it.
    pub(super) fn slot_from(&self, at: usize) -> Option<(usize, &Slot)> {
        let rest = self.entries.get(at..)?;
        rest.iter().position(Slot::is_live).map(|skip| (at + skip, &rest[skip]))
    }

    pub(super) fn find_int(&self, n: i64) -> Option<usize> {
        let same = |slot: &Slot| matches!(slot.key, Key::Int(m) if m == n);
        self.find(|| key::hash_int(n), same)
    }

    pub(super) fn find_str(&self, text: &Str) -> Option<usize> {
        let same = |slot: &Slot| matches!(&slot.key, Key::Str(s) if s == text);
        self.find(|| text.hash_code(), same)
    }

    pub(super) fn find_key(&self, key: &Key) -> Option<usize> {
        match key {
            Key::Int(n) => self.find_int(*n),
            Key::Str(s) => self.find_str(s),
            Key::Other(_) => self.find(|| key.hash_code(), |slot| slot.key == *key),
        }
    }

    #[inline]
    fn find(&self, hash: impl Fn() -> u32, same: impl Fn(&Slot) -> bool) -> Option<usize> {
        let Some(index) = &self.index else {
            return self.entries.iter().position(|slot| same(slot) && slot.is_live());
        };
        let found = index.find(wide(hash()), |at| same(&self.entries[*at as usize]));
        found.map(|at| *at as usize)
    }

    pub(super) fn at(&self, slot: usize) -> &Value {
        &self.entries[slot].value
    }

    pub(super) fn at_mut(&mut self, slot: usize) -> &mut Value {
        &mut self.entries[slot].value
    }

    /// Sets the value under a key, keeping the position of an existing one. Gives the slot.
    pub(super) fn insert(&mut self, key: Key, value: Value) -> usize {
        match self.find_key(&key) {
            Some(at) => {
                self.entries[at].value = value;
                at
            }
            None => self.insert_new(key, value),
        }
    }

    /// Adds a key that is known to be missing. Gives the slot.
    pub(super) fn insert_new(&mut self, key: Key, value: Value) -> usize {
        if let Key::Int(n) = key {
            self.next = self.next.max(n.saturating_add(1));
        }
        if self.entries.len() == self.entries.capacity() && self.live * 2 < self.entries.len() {
            self.compact();
        }
        let at = self.entries.len();
        let hash = self.index.as_ref().map(|_| key.hash_code());
        self.entries.push(Slot { key, value });
        self.live += 1;
        match (hash, &mut self.index) {
            (Some(hash), Some(index)) => {
                let entries = &self.entries;
                index.insert_unique(wide(hash), at as u32, |at| {
                    wide(entries[*at as usize].key.hash_code())
                });
            }
            _ if at >= LINEAR => self.build_index(),
            _ => {}
        }
        at
    }

    /// Removes a slot and gives its value.
    pub(super) fn remove(&mut self, at: usize) -> Value {
        let hash = wide(self.entries[at].key.hash_code());
        if let Some(index) = &mut self.index
            && let Ok(found) = index.find_entry(hash, |slot| *slot as usize == at)
        {
            found.remove();
        }
        self.live -= 1;
        let value = self.entries[at].value.take();
        if at + 1 == self.entries.len() {
            self.entries.pop();
        }
        value
    }

    fn compact(&mut self) {
        self.entries.retain(Slot::is_live);
        self.index = None;
        if self.entries.len() > LINEAR {
            self.build_index();
        }
    }

    fn build_index(&mut self) {
        let mut index = HashTable::with_capacity(self.entries.capacity());
        for (at, slot) in self.entries.iter().enumerate().filter(|(_, slot)| slot.is_live()) {
            index.insert_unique(wide(slot.key.hash_code()), at as u32, |at: &u32| {
                wide(self.entries[*at as usize].key.hash_code())
            });
        }
        self.index = Some(index);
    }
}

/// The table takes its tag from the top bits and its place from the low ones: use both ends.
fn wide(hash: u32) -> u64 {
    u64::from(hash) | (u64::from(hash) << 32)
}
