//! How many bytes the values of this thread hold.
//!
//! Strings and arrays report when they are made, grow and go. A fiber sets the ceiling while it runs;
//! the run loop looks after instructions that make values grow.
//!
//! *Invariants*: what a container reported equals what it takes back when it is dropped.

use std::cell::Cell;

/// Bytes of a single text that is made while no fiber runs.
const OUTSIDE: usize = 16 << 20;

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

/// Bytes that a value may still take: what the running fiber has left, or outside of fibers enough
/// for any message or view.
pub(crate) fn room() -> usize {
    match CEILING.get() {
        isize::MAX => OUTSIDE,
        ceiling => usize::try_from(ceiling.saturating_sub(HELD.get())).unwrap_or_default(),
    }
}

/// Counts the running fiber as beyond its ceiling, for what would have been too much to make.
pub(crate) fn give_up() {
    if CEILING.get() != isize::MAX {
        CEILING.set(isize::MIN);
    }
}

/// Takes the ceiling away, when no fiber runs.
pub(crate) fn allow_all() {
    CEILING.set(isize::MAX);
}
