//! Large frozen arrays that this thread reads again and again.
//!
//! An array thaws element by element, which costs too much when each connection reads the same one. The
//! second time that a thread reads one, it keeps what has thawed, and from then on hands out the same
//! array, which is copied only where a script changes it. What is read once, such as a counter that
//! each reader replaces, is not kept.
//!
//! *Invariants*: an array with objects is never kept; what is kept counts against no script, is bounded,
//! and goes with the frozen array at the latest when the next one is read.

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use super::{Frozen, FrozenKey};
use crate::value::{Array, Value, memory};

/// Elements of an array that is worth keeping.
const LARGE: usize = 32;
/// Arrays that a thread remembers.
const MOST: usize = 64;
/// Bytes that a thread keeps.
const MOST_BYTES: isize = 64 << 20;

type Pairs = [(FrozenKey, Frozen)];

/// An array that was read.
struct Known {
    of: Weak<Pairs>,
    /// With its bytes; none after the first time.
    kept: Option<(Array, isize)>,
}

thread_local! {
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

impl Frozen {
    /// The value on this thread, as [`Frozen::thaw`] gives it, without copying a large array each time.
    pub fn recall(&self) -> Value {
        match self {
            Self::Array(pairs) if pairs.len() >= LARGE => {
                KNOWN.with_borrow_mut(|known| recall(known, pairs, self))
            }
            small => small.thaw(),
        }
    }
}

fn recall(known: &mut Vec<Known>, pairs: &Arc<Pairs>, frozen: &Frozen) -> Value {
    let found =
        known.iter().position(|known| std::ptr::addr_eq(known.of.as_ptr(), &raw const **pairs));
    match found {
        Some(at) => match &known[at].kept {
            Some((array, _)) => Value::Array(array.clone()),
            None => keep(known, at, frozen),
        },
        None => {
            forget(known);
            if known.len() < MOST {
                known.push(Known { of: Arc::downgrade(pairs), kept: None });
            }
            frozen.thaw()
        }
    }
}

/// Thaws an array that was read before, and keeps it if it may.
fn keep(known: &mut [Known], at: usize, frozen: &Frozen) -> Value {
    let before = memory::held();
    let value = frozen.thaw();
    let bytes = memory::held() - before;
    let others: isize =
        known.iter().filter_map(|known| known.kept.as_ref()).map(|kept| kept.1).sum();
    if let Value::Array(array) = &value
        && bytes + others <= MOST_BYTES
        && !frozen.holds_object()
    {
        memory::report(-bytes);
        known[at].kept = Some((array.clone(), bytes));
    }
    value
}

/// Forgets what is gone, and when there is no room, what was read first. An array that a script still
/// holds stays: it would suddenly count against whoever runs.
fn forget(known: &mut Vec<Known>) {
    let free = |known: &Known| known.kept.as_ref().is_none_or(|(array, _)| !array.is_shared());
    let mut gone: Vec<_> =
        known.extract_if(.., |known| known.of.strong_count() == 0 && free(known)).collect();
    if known.len() >= MOST
        && let Some(first) = known.iter().position(free)
    {
        gone.push(known.remove(first));
    }
    for (_, bytes) in gone.iter().filter_map(|known| known.kept.as_ref()) {
        memory::report(*bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(length: usize) -> Frozen {
        Frozen::list((0..length).map(|n| Frozen::from(n as f64)))
    }

    /// What tells the allocation behind a value.
    fn address(value: &Value) -> usize {
        value.as_array().expect("an array").address()
    }

    #[test]
    fn the_third_reader_gets_the_array_of_the_second() {
        let before = memory::held();
        let large = list(LARGE);
        let [first, second, third] = [(); 3].map(|()| large.recall());
        assert_ne!(address(&first), address(&second));
        assert_eq!(address(&second), address(&third));
        drop((first, second, third, large));
        // The next one makes it forget what is gone.
        drop(list(LARGE).recall());
        assert_eq!(memory::held(), before);
    }

    #[test]
    fn a_change_is_seen_by_nobody_else() {
        let large = list(LARGE);
        drop((large.recall(), large.recall()));
        let mut changed = large.recall();
        changed.as_array_mut().expect("an array").push(Value::None);
        assert_eq!(large.recall(), large.thaw());
        assert_ne!(changed, large.thaw());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let many: Vec<_> = (0..3 * MOST).map(|_| list(LARGE)).collect();
        for large in many.iter().chain(&many) {
            assert_eq!((large.recall(), large.recall()), (large.thaw(), large.thaw()));
        }
        assert!(KNOWN.with_borrow(|known| known.len() <= MOST));
    }
}
