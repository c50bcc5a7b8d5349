//! How many bytes the values of this thread hold, and how many were touched in this slice.
//!
//! Containers report when they are made, grow and go. A fiber sets the ceiling while it runs; the run
//! loop looks after instructions that make values grow. An instruction that touches much (a copy of a
//! large text, a comparison) reports its work too, so that a slice ends in time although such an
//! instruction costs no fuel itself.
//!
//! *Invariants*: what a container reported equals what it takes back when it is dropped.

use std::cell::Cell;

/// Bytes of a single text that is made while no fiber runs.
const OUTSIDE: usize = 16 << 20;
/// A value below this size counts as no work: the instruction that made it costs enough.
const SMALL: usize = 4096;
/// Bytes touched before the run loop looks.
const WORK: usize = 4 << 20;
/// Bytes touched that cost as much as a jump.
const PER_UNIT: usize = 1024;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    /// The run loop looks when more is held.
    static CEILING: Cell<isize> = const { Cell::new(isize::MAX) };
    /// More than this may not be held. The ceiling is the same, or below everything when there is
    /// something to look at.
    static LIMIT: Cell<isize> = const { Cell::new(isize::MAX) };
    static TOUCHED: Cell<usize> = const { Cell::new(0) };
}

/// Reports bytes that are held now, or no longer when negative.
#[inline(always)]
pub(crate) fn report(bytes: isize) {
    HELD.set(HELD.get().wrapping_add(bytes));
    if bytes > SMALL as isize {
        touch(bytes.unsigned_abs());
    }
}

/// Reports that an instruction touches so many bytes.
#[inline(always)]
pub(crate) fn work(bytes: usize) {
    if bytes > SMALL {
        touch(bytes);
    }
}

#[cold]
fn touch(bytes: usize) {
    let touched = TOUCHED.get().saturating_add(bytes);
    TOUCHED.set(touched);
    if touched > WORK {
        look();
    }
}

/// Lets the run loop look, if a fiber runs.
fn look() {
    if LIMIT.get() != isize::MAX {
        CEILING.set(isize::MIN);
    }
}

/// Bytes held now. Other fibers of the thread count too: only differences mean something.
pub(crate) fn held() -> isize {
    HELD.get()
}

/// Whether the run loop has to look: at [`is_exceeded`], and at the fuel for [`take_work`].
#[inline(always)]
pub(crate) fn is_noteworthy() -> bool {
    HELD.get() > CEILING.get()
}

/// Whether the running fiber holds more than it may.
pub(crate) fn is_exceeded() -> bool {
    HELD.get() > LIMIT.get()
}

/// Units of fuel for what was touched since the last time.
pub(crate) fn take_work() -> u32 {
    CEILING.set(LIMIT.get());
    u32::try_from(TOUCHED.take() / PER_UNIT).unwrap_or(u32::MAX)
}

/// Allows this many bytes more than are held now.
pub(crate) fn allow(more: isize) {
    set_limit(HELD.get().saturating_add(more).min(isize::MAX - 1));
}

/// Bytes that a value may still take: what the running fiber has left, or outside of fibers enough
/// for any message or view.
pub(crate) fn room() -> usize {
    match LIMIT.get() {
        isize::MAX => OUTSIDE,
        limit => usize::try_from(limit.saturating_sub(HELD.get())).unwrap_or_default(),
    }
}

/// Counts the running fiber as beyond its limit, for what would have been too much to make.
pub(crate) fn give_up() {
    if LIMIT.get() != isize::MAX {
        set_limit(isize::MIN);
    }
}

/// Takes the limit away, when no fiber runs.
pub(crate) fn allow_all() {
    set_limit(isize::MAX);
}

fn set_limit(limit: isize) {
    LIMIT.set(limit);
    CEILING.set(limit);
    TOUCHED.set(0);
}

/// Bytes that an object of the library holds besides values, such as its own tables.
///
/// They count against the limit of the script while the tally lives.
#[derive(Debug, Default)]
pub struct Tally(Cell<usize>);

impl Tally {
    /// A tally of so many bytes.
    pub fn new(bytes: usize) -> Self {
        let tally = Self::default();
        tally.set(bytes);
        tally
    }

    /// Replaces the number of bytes.
    pub fn set(&self, bytes: usize) {
        let before = self.0.replace(bytes);
        report((bytes as isize).wrapping_sub(before as isize));
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        report(-(self.0.get() as isize));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_looked_at_once_and_is_no_excess() {
        allow(100 << 20);
        work(SMALL);
        assert!(!is_noteworthy());
        work(WORK + 1);
        assert!(is_noteworthy() && !is_exceeded());
        assert_eq!(take_work() as usize, WORK / PER_UNIT);
        assert!(!is_noteworthy());
        give_up();
        assert!(is_noteworthy() && is_exceeded());
        allow_all();
    }

    #[test]
    fn a_tally_gives_back_what_it_took() {
        let before = held();
        let tally = Tally::new(70);
        tally.set(50);
        assert_eq!(held() - before, 50);
        drop(tally);
        assert_eq!(held(), before);
    }
}
