//! Releasing deeply nested values without a deep stack.
//!
//! A list in a list in a list, a million times over, must not overflow the stack of a worker when it
//! is dropped. Containers therefore hand what they hold to [`release`], which nests a little and puts
//! the rest on a list that the outermost call works off.
//!
//! *Invariants*: nothing waits when the outermost call returns.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Value;
use super::ordered::Ordered;
use crate::native::NativeObject;

/// How deep drops nest. Each level needs a few hundred bytes of stack.
const DEPTH: u32 = 100;

/// What a container held. It is kept only to be dropped in its turn.
#[expect(dead_code, reason = "dropping is the only use")]
pub(crate) enum Content {
    /// Elements, captures, slots.
    Values(Vec<Value>),
    /// Elements of a map.
    Map(Ordered),
    /// A native object, which may hold values.
    Native(Rc<dyn NativeObject>),
}

thread_local! {
    static NESTED: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Content>> = const { RefCell::new(Vec::new()) };
}

/// Drops the content of a container.
pub(crate) fn release(content: Content) {
    // While the thread ends there is no list any more, and hardly anything to drop.
    let Ok(nested) = NESTED.try_with(Cell::get) else { return drop(content) };
    if nested >= DEPTH {
        WAITING.with_borrow_mut(|waiting| waiting.push(content));
        return;
    }
    drop_nested(nested, content);
    if nested == 0 {
        while let Some(content) = WAITING.with_borrow_mut(Vec::pop) {
            drop_nested(0, content);
        }
    }
}

fn drop_nested(nested: u32, content: Content) {
    NESTED.set(nested + 1);
    drop(content);
    NESTED.set(nested);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Array, Key};

    #[test]
    fn a_million_nested_lists_are_dropped() {
        let mut value = Value::None;
        for _ in 0..1_000_000 {
            value = Array::list([value]).into();
        }
        drop(value);
        WAITING.with_borrow(|waiting| assert!(waiting.is_empty()));
    }

    #[test]
    fn nested_maps_compare_and_freeze_without_end() {
        let nest = || {
            let mut value = Value::None;
            for _ in 0..100_000 {
                value = [(Key::from("k"), value)].into_iter().collect::<Array>().into();
            }
            value
        };
        let (a, b) = (nest(), nest());
        assert!(!a.strict_eq(&b), "too deep to be called equal");
        assert!(a.freeze().is_none());
        let dump = a.dump();
        assert!(dump.windows(5).any(|part| part == b"[...]"));
    }
}
