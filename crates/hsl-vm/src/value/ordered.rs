//! The map behind arrays that are no plain lists: insertion order, hashed lookup.
//!
//! Slots stand in one vector in order of insertion. Above a few slots, an open-addressed table of
//! slot numbers finds them: one cache line for the table, one for the slot with its key; longer strings
//! remember their hash.
//!
//! *Invariants*: dead slots have an unset value; the table exists exactly when there are more than
//! `LINEAR` slots, is at most two thirds full and then holds the position of every live slot; `next` is
//! greater than every integer key ever stored.

use super::{Key, Str, Value};

/// Up to this many slots a search compares keys instead of hashing.
const LINEAR: usize = 16;
/// A place of the table: the number of a slot and the hash of its key, so that a search touches only
/// slots that it is likely to look for.
#[derive(Clone, Copy)]
struct Place {
    hash: u32,
    at: u32,
}

impl Place {
    /// Never used.
    const FREE: Self = Self { hash: 0, at: u32::MAX };
    /// Its slot was removed. No key has this hash.
    const GONE: Self = Self { hash: 0, at: u32::MAX - 1 };

    const fn is_free(self) -> bool {
        self.at == u32::MAX
    }
}

/// A slot: dead when the value is unset.
#[derive(Clone)]
pub(super) struct Slot {
    pub(super) key: Key,
    pub(super) value: Value,
}

const _: () = assert!(size_of::<Slot>() == 32);

/// An insertion-ordered map.
#[derive(Clone, Default)]
pub(crate) struct Ordered {
    entries: Vec<Slot>,
    table: Vec<Place>,
    live: usize,
    next: i64,
}

impl Slot {
    fn is_live(&self) -> bool {
        self.value.is_set()
    }
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

    /// Bytes of its vectors.
    #[inline(always)]
    pub(super) fn held(&self) -> usize {
        self.entries.capacity() * size_of::<Slot>() + self.table.capacity() * size_of::<Place>()
    }

    pub(super) fn next_key(&self) -> i64 {
        self.next
    }

    /// The live slot at a position, or the first after it.
    pub(super) fn slot_from(&self, at: usize) -> Option<(usize, &Slot)> {
        let rest = self.entries.get(at..)?;
        rest.iter().position(Slot::is_live).map(|skip| (at + skip, &rest[skip]))
    }

    /// The slot of a key.
    #[inline]
    pub(super) fn find_key(&self, key: &Key) -> Option<usize> {
        let hash = if self.table.is_empty() { 0 } else { key.hash_code() };
        self.find_hashed(key, hash).ok()
    }

    /// The slot of a text that is a key.
    #[inline]
    pub(super) fn find_str(&self, text: &Str) -> Option<usize> {
        let hash = if self.table.is_empty() { 0 } else { text.hash_code() };
        self.probe(hash, |k| matches!(k, Key::Str(key) if key == text)).ok()
    }

    #[inline]
    fn find_hashed(&self, key: &Key, hash: u32) -> Result<usize, usize> {
        match key {
            Key::Int(n) => self.probe(hash, |k| matches!(k, Key::Int(m) if m == n)),
            Key::Str(s) => self.probe(hash, |k| matches!(k, Key::Str(text) if text == s)),
            Key::Other(_) => self.probe(hash, |k| k == key),
        }
    }

    /// The slot of a key, or else the place of the table where it would go.
    #[inline(always)]
    fn probe(&self, hash: u32, same: impl Fn(&Key) -> bool) -> Result<usize, usize> {
        if self.table.is_empty() {
            let live = |slot: &Slot| same(&slot.key) && slot.is_live();
            return self.entries.iter().position(live).ok_or(0);
        }
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let place = self.table[at];
            if place.hash == hash && same(&self.entries[place.at as usize].key) {
                return Ok(place.at as usize);
            }
            if place.is_free() {
                return Err(at);
            }
            at = (at + 1) & mask;
        }
    }

    pub(super) fn at(&self, slot: usize) -> &Value {
        &self.entries[slot].value
    }

    pub(super) fn at_mut(&mut self, slot: usize) -> &mut Value {
        &mut self.entries[slot].value
    }

    /// Sets the value under a key, keeping the position of an existing one. Gives the slot.
    pub(super) fn insert(&mut self, key: Key, value: Value) -> usize {
        let hash = self.hash_for_insert(&key);
        match self.find_hashed(&key, hash) {
            Ok(at) => {
                self.entries[at].value = value;
                at
            }
            Err(place) if self.has_room() => {
                let at = self.entries.len();
                self.table[place] = Place { hash, at: at as u32 };
                self.push(key, value)
            }
            Err(_) => self.insert_hashed(key, hash, value),
        }
    }

    /// Whether the table and the vector can take one more slot as they are.
    fn has_room(&self) -> bool {
        self.entries.len() < self.entries.capacity()
            && (self.entries.len() + 1) * 3 <= self.table.len() * 2
    }

    fn push(&mut self, key: Key, value: Value) -> usize {
        if let Key::Int(n) = key {
            self.next = self.next.max(n.saturating_add(1));
        }
        self.entries.push(Slot { key, value });
        self.live += 1;
        self.entries.len() - 1
    }

    /// Adds a key that is known to be missing. Gives the slot.
    pub(super) fn insert_new(&mut self, key: Key, value: Value) -> usize {
        let hash = self.hash_for_insert(&key);
        self.insert_hashed(key, hash, value)
    }

    /// The hash of a key, unless there is no table that wants it.
    fn hash_for_insert(&self, key: &Key) -> u32 {
        if self.entries.len() < LINEAR { 0 } else { key.hash_code() }
    }

    fn insert_hashed(&mut self, key: Key, hash: u32, value: Value) -> usize {
        if self.entries.len() == self.entries.capacity() && self.live * 2 < self.entries.len() {
            self.compact();
        }
        let at = self.push(key, value);
        if at >= LINEAR {
            if self.entries.len() * 3 > self.table.len() * 2 {
                self.build_table();
            } else {
                self.place(hash, at);
            }
        }
        at
    }

    fn place(&mut self, hash: u32, at: usize) {
        let mask = self.table.len() - 1;
        let mut free = hash as usize & mask;
        while !self.table[free].is_free() {
            free = (free + 1) & mask;
        }
        self.table[free] = Place { hash, at: at as u32 };
    }

    /// Removes a slot and gives its value.
    pub(super) fn remove(&mut self, at: usize) -> Value {
        if !self.table.is_empty() {
            let mask = self.table.len() - 1;
            let mut place = self.entries[at].key.hash_code() as usize & mask;
            while self.table[place].at != at as u32 {
                place = (place + 1) & mask;
            }
            self.table[place] = Place::GONE;
        }
        self.live -= 1;
        // The slot stays, also as the last one: a place of the table may be reused only after the
        // table was built anew.
        self.entries[at].value.take()
    }

    /// Drops dead slots.
    fn compact(&mut self) {
        self.entries.retain(Slot::is_live);
        self.table = Vec::new();
        if self.entries.len() > LINEAR {
            self.build_table();
        }
    }

    /// Builds the table with room to grow.
    fn build_table(&mut self) {
        let size = (self.entries.len() * 2).next_power_of_two();
        self.table = vec![Place::FREE; size];
        for at in 0..self.entries.len() {
            if self.entries[at].is_live() {
                self.place(self.entries[at].key.hash_code(), at);
            }
        }
    }
}
