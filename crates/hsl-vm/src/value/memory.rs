//! How many bytes the values of this thread hold.
//!
//! Strings and arrays report when they are made, grow and go. A fiber sets the ceiling while it runs;
//! the run loop looks after instructions that make values grow.
//!
//! *Invariants*: what a container reported equals what it takes back when it is dropped.

use std::cell::Cell;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static CEILING: Cell<isize> = const { Cell::new(isize::MAX) };
}

/// Reports bytes that are held now, or no longer when negative.
#[inline(always)]
pub(crate) fn report(bytes: isize) {
    HELD.set(HELD.get().wrapping_add(bytes));
}

/// Bytes held now. Other fibers of the thread count too: only differences mean something.
pub(crate) fn held() -> isize {
    HELD.get()
}

/// Whether the running fiber holds more than it may.
#[inline(always)]
pub(crate) fn is_exceeded() -> bool {
    HELD.get() > CEILING.get()
}

/// Allows this many bytes more than are held now.
pub(crate) fn allow(more: isize) {
    CEILING.set(HELD.get().saturating_add(more));
}
