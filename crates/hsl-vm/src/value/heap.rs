//! Values that may refer to each other in a circle.
//!
//! Counting alone never releases an instance that holds itself, or a closure in a variable that it
//! captures. A heap knows all instances, captured variables and native objects with values (a map, a
//! generator) of the scripts that share it, such as the hooks of one connection, and empties those
//! that are left when it is dropped.
//!
//! *Invariants*: a heap holds nothing alive; what is dropped earlier costs it one place in a list, which
//! is cleaned up when it has doubled.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use super::{Cell, Instance, Value};
use crate::native::Held;

thread_local! {
    /// The heap of the fiber that runs.
    static CURRENT: RefCell<Weak<Heap>> = const { RefCell::new(Weak::new()) };
}

/// Entries before the first clean-up.
const FIRST_SWEEP: usize = 256;

/// The instances, captured variables and native objects of scripts that end together.
#[derive(Default)]
pub struct Heap {
    tracked: RefCell<Tracked>,
}

#[derive(Default)]
struct Tracked {
    instances: Vec<Weak<Instance>>,
    cells: Vec<Weak<RefCell<Value>>>,
    natives: Vec<Weak<Held>>,
    next_sweep: usize,
}

impl Heap {
    /// A heap of nothing.
    pub fn new() -> Rc<Self> {
        Rc::default()
    }

    /// Makes it the heap of the fiber that runs, or none the heap of nobody; gives the one before.
    pub(crate) fn enter(heap: Weak<Self>) -> Weak<Self> {
        CURRENT.replace(heap)
    }

    /// Lets the heap of the fiber that runs know a native object.
    pub(crate) fn track_native(native: &Rc<Held>) {
        let heap = CURRENT.with_borrow(Weak::upgrade);
        if let Some(heap) = heap {
            let mut tracked = heap.tracked.borrow_mut();
            tracked.natives.push(Rc::downgrade(native));
            tracked.sweep();
        }
    }

    pub(crate) fn track_instance(&self, instance: &Rc<Instance>) {
        let mut tracked = self.tracked.borrow_mut();
        tracked.instances.push(Rc::downgrade(instance));
        tracked.sweep();
    }

    pub(crate) fn track_cell(&self, cell: &Cell) {
        let mut tracked = self.tracked.borrow_mut();
        tracked.cells.push(Rc::downgrade(cell));
        tracked.sweep();
    }
}

impl Tracked {
    /// Forgets what is gone, when the lists have doubled since the last time.
    fn sweep(&mut self) {
        if self.count() < self.next_sweep.max(FIRST_SWEEP) {
            return;
        }
        self.instances.retain(|instance| instance.strong_count() > 0);
        self.cells.retain(|cell| cell.strong_count() > 0);
        self.natives.retain(|native| native.strong_count() > 0);
        self.next_sweep = 2 * self.count();
    }

    fn count(&self) -> usize {
        self.instances.len() + self.cells.len() + self.natives.len()
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        let tracked = std::mem::take(self.tracked.get_mut());
        tracked.instances.iter().filter_map(Weak::upgrade).for_each(|instance| instance.clear());
        for cell in tracked.cells.iter().filter_map(Weak::upgrade) {
            let content = cell.replace(Value::Unset);
            drop(content);
        }
        tracked.natives.iter().filter_map(Weak::upgrade).for_each(|native| native.let_go());
    }
}
