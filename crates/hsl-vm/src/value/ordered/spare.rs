//! Room for slots of small maps that have ended, for the next ones of the thread.
//!
//! A script makes a map of a few names for each message, and lets go of it before the next one.
//!
//! *Invariants*: spare room is empty, and no larger than for [`ROOM`] slots.

use std::cell::RefCell;

use super::Slot;

/// Most that a thread keeps.
const MOST: usize = 256;
/// Most slots of spare room.
const ROOM: usize = 16;

thread_local! {
    static SPARE: RefCell<Vec<Vec<Slot>>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the empty room of a map that has ended.
pub(super) fn keep(room: Vec<Slot>) {
    if room.capacity() == 0 || room.capacity() > ROOM {
        return;
    }
    // While the thread ends there is no list any more.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < MOST {
            spare.push(room);
        }
    });
}

/// Room for so many slots at least.
pub(super) fn room(capacity: usize) -> Vec<Slot> {
    let small = (1..=ROOM).contains(&capacity);
    let spare = small.then(|| SPARE.try_with(|spare| spare.borrow_mut().pop()).ok().flatten());
    match spare.flatten() {
        Some(room) if room.capacity() >= capacity => room,
        _ => Vec::with_capacity(capacity),
    }
}
