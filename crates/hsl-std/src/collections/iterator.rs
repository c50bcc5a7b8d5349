//! Iterators over collections.

use std::cell::RefCell;
use std::rc::Rc;
use std::vec;

use hsl_macros::{Record, class};
use hsl_vm::{Array, NativeIterator, Tally, Value};

/// Items of a collection, one after the other.
///
/// `foreach` accepts it; it can be consumed only once.
///
/// # Errors
///
/// Never.
///
/// # Example
///
/// ```hsl
/// $s = Set("number");
/// foreach ($s->values() as $v) echo $v;
/// ```
///
/// Since: 0.1. Compat: same.
#[class(name = "Iterator", topic = "collections", iterate = Iterator::rest, let_go = Iterator::forget)]
impl Iterator {
    /// Returns the next item: an array with `value` and `done`.
    ///
    /// After the last item `done` is true.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo Set("number")->values()->next()["done"]; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = mutates, follows = HeldItem)]
    fn next(&self) -> Turn {
        let item = self.items.borrow_mut().next();
        let done = item.is_none();
        let value = item.map_or_else(Value::none, |(key, value)| match self.paired {
            true => Value::array(Array::list([key, value])),
            false => value,
        });
        Turn { value, done }
    }
}

/// What `next` gives.
#[derive(Record)]
struct Turn {
    /// The item; `none` after the last.
    value: Value,
    /// Whether there was none left.
    done: bool,
}

/// Items taken from a collection when the iteration began.
pub(crate) struct Iterator {
    items: Rc<RefCell<vec::IntoIter<(Value, Value)>>>,
    /// Whether an item is a pair of key and value.
    paired: bool,
    #[expect(dead_code, reason = "held for its destructor")]
    tally: Tally,
}

/// The same items as `foreach` takes them.
struct Items(Rc<RefCell<vec::IntoIter<(Value, Value)>>>);

impl Iterator {
    pub(super) fn new(items: Vec<(Value, Value)>, paired: bool) -> Self {
        let tally = Tally::new(items.capacity() * size_of::<(Value, Value)>());
        Self { items: Rc::new(RefCell::new(items.into_iter())), paired, tally }
    }

    fn forget(&self) {
        let items = self.items.take();
        drop(items);
    }

    pub(super) fn rest(&self) -> Box<dyn NativeIterator> {
        Box::new(Items(self.items.clone()))
    }
}

impl NativeIterator for Items {
    fn next(&mut self) -> Option<(Value, Value)> {
        self.0.borrow_mut().next()
    }
}
