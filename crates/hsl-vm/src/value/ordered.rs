//! The map behind arrays that are no plain lists: insertion order, hashed lookup.
//!
//! Slots stand in one vector in order of insertion. Above a few slots, an open-addressed table of
//! slot numbers finds them: one cache line for the table, one for the slot. A slot remembers the hash
//! of a string, so that neither growing nor a near miss touches the string.
//!
//! *Invariants*: dead slots have an unset value; the table exists exactly when there are more than
//! `LINEAR` slots, is at most two thirds full and then holds the position of every live slot; `next` is
//! greater than every integer key ever stored.

use super::{Key, Str, Value, key};

/// Up to this many slots a search compares keys instead of hashing.
const LINEAR: usize = 16;
/// A place of the table that was never used.
const FREE: u32 = u32::MAX;
/// A place of the table whose slot was removed.
const GONE: u32 = u32::MAX - 1;

/// A key with its hash, as small as the key.
#[derive(Clone)]
enum SlotKey {
    Int(i64),
    Str(u32, Str),
    Other(std::rc::Rc<Value>),
}

/// A slot: dead when the value is unset.
#[derive(Clone)]
pub(super) struct Slot {
    key: SlotKey,
    pub(super) value: Value,
}

const _: () = assert!(size_of::<Slot>() == 32);

/// An insertion-ordered map.
#[derive(Clone, Default)]
pub(crate) struct Ordered {
    entries: Vec<Slot>,
    table: Vec<u32>,
    live: usize,
    next: i64,
}

impl SlotKey {
    fn new(key: Key) -> Self {
        match key {
            Key::Int(n) => Self::Int(n),
            Key::Str(s) => Self::Str(s.hash_code(), s),
            Key::Other(v) => Self::Other(v),
        }
    }

    fn hash(&self) -> u32 {
        match self {
            Self::Int(n) => key::hash_int(*n),
            Self::Str(hash, _) => *hash,
            Self::Other(_) => key::OTHER_HASH,
        }
    }
}

impl Slot {
    fn is_live(&self) -> bool {
        self.value.is_set()
    }

    /// The key as others see it.
    pub(super) fn key(&self) -> Key {
        match &self.key {
            SlotKey::Int(n) => Key::Int(*n),
            SlotKey::Str(_, s) => Key::Str(s.clone()),
            SlotKey::Other(v) => Key::Other(v.clone()),
        }
    }

    fn has_str(&self, hash: u32, text: &Str) -> bool {
        matches!(&self.key, SlotKey::Str(h, s) if *h == hash && s == text)
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
        self.entries.capacity() * size_of::<Slot>() + self.table.capacity() * size_of::<u32>()
    }

    pub(super) fn next_key(&self) -> i64 {
        self.next
    }

    /// The live slot at a position, or the first after it.
    pub(super) fn slot_from(&self, at: usize) -> Option<(usize, &Slot)> {
        let rest = self.entries.get(at..)?;
        rest.iter().position(Slot::is_live).map(|skip| (at + skip, &rest[skip]))
    }

    pub(super) fn find_int(&self, n: i64) -> Option<usize> {
        self.find(|| key::hash_int(n), |slot, _| matches!(slot.key, SlotKey::Int(m) if m == n))
    }

    pub(super) fn find_str(&self, text: &Str) -> Option<usize> {
        self.find(|| text.hash_code(), |slot, hash| slot.has_str(hash, text))
    }

    pub(super) fn find_key(&self, key: &Key) -> Option<usize> {
        match key {
            Key::Int(n) => self.find_int(*n),
            Key::Str(s) => self.find_str(s),
            Key::Other(v) => {
                let same = |slot: &Slot, _| matches!(&slot.key, SlotKey::Other(other) if v.strict_eq(other));
                self.find(|| key::OTHER_HASH, same)
            }
        }
    }

    #[inline]
    fn find(&self, hash: impl Fn() -> u32, same: impl Fn(&Slot, u32) -> bool) -> Option<usize> {
        let hash = hash();
        if self.table.is_empty() {
            return self.entries.iter().position(|slot| same(slot, hash) && slot.is_live());
        }
        let mask = self.table.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            match self.table[place] {
                FREE => return None,
                GONE => {}
                at if same(&self.entries[at as usize], hash) => return Some(at as usize),
                _ => {}
            }
            place = (place + 1) & mask;
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
        let slot = Slot { key: SlotKey::new(key), value };
        let hash = slot.key.hash();
        self.entries.push(slot);
        self.live += 1;
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
        let mut place = hash as usize & mask;
        while self.table[place] != FREE {
            place = (place + 1) & mask;
        }
        self.table[place] = at as u32;
    }

    /// Removes a slot and gives its value.
    pub(super) fn remove(&mut self, at: usize) -> Value {
        if !self.table.is_empty() {
            let mask = self.table.len() - 1;
            let mut place = self.entries[at].key.hash() as usize & mask;
            while self.table[place] != at as u32 {
                place = (place + 1) & mask;
            }
            self.table[place] = GONE;
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
        self.table = vec![FREE; size];
        for at in 0..self.entries.len() {
            if self.entries[at].is_live() {
                self.place(self.entries[at].key.hash(), at);
            }
        }
    }
}
