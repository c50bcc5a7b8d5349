//! The entries of a map: its own, or those that it shares with other threads.
//!
//! *Invariants*: shared entries hold no object. An object that is read twice must be the same one, so a
//! map with objects makes its own entries when it thaws.

use std::rc::Rc;
use std::sync::Arc;

use hsl_vm::{Cx, Freezer, Frozen, FrozenObject, NativeObject, Value};

use super::Map;
use crate::collections::key::Kind;
use crate::collections::table::{Key, Table};

/// Entries of a map.
pub(super) enum Pairs {
    Own(Table<Value>),
    /// Copied at the first change.
    Shared(Arc<Table<Frozen>>),
}

/// A map for all threads.
#[derive(Debug)]
pub(super) struct FrozenMap {
    keys: Kind,
    values: Kind,
    pairs: Arc<Table<Frozen>>,
    holds_objects: bool,
}

impl Pairs {
    pub(super) fn has(&self, key: Key<'_>) -> bool {
        match self {
            Self::Own(pairs) => pairs.get(key).is_some(),
            Self::Shared(pairs) => pairs.get(key).is_some(),
        }
    }

    pub(super) fn get(&self, key: Key<'_>) -> Option<Value> {
        match self {
            Self::Own(pairs) => pairs.get(key).cloned(),
            Self::Shared(pairs) => pairs.get(key).map(Frozen::recall),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Own(pairs) => pairs.len(),
            Self::Shared(pairs) => pairs.len(),
        }
    }

    pub(super) fn snapshot(&self) -> Vec<(Value, Value)> {
        match self {
            Self::Own(pairs) => pairs.pairs(Value::clone),
            Self::Shared(pairs) => pairs.pairs(Frozen::thaw),
        }
    }

    /// The entries for a change.
    pub(super) fn own(&mut self, cx: &mut Cx<'_>) -> &mut Table<Value> {
        if let Self::Shared(shared) = self {
            cx.charge(shared.bytes());
            *self = Self::Own(thaw(shared));
        }
        match self {
            Self::Own(pairs) => pairs,
            Self::Shared(_) => unreachable!("was copied above"),
        }
    }

    pub(super) fn freeze(&self, freezer: &mut Freezer) -> Option<Arc<Table<Frozen>>> {
        match self {
            Self::Own(pairs) => {
                freezer.take(pairs.bytes())?;
                pairs.convert(|value| freezer.freeze(value)).map(Arc::new)
            }
            Self::Shared(pairs) => Some(Arc::clone(pairs)),
        }
    }
}

impl FrozenMap {
    pub(super) fn new(keys: Kind, values: Kind, pairs: Arc<Table<Frozen>>) -> Self {
        let holds_objects = pairs.values().any(Frozen::holds_object);
        Self { keys, values, pairs, holds_objects }
    }
}

fn thaw(pairs: &Table<Frozen>) -> Table<Value> {
    pairs.convert(|value| Some(value.thaw())).unwrap_or_else(|| pairs.emptied())
}

impl FrozenObject for FrozenMap {
    fn thaw(self: Arc<Self>) -> Rc<dyn NativeObject> {
        let pairs = match self.holds_objects {
            true => Pairs::Own(thaw(&self.pairs)),
            false => Pairs::Shared(Arc::clone(&self.pairs)),
        };
        Rc::new(Map::with(self.keys, self.values, pairs))
    }

    fn bytes(&self) -> usize {
        let values = self.pairs.values().map(|value| value.bytes() - size_of::<Frozen>());
        self.pairs.bytes() + values.sum::<usize>()
    }
}
