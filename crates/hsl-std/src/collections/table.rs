//! The table behind typed collections: entries in the order of their keys, which all are of one type.
//!
//! *Invariants*: keys belong to the table and to no thread, so that a table may be shared as it is;
//! numbers are ordered by value, with not-a-number last, and zero has one sign.

use std::collections::{BTreeMap, btree_map};

use hsl_vm::Value;
use smallvec::SmallVec;

/// A text as a key; short ones need no allocation.
type Text = SmallVec<[u8; 16]>;

/// Entries by key.
#[derive(Clone, Debug)]
pub(super) enum Table<V> {
    Booleans(BTreeMap<bool, V>),
    Numbers(BTreeMap<Total, V>),
    /// With the bytes of all texts that need an allocation.
    Texts(BTreeMap<Text, V>, usize),
}

/// A key that is looked for.
#[derive(Clone, Copy)]
pub(super) enum Key<'a> {
    Boolean(bool),
    Number(f64),
    Text(&'a [u8]),
}

/// A number with a total order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Total(f64);

impl<V> Table<V> {
    pub(super) fn get(&self, key: Key<'_>) -> Option<&V> {
        match (self, key) {
            (Self::Booleans(map), Key::Boolean(flag)) => map.get(&flag),
            (Self::Numbers(map), Key::Number(number)) => map.get(&Total::of(number)),
            (Self::Texts(map, _), Key::Text(text)) => map.get(text),
            _ => None,
        }
    }

    pub(super) fn get_mut(&mut self, key: Key<'_>) -> Option<&mut V> {
        match (self, key) {
            (Self::Booleans(map), Key::Boolean(flag)) => map.get_mut(&flag),
            (Self::Numbers(map), Key::Number(number)) => map.get_mut(&Total::of(number)),
            (Self::Texts(map, _), Key::Text(text)) => map.get_mut(text),
            _ => None,
        }
    }

    /// Sets an entry; gives what it was.
    pub(super) fn insert(&mut self, key: Key<'_>, value: V) -> Option<V> {
        match (self, key) {
            (Self::Booleans(map), Key::Boolean(flag)) => map.insert(flag, value),
            (Self::Numbers(map), Key::Number(number)) => map.insert(Total::of(number), value),
            (Self::Texts(map, bytes), Key::Text(text)) => match map.get_mut(text) {
                Some(old) => Some(std::mem::replace(old, value)),
                None => {
                    let text = Text::from_slice(text);
                    *bytes += heap(&text);
                    map.insert(text, value)
                }
            },
            _ => None,
        }
    }

    pub(super) fn remove(&mut self, key: Key<'_>) -> Option<V> {
        match (self, key) {
            (Self::Booleans(map), Key::Boolean(flag)) => map.remove(&flag),
            (Self::Numbers(map), Key::Number(number)) => map.remove(&Total::of(number)),
            (Self::Texts(map, bytes), Key::Text(text)) => {
                let (text, value) = map.remove_entry(text)?;
                *bytes -= heap(&text);
                Some(value)
            }
            _ => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Booleans(map) => map.len(),
            Self::Numbers(map) => map.len(),
            Self::Texts(map, _) => map.len(),
        }
    }

    /// An empty table for the same keys.
    pub(super) fn emptied<W>(&self) -> Table<W> {
        match self {
            Self::Booleans(_) => Table::Booleans(BTreeMap::new()),
            Self::Numbers(_) => Table::Numbers(BTreeMap::new()),
            Self::Texts(..) => Table::Texts(BTreeMap::new(), 0),
        }
    }

    /// The same keys with other values, unless one has none.
    pub(super) fn convert<W>(&self, mut each: impl FnMut(&V) -> Option<W>) -> Option<Table<W>> {
        Some(match self {
            Self::Booleans(map) => Table::Booleans(convert(map, &mut each)?),
            Self::Numbers(map) => Table::Numbers(convert(map, &mut each)?),
            Self::Texts(map, bytes) => Table::Texts(convert(map, &mut each)?, *bytes),
        })
    }

    /// Keys and what `each` makes of the values, in order.
    pub(super) fn pairs(&self, each: impl Fn(&V) -> Value) -> Vec<(Value, Value)> {
        match self {
            Self::Booleans(map) => pairs(map.iter(), |flag| Value::boolean(*flag), each),
            Self::Numbers(map) => pairs(map.iter(), |number| Value::number(number.0), each),
            Self::Texts(map, _) => pairs(map.iter(), |text| Value::from(&text[..]), each),
        }
    }

    pub(super) fn values(&self) -> Box<dyn Iterator<Item = &V> + '_> {
        match self {
            Self::Booleans(map) => Box::new(map.values()),
            Self::Numbers(map) => Box::new(map.values()),
            Self::Texts(map, _) => Box::new(map.values()),
        }
    }

    /// Bytes of the table, without what the values hold. Nodes have room for 11 entries and are half
    /// full at least.
    pub(super) fn bytes(&self) -> usize {
        let (key, texts) = match self {
            Self::Booleans(_) => (size_of::<bool>(), 0),
            Self::Numbers(_) => (size_of::<Total>(), 0),
            Self::Texts(_, texts) => (size_of::<Text>(), *texts),
        };
        let node = 11 * (key + size_of::<V>()) + 4 * size_of::<usize>();
        self.len().div_ceil(6) * node + texts
    }
}

/// Bytes that a text needs beyond its place in the table.
fn heap(text: &Text) -> usize {
    if text.spilled() { text.len() + 2 * size_of::<usize>() } else { 0 }
}

fn convert<K: Clone + Ord, V, W>(
    map: &BTreeMap<K, V>,
    each: &mut impl FnMut(&V) -> Option<W>,
) -> Option<BTreeMap<K, W>> {
    map.iter().map(|(key, value)| Some((key.clone(), each(value)?))).collect()
}

fn pairs<K, V>(
    entries: btree_map::Iter<'_, K, V>,
    key: impl Fn(&K) -> Value,
    value: impl Fn(&V) -> Value,
) -> Vec<(Value, Value)> {
    entries.map(|(k, v)| (key(k), value(v))).collect()
}

impl Total {
    fn of(number: f64) -> Self {
        Self(number + 0.0)
    }
}

impl PartialEq for Total {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Total {}

impl PartialOrd for Total {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Total {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
