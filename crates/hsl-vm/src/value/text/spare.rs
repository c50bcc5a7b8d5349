//! Allocations of longer texts that have ended, for the next ones of the thread.
//!
//! A script cuts a message into texts of a line each and lets go of all of them before it looks at the
//! next one. The system's allocator keeps seven of a size within reach, and searches for the others.
//!
//! *Invariants*: a spare text is empty, and has no holder but the list and no buffer of its own.

use std::cell::RefCell;
use std::rc::Rc;

use super::Text;

/// Most that a thread keeps: what a message or 20 kB of JSON bring with them.
const MOST: usize = 256;

thread_local! {
    static SPARE: RefCell<Vec<Rc<Text>>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the allocation of a text whose last holder is about to let go.
pub(super) fn keep(text: &mut Rc<Text>) {
    let Some(ended) = Rc::get_mut(text) else { return };
    ended.empty();
    // While the thread ends there is no list any more.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < MOST {
            spare.push(Rc::clone(text));
        }
    });
}

/// An allocation with an empty text.
#[inline]
pub(super) fn take() -> Rc<Text> {
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
    spare.ok().flatten().unwrap_or_else(fresh)
}

#[cold]
fn fresh() -> Rc<Text> {
    Rc::new(Text::new())
}
