//! The map behind arrays that are no plain lists: insertion order, hashed lookup.
//!
//! Slots stand in one vector in order of insertion. Above a few slots, an open-addressed table of
//! slot numbers finds them: one cache line for the table, one for the slot with its key; longer strings
//! remember their hash.
//!
//! *Invariants*: dead slots have an unset value; the table exists exactly when there are more than
//! `LINEAR` slots, is at most two thirds full and then holds the position of every live slot; `next` is
//! greater than every integer key ever stored.

mod spare;

use super::{Key, Str, Value};

/// Slots of a map that begins: few have less.
const FIRST: usize = 8;
/// Up to this many slots a search compares keys instead of hashing.
const LINEAR: usize = 16;
/// From one place of the table to the next that is tried. Keys that follow each other lie in runs of
/// about ten, and so do those that they meet with: one step leads behind such a run. Odd, so that
/// every place is tried in the end.
const STRIDE: usize = 11;
/// A place of the table: the hash of a key above the number of its slot, counted from 1, so that a
/// search touches only slots that it is likely to look for. Zero is a place that was never used: a
/// table of zeros costs nothing until it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place(u64);

impl Place {
    const FREE: Self = Self(0);
    /// Its slot was removed. No key has this hash.
    const GONE: Self = Self(u32::MAX as u64);

    const fn new(hash: u32, at: usize) -> Self {
        Self((hash as u64) << 32 | (at as u64 + 1))
    }

    const fn hash(self) -> u32 {
        (self.0 >> 32) as u32
    }

    const fn at(self) -> usize {
        (self.0 as u32 as usize).wrapping_sub(1)
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
    table: Vec<u64>,
    live: usize,
    next: i64,
}

impl Slot {
    fn is_live(&self) -> bool {
        self.value.is_set()
    }

    /// Whether dropping it does not nest.
    const fn is_flat(&self) -> bool {
        self.value.is_flat() && !matches!(self.key, Key::Other(_))
    }

    /// Drops one that is flat.
    #[inline(always)]
    fn end_flat(self) {
        self.value.end_flat();
        if let Key::Str(text) = self.key {
            Value::String(text).end_flat();
        }
    }
}

impl Ordered {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { entries: spare::room(capacity), ..Self::default() }
    }

    /// A map of the elements of a list.
    pub(super) fn from_list(list: Vec<Value>) -> Self {
        let mut map = Self::with_capacity((list.len() + 1).max(FIRST));
        for (at, value) in list.into_iter().enumerate() {
            map.insert_new(Key::Int(at as i64), value);
        }
        map
    }

    /// A map with the same keys and other values, in order.
    pub(super) fn with_values(&self, mut values: impl Iterator<Item = Value>) -> Self {
        let mut map = Self::with_capacity(self.entries.len());
        map.entries.extend(
            self.entries.iter().map(|slot| Slot {
                key: slot.key.clone(),
                value: values.next().unwrap_or_default(),
            }),
        );
        Self { table: self.table.clone(), live: self.live, next: self.next, ..map }
    }

    /// Drops keys and values, and leaves the room to a later map. Gives back a map with values that
    /// hold others: what they hold has to be dropped with care.
    pub(super) fn end_flat(mut self) -> Option<Self> {
        if !self.entries.iter().all(Slot::is_flat) {
            return Some(self);
        }
        self.entries.drain(..).for_each(Slot::end_flat);
        spare::keep(self.entries);
        None
    }

    pub(super) fn len(&self) -> usize {
        self.live
    }

    /// Bytes of its vectors.
    #[inline(always)]
    pub(super) fn held(&self) -> usize {
        self.entries.capacity() * size_of::<Slot>() + self.table.capacity() * size_of::<u64>()
    }

    pub(super) fn next_key(&self) -> i64 {
        self.next
    }

    /// Shows each key and value in order, until one answers none.
    pub(super) fn visit(&self, mut each: impl FnMut(&Key, &Value) -> Option<()>) -> Option<()> {
        let mut live = self.entries.iter().filter(|slot| slot.is_live());
        live.try_for_each(|slot| each(&slot.key, &slot.value))
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
        self.probe_str(text, hash).ok()
    }

    #[inline(always)]
    fn probe_str(&self, text: &Str, hash: u32) -> Result<usize, usize> {
        match text.short_bits() {
            short @ Some(_) => {
                self.probe(hash, |k| matches!(k, Key::Str(key) if key.short_bits() == short))
            }
            None => self.probe(hash, |k| matches!(k, Key::Str(key) if key == text)),
        }
    }

    #[inline]
    fn find_hashed(&self, key: &Key, hash: u32) -> Result<usize, usize> {
        match key {
            Key::Int(n) => self.probe(hash, |k| matches!(k, Key::Int(m) if m == n)),
            Key::Str(text) => self.probe_str(text, hash),
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
            let place = Place(self.table[at]);
            if place.hash() == hash && same(&self.entries[place.at()].key) {
                return Ok(place.at());
            }
            if place == Place::FREE {
                return Err(at);
            }
            at = (at + STRIDE) & mask;
        }
    }

    pub(super) fn at(&self, slot: usize) -> &Value {
        &self.entries[slot].value
    }

    pub(super) fn at_mut(&mut self, slot: usize) -> &mut Value {
        &mut self.entries[slot].value
    }

    /// Sets the value under a key, keeping the position of an existing one.
    pub(super) fn insert(&mut self, key: Key, value: Value) {
        let hash = self.hash_for_insert(&key);
        match self.find_hashed(&key, hash) {
            Ok(at) => self.entries[at].value = value,
            Err(place) => self.insert_at(place, key, hash, value),
        }
    }

    /// Sets the value under a text that is a key.
    #[inline]
    pub(super) fn insert_str(&mut self, text: &Str, value: Value) {
        let hash = if self.entries.len() < LINEAR { 0 } else { text.hash_code() };
        match self.probe_str(text, hash) {
            Ok(at) => self.entries[at].value.put(value),
            Err(place) => self.insert_at(place, Key::Str(text.clone()), hash, value),
        }
    }

    /// Copies a value to a text that is a key, when there is no table and the key has a slot or room for
    /// one; whether it did. Both are written where they stay: a key that is moved is moved in parts,
    /// and what was written in parts and is read as a whole makes the processor wait.
    pub(super) fn set_in_place(&mut self, text: &Str, value: &Value) -> bool {
        if self.entries.len() >= LINEAR {
            return false;
        }
        match self.probe_str(text, 0) {
            Ok(at) => self.entries[at].value = value.clone(),
            Err(_) if self.entries.len() == self.entries.capacity() => return false,
            Err(_) => {
                self.entries.push(Slot { key: Key::Str(text.clone()), value: value.clone() });
                self.live += 1;
            }
        }
        true
    }

    /// Adds a key that a search did not find, which ended at a place of the table.
    #[inline(always)]
    fn insert_at(&mut self, place: usize, key: Key, hash: u32, value: Value) {
        if self.has_room() {
            self.table[place] = Place::new(hash, self.entries.len()).0;
            self.push(key, value);
        } else {
            self.insert_hashed(key, hash, value);
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
            let place = Place::new(hash, at);
            if self.table.is_empty() {
                self.build_table();
            } else if self.entries.len() * 3 > self.table.len() * 2 {
                self.grow_table(place);
            } else {
                self.place(place);
            }
        }
        at
    }

    fn place(&mut self, place: Place) {
        let mask = self.table.len() - 1;
        let mut free = place.hash() as usize & mask;
        while Place(self.table[free]) != Place::FREE {
            free = (free + STRIDE) & mask;
        }
        self.table[free] = place.0;
    }

    /// Removes a slot and gives its value.
    pub(super) fn remove(&mut self, at: usize) -> Value {
        if !self.table.is_empty() {
            let mask = self.table.len() - 1;
            let mut place = self.entries[at].key.hash_code() as usize & mask;
            while Place(self.table[place]).at() != at {
                place = (place + STRIDE) & mask;
            }
            self.table[place] = Place::GONE.0;
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

    /// Builds the table from the slots.
    fn build_table(&mut self) {
        self.table = vec![0; self.table_size()];
        for at in 0..self.entries.len() {
            if self.entries[at].is_live() {
                self.place(Place::new(self.entries[at].key.hash_code(), at));
            }
        }
    }

    /// Builds a larger table from one that lacks the last slot. The old one is read from its
    /// beginning, so that places that were near each other are written near each other.
    fn grow_table(&mut self, last: Place) {
        let size = self.table_size();
        let old = std::mem::replace(&mut self.table, vec![0; size]);
        for place in old.into_iter().map(Place) {
            if place != Place::FREE && place != Place::GONE {
                self.place(place);
            }
        }
        self.place(last);
    }

    fn table_size(&self) -> usize {
        (self.entries.len() * 2).next_power_of_two()
    }
}
