//! What the elements of an array lie in.
//!
//! A long list of nothing but booleans takes a byte for each: a sixteenth of the memory to make, to wait
//! for and to drop. Such tables grow long, and are read and written in no order.
//!
//! *Invariants*: a list has keys 0…n-1 in order and its next key is n, however its elements lie.

use super::spare;
use crate::value::ordered::Ordered;
use crate::value::{Content, Key, Value, memory, release};

/// A list of fewer elements is not worth a look at what they are.
const LONG: usize = 64;

/// Where elements are.
// The tag stands apart: inside the capacity of a vector, each look at it is five instructions. The
// allocation is no larger for it.
#[repr(u64)]
pub(super) enum Form {
    /// Elements of a list.
    List(Vec<Value>),
    /// Elements of a list of booleans.
    Flags(Vec<bool>),
    /// Elements under keys.
    Map(Ordered),
}

impl Form {
    /// Bytes of the allocation itself, with its counts.
    const OWN: usize = size_of::<Self>() + 2 * size_of::<usize>();

    /// The form for the elements of a list.
    pub(super) fn of(list: Vec<Value>) -> Self {
        let flags = (list.len() >= LONG).then(|| flags_of(&list)).flatten();
        flags.map_or(Self::List(list), Self::Flags)
    }

    /// Makes room for so many elements of a list that begins.
    pub(super) fn reserve(&mut self, count: usize) {
        if let Self::List(list) = self {
            list.reserve_exact(count);
        }
    }

    /// Finds the form for elements that were written as values, and reports what it holds.
    #[inline]
    pub(super) fn settle(&mut self) {
        if let Self::List(list) = self
            && list.len() >= LONG
        {
            *self = Self::of(std::mem::take(list));
        }
        memory::report(self.held());
    }

    /// The form for the elements of a list, over and over.
    pub(super) fn repeated(list: &[Value], times: usize) -> Self {
        if list.len() * times >= LONG
            && let Some(flags) = flags_of(list)
        {
            return Self::Flags(flags.repeat(times));
        }
        let mut repeated = Vec::with_capacity(list.len() * times);
        if let [value] = list {
            repeated.extend((0..times).map(|_| value.copy()));
        } else {
            (0..times).for_each(|_| repeated.extend_from_slice(list));
        }
        Self::List(repeated)
    }

    /// The same form, after reporting what it holds.
    pub(super) fn reported(self) -> Self {
        memory::report(self.held());
        self
    }

    /// Bytes that it holds, without its elements' own.
    #[inline(always)]
    pub(super) fn held(&self) -> isize {
        let heap = match self {
            Self::List(list) => list.capacity() * size_of::<Value>(),
            Self::Flags(flags) => flags.capacity(),
            Self::Map(map) => map.held(),
        };
        (Self::OWN + heap) as isize
    }

    /// Number of elements.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Flags(flags) => flags.len(),
            Self::Map(map) => map.len(),
        }
    }

    /// The element of a list at a position; a map has none.
    #[inline(always)]
    pub(super) fn element(&self, at: usize) -> Option<&Value> {
        match self {
            Self::List(list) => list.get(at),
            Self::Flags(flags) => flags.get(at).map(|flag| boolean(*flag)),
            Self::Map(_) => None,
        }
    }

    /// Where a key is: a position of a list, a slot of a map.
    pub(super) fn find(&self, key: &Key) -> Option<usize> {
        match (self, key) {
            (Self::Map(map), key) => map.find_key(key),
            (list, Key::Int(n)) => usize::try_from(*n).ok().filter(|at| *at < list.len()),
            _ => None,
        }
    }

    /// The value that [`Self::find`] found, for any change.
    pub(super) fn found_mut(&mut self, at: usize) -> &mut Value {
        self.widen();
        match self {
            Self::List(list) => &mut list[at],
            Self::Map(map) => map.at_mut(at),
            Self::Flags(_) => unreachable!("were widened above"),
        }
    }

    /// Overwrites an element of a list, or adds the one after its last. Gives the value back when
    /// this is a map, or the position another.
    #[inline]
    pub(super) fn put(&mut self, at: usize, value: Value) -> Result<(), Value> {
        match (&mut *self, value) {
            (Self::List(list), value) if at < list.len() => list[at] = value,
            (Self::Flags(flags), Value::Boolean(flag)) if at < flags.len() => flags[at] = flag,
            (Self::Map(_), value) => return Err(value),
            (list, value) if at < list.len() => *list.found_mut(at) = value,
            (list, value) if at == list.len() => list.push(value),
            (_, value) => return Err(value),
        }
        Ok(())
    }

    /// Adds an element under the next integer key.
    #[inline]
    pub(super) fn push(&mut self, value: Value) {
        match self {
            Self::List(list) if list.len() < list.capacity().max(LONG) => list.push(value),
            Self::List(_) | Self::Flags(_) => self.push_far(value),
            Self::Map(map) => {
                let key = Key::Int(map.next_key());
                map.insert_new(key, value);
            }
        }
    }

    /// The same for a long list whenever it needs more room, which is when it is looked at, and for
    /// one of booleans.
    #[inline(never)]
    fn push_far(&mut self, value: Value) {
        if let Self::List(list) = self
            && let Some(flags) = flags_of(list)
        {
            *self = Self::Flags(flags);
        }
        if let (Self::Flags(flags), Value::Boolean(flag)) = (&mut *self, &value) {
            return flags.push(*flag);
        }
        self.widen();
        if let Self::List(list) = self {
            list.push(value);
        }
    }

    /// Lets a list of booleans take any elements.
    fn widen(&mut self) {
        if let Self::Flags(flags) = self {
            let list = std::mem::take(flags).into_iter().map(Value::Boolean).collect();
            *self = Self::List(list);
        }
    }

    /// Lets go of all elements, and of the room for them unless it is that of a spare array.
    pub(super) fn end(&mut self) {
        memory::report(-self.held());
        match self {
            Self::List(list) if list.iter().all(Value::is_flat) => {
                list.drain(..).for_each(Value::end_flat);
                if list.capacity() > spare::ROOM {
                    *list = Vec::new();
                }
            }
            Self::List(list) => release(Content::Values(std::mem::take(list))),
            Self::Flags(_) => *self = Self::List(Vec::new()),
            Self::Map(map) => {
                let map = std::mem::take(map);
                *self = Self::List(Vec::new());
                if let Some(nested) = map.end_flat() {
                    release(Content::Map(nested));
                }
            }
        }
    }

    /// Turns a list into a map.
    pub(super) fn map(&mut self) -> &mut Ordered {
        self.widen();
        if let Self::List(list) = self {
            let map = Ordered::from_list(std::mem::take(list));
            *self = Self::Map(map);
        }
        match self {
            Self::Map(map) => map,
            Self::List(_) | Self::Flags(_) => unreachable!("was turned into a map above"),
        }
    }
}

/// The booleans, when all values are.
fn flags_of(list: &[Value]) -> Option<Vec<bool>> {
    if !list.iter().all(|value| matches!(value, Value::Boolean(_))) {
        return None;
    }
    Some(list.iter().filter_map(Value::as_bool).collect())
}

/// A boolean that lies somewhere.
#[inline(always)]
const fn boolean(flag: bool) -> &'static Value {
    const VALUES: &[Value; 2] = &[Value::Boolean(false), Value::Boolean(true)];
    &VALUES[flag as usize]
}

impl Clone for Form {
    fn clone(&self) -> Self {
        match self {
            Self::List(list) => Self::List(list.clone()),
            Self::Flags(flags) => Self::Flags(flags.clone()),
            Self::Map(map) => Self::Map(map.clone()),
        }
        .reported()
    }
}
